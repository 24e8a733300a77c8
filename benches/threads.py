#!/usr/bin/env python3
"""Tells what a report takes of the processor, thread by thread, while wrk sends new reports over 32 connections.

The microseconds of all cores: what the threads of the release server, of PostgreSQL and of the generator took by `/proc`, and what
was left idle, with or without the disk at work. Interrupts, and with them the network, count for the thread that they interrupt.

Needs wrk, PostgreSQL's programs and a release build; Linux only. As root, PostgreSQL runs as the user `postgres`.
"""

import collections
import concurrent.futures
import os
import pathlib
import sys
import time

from load import CONNECTIONS, Load
from stand import Database, Stand, Table, command_line, play

MICROSECONDS_A_TICK = 1e6 / os.sysconf("SC_CLK_TCK")
# The threads that are told apart, by the names that they give themselves, and what each does.
THREADS = {
    "writer": "writer: decides, stores, commits",
    "actix-rt|system": "requests: read, checked, answered",
    "storer": "storer: stores, commits",
    "answers": "answers: has SQLite's log kept, wakes who waits",
    "postgres": "PostgreSQL: the session, the log",
    "wrk": "the generator",
}
# The fields of the first line of `/proc/stat` that tell what no thread took, and how they are told.
IDLE = {4: "idle", 5: "idle, the disk at work"}


def of_threads():
    """The name of each thread of the machine, and the processor ticks that it has had. The kernel's own change their names."""
    threads = {}
    for path in pathlib.Path("/proc").glob("[0-9]*/task/[0-9]*/stat"):
        try:
            before, _, after = path.read_text().rpartition(")")
        except OSError:  # It has ended.
            continue
        fields = after.split()
        threads[path] = before.partition("(")[2], int(fields[11]) + int(fields[12])
    return threads


def of_nobody():
    """The ticks in which a core was idle, by how it is told."""
    fields = pathlib.Path("/proc/stat").read_text().splitlines()[0].split()
    return {name: int(fields[field]) for field, name in IDLE.items()}


def taken_amid(seconds):
    """The ticks that everything takes in so many seconds, a second from now."""
    time.sleep(1)
    threads, idle = of_threads(), of_nobody()
    time.sleep(seconds)
    taken = collections.Counter()
    for path, (name, ticks) in of_threads().items():
        _, before = threads.get(path, (name, 0))
        taken[THREADS.get(name, "everything else")] += ticks - before
    return taken | {name: ticks - idle[name] for name, ticks in of_nobody().items()}


def measure(arguments):
    table = Table("threads", "What a report takes of the processor", arguments)
    columns = {}
    with Stand() as stand:
        for engine in arguments.databases:
            database = Database.on(stand, engine, arguments.binary)
            _, emails = database.organisation(256)
            with database.serve() as server:
                load = Load(database, server, emails, "threads")
                load.round(CONNECTIONS, arguments.seconds)
                # But its first and its last second.
                seconds = arguments.seconds - 2
                with concurrent.futures.ThreadPoolExecutor() as beside:
                    taken = beside.submit(taken_amid, seconds)
                    rate = load.round(CONNECTIONS, arguments.seconds)["rate"]
                columns[f"{engine}, {rate:.0f} reports/s"] = {
                    name: ticks * MICROSECONDS_A_TICK / (rate * seconds) for name, ticks in taken.result().items()}
    table.say(f"Microseconds of all cores, {CONNECTIONS} connections, one organisation, a round of {arguments.seconds} s.")
    table.head("", *columns)
    for name in dict.fromkeys(name for column in columns.values() for name in column):
        table.row(name, *(f"{column.get(name, 0):.0f}" for column in columns.values()))
    table.row("**together**", *(f"{sum(column.values()):.0f}" for column in columns.values()))
    table.close()


def main():
    parser = command_line(__doc__)
    parser.add_argument("--seconds", type=int, default=8, help="of the round; default 8")
    return play(measure, parser, ["wrk"])


if __name__ == "__main__":
    sys.exit(main())
