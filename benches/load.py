#!/usr/bin/env python3
"""Loads the release server with new reports, with the machine's own limits beside it, and asks it what people ask.

In turn in each round: `pgbench` (32 connections, prepared single-row inserts of 14 columns), a plain loop of single-row
commits on SQLite, and wrk (32 connections, every request a new report of one organisation with 256 advisors) against
`quotidien serve`: advisors report in the order in which their accounts were made, then those of another organisation in no
order, whose reports come to more pages of the database. Then other numbers of connections, for one organisation and for many;
then questions. Fails when an answer is not the one asked for, when rows and acknowledgements differ, when `quotidien check`
finds something, or below a floor.

Needs wrk, PostgreSQL's programs and a release build; Linux only. As root, PostgreSQL runs as the user `postgres`.
"""

import http.client
import json
import random
import statistics
import sys
import time
import uuid

from stand import (ENGINES, GIVEN_BACK_SECONDS, Database, Failure, Pgbench, PlainLoop, Reporting, Stand, Table, command_line,
                   milliseconds, percentile, play, resident_megabytes, sign_in, written_bytes, write_credentials, wrk)

CONNECTIONS = 32
# Access tokens live for 15 minutes; new ones are fetched well before.
TOKENS_FRESH_FOR = 480.0
FLOORS = {"sqlite": 0.8, "postgres": 0.5}
# How fast reports that name the field must be beside plain ones.
NAMED_AT_LEAST = 0.9
PERIOD = "from=2020-01&to=2020-12"
QUESTIONS = {
    "nothing (`/healthz`)": "/healthz",
    "list, a page of 50 reports": "/v1/reports?limit=50",
    "annex, 12 months": f"/v1/statistics/monthly?{PERIOD}",
    "breakdown by theme, filtered": f"/v1/statistics/breakdown?by=theme&{PERIOD}&kind=workshop",
    "annex as PDF": f"/v1/statistics/monthly?{PERIOD}&format=pdf",
}


