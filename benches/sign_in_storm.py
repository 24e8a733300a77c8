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
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from throwaway import Cluster, Failure, Server, create_account, create_organisation

BINARY = ROOT / "target" / "release" / "quotidien"
AT_ONCE = 200
LIMIT_MS = 100
ADVISOR = {"email": "camille.martin@demo.example", "password": "correct horse battery"}
REPORT = {"interventions": [{"kind": "workshop", "participants": 9, "duration_minutes": 90, "setting": "partner_site",
                             "themes": ["internet"]}]}


def storm(port):
    """Sends the sign-ins at once and waits for their answers. Runs in another process than the reports, which are then
    slowed down only by what the server spends on the sign-ins."""
    start = threading.Barrier(AT_ONCE)
    statuses = []

    def sign_in(number):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        connection.connect()
        start.wait()
        body = {**ADVISOR, "password": f"wrong horse battery {number}"}
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

    def __init__(self, server, advisor):
        tokens = server.ask_json(201, "POST", "/v1/sessions", None, ADVISOR)
        self.headers = {"Content-Type": "application/json", "Authorization": f"Bearer {tokens['access_token']}"}
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


def percentile(times, share):
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def measure(name, url, folder):
    """Both measurements on one database; whether the limit is kept."""
    organisation = create_organisation(BINARY, url, "Le Mans Métropole")
    advisor = create_account(BINARY, url, organisation, "advisor", ADVISOR["email"], "Camille Martin",
                             ADVISOR["password"])
    with Server(BINARY, url, folder) as server:
        reporter = Reporter(server, advisor)
        until = time.monotonic() + 3
        calm = reporter.while_it_lasts(lambda: time.monotonic() < until)
        stormy = subprocess.Popen([sys.executable, __file__, "--storm", str(server.port)], stdout=subprocess.PIPE,
                                  text=True)
        times = reporter.while_it_lasts(lambda: stormy.poll() is None)
        lasted = stormy.communicate()[0].strip()
        if stormy.returncode != 0:
            raise Failure("the storm failed")
    p99 = percentile(times, 0.99)
    print(f"{name}: PUT p99 {percentile(calm, 0.99):.1f} ms in the calm ({len(calm)} reports), {p99:.1f} ms (p50 "
          f"{percentile(times, 0.5):.1f}) during {AT_ONCE} sign-ins in {lasted} s ({len(times)} reports)", flush=True)
    return p99 < LIMIT_MS


def main():
    """Measures both databases; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--storm", type=int, metavar="PORT", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.storm:
        storm(arguments.storm)
        return 0
    with tempfile.TemporaryDirectory(prefix="quotidien-storm-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)  # PostgreSQL's user passes through
        kept = measure("sqlite", f"sqlite://{folder / 'quotidien.db'}", folder)
        with Cluster(folder) as cluster:
            cluster.sql("postgres", "CREATE DATABASE quotidien")
            kept &= measure("postgres", cluster.url("quotidien"), folder)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
