"""What every measurement stands on: the databases, what is in them, the loads, and the tables that results are kept in.

A `Stand` is a temporary folder (TMPDIR chooses the disk) with a durable throwaway PostgreSQL; a `Database` of it is
SQLite or PostgreSQL with organisations and accounts. Generators send to 127.0.0.1 alone. Linux only.
"""

import argparse
import concurrent.futures
import contextlib
import datetime
import http.client
import json
import os
import pathlib
import platform
import re
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from throwaway import (GIVEN_BACK_SECONDS, Cluster, Failure, Server, create_account, create_organisation, postgres_program,
                       run)

RESULTS = ROOT / "benches" / "results"
# What the measurements tell, in words; the newest table of each stands between the comments of its name.
PAGE = ROOT / "docs" / "scale.md"
BINARY = ROOT / "target" / "release" / "quotidien"
PASSWORD = "correct horse battery"
ENGINES = ("sqlite", "postgres")
# Days that may be reported: from 2020-01-01 to yesterday.
DAYS = (datetime.datetime.now(datetime.timezone.utc).date() - datetime.date(2020, 1, 1)).days
WRK_THREADS = 2


def command_line(description, databases=True, table=True):
    """The options that measurements have, for their own to be added to: which databases, and what becomes of the table."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, default=BINARY, help="the release of the service")
    if table:
        parser.add_argument("--write", action="store_true", help="keep the table, dated, in benches/results/ and docs/scale.md")
        parser.add_argument("--machine", default="", help="what a reader should know of the machine: quiet, shared")
    if databases:
        parser.add_argument("--database", choices=[*ENGINES, "both"], default="both")
    return parser


def play(measure, parser, needs=()):
    """Runs a measurement with the parsed options; returns the exit code. SIGTERM raises an exception, so that blocks stop
    the processes that they started."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    arguments = parser.parse_args()
    arguments.binary = arguments.binary.resolve()
    if "database" in arguments:
        arguments.databases = list(ENGINES) if arguments.database == "both" else [arguments.database]
    try:
        if not arguments.binary.exists():
            raise Failure(f"{arguments.binary} is missing: cargo build --release")
        for program in needs:
            if shutil.which(program) is None:
                raise Failure(f"{program} is missing: install it, on Debian with apt-get install {program}")
        return measure(arguments) or 0
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 1


class Table:
    """A dated table of results, printed as it grows and kept as Markdown in `benches/results/`."""

    def __init__(self, name, title, arguments):
        self.name, self.arguments = name, arguments
        self.moment = datetime.datetime.now(datetime.timezone.utc)
        self.lines = []
        self.say(f"# {title}")
        self.say("")
        self.say(f"{self.moment:%Y-%m-%d %H:%M} UTC. {machine()}"
                 + (f", {arguments.machine}" if arguments.machine else "")
                 + f"; load average before: {os.getloadavg()[0]:.1f}. Commit {commit()}. The generators are on the same cores.")
        self.say("")

    def say(self, line):
        """A line of text."""
        self.lines.append(line)
        print(line, flush=True)

    def head(self, *names):
        """The head of a table of Markdown."""
        self.say("")
        self.row(*names)
        self.row(*["---"] + ["---:"] * (len(names) - 1))

    def row(self, *cells):
        """A line of the table."""
        self.say("| " + " | ".join(str(cell) for cell in cells) + " |")

    def close(self):
        """Keeps the table when that was asked for, and puts it into docs/scale.md, where it is a part of a page."""
        if not self.arguments.write:
            return
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{self.moment:%Y-%m-%d}-{self.name}.md").write_text("\n".join(self.lines) + "\n")
        part = "\n".join(f"#{line}" if line.startswith("##") else line for line in self.lines[2:])
        begin, end = f"<!-- {self.name} -->\n", f"<!-- /{self.name} -->"
        before, rest = PAGE.read_text().split(begin)
        PAGE.write_text(before + begin + part + "\n" + end + rest.split(end)[1])


def machine():
    """The processor and what is beside it, in words."""
    cpu = re.search(r"^model name\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = int(re.search(r"^MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text(), re.MULTILINE)[1])
    return f"{os.cpu_count()} cores ({cpu[1] if cpu else platform.machine()}), {memory / 2**20:.0f} GB"


def commit():
    """The commit that is measured, with a mark when the tree has changes."""
    described = subprocess.run(["git", "-C", str(ROOT), "describe", "--always", "--dirty"], capture_output=True, text=True)
    return described.stdout.strip() or "unknown"


