"""Faults of clients: bodies that stay halves, answers that nobody reads, connections that nobody uses."""

import contextlib
import re
import resource
import select
import socket
import time

from stage import SQLITE, Skipped, fault, wait_until
from writers import sign_in

HALF_A_BODY = b"POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" \
              b"Content-Length: 1000\r\n\r\n{"
MOST_MEGABYTES = 300


def connect(port, number, sends=b""):
    """So many connections, each of which has sent that."""
    connections = []
    with contextlib.suppress(OSError):
        for _ in range(number):
            connections.append(socket.create_connection(("127.0.0.1", port), timeout=5))
            connections[-1].sendall(sends)
    return connections


def still_open(connections):
    """How many connections the server has not closed."""
    poll, count = select.poll(), 0
    for connection in connections:
        poll.register(connection, select.POLLIN | select.POLLRDHUP)
    for _, event in poll.poll(0):
        count += bool(event & (select.POLLRDHUP | select.POLLHUP | select.POLLERR))
    return len(connections) - count


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
    request = f"GET /v1/reports?limit=200&from=2025-01-01 HTTP/1.1\r\nHost: localhost\r\n" \
              f"Authorization: Bearer {token}\r\n\r\n"
    with stage.load() as load:
        clients = connect(service.port, 60, request.encode())
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
