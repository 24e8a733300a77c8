#!/usr/bin/env python3
"""Loads several instances on one PostgreSQL behind nginx: do they give the figures of one, and does a stopped one slow nobody?

Rounds of new reports through nginx by one instance and by several, of one organisation, whose writes are ordered by one lock, and of
many; then one instance is stopped (SIGSTOP) while the load runs: nginx passes its requests on. Fails when rows and acknowledgements differ, when an instance gives other figures than another,
or `quotidien check` finds something. The rates are of one machine, on which more instances mean more work.

Needs nginx, wrk, PostgreSQL's programs and a release build; Linux only. As root, PostgreSQL runs as the user `postgres`.
"""

import contextlib
import json
import os
import signal
import statistics
import subprocess
import sys
import time

from load import CONNECTIONS, PERIOD
from stand import Database, Failure, Reporting, Stand, Table, command_line, play, sign_in, write_credentials
from throwaway import Server, free_port

CONFIGURATION = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log crit;
events {{ worker_connections 2048; }}
http {{
    access_log off;
    client_body_temp_path {folder}/nginx-bodies; proxy_temp_path {folder}/nginx-proxy; fastcgi_temp_path {folder}/nginx-f;
    uwsgi_temp_path {folder}/nginx-u; scgi_temp_path {folder}/nginx-s;
    upstream quotidien {{ {servers} keepalive 64; keepalive_timeout 20s; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://quotidien; proxy_http_version 1.1; proxy_set_header Connection "";
            proxy_connect_timeout 1s; proxy_read_timeout {patience}s;
            # PUT may be sent again: the same report twice is one report.
            proxy_next_upstream error timeout;
        }}
    }}
}}
"""


# How many seconds nginx waits for an answer: longer than PostgreSQL lets an instance that is stopped hold the lock of an organisation.
PATIENCE = 4


class Proxy:
    """nginx in front of instances, for a `with` block; an instance that leaves a request unanswered gets none for a while."""

    def __init__(self, folder, servers):
        self.port = free_port()
        self.file = folder / "nginx.conf"
        lines = " ".join(f"server 127.0.0.1:{server.port} max_fails=1 fail_timeout=30s;" for server in servers)
        self.file.write_text(CONFIGURATION.format(folder=folder, servers=lines, port=self.port, patience=PATIENCE))

    def __enter__(self):
        self.process = subprocess.Popen(["nginx", "-c", str(self.file)], stdin=subprocess.DEVNULL)
        time.sleep(0.5)
        if self.process.poll() is not None:
            raise Failure("nginx did not start")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


@contextlib.contextmanager
def instances(database, count):
    """That many servers on the database."""
    with contextlib.ExitStack() as blocks:
        servers = []
        for number in range(count):
            folder = database.stand.folder / f"instance-{number}"
            folder.mkdir(exist_ok=True)
            servers.append(blocks.enter_context(Server(database.binary, database.url, folder)))
        yield servers


def rounds(table, name, database, proxy, reporting, arguments, stopped=None):
    """Rounds through the proxy; with `stopped`, that server is stopped a second after the first begins."""
    counted, sent_to_nobody = [], 0
    for number in range(arguments.rounds):
        rows = database.reports()
        stopper = None
        if stopped is not None and number == 0:
            stopper = subprocess.Popen(["sh", "-c", f"sleep 1; kill -STOP {stopped.process.pid}"])
        counts = reporting.round(proxy.port, CONNECTIONS, arguments.seconds, may_fail=stopped is not None)
        if stopper is not None:
            stopper.wait()
        rows = database.reports() - rows
        others = counts["others"] + counts["socket_errors"]
        if not counts["acknowledged"] <= rows <= counts["acknowledged"] + others + CONNECTIONS:
            raise Failure(f"{counts['acknowledged']} reports were acknowledged but {rows} rows were made")
        counted.append(counts)
        sent_to_nobody += others
        table.row(name if number else f"**{name}**", number + 1, f"{counts['rate']:.0f}", f"{counts['p50_ms']:.2f}",
                  f"{counts['p99_ms']:.2f}", f"{counts['p999_ms']:.2f}", others)
    return statistics.median(counts["rate"] for counts in counted)


def same_figures(servers, coordinator):
    """Fails unless every server gives the same annex and the same breakdown."""
    given = set()
    for server in servers:
        token = sign_in(server.port, coordinator)[0]
        answers = [server.ask_json(200, "GET", f"/v1/statistics/{path}?{PERIOD}{more}", token)
                   for path, more in (("monthly", ""), ("breakdown", "&by=theme"))]
        for answer in answers:
            answer.pop("as_of", None)
        given.add(json.dumps(answers, sort_keys=True))
    if len(given) != 1:
        raise Failure("instances give different figures of the same reports")


def measure(arguments):
    """Measures what was asked for; returns the exit code."""
    table = Table("instances", f"{arguments.instances} instances on one PostgreSQL behind nginx", arguments)
    table.say(f"{CONNECTIONS} connections, rounds of {arguments.seconds} s; one organisation with {arguments.advisors} advisors, or"
              f" {arguments.organisations} with as many together.")
    with Stand() as stand:
        database = Database.on(stand, "postgres", arguments.binary)
        organisation, one = database.organisation(arguments.advisors)
        coordinator = database.coordinator(organisation)
        share = arguments.advisors // arguments.organisations or 1
        loads = {name: (emails, Reporting(stand.folder / f"credentials-{name}", again=True)) for name, emails in (
            ("one organisation", one),
            (f"{arguments.organisations} organisations", database.organisations(arguments.organisations, share, "many.")),
        )}
        table.head("what", "round", "reports/s", "p50 ms", "p99 ms", "p99.9 ms", "not 201")
        ratios = {}
        for name, (emails, reporting) in loads.items():
            rates = []
            for count in (1, arguments.instances):
                with instances(database, count) as servers, Proxy(stand.folder, servers) as proxy:
                    write_credentials(database, servers[0].port, emails, reporting.credentials)
                    rates.append(rounds(table, f"{name}, {count} behind nginx", database, proxy, reporting, arguments))
                    same_figures(servers, coordinator)
            with instances(database, arguments.instances) as servers, Proxy(stand.folder, servers) as proxy:
                stopped = servers[-1]
                try:
                    what = f"{name}, one of {arguments.instances} stopped"
                    rates.append(rounds(table, what, database, proxy, reporting, arguments, stopped))
                    same_figures(servers[:-1], coordinator)
                finally:
                    os.kill(stopped.process.pid, signal.SIGCONT)
            ratios[name] = rates[1] / rates[0], rates[2] / rates[0]
        database.check()
    table.say("")
    told = "; ".join(f"{name}: {all_run:.2f} × of one, {rest:.2f} × with one of them stopped"
                     for name, (all_run, rest) in ratios.items())
    table.say(f"All instances gave the same annex and breakdown, and `quotidien check` is clean. {arguments.instances} instances did,"
              f" by the medians of the rounds, {told}.")
    table.close()
    return 0


def options():
    """The command line."""
    parser = command_line(__doc__, databases=False)
    parser.add_argument("--instances", type=int, default=3)
    parser.add_argument("--advisors", type=int, default=256)
    parser.add_argument("--organisations", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    return parser


if __name__ == "__main__":
    sys.exit(play(measure, options(), ["nginx", "wrk"]))