class Stand:
    """A temporary folder with a throwaway PostgreSQL whose settings are the default, durable ones."""

    def __enter__(self):
        self.blocks = contextlib.ExitStack()
        self.folder = pathlib.Path(self.blocks.enter_context(tempfile.TemporaryDirectory(prefix="quotidien-bench-")))
        self.folder.chmod(0o755)  # PostgreSQL's user passes through
        try:
            settings = ["max_connections=200"]
            self.cluster = self.blocks.enter_context(Cluster(self.folder, settings))
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                if self.cluster.sql("postgres", f"SHOW {setting}") != "on":
                    raise Failure(f"{setting} is off: the cluster would not be durable")
        except BaseException:
            self.blocks.close()
            raise
        return self

    def __exit__(self, *_):
        self.blocks.close()


class Database:
    """A database by its URL, migrated by the service."""

    def __init__(self, url, binary, stand=None):
        self.url, self.binary, self.stand = url, binary, stand
        scheme, _, path = url.partition("://")
        self.engine, self.file = ("sqlite", path) if scheme == "sqlite" else ("postgres", None)
        self.command("migrate")

    @classmethod
    def on(cls, stand, engine, binary, name="quotidien"):
        """A new database on a stand."""
        if engine == "sqlite":
            return cls(f"sqlite://{stand.folder}/{name}.db", binary, stand)
        stand.cluster.sql("postgres", f"CREATE DATABASE {name}")
        return cls(stand.cluster.url(name), binary, stand)

    def drop(self):
        """Removes it, for the next one to find room."""
        if self.engine == "sqlite":
            for suffix in ("", "-wal", "-shm"):
                pathlib.Path(self.file + suffix).unlink(missing_ok=True)
        else:
            self.stand.cluster.sql("postgres", f"DROP DATABASE {self.url.rpartition('/')[2]}")

    def command(self, *command):
        """Runs a command of the service on this database; returns what it printed."""
        return run([self.binary, *command], env=os.environ | {"DATABASE_URL": self.url})

    def sql(self, query):
        """The one value that a query gives, asked without the service; or runs statements."""
        if self.engine == "postgres":
            return run([postgres_program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.url, "-c", query]).strip()
        with contextlib.closing(sqlite3.connect(self.file, timeout=60)) as connection:
            *before, last = [part for part in query.split(";") if part.strip()]
            for statement in before:
                connection.execute(statement)
            row = connection.execute(last).fetchone()
            connection.commit()
            return None if row is None else str(row[0])

    def serve(self, environment=None):
        """A server on it, for a `with` block."""
        return Server(self.binary, self.url, self.stand.folder, environment)

    def reports(self):
        """The number of reports."""
        return int(self.sql("SELECT count(*) FROM reports"))

    def check(self):
        """Fails unless `quotidien check` finds nothing."""
        self.command("check")

    def organisation(self, advisors, prefix=""):
        """An organisation with that many advisors, all with PASSWORD; returns its identifier and their e-mails."""
        organisation = create_organisation(self.binary, self.url, f"Le Mans Métropole {prefix}".strip())
        first = f"{prefix}advisor@example.org"
        create_account(self.binary, self.url, organisation, "advisor", first, "Camille Martin", PASSWORD)
        return organisation, [first, *self.more_like(organisation, first, advisors - 1)]

    def coordinator(self, organisation, prefix=""):
        """A coordinator; returns the e-mail."""
        email = f"{prefix}coordinator@example.org"
        create_account(self.binary, self.url, organisation, "coordinator", email, "Claire Dubois", PASSWORD)
        return email

    def organisations(self, count, advisors, prefix=""):
        """That many organisations with that many advisors each, of which all but the first are copies; returns the e-mails."""
        first, emails = self.organisation(advisors, prefix)
        copies = new_identifiers(count - 1)
        self._copy("organisations", f"t.organisation_id = '{first}'", {"organisation_id": "made.id"},
                   [{"id": copy} for copy in copies])
        account = self._account(emails[0])
        made = iter(new_identifiers(len(copies) * advisors))
        people = [{"organisation": copy, "id": next(made), "email": f"{number}.{copy}@example.org"}
                  for copy in copies for number in range(advisors)]
        self._copy_accounts(first, account, people)
        return emails + [person["email"] for person in people]

    def more_like(self, organisation, email, count):
        """Accounts that are copies of one; returns their e-mails. Hashing a thousand passwords would take minutes."""
        people = [{"organisation": organisation, "id": made, "email": f"{number}.{email}"}
                  for number, made in enumerate(new_identifiers(count), 1)]
        self._copy_accounts(organisation, self._account(email), people)
        return [person["email"] for person in people]

    def _account(self, email):
        return self.sql(f"SELECT account_id FROM sign_ins WHERE email = '{email}'")

    def _copy_accounts(self, organisation, account, people):
        """Copies an account, its way in and its periods for each of these people."""
        def of(column):
            return f"t.organisation_id = '{organisation}' AND t.{column} = '{account}'"

        its = {"organisation_id": "made.organisation"}
        self._copy("accounts", of("account_id"), its | {"account_id": "made.id", "email": "made.email", "name": "made.email"}, people)
        self._copy("sign_ins", of("account_id"), its | {"account_id": "made.id", "email": "made.email"}, people)
        self._copy("activity_periods", of("advisor_id"), its | {"advisor_id": "made.id"}, people)

    def _copy(self, table, condition, values, copies):
        """Copies the rows of a table `t` that meet a condition, once for each of `copies`: `values` are the columns that become
        values of a copy `made`. Five hundred at a time, as many as SQLite takes together."""
        columns = self._columns(table)
        taken = ", ".join(values.get(column, f"t.{column}") for column in columns)
        for start in range(0, len(copies), 500):
            made = " UNION ALL ".join(
                "SELECT " + ", ".join(f"'{value}' AS {name}" for name, value in copy.items())
                for copy in copies[start:start + 500])
            self.sql(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {taken} FROM {table} AS t CROSS JOIN ({made}) AS made"
                     f" WHERE {condition}")

    def _columns(self, table):
        if self.engine == "postgres":
            return self.sql("SELECT string_agg(column_name, ',' ORDER BY ordinal_position) FROM information_schema.columns"
                            f" WHERE table_name = '{table}'").split(",")
        return self.sql(f"SELECT group_concat(name) FROM pragma_table_info('{table}')").split(",")


