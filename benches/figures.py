#!/usr/bin/env python3
"""Times the statistics of the release server over 10 000 and over 1 000 000 interventions.

Fills SQLite and a throwaway PostgreSQL with the days of 100 advisors, has `quotidien check --repair` count their tallies,
and asks for the annex of twelve months, for documents of it, for breakdowns, and for what filters keep: about 5 % of the
interventions (a commune, a theme, five advisors, workshops on markets). Prints medians; exits 1 when one is above its limit.

Needs PostgreSQL's programs and a release build. As root, PostgreSQL runs as the user `postgres`.
"""

import argparse
import datetime
import http.client
import json
import pathlib
import random
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from throwaway import Cluster, Failure, Server, create_account, create_organisation, postgres_program, run

ADVISORS = 100
A_DAY = 6  # interventions of a report
SPARSE = 10_000  # so few interventions are spread over the same months, one a report
DAYS = 1780  # working days until October 2026
TIMES = 15
COORDINATOR = {"email": "claire.dubois@demo.example", "password": "correct horse battery"}
FIRST = datetime.date(2020, 1, 1)
SETTINGS = ["advisor_site", "partner_site", "mobile_office", "public_space", "home", "remote"]
PRINCIPLES = ["support_existing", "complement_offer", "reach_out", None]
COMMUNES = [f"72{number:03}" for number in range(1, 21)]
AGE_GROUPS = ["under_12", "12_17", "18_24", "25_39", "40_59", "60_69", "70_plus"]
# The letters of the groups of people, as `storage/reports/people.rs` gives them.
LETTERS = dict(zip(["12_17", "18_24", "25_39", "40_59", "60_69", "70_plus", "under_12", "individual", "redirected", "workshop",
                    "female", "male", "employed", "in_school", "retired", "unemployed"], "abcdefghijklmnop"))
PERIOD = "from=2020-01&to=2026-10"

# What is asked, and the most milliseconds that the median may take.
QUESTIONS = {
    "annex, 12 months": ("monthly?from=2021-01&to=2021-12", 5),
    "annex, 12 months, CSV": ("monthly?from=2021-01&to=2021-12&format=csv", 5),
    "annex, 12 months, PDF": ("monthly?from=2021-01&to=2021-12&format=pdf", 300),
    "by theme, 12 months": ("breakdown?by=theme&from=2021-01&to=2021-12", None),
    "a commune (5 %), all months": (f"monthly?{PERIOD}&commune={COMMUNES[0]}", 150),
    "a theme (5 %), all months": (f"monthly?{PERIOD}&theme=email", 150),
    "five advisors (5 %), all months": (f"monthly?{PERIOD}&advisor_id={{advisors}}", 150),
    "a commune by theme": (f"breakdown?by=theme&{PERIOD}&commune={COMMUNES[0]}", 150),
    "a commune by age": (f"breakdown?by=age_group&{PERIOD}&commune={COMMUNES[0]}", 150),
    "workshops on a market": (f"monthly?{PERIOD}&kind=workshop&setting=public_space", 150),
}


def working_days():
    """Monday to Friday, without end."""
    day = FIRST
    while True:
        if day.weekday() < 5:
            yield day
        day += datetime.timedelta(days=1)


def canonical(people):
    """The people by group as the server stores them: by letter, without those of nobody."""
    told = {LETTERS[code]: count for groups in people.values() for code, count in groups.items() if count}
    return json.dumps(told, sort_keys=True, separators=(",", ":"))


