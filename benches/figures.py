#!/usr/bin/env python3
"""Times what people read, over histories of 10,000 to 10,000,000 interventions: does it stay flat as the years pile up?

Each history is that of `history.py`: advisors × years, four interventions a working day. Asks for the annex of the last
twelve months, for breakdowns with each kind of filter, for completeness, the list and the changes. Prints medians and how
they grow; exits 1 when one is above its limit.

Needs PostgreSQL's programs and a release build; 10,000,000 interventions need 8 GB of disk. As root, PostgreSQL runs as the
user `postgres`.
"""

import argparse
import re
import statistics
import sys
import time

from history import A_DAY, COMMUNES, load
from stand import Database, Stand, Table, command_line, milliseconds, play, sign_in

LAST_YEAR = "from=2025-01&to=2025-12"
# Nobody may ask for figures of earlier years: of longer histories all months are those since then.
FIRST_YEAR = 2020
# What is asked, and the most milliseconds that the median may take over 1,000,000 interventions and fewer.
QUESTIONS = {
    "annex, the last 12 months": (f"statistics/monthly?{LAST_YEAR}", 5),
    "annex, all months": ("statistics/monthly?{all}", None),
    "annex as CSV": (f"statistics/monthly?{LAST_YEAR}&format=csv", 5),
    "annex as PDF": (f"statistics/monthly?{LAST_YEAR}&format=pdf", 300),
    "breakdown by theme": (f"statistics/breakdown?by=theme&{LAST_YEAR}", None),
    "annex, a commune, all months": (f"statistics/monthly?{{all}}&commune={COMMUNES[0]}", 50),
    "annex, a theme, all months": ("statistics/monthly?{all}&theme=email", 50),
    "annex, an advisor, all months": ("statistics/monthly?{all}&advisor_id={advisor}", 50),
    "annex, workshops on a market": ("statistics/monthly?{all}&kind=workshop&setting=public_space", 50),
    "annex, a commune, the last 12 months": (f"statistics/monthly?{LAST_YEAR}&commune={COMMUNES[0]}", 50),
    "breakdown by theme, a commune": (f"statistics/breakdown?by=theme&{{all}}&commune={COMMUNES[0]}", 50),
    "breakdown by age, a commune": (f"statistics/breakdown?by=age_group&{{all}}&commune={COMMUNES[0]}", 50),
    "completeness, a month": ("statistics/completeness?from=2025-11&to=2025-11", None),
    "list, 50 reports": ("reports?from=2025-11-01&to=2025-11-30&limit=50", None),
    "changes, 50 after the first": ("changes?limit=50&cursor={cursor}", None),
}


def measure_history(stand, engine, history, arguments):
    """The first and the median milliseconds of every question over a history."""
    count, years = history
    database = Database.on(stand, engine, arguments.binary, f"history_{count}_{years}")
    organisation, advisors = database.organisation(count)
    coordinator = database.coordinator(organisation)
    started = time.monotonic()
    made = load(database, organisation, advisors, years)
    print(f"{engine}: {made * A_DAY} interventions loaded, tallied and checked in {time.monotonic() - started:.0f} s",
          file=sys.stderr, flush=True)
    advisor = database.sql(f"SELECT account_id FROM sign_ins WHERE email = '{advisors[-1]}'")
    times = {}
    with database.serve() as server:
        token = sign_in(server.port, coordinator)[0]
        cursor = server.ask_json(200, "GET", "/v1/changes?limit=1", token)["cursor"]
        filled = {"all": f"from={max(2026 - years, FIRST_YEAR)}-01&to=2025-12", "advisor": advisor, "cursor": cursor}
        for question, (path, _) in QUESTIONS.items():
            first, *rest = milliseconds(server.port, token, f"/v1/{path.format(**filled)}", arguments.times + 1)
            times[question] = first, statistics.median(rest)
    database.drop()
    return times


def growth(times, histories, question):
    """By how much the median grows from one year to the most, for each number of advisors that has both."""
    factors = []
    for count in sorted({count for count, _ in histories}):
        years = sorted(years for advisors, years in histories if advisors == count)
        if len(years) > 1:
            least, most = times[count, years[0]][question][1], times[count, years[-1]][question][1]
            factors.append(f"{most / least:.1f} × ({count})")
    return ", ".join(factors)


def measure_database(table, stand, engine, arguments):
    """The table of one database; returns what is above its limit."""
    times = {history: measure_history(stand, engine, history, arguments) for history in arguments.histories}
    table.say("")
    table.say(f"## {engine}")
    table.head("p50 in ms (the first answer)", *[f"{count} advisors × {years} y" for count, years in times],
               "growth with the years (advisors)", "limit")
    slow = []
    for question, (_, limit) in QUESTIONS.items():
        cells = [f"{of[question][1]:.2f} ({of[question][0]:.1f})" for of in times.values()]
        table.row(question, *cells, growth(times, arguments.histories, question), limit or "")
        slow += [f"{engine}: {question}, {count} advisors × {years} years" for (count, years), of in times.items()
                 if limit and count * years <= 1000 and of[question][1] > limit]
    return slow


def measure(arguments):
    """Measures what was asked for; returns the exit code."""
    table = Table("figures", "Reads over the years", arguments)
    table.say(f"An advisor makes about {261 * A_DAY} interventions a year: 1,000 advisors × 10 years are ten million. Each question"
              f" {arguments.times} times over one connection; in brackets the first answer, for which something may be made that is kept.")
    with Stand() as stand:
        slow = [what for engine in arguments.databases for what in measure_database(table, stand, engine, arguments)]
    table.close()
    for what in slow:
        print(f"error: {what} is above its limit", file=sys.stderr)
    return 1 if slow else 0


def history_of(text):
    """Advisors and years, as in 1000x10."""
    numbers = re.fullmatch(r"(\d+)x(\d+)", text)
    if numbers is None:
        raise argparse.ArgumentTypeError(f"a history is ADVISORSxYEARS, as in 1000x10, not {text}")
    return int(numbers[1]), int(numbers[2])


def options():
    """The command line."""
    parser = command_line(__doc__)
    parser.add_argument("--histories", type=history_of, nargs="+", default=[(10, 1), (100, 1), (100, 10), (1000, 1), (1000, 10)],
                        help="advisors × years, as in 1000x10")
    parser.add_argument("--times", type=int, default=15)
    return parser


if __name__ == "__main__":
    sys.exit(play(measure, options()))
