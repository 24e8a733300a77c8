#!/usr/bin/env python3
"""Has the release serve for an hour at half of what it can: many advisors report new days and change others, while 500
connections are idle and 50 are stalled: half of these ask for large pages and never read them, the others send half a
body.

Prints the resident memory every ten seconds. Exits 1 when an answer is an error, when the memory of the second half is
not within 5 % of its median or goes on rising, when `quotidien check` finds something, or when the versions of the
reports are not as many as the writes that were acknowledged.

Needs wrk, PostgreSQL's programs and a release build; Linux only. On SQLite the file grows by about a kilobyte a write.
"""

import argparse
import contextlib
import datetime
import json
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from clients import HALF_A_BODY, Crowd, fill_for_all, large_page, megabytes, with_descriptors
from stage import BOTH, ROOT, Failure, Fault, Stage
from throwaway import GIVEN_BACK_SECONDS
from writers import sign_in

CONNECTIONS, THREADS = 32, 2
IDLE, STALLED = 500, 50
# How many advisors write, and how many others ask for large pages: each may make two such reads at once.
WRITERS, READERS = 40, 15
PROBE_SECONDS = 10
SAMPLE_SECONDS = 10
# Access tokens live for 15 minutes; wrk reads new ones each time that it starts.
ROUND_SECONDS = 480
# Days that may be reported: from 2020-01-01 to yesterday.
DAYS = (datetime.datetime.now(datetime.timezone.utc).date() - datetime.date(2020, 1, 1)).days
# How far memory may be from its median, and by how much it may rise from the beginning to the end of the second half.
SPREAD, RISE = 0.05, 0.02
ASKS_ONCE = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Soak:
    """The service with its callers, and what came of it."""

    def __init__(self, stage):
        self.stage, self.first = stage, 0
        self.service = stage.serve(prefix=with_descriptors(4096))
        self.writers, self.readers = stage.advisors[:WRITERS], stage.advisors[WRITERS:]
        self.credentials = stage.folder / "credentials"
        fill_for_all(self.service, self.readers, 25)
        self.versions_before = self.versions()
        self.acknowledged, self.rounds = 0, 0
        # Held by whoever looks at the memory, and while people sign in: to judge a password takes 19 MiB for a moment.
        self.without_sign_ins = threading.Lock()

    def versions(self):
        """How many versions the reports of all advisors have together."""
        return int(self.stage.query("SELECT coalesce(sum(version), 0) FROM reports")[0])

    def sign_in(self):
        """Lets everybody sign in anew, and the memory that this took be given back."""
        with self.without_sign_ins:
            for advisor in self.stage.advisors:
                advisor.token = sign_in(self.service, advisor)
            time.sleep(GIVEN_BACK_SECONDS)
        self.credentials.write_text("".join(f"{one.account} {one.token}\n" for one in self.writers))

    def write(self, seconds, rate):
        """One round of writes; returns what soak.lua counted."""
        self.sign_in()
        command = ["wrk", "-t", THREADS, "-c", CONNECTIONS, "-d", f"{seconds}s", "--timeout", "10s", "-s",
                   pathlib.Path(__file__).with_name("soak.lua"), f"http://127.0.0.1:{self.service.port}",
                   "--", self.credentials, self.first, THREADS, DAYS, rate]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
        counted = [line for line in done.stdout.splitlines() if line.startswith("{")]
        if done.returncode != 0 or not counted:
            raise Failure(f"wrk failed ({done.returncode}): {done.stdout}{done.stderr}")
        counts = json.loads(counted[-1])
        self.first += THREADS * counts["most_by_a_thread"]
        self.acknowledged += counts["acknowledged"]
        self.rounds += 1
        if counts["others"] or counts["socket_errors"]:
            raise Failure(f"answers that are errors: {counts} {done.stderr.strip()}")
        print(f"   {counts['acknowledged']} writes in {counts['seconds']:.0f} s, p50 {counts['p50_ms']} ms,"
              f" p99 {counts['p99_ms']} ms", flush=True)
        return counts

    def callers(self):
        """The connections that are idle, and those that stall."""
        def page_of(reader):
            return lambda: large_page(reader.token)

        pages = [page_of(self.readers[place % len(self.readers)]) for place in range(STALLED // 2)]
        bodies = [lambda: HALF_A_BODY] * (STALLED - len(pages))
        return Crowd(self.service.port, [lambda: ASKS_ONCE] * IDLE + bodies + pages)

    def run(self, minutes, rate):
        """Serves for so long; returns the samples of resident memory, in megabytes."""
        samples, ended = [], threading.Event()

        def watch():
            while not ended.wait(SAMPLE_SECONDS):
                with self.without_sign_ins:
                    samples.append(megabytes(self.service))
                print(f"{len(samples) * SAMPLE_SECONDS:6} s  {samples[-1]} MB", flush=True)

        watching = threading.Thread(target=watch, daemon=True)
        left = round(minutes * 60)
        self.sign_in()
        with self.callers():
            watching.start()
            while left > 0:
                self.write(min(left, ROUND_SECONDS), rate)
                left -= ROUND_SECONDS
            ended.set()
            watching.join()
        return samples

    def judge(self, samples):
        """Notes what should not be."""
        half = samples[len(samples) // 2:]
        median = statistics.median(half)
        slope = statistics.linear_regression(range(len(half)), half).slope if len(half) > 1 else 0.0
        rise = slope * (len(half) - 1)
        print(f"second half: {min(half)} to {max(half)} MB, median {median} MB, rising by {rise:.1f} MB")
        self.stage.require(all(abs(one - median) <= SPREAD * median for one in half), "memory is not within 5 %")
        self.stage.require(rise <= RISE * median, f"memory goes on rising: {rise:.1f} MB")
        self.stage.require(self.service.restarts == 0, f"the service was restarted {self.service.restarts} times")
        written = self.versions() - self.versions_before
        print(f"{self.acknowledged} acknowledged, {written} versions")
        # wrk ends each time without reading the last answers, at most one for each connection.
        most = self.acknowledged + self.rounds * CONNECTIONS
        self.stage.require(self.acknowledged <= written <= most, f"{self.acknowledged} acknowledged, {written} written")
        code, said = self.stage.command("check", timeout=3600)
        self.stage.require(code == 0, f"check exits {code}: {said[-300:]}")


def soak(arguments, folder, blocks):
    """All of it; returns what should not be, in words."""
    fault = Fault("soak", None, BOTH, frozenset(), ())
    stage = Stage(fault, arguments.database, arguments.binary, False, folder, blocks)
    stage.make_database()
    stage.make_people(organisations=1, advisors=WRITERS + READERS)
    here = Soak(stage)
    rate = arguments.rate
    if not rate:
        counts = here.write(PROBE_SECONDS, 0)
        rate = counts["acknowledged"] / counts["seconds"] / 2
    print(f"{arguments.database}: {rate:.0f} writes a second for {arguments.minutes:g} minutes", flush=True)
    here.judge(here.run(arguments.minutes, rate))
    return stage.problems


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=BOTH, default="sqlite")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=float, help=f"writes a second; default: half of what {PROBE_SECONDS} s find")
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "target" / "release" / "quotidien")
    arguments = parser.parse_args()
    arguments.binary = arguments.binary.resolve()
    return arguments


def main():
    """Soaks; returns the exit code."""
    # SIGTERM raises an exception, so that the blocks below stop the processes that they started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    arguments = parse_arguments()
    try:
        if shutil.which("wrk") is None:
            raise Failure("wrk is missing: install it, on Debian with apt-get install wrk")
        if not arguments.binary.exists():
            raise Failure(f"{arguments.binary} is missing: cargo build --release")
        with tempfile.TemporaryDirectory(prefix="quotidien-soak-") as name, contextlib.ExitStack() as blocks:
            folder = pathlib.Path(name)
            folder.chmod(0o755)  # PostgreSQL's user passes through
            problems = soak(arguments, folder, blocks)
    except Failure as failure:
        problems = [str(failure)]
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
