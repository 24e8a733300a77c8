"""Faults of clients: bodies that stay halves, answers that nobody reads, connections that nobody uses."""

import concurrent.futures
import contextlib
import json
import os
import pathlib
import re
import resource
import select
import socket
import subprocess
import sys
import threading
import time

from stage import SQLITE, Skipped, fault, wait_until
from writers import sign_in

HALF_A_BODY = b"POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" \
              b"Content-Length: 1000\r\n\r\n{"
MOST_MEGABYTES = 300
# How long a write may take at most, but for one in a hundred, while others read much; in the short form, beside which
# CI does more, it may take longer.
MOST_SECONDS, MOST_SECONDS_IN_SHORT = 0.2, 1.0
DOWNLOADS = pathlib.Path(__file__).resolve().with_name("downloads.py")


def connect(port, number, sends=b""):
    """So many connections, each of which has sent that."""
    connections = []
    with contextlib.suppress(OSError):
        for _ in range(number):
            connections.append(socket.create_connection(("127.0.0.1", port), timeout=5))
            connections[-1].sendall(sends)
    return connections


def closed(connections):
    """The descriptors of those connections that the server has closed."""
    poll = select.poll()
    for connection in connections:
        poll.register(connection, select.POLLIN | select.POLLRDHUP)
    ends = select.POLLRDHUP | select.POLLHUP | select.POLLERR
    return {descriptor for descriptor, event in poll.poll(0) if event & ends}


def still_open(connections):
    """How many connections the server has not closed."""
    return len(connections) - len(closed(connections))


class Crowd(threading.Thread):
    """Connections that are open while the block lasts: one that the server closes is opened again within a second.
    `sends` are functions: what each connection sends when it is opened."""

    def __init__(self, port, sends):
        super().__init__(daemon=True)
        self.port, self.sends, self.ended = port, sends, threading.Event()
        self.connections = [None] * len(sends)

    def __enter__(self):
        self._open()
        self.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.join()
        for connection in filter(None, self.connections):
            connection.close()

    def run(self):
        while not self.ended.wait(1):
            gone = closed(list(filter(None, self.connections)))
            for place, connection in enumerate(self.connections):
                if connection is not None and connection.fileno() in gone:
                    connection.close()
                    self.connections[place] = None
            self._open()

    def _open(self):
        for place, send in enumerate(self.sends):
            if self.connections[place] is None and not self.ended.is_set():
                self.connections[place] = next(iter(connect(self.port, 1, send())), None)


def megabytes(service):
    """Resident memory of the service."""
    with open(f"/proc/{service.process.pid}/status", encoding="ascii") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1]) // 1024


