#!/usr/bin/env python3
"""Loads the release server with new reports, and measures the physical limit beside it.

Alternating in one run: wrk (32 connections, every request a new report) against `quotidien serve`, and pgbench
(32 connections, prepared single-row inserts of the columns of `interventions`) against a throwaway PostgreSQL with
its default, durable settings. Both stand in one temporary folder: TMPDIR chooses the disk. Prints each round and the
median ratio server / pgbench; exits 1 when it is too low, an answer is not 201, or rows and acknowledgements differ.

With --named each round loads the server twice, in turn: with plain reports, and with reports that name a place, a planned
session and three tags; exits 1 when the latter are more than a tenth slower.

Needs wrk, PostgreSQL's programs and a release build; Linux only. As root, PostgreSQL runs as the user `postgres`.
"""

import argparse
import contextlib
import datetime
import json
import math
import os
import pathlib
import re
import secrets
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from throwaway import Cluster, Failure, Server, create_account, create_organisation, postgres_program, run

CONNECTIONS = 32
THREADS = 2
# The reports a second for which there are dates enough; a faster server needs more --advisors.
FASTEST = 25_000
# Access tokens live for 15 minutes; new ones are fetched well before.
TOKENS_FRESH_FOR = 480.0
# How fast reports that name the field must be beside plain ones.
NAMED_AT_LEAST = 0.9
# Days that may be reported: from 2020-01-01 to yesterday.
DAYS = (datetime.datetime.now(datetime.timezone.utc).date() - datetime.date(2020, 1, 1)).days


class Reference:
    """pgbench inserting single rows with the columns of `interventions`."""

    def __init__(self, cluster, binary, folder):
        self.cluster = cluster
        self.script = folder / "reference.sql"
        cluster.sql("postgres", "CREATE DATABASE reference")
        run([binary, "migrate"], env=os.environ | {"DATABASE_URL": cluster.url("reference")})
        # Random values would break CHECKs. Without them pgbench is faster and so a stricter reference. LIKE copies no
        # foreign keys.
        cluster.sql("reference", "CREATE TABLE reference_interventions"
                                 " (LIKE interventions INCLUDING ALL EXCLUDING CONSTRAINTS)")
        columns = cluster.sql("reference", "SELECT column_name, data_type FROM information_schema.columns"
                                           " WHERE table_name = 'reference_interventions' ORDER BY ordinal_position")
        columns = [line.split("|") for line in columns.splitlines()]
        self.columns = len(columns)
        self.script.write_text(
            "\\set day random(0, 2500)\n\\set small random(1, 9)\n"
            f"INSERT INTO reference_interventions ({', '.join(name for name, _ in columns)})\n"
            f"VALUES ({', '.join(self._value(*column) for column in columns)});\n")

    @staticmethod
    def _value(name, kind):
        """An SQL expression for a column; the casts give types to pgbench's variables, which it sends as parameters."""
        if kind == "text":
            return "gen_random_uuid()::text" if name == "id" or name.endswith("_id") else "'workshop'"
        values = {"date": "current_date - :day::int", "timestamp without time zone": "localtimestamp",
                  "boolean": "false", "smallint": ":small::int", "integer": ":small::int", "bigint": ":small::int"}
        if kind not in values:
            raise Failure(f"no value is known for column {name} of type {kind}")
        return values[kind]

    def measure(self, seconds):
        """Inserts for that long and returns the rows per second."""
        output = run([postgres_program("pgbench"), "-n", "-M", "prepared", "-c", CONNECTIONS, "-j", THREADS,
                      "-T", seconds, "-f", self.script, self.cluster.url("reference")])
        failed = re.search(r"number of failed transactions: (\d+)", output)
        if failed and failed[1] != "0":
            raise Failure(f"pgbench: {failed[0]}")
        return float(re.search(r"^tps = ([\d.]+)", output, re.MULTILINE)[1])


def require_durable(cluster):
    """Fails unless the cluster writes as durably as by default."""
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        if cluster.sql("postgres", f"SHOW {setting}") != "on":
            raise Failure(f"{setting} is off: the reference would not be durable")


def resident_megabytes(server):
    """Resident memory of a server now and at its peak."""
    text = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return tuple(int(re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)[1]) / 1024
                 for name in ("VmRSS", "VmHWM"))


