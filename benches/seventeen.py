#!/usr/bin/env python3
"""Five o'clock: 4,000 advisors of 400 organisations, each with an open connection, send one report each, released together.

Prints the time from the release until the last of them had their 2xx; who is answered 503 asks again after `Retry-After`,
and is counted. On both databases, several times. Fails when a report is missing afterwards, or `quotidien check` finds
something; `--limit` is the most seconds that the median on SQLite may take.

Needs rustc, PostgreSQL's programs and a release build; Linux only. As root, PostgreSQL runs as the user `postgres`.
"""

import json
import resource
import statistics
import subprocess
import sys

from stand import ROOT, Database, Failure, Stand, Table, command_line, play, resident_megabytes, run, write_credentials

GENERATOR = ROOT / "target" / "seventeen"
BODY = {"interventions": [{
    "kind": "workshop", "participants": 9, "recurring_participants": 4, "duration_minutes": 90, "setting": "partner_site",
    "principle": "complement_offer", "commune_code": "72181", "place_name": "Médiathèque", "themes": ["internet", "email"],
    "age_groups": {"60_69": 2, "70_plus": 6}, "genders": {"female": 7, "male": 2}, "situations": {"retired": 8},
    "note": "Messagerie et pièces jointes"}]}


def hour(server, credentials, day, body):
    """One release; returns what the generator counted."""
    done = subprocess.run([GENERATOR, f"127.0.0.1:{server.port}", credentials, day, body], capture_output=True, text=True,
                          timeout=300)
    if done.returncode != 0:
        raise Failure(f"the generator failed: {done.stderr.strip()}")
    return json.loads(done.stdout)


def measure_database(table, stand, engine, arguments):
    """The hours on one database; returns the median seconds."""
    database = Database.on(stand, engine, arguments.binary)
    emails = database.organisations(arguments.organisations, arguments.advisors // arguments.organisations)
    credentials, body = stand.folder / f"credentials-{engine}", stand.folder / "body.json"
    body.write_text(json.dumps(BODY))
    hours = []
    with database.serve() as server:
        write_credentials(database, server.port, emails, credentials)
        for number in range(arguments.rounds):
            counts = hour(server, credentials, f"2026-01-{5 + number:02}", body)
            if database.reports() != len(emails) * (number + 1):
                raise Failure(f"{database.reports()} reports are there after {number + 1} hours of {len(emails)}")
            hours.append(counts)
            table.row(engine, number + 1, f"{counts['half_seconds']:.2f}", f"{counts['most_seconds']:.2f}",
                      f"**{counts['last_seconds']:.2f}**", counts["retried"])
        _, peak = resident_megabytes(server.process.pid)
    database.check()
    last = statistics.median(counts["last_seconds"] for counts in hours)
    table.row(engine, "median", "", "", f"**{last:.2f}**", f"peak memory {peak:.0f} MB")
    return last


def measure(arguments):
    """Measures what was asked for; returns the exit code."""
    # A connection is a file for the generator and one for the server.
    files = arguments.advisors + 1000
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < files:
        raise Failure(f"{files} open files are needed, {hard} are allowed: ulimit -Hn")
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    run(["rustc", "--edition", "2024", "-O", ROOT / "examples" / "seventeen.rs", "-o", GENERATOR])
    table = Table("seventeen", f"Five o'clock: {arguments.advisors} advisors at once", arguments)
    table.say(f"{arguments.advisors} advisors of {arguments.organisations} organisations, a connection each, opened before; one new"
              " report each, released together. Seconds until so many had their 201.")
    table.head("database", "hour", "half", "99 %", "the last", "503, asked again")
    with Stand() as stand:
        medians = {engine: measure_database(table, stand, engine, arguments) for engine in arguments.databases}
    table.close()
    if arguments.limit and medians.get("sqlite", 0) > arguments.limit:
        print(f"error: {medians['sqlite']:.2f} s on SQLite is above {arguments.limit} s", file=sys.stderr)
        return 1
    return 0


def options():
    """The command line."""
    parser = command_line(__doc__)
    parser.add_argument("--advisors", type=int, default=4000)
    parser.add_argument("--organisations", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--limit", type=float, default=1.0, help="seconds on SQLite; 0: none")
    return parser


if __name__ == "__main__":
    sys.exit(play(measure, options()))