def with_descriptors(number):
    """Lets this process have that many open files. Returns the command that gives the service 1,024 of them, as systemd
    does by default, and more when it asks for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        hard = max(hard, number)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, number), hard))
    except (ValueError, OSError) as error:
        raise Skipped(f"the machine allows {hard} open files, fewer than {number}") from error
    return "prlimit", f"--nofile=1024:{hard}"


def keeps_answering(stage, service):
    """Requires that somebody who comes now is answered soon; how long that takes, in words."""
    began, answered = time.monotonic(), False
    with contextlib.suppress(OSError):
        answered = service.ask("GET", "/healthz")[0] == 200
    seconds = time.monotonic() - began
    stage.require(answered and seconds < 5, f"/healthz is not answered within {seconds:.0f} s on a new connection")
    return f"a new connection is answered after {seconds:.1f} s"


@fault("1,100 connections that send half a body", short=SQLITE)
def send_half_a_body(stage):
    service = stage.serve(prefix=with_descriptors(4096))
    with stage.load() as load:
        began = time.monotonic()
        stalled = connect(service.port, 1100, HALF_A_BODY)
        try:
            stage.remark(keeps_answering(stage, service))
            closed = wait_until(lambda: still_open(stalled) == 0, 60, every=0.5)
            stage.require(closed, f"{still_open(stalled)} of {len(stalled)} are still open after 60 s")
            if closed:
                stage.remark(f"all closed after {time.monotonic() - began:.0f} s")
            stage.require(not load.refused, "writes of others are refused meanwhile")
            stage.await_service(load)
        finally:
            for connection in stalled:
                connection.close()


@fault("60 clients that ask for large pages and never read them", short=SQLITE)
def never_read(stage):
    service = stage.serve()
    advisor = stage.advisors[0]
    token = sign_in(service, advisor)
    fill_pages(service, advisor, token, stage.choose(200, 60))
    with stage.load() as load:
        clients = connect(service.port, 60, large_page(token))
        try:
            until, most = time.monotonic() + stage.choose(45, 15), 0
            while time.monotonic() < until:
                most = max(most, megabytes(service))
                time.sleep(0.2)
            stage.remark(keeps_answering(stage, service))
            stage.remark(f"at most {most} MB resident")
            stage.require(most < MOST_MEGABYTES, f"{most} MB of memory are held")
            stage.require(not load.refused, "writes of others are refused meanwhile")
            stage.await_service(load)
        finally:
            for client in clients:
                client.close()


@fault("20 copies of one's own data at once, two of an organisation's, and 60 clients that never read", short=SQLITE)
def copy_at_once(stage):
    stage.make_database()
    stage.make_people(advisors=22)
    service = stage.serve()
    writing, copying, stalling = stage.advisors[:4], stage.advisors[4:14], stage.advisors[14:]
    fill_for_all(service, [*copying, *stalling], stage.choose(25, 8))
    seconds, most = stage.choose(45, 10), 0
    tokens = "\n".join(advisor.token for advisor in copying * 2)
    organisation = [stage.binary, "organisation", "export", "--organisation"]
    with stage.load(advisors=writing) as load, contextlib.ExitStack() as started:
        since = {writer: len(writer.seconds) for writer in load.writers}
        started.enter_context(Crowd(service.port, [lambda token=advisor.token: large_page(token)
                                                   for advisor in stalling * 2]))
        copies = [started.enter_context(subprocess.Popen(
            [*organisation, which], env=os.environ | {"DATABASE_URL": stage.url}, stdout=subprocess.DEVNULL))
            for which in stage.organisations]
        downloads = started.enter_context(subprocess.Popen(
            [sys.executable, DOWNLOADS, str(service.port), str(seconds)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True))
        downloads.stdin.write(tokens)
        downloads.stdin.close()
        while downloads.poll() is None:
            most = max(most, megabytes(service))
            time.sleep(0.1)
        told = json.loads(downloads.stdout.read())
        for writer, before in since.items():
            del writer.seconds[:before]
        p99 = load.p99
        for copy in copies:
            _, status, used = os.wait4(copy.pid, 0)
            copy.returncode = os.waitstatus_to_exitcode(status)
            stage.require(copy.returncode == 0, f"organisation export exits {copy.returncode}")
            most_of_it = used.ru_maxrss // 1024
            stage.require(most_of_it < MOST_MEGABYTES, f"organisation export takes {most_of_it} MB")
    stage.remark(f"{told['copies']} copies, {told['megabytes']} MB; at most {most} MB resident; a write takes"
                 f" {1000 * p99:.0f} ms at p99")
    stage.require(told["copies"] >= 20 and not told["failures"], f"copies that failed: {told['failures']}")
    stage.require(most < MOST_MEGABYTES, f"{most} MB of memory are held")
    stage.require(p99 < stage.choose(MOST_SECONDS, MOST_SECONDS_IN_SHORT), f"a write takes {1000 * p99:.0f} ms at p99")


def large_page(token):
    """A request for the largest page of reports that there is."""
    return f"GET /v1/reports?limit=200&from=2025-01-01 HTTP/1.1\r\nHost: localhost\r\n" \
           f"Authorization: Bearer {token}\r\n\r\n".encode()


def fill_for_all(service, advisors, days):
    """Signs advisors in, and gives each so many large reports."""
    def fill(advisor):
        advisor.token = sign_in(service, advisor)
        fill_pages(service, advisor, advisor.token, days)

    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        list(threads.map(fill, advisors))


def fill_pages(service, advisor, token, days):
    """Reports of 200 KB each, from 2025 on: a hundred interventions with long notes."""
    for day in range(days):
        interventions = [{"kind": "workshop", "participants": 1, "duration_minutes": 1, "setting": "home",
                          "themes": ["email"], "note": "n" * 2000} for _ in range(100)]
        path = f"/v1/advisors/{advisor.account}/reports/{2025 + day // 336}-{1 + day // 28 % 12:02}-{1 + day % 28:02}"
        service.ask_json(201, "PUT", path, token, {"interventions": interventions})


@fault("10,000 idle connections")
def leave_connections_idle(stage):
    service = stage.serve(prefix=with_descriptors(12_000))
    with stage.load() as load:
        idle = connect(service.port, 10_000)
        try:
            stage.remark(f"{len(idle)} connections")
            stage.require(len(idle) == 10_000, f"only {len(idle)} connections were taken")
            for _ in range(stage.choose(6, 1)):
                stage.remarks[1:] = [keeps_answering(stage, service), f"{megabytes(service)} MB resident"]
                time.sleep(5)
            stage.require(not load.refused, "writes of others are refused meanwhile")
            stage.await_service(load)
            stage.remark(f"{still_open(idle)} still open after 30 s")
        finally:
            for connection in idle:
                connection.close()
