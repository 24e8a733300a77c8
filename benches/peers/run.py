#!/usr/bin/env python3
"""Loads Quotidien and its peers in turn with the same new reports: PocketBase, and FastAPI + SQLAlchemy + PostgreSQL.

In each round, 32 connections: Quotidien on SQLite, PocketBase, Quotidien on PostgreSQL, FastAPI (a worker a core and one more;
the same durable cluster). PocketBase is an embedded SQLite too, but commits with `synchronous=NORMAL`, which it has no option
for: a power cut may take its last records. Only Quotidien keeps tallies and versions. Prints rounds and medians; fails when
rows and acknowledgements differ.

Run by `just bench-peers`, with the packages of requirements.txt beside; needs wrk and PostgreSQL's programs.
"""

import contextlib
import http.client
import json
import os
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import time
import uuid

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from stand import (WRK_THREADS, Database, Failure, Reporting, Stand, Table, command_line, play, run, write_credentials,
                   wrk)
from throwaway import free_port

CONNECTIONS = 32
PROGRAMS = pathlib.Path(sys.executable).parent
FIELDS = [("advisor", "text"), ("day", "text"), ("kind", "text"), ("participants", "number"), ("recurring_participants", "number"),
          ("duration_minutes", "number"), ("setting", "text"), ("principle", "text"), ("commune_code", "text"),
          ("place_name", "text"), ("themes", "json"), ("people", "json"), ("note", "text")]


@contextlib.contextmanager
def process(command, port, path, folder, environment=None):
    """A server that answers `path` on the port, stopped when the block ends."""
    with (folder / "peer.log").open("ab") as log:
        started = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   cwd=folder, env=os.environ | (environment or {}))
    try:
        for _ in range(300):
            if started.poll() is not None:
                raise Failure(f"{command[0]} ended: {(folder / 'peer.log').read_text()[-1000:]}")
            with contextlib.suppress(OSError):
                ask(port, "GET", path)
                break
            time.sleep(0.1)
        else:
            raise Failure(f"{command[0]} did not answer within 30 s")
        yield started
    finally:
        started.terminate()
        started.wait(timeout=30)