def new_identifiers(count):
    """As many UUIDs of version 7, of which each is higher than the one before, like those that the service gives."""
    first = time.time_ns() // 1_000_000 - count
    return [str(uuid.UUID(int=first + number << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)))
            for number in range(count)]


def sign_in(port, email):
    """Signs somebody in; returns the access token and how many milliseconds that took."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(connection):
        started = time.perf_counter()
        connection.request("POST", "/v1/sessions", json.dumps({"email": email, "password": PASSWORD}),
                           {"Content-Type": "application/json"})
        answer = connection.getresponse()
        body = answer.read()
        took = (time.perf_counter() - started) * 1000
    if answer.status != 201:
        raise Failure(f"signing in answered {answer.status}: {body[:300]}")
    return json.loads(body)["access_token"], took


def write_credentials(database, port, emails, file):
    """Signs the advisors in, and writes the lines "advisor_id token" that generators read, in the order of the e-mails."""
    listed = database.sql("SELECT string_agg(email || ' ' || account_id, ',') FROM sign_ins" if database.engine == "postgres"
                          else "SELECT group_concat(email || ' ' || account_id) FROM sign_ins")
    identifiers = dict(line.split(" ") for line in listed.split(","))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        tokens = pool.map(lambda email: sign_in(port, email)[0], emails)
        file.write_text("".join(f"{identifiers[email]} {token}\n" for email, token in zip(emails, tokens)))


def wrk(url, script, connections, seconds, *arguments):
    """A round of wrk with a script that prints a line of JSON when it is done; returns that."""
    command = ["wrk", "-t", min(WRK_THREADS, connections), "-c", connections, "-d", f"{seconds}s", "--timeout", "20s",
               "-s", ROOT / "benches" / script, url, "--", *arguments]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=seconds + 120)
    counted = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not counted:
        raise Failure(f"wrk failed ({done.returncode}): {done.stdout}{done.stderr}")
    counts = json.loads(counted[-1])
    counts["said"] = done.stderr.strip()
    return counts


class Reporting:
    """A load of new reports: rounds never put the same report twice."""

    def __init__(self, credentials, named="", again=False):
        """`named` and `again` are those of new_report.lua."""
        self.credentials, self.first = credentials, 0
        self.more = [named, "again"] if again else [named]

    def round(self, port, connections, seconds, may_fail=False):
        """A round of wrk; returns what new_report.lua counted."""
        threads = min(WRK_THREADS, connections)
        counts = wrk(f"http://127.0.0.1:{port}", "new_report.lua", connections, seconds,
                     self.credentials, self.first, threads, DAYS, *self.more)
        self.first += threads * counts["most_by_a_thread"]
        if counts["exhausted_threads"]:
            raise Failure(f"no dates are left: the server is faster than foreseen, ask for more --advisors ({counts})")
        failed = counts["others"] or counts["socket_errors"]
        if (failed and not may_fail) or not counts["acknowledged"]:
            raise Failure(f"not every answer was 201: {counts}")
        counts["rate"] = counts["acknowledged"] / counts["seconds"]
        return counts


class Pgbench:
    """PostgreSQL's own limit: single rows of 14 columns into a table with a UUID key and no other index, prepared, over the
    socket, by 32 connections."""

    CONNECTIONS, THREADS = 32, 2

    def __init__(self, stand):
        self.cluster = stand.cluster
        self.script = stand.folder / "reference.sql"
        self.cluster.sql("postgres", "CREATE DATABASE reference")
        self.cluster.sql("reference", """CREATE TABLE reports (
            id UUID PRIMARY KEY, organisation UUID NOT NULL, advisor UUID NOT NULL, day DATE NOT NULL, kind TEXT NOT NULL,
            participants INT NOT NULL, recurring INT NOT NULL, minutes INT NOT NULL, setting TEXT NOT NULL, principle TEXT,
            commune TEXT, place TEXT, themes BIGINT NOT NULL, note TEXT)""")
        self.script.write_text("""\\set day random(0, 2500)