def furnish(port, coordinator):
    """A place, a planned session and three tags; returns the fields with which interventions name them."""
    token = sign_in(port, coordinator)[0]

    def put(path, body):
        identifier = str(uuid.uuid4())
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("PUT", f"/v1/{path}/{identifier}", json.dumps(body),
                           {"Content-Type": "application/json", "Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        if answer.status != 201:
            raise Failure(f"{path} answered {answer.status}: {answer.read()[:300]}")
        return identifier

    fields = {
        "place_id": put("places", {"name": "Médiathèque", "commune_code": "72181"}),
        "planned_session_id": put("planned-sessions", {
            "kind": "presence", "day": "2020-01-02", "from": "09:00", "to": "12:00", "advisors": []}),
        "tags": [put("tags", {"name": f"Étiquette {number}"}) for number in range(3)],
    }
    return "".join(f"{json.dumps(name)}:{json.dumps(value)}," for name, value in fields.items())


class Load:
    """New reports by the advisors of some organisations, on a server that runs."""

    def __init__(self, database, server, emails, name, named=""):
        self.database, self.server, self.emails = database, server, emails
        self.reporting = Reporting(database.stand.folder / f"credentials-{name}", named)
        self.fresh_until = 0.0

    def _processes(self):
        if self.database.engine == "sqlite":
            return [self.server.process.pid]
        return [self.server.process.pid, *self.database.stand.cluster.processes()]

    def _rows_at_last(self):
        """The number of reports, once none is added any more: wrk ends while some are still on their way."""
        rows, before = self.database.reports(), None
        while rows != before:
            time.sleep(0.1)
            rows, before = self.database.reports(), rows
        return rows

    def round(self, connections, seconds):
        """A round; fails unless it made as many rows as were acknowledged."""
        if time.monotonic() > self.fresh_until:
            write_credentials(self.database, self.server.port, self.emails, self.reporting.credentials)
            self.fresh_until = time.monotonic() + TOKENS_FRESH_FOR
        rows, written = self.database.reports(), written_bytes(self._processes())
        counts = self.reporting.round(self.server.port, connections, seconds)
        rows, written = self._rows_at_last() - rows, written_bytes(self._processes()) - written
        # wrk ends without reading the last answers, at most one for each connection.
        if not counts["acknowledged"] <= rows <= counts["acknowledged"] + connections:
            raise Failure(f"{counts['acknowledged']} reports were acknowledged but {rows} rows were made")
        counts["kilobytes"] = written / rows / 1024
        return counts


def rounds(table, load, unordered, references, arguments):
    """The headline: everything in turn, round by round; returns the median ratio to pgbench."""
    table.head("round", "reports/s", "p50 ms", "p99 ms", "p99.9 ms", "KB written/report", "pgbench rows/s", "of it",
               "plain loop rows/s", "of it", "in no order: reports/s", "KB written/report", "of pgbench")
    lines = []
    for number in range(arguments.rounds):
        inserted, looped = (reference.rate(arguments.seconds) for reference in references)
        counts, others = (each.round(CONNECTIONS, arguments.seconds) for each in (load, unordered))
        lines.append((counts["rate"], counts["p50_ms"], counts["p99_ms"], counts["p999_ms"], counts["kilobytes"], inserted,
                      counts["rate"] / inserted, looped, counts["rate"] / looped,
                      others["rate"], others["kilobytes"], others["rate"] / inserted))
        table.row(number + 1, *shown(lines[-1]))
    medians = [statistics.median(column) for column in zip(*lines)]
    table.row("**median**", *shown(medians))
    return medians[6]


def compare_named(table, database, server, arguments):
    """Plain reports and reports that name the field, in turn, each of an organisation of its own that is as large; fails
    when the latter are more than a tenth slower."""
    loads = {}
    for name in ("plain", "named"):
        organisation, emails = database.organisation(arguments.advisors, f"{name}.")
        field = furnish(server.port, database.coordinator(organisation, f"{name}."))
        loads[name] = Load(database, server, emails, name, field if name == "named" else "")
    table.head("round", "plain reports/s", "named reports/s", "of plain")
    ratios = []
    for number in range(arguments.rounds):
        # Whichever comes second finds a larger database: they take turns.
        rates = {name: loads[name].round(CONNECTIONS, arguments.seconds)["rate"]
                 for name in sorted(loads, reverse=number % 2 == 1)}
        ratios.append(rates["named"] / rates["plain"])
        table.row(number + 1, f"{rates['plain']:.0f}", f"{rates['named']:.0f}", f"{ratios[-1]:.2f}")
    ratio = statistics.median(ratios)
    table.row("**median**", "", "", f"{ratio:.2f}")
    if ratio < NAMED_AT_LEAST:
        raise Failure(f"reports that name the field are {ratio:.2f} times as fast as plain ones")


def shown(line):
    """A line of `rounds` as text."""
    rate, p50, p99, p999, kilobytes, inserted, ratio, looped, loop_ratio, unordered, its_kilobytes, its_ratio = line
    return (f"{rate:.0f}", f"{p50:.2f}", f"{p99:.2f}", f"{p999:.2f}", f"{kilobytes:.1f}", f"{inserted:.0f}", f"{ratio:.2f}",
            f"{looped:.0f}", f"{loop_ratio:.2f}", f"{unordered:.0f}", f"{its_kilobytes:.1f}", f"{its_ratio:.2f}")


def sweep(table, loads, arguments):
    """Other numbers of connections, for one organisation and for many."""
    table.head("connections", *[f"{name}: {what}" for name in loads for what in ("reports/s", "p50 ms", "p99 ms", "p99.9 ms")])
    for connections in arguments.connections:
        cells = []
        for load in loads.values():
            counts = load.round(connections, arguments.seconds)
            cells += [f"{counts['rate']:.0f}", f"{counts['p50_ms']:.2f}", f"{counts['p99_ms']:.2f}", f"{counts['p999_ms']:.2f}"]
        table.row(connections, *cells)


def questions(table, database, server, organisation, coordinator, arguments):
    """What coordinators ask, one after the other over one connection and by 32 connections at once."""
    took = [sign_in(server.port, coordinator)[1] for _ in range(arguments.times)]
    credentials = database.stand.folder / "credentials-coordinators"
    several = database.more_like(organisation, coordinator, 2 * CONNECTIONS)
    write_credentials(database, server.port, several, credentials)
    token = sign_in(server.port, coordinator)[0]
    table.head("question", "p50 ms", "p99 ms", "at 32 connections, a second")
    table.row("sign-in", f"{statistics.median(took):.2f}", f"{percentile(took, 0.99):.2f}", "")
    for name, path in QUESTIONS.items():
        took = milliseconds(server.port, token, path, arguments.times + 1)[1:]
        counts = wrk(f"http://127.0.0.1:{server.port}", "question.lua", CONNECTIONS, arguments.seconds, path, credentials)
        rate = f"{counts['answered'] / counts['seconds']:.0f}"
        refused = f" ({counts['others']} refused)" if counts["others"] else ""
        table.row(name, f"{statistics.median(took):.2f}", f"{percentile(took, 0.99):.2f}", rate + refused)


def measure_database(table, stand, references, engine, arguments):
    """All figures of one database; returns the median ratio to pgbench."""
    table.say("")
    table.say(f"## {engine}")
    database = Database.on(stand, engine, arguments.binary)
    organisation, one = database.organisation(arguments.advisors)
    coordinator = database.coordinator(organisation)
    _, shared = database.organisation(arguments.advisors, "shared.")
    _, unordered = database.organisation(arguments.advisors, "unordered.")
    random.Random(0).shuffle(unordered)
    share = arguments.advisors // arguments.organisations or 1
    many = database.organisations(arguments.organisations, share, "many.")
    with database.serve() as server:
        ratio = rounds(table, Load(database, server, one, "one"), Load(database, server, unordered, "unordered"), references,
                       arguments)
        if arguments.named:
            compare_named(table, database, server, arguments)
        sweep(table, {
            "one organisation": Load(database, server, shared, "shared"),
            f"{arguments.organisations} organisations": Load(database, server, many, "many"),
        }, arguments)
        questions(table, database, server, organisation, coordinator, arguments)
        time.sleep(GIVEN_BACK_SECONDS)
        now, peak = resident_megabytes(server.process.pid)
    database.check()
    table.say("")
    table.say(f"{database.reports()} reports, as many rows as were acknowledged in every round; `quotidien check` is clean."
              f" Resident memory {now:.0f} MB {GIVEN_BACK_SECONDS} s after the last answer, {peak:.0f} MB at its peak."
              f" Ready {server.start_seconds:.3f} s after its start.")
    return ratio


def measure(arguments):
    """Measures what was asked for; returns the exit code."""
    table = Table("load", "Reports a second, and what people ask", arguments)
    table.say(f"Rounds of {arguments.seconds} s; headline with {CONNECTIONS} connections, one organisation, {arguments.advisors} advisors.")
    with Stand() as stand:
        references = Pgbench(stand), PlainLoop(stand)
        ratios = {engine: measure_database(table, stand, references, engine, arguments) for engine in arguments.databases}
    table.close()
    low = [engine for engine, ratio in ratios.items() if ratio < getattr(arguments, f"minimum_{engine}")]
    for engine in low:
        print(f"error: {engine}: {ratios[engine]:.2f} of pgbench is below the floor", file=sys.stderr)
    return 1 if low else 0


def options():
    """The command line."""
    parser = command_line(__doc__)
    parser.add_argument("--advisors", type=int, default=256, help="of one organisation, and of the many together")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5, help="length of a round, for each of the loads")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8, 32, 128, 512])
    parser.add_argument("--organisations", type=int, default=64, help="how many are meant by many")
    parser.add_argument("--times", type=int, default=100, help="how often a question is asked over one connection")
    parser.add_argument("--named", action="store_true",
                        help="beside plain reports, in turn, some that name a place, a planned session and three tags")
    for engine in ENGINES:
        parser.add_argument(f"--minimum-{engine}", type=float, default=FLOORS[engine], help="floor of the ratio to pgbench")
    return parser


if __name__ == "__main__":
    sys.exit(play(measure, options(), ["wrk"]))
