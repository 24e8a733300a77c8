#!/usr/bin/env python3
"""Does what happens to machines to the running release service, on SQLite and on a throwaway PostgreSQL, while many
small writers report: kills, frozen and full databases, full disks, broken files, clients that stall, clocks that jump.

Prints a table with a row for each fault and database: how often, how many reports were acknowledged, found afterwards
and lost, how writes were refused meanwhile, the slowest answer, how long until all wrote again, and how often a
supervisor or a hand had to restart the service. Exits 1 when a row fails: a report is lost, a figure is wrong, a write
is refused with anything but 503 where the process lives, or the service does not come back by itself.

Needs PostgreSQL's programs and a release build; Linux only. Faults of disks need root, those of clocks Debian's
`faketime`; without these they are skipped, and the table says so.
"""

import argparse
import contextlib
import dataclasses
import datetime
import importlib
import os
import pathlib
import platform
import signal
import subprocess
import sys
import tempfile
import time
import traceback

from stage import FAULTS, ROOT, Failure, Skipped, Stage, run

# Each of these modules enters its faults into the list, in this order.
for module in ("processes", "postgres", "disks", "files", "clients", "clock", "schemas", "mail"):
    importlib.import_module(module)

RESULTS = pathlib.Path(__file__).resolve().parent / "results"
HEADINGS = ["fault", "database", "times", "acknowledged", "found", "lost", "refused", "slowest answer s",
            "writes again s", "restarts", "result"]


@dataclasses.dataclass
class Row:
    """A row of the table."""

    name: str
    stage: Stage
    seconds: float
    skipped: str = ""

    @property
    def failed(self):
        return bool(self.stage.problems)

    def cells(self):
        """The texts of the row, in the order of the headings."""
        stage = self.stage
        result = "skipped: " + self.skipped if self.skipped else "**failed**: " if self.failed else "held"
        words = "; ".join([*stage.problems, *stage.remarks])
        result += ("" if self.failed or not words else ": ") + words
        refused = ", ".join(f"{count} × {what}" for what, count in stage.refused.most_common()) or "–"
        again = f"{max(stage.serves_again):.1f}" if stage.serves_again else "–"
        restarts = f"{stage.by_hand} by hand" if stage.by_hand else str(stage.restarts)
        cells = [self.name, stage.database, stage.times, stage.acknowledged, stage.found, len(stage.lost), refused,
                 f"{stage.slowest:.1f}", again, restarts, result]
        return [" ".join(str(cell).replace("|", "\\|").split()) for cell in cells]


def play(fault, database, arguments):
    """Plays a fault on a database; returns its row."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="quotidien-faults-") as name, contextlib.ExitStack() as blocks:
        folder = pathlib.Path(name)
        folder.chmod(0o755)  # PostgreSQL's user passes through
        stage = Stage(fault, database, arguments.binary, arguments.short, folder, blocks)
        skipped = ""
        try:
            fault.play(stage)
            stage.verify()
        except Skipped as reason:
            skipped = str(reason)
        except Exception as error:  # Whatever it is, it is this row's, and the others are still played.
            stage.problem(f"{type(error).__name__}: {error}")
            if not isinstance(error, Failure):
                traceback.print_exc()
    return Row(fault.name, stage, time.monotonic() - started, skipped)


def table(rows):
    """The rows in Markdown."""
    lines = [HEADINGS, ["---"] * len(HEADINGS), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write(rows, arguments, seconds):
    """Keeps the table under the date of today; returns the path."""
    now = datetime.datetime.now(datetime.timezone.utc)
    commit = run(["git", "-C", ROOT, "rev-parse", "--short=12", "HEAD"]).strip()
    form = "short form" if arguments.short else "long form"
    failed = [f"{row.name} ({row.stage.database})" for row in rows if row.failed]
    text = f"""# Faults, {now:%Y-%m-%d}

{form}, commit {commit}, {os.cpu_count()} cores, Linux {platform.release()}, {seconds:.0f} s. `just faults` plays them.
{f"Failing: {', '.join(failed)}." if failed else "No row fails."}

{table(rows)}
"""
    path = RESULTS / f"{now:%Y-%m-%d}{'-short' if arguments.short else ''}.md"
    path.write_text(text)
    return path


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="fewer times, shorter, and only what CI has time for")
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--only", default="", metavar="WORDS", help="the faults whose name has these words")
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "target" / "release" / "quotidien")
    parser.add_argument("--write", action="store_true", help=f"keep the table in {RESULTS.relative_to(ROOT)}/")
    arguments = parser.parse_args()
    arguments.binary = arguments.binary.resolve()
    return arguments


def play_both(arguments):
    """Plays the short form on both databases at once, in two processes. Returns the exit code."""
    command = [sys.executable, __file__, "--short", "--only", arguments.only, "--binary", arguments.binary]
    children = [subprocess.Popen([*command, "--database", database]) for database in ("sqlite", "postgres")]
    try:
        return max(abs(child.wait()) for child in children)
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait()


def main():
    """Plays what was asked for; returns the exit code."""
    # SIGTERM raises an exception, so that the blocks above stop the processes that they started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    arguments = parse_arguments()
    if not arguments.binary.exists():
        print(f"failed: {arguments.binary} is missing: cargo build --release", file=sys.stderr)
        return 1
    if arguments.short and arguments.database == "both" and not arguments.write:
        return play_both(arguments)
    started, rows = time.monotonic(), []
    for fault in FAULTS:
        if arguments.only not in fault.name:
            continue
        for database in fault.short if arguments.short else fault.databases:
            if arguments.database in (database, "both"):
                rows.append(play(fault, database, arguments))
                print(f"{rows[-1].seconds:5.0f} s  {' | '.join(rows[-1].cells())}", flush=True)
    if arguments.write:
        print(f"written: {write(rows, arguments, time.monotonic() - started)}")
    failed = [row for row in rows if row.failed]
    for row in failed:
        print(f"failed: {row.name} ({row.stage.database}): {'; '.join(row.stage.problems)}", file=sys.stderr)
    print(f"{len(rows)} rows in {time.monotonic() - started:.0f} s, {len(failed)} failed")
    return 1 if failed or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