def rows(organisation, advisors, count):
    """The reports and interventions of a database, as tuples in the order of the columns."""
    draw = random.Random(72)
    reports, interventions = [], []
    a_day, every = (1, DAYS * ADVISORS // SPARSE) if count <= SPARSE else (A_DAY, 1)
    for number, day in enumerate(working_days()):
        if number % every:
            continue
        for advisor in advisors:
            instant = f"{day} 17:00:00"
            reports.append((organisation, advisor, day.isoformat(), 1, len(reports) + 1, instant, day.isoformat(), instant,
                            None, advisor, None, None, None, None))
            for position in range(a_day):
                number = len(interventions)
                participants = draw.randint(1, 12)
                people = {
                    "age_groups": {draw.choice(AGE_GROUPS): participants - draw.randint(0, participants)},
                    "genders": {"female": participants // 2, "male": participants // 3},
                    "situations": {"employed": participants // 4, "retired": participants // 2},
                }
                themes = 1 << draw.randrange(22) | (1 << draw.randrange(22) if number % 5 == 0 else 0)
                interventions.append((
                    organisation, advisor, day.isoformat(), position,
                    f"0198f3c2-7c1e-7d2a-{number >> 32 & 0xffff:04x}-{number & 0xffffffff:012x}",
                    draw.choice(["workshop", "individual", "one_off"]), participants, draw.randint(0, participants),
                    draw.randint(10, 120), draw.choice(SETTINGS), draw.choice(PRINCIPLES), draw.choice(COMMUNES), None,
                    themes, canonical(people), 0, None, number % 2, None, None, None, None))
                if len(interventions) == count:
                    return reports, interventions


def fill_sqlite(file, tables):
    """Adds the rows to the database directly, without the server."""
    connection = sqlite3.connect(file)
    for table, added in tables.items():
        marks = ", ".join("?" * len(added[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", added)
    connection.commit()
    connection.execute("ANALYZE")
    connection.close()


def fill_postgres(url, tables):
    """Adds the rows to the database directly, without the server."""
    for table, added in tables.items():
        text = "\n".join("\t".join("\\N" if value is None else str(value) for value in row) for row in added)
        command = [postgres_program("psql"), "-qX", "-v", "ON_ERROR_STOP=1", url, "-c", f"COPY {table} FROM STDIN"]
        subprocess.run(command, input=text + "\n", text=True, check=True)
    run([postgres_program("psql"), "-qX", url, "-c", "VACUUM ANALYZE"])


def ask(port, token, path):
    """Asks the same question several times; the milliseconds until each answer was there as a whole."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Authorization": f"Bearer {token}"}
    times = []
    for _ in range(TIMES):
        started = time.perf_counter()
        connection.request("GET", f"/v1/statistics/{path}", headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        times.append((time.perf_counter() - started) * 1000)
        if answer.status != 200:
            raise Failure(f"{path}: {answer.status} {body[:300]}")
    return times


def measure(database, count, binary, cluster, folder):
    """The medians of every question over that many interventions."""
    if database == "sqlite":
        file = folder / f"quotidien-{count}.db"
        url = f"sqlite://{file}"
    else:
        name = f"quotidien_{count}"
        cluster.sql("postgres", f"CREATE DATABASE {name}")
        url = cluster.url(name)
    organisation = create_organisation(binary, url, "Le Mans Métropole")
    create_account(binary, url, organisation, "coordinator", COORDINATOR["email"], "Claire Dubois", COORDINATOR["password"])
    advisors = []
    for number in range(ADVISORS):
        email = f"advisor{number}@demo.example"
        advisors.append(create_account(binary, url, organisation, "advisor", email, f"Advisor {number}", "correct horse battery"))
    five = ",".join(advisors[:5])
    reports, interventions = rows(organisation, advisors, count)
    tables = {"reports": reports, "interventions": interventions}
    if database == "sqlite":
        fill_sqlite(file, tables)
    else:
        fill_postgres(url, tables)
    started = time.monotonic()
    subprocess.run([binary, "check", "--repair"], env={"DATABASE_URL": url}, capture_output=True, check=False)
    counted = time.monotonic() - started
    run([binary, "check"], env={"DATABASE_URL": url})
    if database == "postgres":
        run([postgres_program("psql"), "-qX", url, "-c", "VACUUM ANALYZE"])
    medians = {}
    with Server(binary, url, folder) as server:
        token = server.ask_json(201, "POST", "/v1/sessions", None, COORDINATOR)["access_token"]
        for question, (path, _) in QUESTIONS.items():
            medians[question] = statistics.median(ask(server.port, token, path.format(advisors=five)))
    print(f"{database}, {count} interventions (tallies recounted in {counted:.1f} s)", flush=True)
    return medians


def main():
    """Measures what was asked for; returns the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "target" / "release" / "quotidien")
    parser.add_argument("--counts", type=int, nargs="+", default=[10_000, 1_000_000])
    arguments = parser.parse_args()
    databases = ["sqlite", "postgres"] if arguments.database == "both" else [arguments.database]
    slow = []
    try:
        with tempfile.TemporaryDirectory(prefix="quotidien-statistics-") as name:
            folder = pathlib.Path(name)
            folder.chmod(0o755)  # PostgreSQL's user passes through
            with Cluster(folder) as cluster:
                for database in databases:
                    columns = [measure(database, count, arguments.binary.resolve(), cluster, folder)
                               for count in arguments.counts]
                    for question, (_, limit) in QUESTIONS.items():
                        figures = "  ".join(f"{column[question]:8.2f}" for column in columns)
                        print(f"{question:30} {figures} ms", f"(limit {limit})" if limit else "")
                        slow += [f"{database}: {question}" for column in columns if limit and column[question] > limit]
    except Failure as failure:
        print(f"failed: {failure}", file=sys.stderr)
        return 1
    for what in slow:
        print(f"failed: {what} is above its limit", file=sys.stderr)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
