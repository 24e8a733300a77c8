#!/usr/bin/env python3
"""Loads years of history into a new database: what the service itself would have written.

    python3 benches/history.py sqlite:///tmp/history.db --advisors 1000 --years 10

Every advisor reports on every working day of the years, until the end of 2025. Reports and interventions are written as the
service writes them, with their change numbers; `quotidien check --repair` then counts the tallies, by the service's own
definition, and `quotidien check` must find nothing.
"""

import datetime
import json
import os
import random
import sqlite3
import subprocess
import sys
import time

from stand import Database, Failure, command_line, play, postgres_program

A_DAY = 4  # interventions of a report: 1,000 advisors make a million a year
SETTINGS = ["advisor_site", "partner_site", "mobile_office", "public_space", "home", "remote"]
PRINCIPLES = ["support_existing", "complement_offer", "reach_out", None]
COMMUNES = [f"72{number:03}" for number in range(1, 21)]
# The letters of the groups of people, as `storage/reports/people.rs` gives them.
LETTERS = {"ages": "abcdefg", "female": "k", "male": "l", "employed": "m", "retired": "o"}
REPORTS = ("organisation_id", "advisor_id", "report_date", "version", "change_seq", "received_at", "received_on", "updated_at",
           "recorded_by")
INTERVENTIONS = ("organisation_id", "advisor_id", "report_date", "position", "intervention_id", "kind", "participants",
                 "recurring_participants", "duration_minutes", "setting", "principle", "commune_code", "themes", "people",
                 "referrals", "means")
# What is told of an intervention is one of so many that are drawn beforehand: drawing each of ten million would take longer
# than loading them.
DRAWN = 20_011
REPORTS_AT_ONCE = 20_000


def working_days(years):
    """Monday to Friday, of that many years that end with 2025."""
    day = datetime.date(2026 - years, 1, 1)
    while day < datetime.date(2026, 1, 1):
        if day.weekday() < 5:
            yield day
        day += datetime.timedelta(days=1)


def drawn_interventions():
    """What interventions tell, as the columns from `kind` on."""
    draw = random.Random(72)
    for number in range(DRAWN):
        participants = draw.randint(1, 12)
        told = {draw.choice(LETTERS["ages"]): participants - draw.randint(0, participants - 1), LETTERS["female"]: participants // 2,
                LETTERS["male"]: participants // 3, LETTERS["employed"]: participants // 4, LETTERS["retired"]: participants // 2}
        people = json.dumps({letter: count for letter, count in told.items() if count}, sort_keys=True, separators=(",", ":"))
        themes = 1 << draw.randrange(22) | (1 << draw.randrange(22) if number % 5 == 0 else 0)
        yield (draw.choice(["workshop", "individual", "one_off"]), participants, draw.randint(0, participants),
               draw.randint(10, 120), draw.choice(SETTINGS), draw.choice(PRINCIPLES), draw.choice(COMMUNES), themes, people, 0, 0)


def rows(organisation, advisors, years):
    """The reports and interventions, some thousand reports at a time."""
    told = list(drawn_interventions())
    reports, interventions, made = [], [], 0
    for day in working_days(years):
        for advisor in advisors:
            made += 1
            instant = f"{day} 17:00:00"
            reports.append((organisation, advisor, day.isoformat(), 1, made, instant, day.isoformat(), instant, advisor))
            for position in range(A_DAY):
                number = made * A_DAY + position
                identifier = f"0198f3c2-7c1e-7d2a-9{number >> 32 & 0xfff:03x}-{number & 0xffffffff:012x}"
                interventions.append((organisation, advisor, day.isoformat(), position, identifier, *told[number % DRAWN]))
            if len(reports) == REPORTS_AT_ONCE:
                yield reports, interventions
                reports, interventions = [], []
    yield reports, interventions


def load(database, organisation, emails, years):
    """Adds that history of an organisation's advisors to a new database; returns how many reports it has."""
    listed = "', '".join(emails)
    advisors = database.sql(
        f"SELECT {'string_agg' if database.engine == 'postgres' else 'group_concat'}(account_id, ',') FROM sign_ins"
        f" WHERE email IN ('{listed}')").split(",")
    since = f"'{2026 - years}-01-01'"
    database.sql(f"UPDATE activity_periods SET starts_on = {since} WHERE organisation_id = '{organisation}'")
    write = write_sqlite if database.engine == "sqlite" else write_postgres
    made = 0
    for reports, interventions in rows(organisation, sorted(advisors), years):
        made += len(reports)
        write(database, {("reports", REPORTS): reports, ("interventions", INTERVENTIONS): interventions})
    database.sql(f"UPDATE organisations SET change_seq = {made} WHERE organisation_id = '{organisation}'")
    # Exits with 1 when it has found something, even though all is mended; the check afterwards judges.
    subprocess.run([database.binary, "check", "--repair"], env=os.environ | {"DATABASE_URL": database.url},
                   capture_output=True, check=False)
    database.sql("ANALYZE" if database.engine == "sqlite" else "VACUUM ANALYZE")
    database.check()
    return made


def write_sqlite(database, tables):
    """Adds rows, in one transaction."""
    connection = sqlite3.connect(database.file)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -1000000")
    for (table, columns), added in tables.items():
        marks = ", ".join("?" * len(columns))
        connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", added)
    connection.commit()
    connection.close()


def write_postgres(database, tables):
    """Adds rows, by COPY."""
    for (table, columns), added in tables.items():
        text = "\n".join("\t".join("\\N" if value is None else str(value) for value in row) for row in added)
        command = [postgres_program("psql"), "-qX", "-v", "ON_ERROR_STOP=1", database.url, "-c",
                   f"COPY {table} ({', '.join(columns)}) FROM STDIN"]
        done = subprocess.run(command, input=text + "\n", text=True, capture_output=True)
        if done.returncode != 0:
            raise Failure(f"COPY {table}: {done.stderr[:500]}")


def main(arguments):
    """Loads the history that was asked for."""
    database = Database(arguments.url, arguments.binary)
    if database.reports():
        raise Failure("the database has reports already")
    organisation, advisors = database.organisation(arguments.advisors)
    coordinator = database.coordinator(organisation)
    started = time.monotonic()
    made = load(database, organisation, advisors, arguments.years)
    print(f"{made} reports, {made * A_DAY} interventions in {time.monotonic() - started:.0f} s; the coordinator is {coordinator}")


def options():
    """The command line."""
    parser = command_line(__doc__, databases=False, table=False)
    parser.add_argument("url", help="of a new database: sqlite:///path or postgres://…")
    parser.add_argument("--advisors", type=int, default=1000)
    parser.add_argument("--years", type=int, default=10)
    return parser


if __name__ == "__main__":
    sys.exit(play(main, options()))