\\set small random(1, 9)
INSERT INTO reports VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), current_date - :day::int, 'workshop',
    :small::int, :small::int, 90, 'partner_site', 'complement_offer', '72181', 'Médiathèque', :small::bigint,
    'Messagerie et pièces jointes');
""")

    def rate(self, seconds):
        """Inserts for that long; returns the rows a second."""
        output = run([postgres_program("pgbench"), "-n", "-M", "prepared", "-c", self.CONNECTIONS, "-j", self.THREADS,
                      "-T", seconds, "-f", self.script, "-h", self.cluster.data, "-p", self.cluster.port, "-U", "postgres",
                      "reference"])
        failed = re.search(r"number of failed transactions: (\d+)", output)
        if failed and failed[1] != "0":
            raise Failure(f"pgbench: {failed[0]}")
        return float(re.search(r"^tps = ([\d.]+)", output, re.MULTILINE)[1])


class PlainLoop:
    """SQLite's own limit for who commits each row: a loop of single-row transactions, as durable as the service's."""

    def __init__(self, stand):
        self.connection = sqlite3.connect(stand.folder / "reference.db", isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        columns = ", ".join(f"c{number}" for number in range(13))
        self.connection.execute(f"CREATE TABLE reports (id BLOB PRIMARY KEY, {columns}) WITHOUT ROWID")

    def rate(self, seconds):
        """Inserts for that long; returns the rows a second."""
        rest = (str(uuid.uuid4()), str(uuid.uuid4()), "2022-05-03", "workshop", 9, 4, 90, "partner_site", "complement_offer",
                "72181", "Médiathèque", 12, "Messagerie et pièces jointes")
        insert = f"INSERT INTO reports VALUES ({', '.join('?' * 14)})"
        rows, started = 0, time.perf_counter()
        while time.perf_counter() - started < seconds:
            self.connection.execute(insert, (uuid.uuid4().bytes, *rest))
            rows += 1
        return rows / (time.perf_counter() - started)


def written_bytes(pids):
    """What processes have had written to disk so far, by /proc."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            text = pathlib.Path(f"/proc/{pid}/io").read_text()
            total += int(re.search(r"^write_bytes: (\d+)", text, re.MULTILINE)[1])
    return total


def resident_megabytes(pid):
    """Resident memory of a process now and at its peak."""
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return tuple(int(re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)[1]) / 1024 for name in ("VmRSS", "VmHWM"))


def milliseconds(port, token, path, times):
    """Asks the same question over one connection; the milliseconds until each answer was there as a whole. A first one, in
    which the service may make what it keeps, comes first in the list."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    took = []
    with contextlib.closing(connection):
        for _ in range(times):
            started = time.perf_counter()
            connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
            answer = connection.getresponse()
            body = answer.read()
            took.append((time.perf_counter() - started) * 1000)
            if answer.status != 200:
                raise Failure(f"{path} answered {answer.status}: {body[:300]}")
    return took


def percentile(values, share):
    """The value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