def create_accounts(binary, url, count):
    """An organisation with that many advisors and a coordinator; returns the e-mails and passwords of both."""
    organisation = create_organisation(binary, url, "Le Mans Métropole")

    def create(role, number):
        account = {"email": f"{role}{number}@example.org", "password": secrets.token_urlsafe(16)}
        create_account(binary, url, organisation, role, account["email"], f"{role.title()} {number}", account["password"])
        return account

    return [create("advisor", number) for number in range(count)], create("coordinator", 0)


def sign_in(server, accounts, file):
    """Signs every advisor in and writes the lines "advisor_id token" that new_report.lua reads."""
    lines = []
    for account in accounts:
        token = server.ask_json(201, "POST", "/v1/sessions", None, account)["access_token"]
        lines.append(f"{server.ask_json(200, 'GET', '/v1/me', token)['account_id']} {token}\n")
    file.write_text("".join(lines))


def furnish(server, coordinator):
    """A place, a planned session and three tags; returns the fields with which interventions name them."""
    token = server.ask_json(201, "POST", "/v1/sessions", None, coordinator)["access_token"]

    def put(path, body):
        identifier = str(uuid.uuid4())
        server.ask_json(201, "PUT", f"/v1/{path}/{identifier}", token, body)
        return identifier

    fields = {
        "place_id": put("places", {"name": "Médiathèque", "commune_code": "72181"}),
        "planned_session_id": put("planned-sessions", {
            "kind": "presence", "day": "2020-01-02", "from": "09:00", "to": "12:00", "advisors": []}),
        "tags": [put("tags", {"name": f"Étiquette {number}"}) for number in range(3)],
    }
    return "".join(f"{json.dumps(name)}:{json.dumps(value)}," for name, value in fields.items())


def post_reports(server, credentials, first, seconds, named):
    """One round of wrk from the report numbered `first` on, each of which says `named` beside; returns what new_report.lua
    counted."""
    command = ["wrk", "-t", THREADS, "-c", CONNECTIONS, "-d", f"{seconds}s", "--timeout", "10s", "-s",
               ROOT / "benches" / "new_report.lua", f"http://127.0.0.1:{server.port}",
               "--", credentials, first, THREADS, DAYS, named]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    counted = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not counted:
        raise Failure(f"wrk failed ({done.returncode}): {done.stdout}{done.stderr}")
    counts = json.loads(counted[-1])
    if counts["exhausted_threads"]:
        raise Failure(f"no dates are left: the server is faster than foreseen, ask for more --advisors ({counts})")
    if counts["others"] or counts["socket_errors"] or not counts["acknowledged"]:
        raise Failure(f"not every answer was 201: {counts} {done.stderr.strip()}")
    return counts


