#!/usr/bin/env python3
"""Does what happens to machines to the running release service, on SQLite and on a throwaway PostgreSQL, while many
small writers report: kills, frozen and full databases, full disks, broken files, clients that stall, clocks that jump.

Prints a row for each fault and database: how often it was played, how many reports were acknowledged, found afterwards
and lost, how writes were refused or ended without an answer, the slowest answer, how long it took at most until every
writer wrote again, and how often a supervisor, or a hand, restarted the service. Exits 1 when a row fails: a report is
lost, a figure is wrong, a write is refused with anything but 503 where the process lives, or the service does not come
back by itself.

Needs PostgreSQL's programs and a release build; Linux only. Faults of disks need root and a C compiler, those of clocks the compiler.
A fault that cannot be played for want of these is skipped: the table says so, and the run fails unless
`--may-skip` names the module of the fault.
"""

import argparse
import contextlib
import dataclasses
import datetime
import importlib
import json
import os
import pathlib
import platform
import signal
import subprocess
import sys
import tempfile
import time
import traceback

from stage import BOTH, FAULTS, ROOT, Failure, Skipped, Stage, run

# Each of these modules enters its faults into the list, in this order.
MODULES = ("processes", "postgres", "disks", "files", "clients", "clock", "schemas", "mail")
for module in MODULES:
    importlib.import_module(module)

RESULTS = pathlib.Path(__file__).resolve().parent / "results"
HEADINGS = ["fault", "database", "times", "acknowledged", "found", "lost", "refused", "slowest answer s",
            "writes again s", "restarts", "result"]


@dataclasses.dataclass
class Row:
    """A row of the table: the place of its fault in the list, its texts by the headings, and what failed."""

    place: int
    cells: list
    problems: list

    @property
    def name(self):
        return f"{self.cells[0]} ({self.cells[1]})"


def told(stage, skipped):
    """The texts of the row of a stage."""
    result = f"skipped: {skipped}" if skipped else "**failed**" if stage.problems else "held"
    words = "; ".join([*stage.problems, *stage.remarks])
    result += f": {words}" if words else ""
    refused = ", ".join(f"{count} × {what}" for what, count in stage.refused.most_common()) or "–"
    again = f"{max(stage.serves_again):.1f}" if stage.serves_again else "–"
    restarts = f"{stage.by_hand} by hand" if stage.by_hand else str(stage.restarts)
    # A row that failed before it read the reports back knows of none whether it is there.
    found, lost = ("?", "?") if stage.found is None else (stage.found, len(stage.lost))
    cells = [stage.fault.name, stage.database, stage.times, stage.acknowledged, found, lost, refused,
             f"{stage.slowest:.1f}", again, restarts, result]
    return [" ".join(str(cell).replace("|", "\\|").split()) for cell in cells]


def play(fault, database, arguments):
    """Plays a fault on a database; returns its row."""
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
    # What was not played holds nothing.
    unplayed = [f"skipped: {skipped}"] if skipped and fault.play.__module__ not in arguments.may_skip else []
    return Row(FAULTS.index(fault), told(stage, skipped), [*stage.problems, *unplayed])


def play_all(database, arguments):
    """Plays all faults of one database that were asked for; returns their rows."""
    rows = []
    for fault in FAULTS:
        if database in (fault.short if arguments.short else fault.databases) and arguments.only in fault.name:
            started = time.monotonic()
            rows.append(play(fault, database, arguments))
            print(f"{time.monotonic() - started:5.0f} s  {' | '.join(rows[-1].cells)}", flush=True)
    return rows


def play_both(arguments):
    """Plays the faults on both databases at once, in two processes; returns the rows of both."""
    with tempfile.TemporaryDirectory(prefix="quotidien-rows-") as name:
        files = {database: pathlib.Path(name) / database for database in BOTH}
        command = [sys.executable, __file__, "--only", arguments.only, "--binary", arguments.binary]
        command += ["--short"] if arguments.short else []
        command += [word for module in arguments.may_skip for word in ("--may-skip", module)]
        children = [subprocess.Popen([*command, "--database", database, "--rows", file])
                    for database, file in files.items()]
        try:
            for child in children:
                child.wait()
        finally:
            for child in children:
                child.terminate()
            for child in children:
                child.wait()
        missing = [database for database, file in files.items() if not file.exists()]
        if missing:
            raise Failure(f"the faults of {', '.join(missing)} were not played to the end")
        return [Row(*row) for file in files.values() for row in json.loads(file.read_text())]


def table(rows):
    """The rows in Markdown."""
    lines = [HEADINGS, ["---"] * len(HEADINGS), *(row.cells for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def commit_of(binary):
    """The commit of which the release was built: it stands in the folder of its sources."""
    return run(["git", "-C", binary.parent, "rev-parse", "--short=12", "HEAD"]).strip()


def write(rows, arguments, commit, seconds):
    """Keeps the table under the date of today; returns the path."""
    now = datetime.datetime.now(datetime.timezone.utc)
    form = "Short" if arguments.short else "Long"
    failed = [row.name for row in rows if row.problems]
    text = f"""# Faults, {now:%Y-%m-%d}

{form} form, commit {commit}, {os.cpu_count()} cores, Linux {platform.release()}, {seconds / 60:.0f} minutes.
`just faults --write` writes this table; `tests/faults/run.py` says what its columns are.

{f"Failing: {'; '.join(failed)}." if failed else "No row fails."}

{table(rows)}
"""
    path = RESULTS / f"{now:%Y-%m-%d}{'-short' if arguments.short else ''}.md"
    path.write_text(text)
    return path


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="fewer times, shorter, and only what CI has time for")
    parser.add_argument("--database", choices=[*BOTH, "both"], default="both")
    parser.add_argument("--only", default="", metavar="WORDS", help="the faults whose name has these words")
    parser.add_argument("--may-skip", action="append", choices=MODULES, default=[], metavar="MODULE",
                        help=f"let the faults of a module be skipped where they cannot be played: {', '.join(MODULES)}")
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "target" / "release" / "quotidien")
    parser.add_argument("--write", action="store_true", help=f"keep the table in {RESULTS.relative_to(ROOT)}/")
    parser.add_argument("--rows", type=pathlib.Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    arguments.binary = arguments.binary.resolve()
    return arguments


def main():
    """Plays what was asked for; returns the exit code."""
    # SIGTERM raises an exception, so that the blocks above stop the processes that they started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    arguments, started = parse_arguments(), time.monotonic()
    if not arguments.binary.exists():
        print(f"error: {arguments.binary} is missing: cargo build --release", file=sys.stderr)
        return 1
    # Asked first: half an hour later it would be too late to learn that nobody knows.
    commit = commit_of(arguments.binary) if arguments.write else None
    if arguments.database != "both":
        rows = play_all(arguments.database, arguments)
    else:
        rows = sorted(play_both(arguments), key=lambda row: row.place)
    if arguments.rows:
        arguments.rows.write_text(json.dumps([dataclasses.astuple(row) for row in rows]))
        return 0
    if arguments.write:
        print(f"written: {write(rows, arguments, commit, time.monotonic() - started)}")
    failed = [row for row in rows if row.problems]
    for row in failed:
        print(f"error: {row.name}: {'; '.join(row.problems)}", file=sys.stderr)
    print(f"{len(rows)} rows in {time.monotonic() - started:.0f} s, {len(failed)} failed")
    return 1 if failed or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
