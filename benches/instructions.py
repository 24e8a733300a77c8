#!/usr/bin/env python3
"""Counts the instructions of what every report costs, which noise does not change, and compares them with the recorded ones.

Callgrind runs `examples/instructions.rs` and counts parsing a report, validating it, its tally, the token check and the annex
of twelve months. The build is the one that the tests make anyway: the counts tell of work that is added,
not of what the optimiser makes of it. Exits 1 when one is more than 5 % above or below; `--write` records anew.

Needs valgrind.
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
RECORDED = ROOT / "benches" / "instructions.json"
PROGRAM = ROOT / "target" / "debug" / "examples" / "instructions"
WORKS = ["parse", "validate", "tally", "token", "annex"]
TIMES = 10  # as in the program
MARGIN = 0.05


def counted(work, folder):
    """The instructions of a piece of work, done once."""
    # Threads of the allocator and dates of the zone do not matter: only what runs inside `measured` is collected.
    command = ["valgrind", "--tool=callgrind", "--collect-atstart=no", "--toggle-collect=*instructions*measured*",
               f"--callgrind-out-file={folder}/{work}.out", PROGRAM, work, f"{folder}/bench.db"]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    collected = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or collected is None or int(collected[1]) == 0:
        raise SystemExit(f"error: {work} was not counted ({done.returncode}): {done.stderr[-2000:]}")
    return round(int(collected[1]) / TIMES)


def main():
    """Counts and compares; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="record the counts anew")
    arguments = parser.parse_args()
    if shutil.which("valgrind") is None:
        raise SystemExit("error: valgrind is missing: on Debian apt-get install valgrind")
    with tempfile.TemporaryDirectory(prefix="quotidien-instructions-") as folder:
        subprocess.run([PROGRAM, "fill", f"{folder}/bench.db"], check=True)
        counts = {work: counted(work, folder) for work in WORKS}
    if arguments.write:
        RECORDED.write_text(json.dumps(counts, indent=2) + "\n")
    recorded = json.loads(RECORDED.read_text())
    wrong = 0
    for work, count in counts.items():
        change = count / recorded[work] - 1
        wrong += abs(change) > MARGIN
        print(f"{work:10} {count:12,} instructions, {change:+7.2%}{' — beyond 5 %' if abs(change) > MARGIN else ''}")
    if wrong:
        print("error: where the change is meant, record it with `just instructions --write`", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