def measure(database, arguments, cluster, reference, folder):
    """All rounds on one database; prints them and returns the median ratio."""
    if database == "sqlite":
        file = folder / "quotidien.db"
        url = f"sqlite://{file}"
    else:
        url = cluster.url("quotidien")
        cluster.sql("postgres", "CREATE DATABASE quotidien")

    def stored():
        """The number of reports in the database, asked without the server."""
        query = "SELECT count(*) FROM reports"
        if database == "postgres":
            return int(cluster.sql("quotidien", query))
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchone()[0]

    with Server(arguments.binary, url, folder) as server:
        print(f"\n{database}: {server.start_seconds:.3f} s from start to ready, migrating an empty database")
    accounts, coordinator = create_accounts(arguments.binary, url, arguments.advisors)
    credentials = folder / "credentials"
    ratios, named_ratios, all_counts, first, tokens_until = [], [], [], 0, 0.0
    with Server(arguments.binary, url, folder) as server:
        print(f"{database}: {server.start_seconds:.3f} s from start to ready, with {arguments.advisors} advisors")
        loads = {"plain": ""} | ({"named": furnish(server, coordinator)} if arguments.named else {})
        print("round  load   server/s  p50 ms  p99 ms  acknowledged    rows  pgbench/s  ratio")
        for number in range(1, arguments.rounds + 1):
            if time.monotonic() > tokens_until:
                sign_in(server, accounts, credentials)
                tokens_until = time.monotonic() + TOKENS_FRESH_FOR
            posted, inserted = {}, {}
            # Whichever comes second finds a larger database: they take turns.
            for load in sorted(loads, reverse=number % 2 == 1):
                before = stored()
                counts = post_reports(server, credentials, first, arguments.seconds, loads[load])
                rows = stored() - before
                first += THREADS * counts["most_by_a_thread"]
                # wrk ends without reading the last answers, at most one for each connection.
                if not counts["acknowledged"] <= rows <= counts["acknowledged"] + CONNECTIONS:
                    raise Failure(f"{counts['acknowledged']} reports were acknowledged but {rows} rows were made")
                posted[load] = counts["acknowledged"] / counts["seconds"]
                # Meanwhile the server writes what wrk did not wait for: the next load does not count it.
                inserted[load] = reference.measure(arguments.seconds)
                print(f"{number:5}  {load:5}  {posted[load]:8.0f}  {counts['p50_ms']:6.2f}  {counts['p99_ms']:6.2f}"
                      f"  {counts['acknowledged']:12}  {rows:6}  {inserted[load]:9.0f}"
                      f"  {posted[load] / inserted[load]:5.2f}", flush=True)
                if load == "plain":
                    all_counts.append(counts)
            ratios.append(posted["plain"] / inserted["plain"])
            if arguments.named:
                named_ratios.append(posted["named"] / posted["plain"])
        now, peak = resident_megabytes(server)
    p99 = statistics.median(counts["p99_ms"] for counts in all_counts)
    print(f"{database}: median ratio {statistics.median(ratios):.2f}, median p99 {p99:.2f} ms,"
          f" resident {now:.0f} MB (peak {peak:.0f} MB)")
    if arguments.named:
        named = statistics.median(named_ratios)
        print(f"{database}: median ratio named / plain {named:.2f}")
        if named < NAMED_AT_LEAST:
            raise Failure(f"{database}: reports that name the field are {named:.2f} times as fast as plain ones")
    return statistics.median(ratios)


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="length of a round, for each of the two loads")
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "target" / "release" / "quotidien")
    parser.add_argument("--advisors", type=int, help=f"default: enough for {FASTEST} reports a second")
    parser.add_argument("--named", action="store_true",
                        help="in turn with plain reports some that name a place, a planned session and three tags")
    parser.add_argument("--minimum-sqlite", type=float, default=0.4)
    parser.add_argument("--minimum-postgres", type=float, default=0.2)
    arguments = parser.parse_args()
    arguments.binary = arguments.binary.resolve()
    if arguments.advisors is None:
        loads = 2 if arguments.named else 1
        arguments.advisors = max(40, math.ceil(loads * arguments.rounds * arguments.seconds * FASTEST / DAYS))
    return arguments


def main():
    """Measures what was asked for; returns the exit code."""
    # SIGTERM raises an exception, so that the blocks below stop the processes that they started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    arguments = parse_arguments()
    databases = ["sqlite", "postgres"] if arguments.database == "both" else [arguments.database]
    minimum = {"sqlite": arguments.minimum_sqlite, "postgres": arguments.minimum_postgres}
    try:
        if shutil.which("wrk") is None:
            raise Failure("wrk is missing: install it, on Debian with apt-get install wrk")
        if not arguments.binary.exists():
            raise Failure(f"{arguments.binary} is missing: cargo build --release")
        with tempfile.TemporaryDirectory(prefix="quotidien-load-") as name:
            folder = pathlib.Path(name)
            folder.chmod(0o755)  # PostgreSQL's user passes through
            with Cluster(folder) as cluster:
                require_durable(cluster)
                reference = Reference(cluster, arguments.binary, folder)
                print(f"reference: pgbench -M prepared, {CONNECTIONS} connections, {reference.columns} columns a row")
                ratios = {database: measure(database, arguments, cluster, reference, folder) for database in databases}
    except Failure as failure:
        print(f"failed: {failure}", file=sys.stderr)
        return 1
    low = [database for database in databases if ratios[database] < minimum[database]]
    for database in low:
        print(f"failed: {database}: {ratios[database]:.2f} is below {minimum[database]}", file=sys.stderr)
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