def ask(port, method, path, body=None, token=None):
    """A request; returns status and JSON, if it is."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    with contextlib.closing(connection):
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read().decode()
    try:
        return answer.status, json.loads(text)
    except json.JSONDecodeError:
        return answer.status, text


class Quotidien:
    """The service, on one of its databases."""

    def __init__(self, blocks, stand, engine, arguments):
        self.name = f"Quotidien, {engine}"
        self.database = Database.on(stand, engine, arguments.binary, f"quotidien_{engine}")
        _, emails = self.database.organisation(arguments.advisors)
        self.server = blocks.enter_context(self.database.serve())
        self.reporting = Reporting(stand.folder / f"credentials-{engine}")
        write_credentials(self.database, self.server.port, emails, self.reporting.credentials)

    def round(self, seconds):
        """A round; returns what was counted."""
        return self.reporting.round(self.server.port, CONNECTIONS, seconds)

    def rows(self):
        """The number of reports."""
        return self.database.reports()


class FastApi:
    """The service of service.py."""

    name = "FastAPI, SQLAlchemy, PostgreSQL"

    def __init__(self, blocks, stand, arguments):
        import jwt  # of the peers' own environment
        self.cluster = stand.cluster
        self.cluster.sql("postgres", "CREATE DATABASE fastapi")
        key = uuid.uuid4().hex
        environment = {"DATABASE_URL": self.cluster.url("fastapi").replace("postgres://", "postgresql+asyncpg://"),
                       "TOKEN_KEY": key}
        create = ("import asyncio, service\nasync def create():\n async with service.ENGINE.begin() as connection:\n"
                  "  await connection.run_sync(service.TABLES.create_all)\nasyncio.run(create())")
        run([sys.executable, "-c", create], env=os.environ | environment, cwd=HERE)
        self.port = free_port()
        command = [sys.executable, "-m", "uvicorn", "service:app", "--app-dir", HERE, "--port", self.port, "--workers",
                   (os.cpu_count() or 1) + 1, "--no-access-log", "--log-level", "warning"]
        blocks.enter_context(process(command, self.port, "/docs", stand.folder, environment))
        until = int(time.time()) + 3600
        advisors = [str(uuid.uuid4()) for _ in range(arguments.advisors)]
        self.reporting = Reporting(stand.folder / "credentials-fastapi")
        self.reporting.credentials.write_text("".join(
            f"{advisor} {jwt.encode({'sub': advisor, 'exp': until}, key, algorithm='HS256')}\n" for advisor in advisors))

    def round(self, seconds):
        """A round; returns what was counted."""
        return self.reporting.round(self.port, CONNECTIONS, seconds)

    def rows(self):
        """The number of reports."""
        return int(self.cluster.sql("fastapi", "SELECT count(*) FROM reports"))


class PocketBase:
    """PocketBase with a collection of the same columns, unique by advisor and day."""

    name = "PocketBase"

    def __init__(self, blocks, stand):
        self.folder = stand.folder / "pocketbase"
        program = PROGRAMS / "pocketbase"
        owner = {"identity": "owner@example.org", "password": "correct horse battery"}
        run([program, "superuser", "upsert", owner["identity"], owner["password"], "--dir", self.folder])
        self.port = free_port()
        blocks.enter_context(process([program, "serve", "--http", f"127.0.0.1:{self.port}", "--dir", self.folder], self.port,
                                     "/api/health", stand.folder))
        admin = self._made("/api/collections/_superusers/auth-with-password", owner, None)["token"]
        fields = [{"name": name, "type": kind} for name, kind in FIELDS]
        self._made("/api/collections", {
            "name": "reports", "type": "base", "fields": fields, "createRule": "@request.auth.id != ''",
            "indexes": ["CREATE UNIQUE INDEX reports_by_day ON reports (advisor, day)"]}, admin)
        advisor = {"email": "advisor@example.org", "password": "correct horse battery"}
        self._made("/api/collections/users/records", advisor | {"passwordConfirm": advisor["password"], "verified": True}, admin)
        signed_in = {"identity": advisor["email"], "password": advisor["password"]}
        self.token = self._made("/api/collections/users/auth-with-password", signed_in, None)["token"]
        self.first = 0

    def _made(self, path, body, token):
        status, answer = ask(self.port, "POST", path, body, token)
        if status != 200:
            raise Failure(f"PocketBase answered {path} with {status}: {answer}")
        return answer

    def round(self, seconds):
        """A round; returns what was counted."""
        counts = wrk(f"http://127.0.0.1:{self.port}", "peers/pocketbase.lua", CONNECTIONS, seconds, self.token, self.first,
                     WRK_THREADS)
        self.first += WRK_THREADS * counts["most_by_a_thread"]
        if counts["others"] or not counts["acknowledged"]:
            raise Failure(f"PocketBase: not every answer was 200: {counts}")
        counts["rate"] = counts["acknowledged"] / counts["seconds"]
        return counts

    def rows(self):
        """The number of records."""
        with contextlib.closing(sqlite3.connect(f"file:{self.folder / 'data.db'}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT count(*) FROM reports").fetchone()[0]


def measure(arguments):
    """Measures what was asked for; returns the exit code."""
    table = Table("peers", "The same report by Quotidien and by its peers", arguments)
    table.say(f"{CONNECTIONS} connections, {arguments.advisors} advisors, {arguments.rounds} rounds of {arguments.seconds} s in"
              " turn; medians. PocketBase does not wait for the disk at each commit, and the peers keep neither tallies nor versions.")
    counted = {}
    with Stand() as stand, contextlib.ExitStack() as blocks:
        contenders = [Quotidien(blocks, stand, "sqlite", arguments), PocketBase(blocks, stand),
                      Quotidien(blocks, stand, "postgres", arguments), FastApi(blocks, stand, arguments)]
        for _ in range(arguments.rounds):
            for contender in contenders:
                rows = contender.rows()
                counts = contender.round(arguments.seconds)
                rows = contender.rows() - rows
                if not counts["acknowledged"] <= rows <= counts["acknowledged"] + CONNECTIONS:
                    raise Failure(f"{contender.name}: {counts['acknowledged']} acknowledged but {rows} rows made")
                counted.setdefault(contender.name, []).append(counts)
    table.head("service", "reports/s", "p50 ms", "p99 ms", "rounds")
    for name, rounds in counted.items():
        rate, p50, p99 = (statistics.median(counts[what] for counts in rounds) for what in ("rate", "p50_ms", "p99_ms"))
        table.row(name, f"{rate:.0f}", f"{p50:.2f}", f"{p99:.2f}", ", ".join(f"{counts['rate']:.0f}" for counts in rounds))
    table.close()
    return 0


def options():
    """The command line."""
    parser = command_line(__doc__, databases=False)
    parser.add_argument("--advisors", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    return parser


if __name__ == "__main__":
    sys.exit(play(measure, options(), ["wrk"]))
