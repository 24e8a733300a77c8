#!/usr/bin/env python3
"""Signs in 200 times at once with wrong passwords while an advisor reports, and measures how long reports take.

Against the release server, without limits on how often somebody asks, on SQLite and on a throwaway PostgreSQL. Prints the
99th percentile of `PUT` without and with the storm; exits 1 when the latter is 100 ms or more, or a report is refused.

Needs PostgreSQL's programs and a release build. As root, PostgreSQL runs as the user `postgres`.
"""

import argparse
import datetime
import http.client
import json
import subprocess
import sys
import threading
import time

from stand import Database, Failure, Stand, command_line, percentile, play, sign_in

AT_ONCE = 200
LIMIT_MS = 100
REPORT = {"interventions": [{"kind": "workshop", "participants": 9, "duration_minutes": 90, "setting": "partner_site",
                             "themes": ["internet"]}]}


def storm(port, email):
    """Sends the sign-ins at once and waits for their answers. Runs in another process than the reports, which are then
    slowed down only by what the server spends on the sign-ins."""
    start = threading.Barrier(AT_ONCE)
    statuses = []

    def sign_in(number):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        connection.connect()
        start.wait()
        body = {"email": email, "password": f"wrong horse battery {number}"}
        connection.request("POST", "/v1/sessions", json.dumps(body), {"Content-Type": "application/json"})
        statuses.append(connection.getresponse().status)

    threads = [threading.Thread(target=sign_in, args=(number,)) for number in range(AT_ONCE)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if statuses != [401] * AT_ONCE:
        raise Failure(f"the sign-ins were answered {sorted(set(statuses))}, {len(statuses)} of them")
    print(f"{time.monotonic() - started:.1f}")


class Reporter:
    """An advisor who reports one day after the other over one connection."""

    def __init__(self, server, email):
        token = sign_in(server.port, email)[0]
        advisor = server.ask_json(200, "GET", "/v1/me", token)["account_id"]
        self.headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self.path = f"/v1/advisors/{advisor}/reports/"
        self.day = datetime.date(2020, 1, 1)

    def put(self):
        """Reports a day; how many milliseconds it took."""
        started = time.monotonic()
        self.connection.request("PUT", f"{self.path}{self.day}", json.dumps(REPORT), self.headers)
        answer = self.connection.getresponse()
        answer.read()
        if answer.status != 201:
            raise Failure(f"a report was answered {answer.status}")
        self.day += datetime.timedelta(days=1)
        # A pause, so that reports come about as often as people send them, and not as fast as one connection can.
        time.sleep(0.005)
        return (time.monotonic() - started) * 1000 - 5

    def while_it_lasts(self, going):
        """Reports day after day while `going()` is true; how long each report took."""
        times = []
        while going() or not times:
            times.append(self.put())
        return times


def measure_database(database):
    """Both measurements on one database; whether the limit is kept."""
    _, (email,) = database.organisation(1)
    with database.serve() as server:
        reporter = Reporter(server, email)
        until = time.monotonic() + 3
        calm = reporter.while_it_lasts(lambda: time.monotonic() < until)
        stormy = subprocess.Popen([sys.executable, __file__, "--storm", str(server.port), email], stdout=subprocess.PIPE, text=True)
        times = reporter.while_it_lasts(lambda: stormy.poll() is None)
        lasted = stormy.communicate()[0].strip()
        if stormy.returncode != 0:
            raise Failure("the storm failed")
    p99 = percentile(times, 0.99)
    print(f"{database.engine}: PUT p99 {percentile(calm, 0.99):.1f} ms in the calm ({len(calm)} reports), {p99:.1f} ms (p50 "
          f"{percentile(times, 0.5):.1f}) during {AT_ONCE} sign-ins in {lasted} s ({len(times)} reports)", flush=True)
    return p99 < LIMIT_MS


def measure(arguments):
    """Measures what was asked for; returns the exit code."""
    if arguments.storm:
        port, email = arguments.storm
        storm(int(port), email)
        return 0
    with Stand() as stand:
        kept = [measure_database(Database.on(stand, engine, arguments.binary)) for engine in arguments.databases]
    return 0 if all(kept) else 1


def options():
    """The command line."""
    parser = command_line(__doc__, table=False)
    parser.add_argument("--storm", nargs=2, metavar=("PORT", "EMAIL"), help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(play(measure, options()))
