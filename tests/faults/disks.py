"""Faults of disks: full for the database, for PostgreSQL's write-ahead log, for the log, for all at once; read-only; slow, or
broken when SQLite's log is written to it. And logs that nobody reads."""

import contextlib
import os
import shlex
import shutil
import signal
import struct
import subprocess
import threading
import time

from stage import BOTH, POSTGRES, SQLITE, Failure, fault, require_root, run, wait_until

# Enough for an empty PostgreSQL with some reports, or for a SQLite with its write-ahead log.
MEGABYTES = {"sqlite": 32, "postgres": 128}


@contextlib.contextmanager
def filled(disk):
    """Leaves no room on a disk while the block lasts."""
    ballast = disk / "ballast"
    try:
        with ballast.open("wb", buffering=0) as file:
            for size in (1 << 20, 1 << 12):
                with contextlib.suppress(OSError):
                    while file.write(bytes(size)) == size:
                        pass
        yield
    finally:
        ballast.unlink()


def fill_while_it_writes(stage, load, disk):
    """Fills the disk until writes are refused, for some seconds, and makes room again."""
    for _ in range(stage.choose(3, 1)):
        before = load.refused.total()
        with filled(disk):
            time.sleep(stage.choose(15, 6))
            stage.require(load.refused.total() > before, "no write was refused while the disk was full")
            status, _ = load.server.ask("GET", "/v1/nomenclature")
            stage.require(status == 200, f"what needs no write answers {status}")
            # PostgreSQL refuses some writes then, and takes others.
            told = stage.database == "postgres" or wait_until(lambda: readiness(load) == 503, 5)
            stage.require(told, "/readyz does not tell that the disk is full")
        stage.await_service(load)
        stage.require(readiness(load) == 200, "/readyz does not tell that there is room again")


def readiness(load):
    """The status by which the service says whether it can answer."""
    return load.server.ask("GET", "/readyz")[0]


def folder_of_postgres(folder):
    """A new folder that PostgreSQL's user owns."""
    folder.mkdir()
    shutil.chown(folder, "postgres")
    return folder


def disk_of_data(stage):
    """A new disk with the database. SQLite's write-ahead log stands beside it; PostgreSQL's has a disk of its own."""
    disk = stage.disk(MEGABYTES[stage.database])
    apart = [f"--waldir={folder_of_postgres(stage.folder / 'wal')}"] if stage.database == "postgres" else []
    stage.make_database(disk, initdb=apart)
    return disk


@fault("disk full for the database")
def fill_the_disk_of_data(stage):
    disk = disk_of_data(stage)
    stage.serve()
    with stage.load() as load:
        fill_while_it_writes(stage, load, disk)


@fault("disk full for PostgreSQL's write-ahead log", POSTGRES, short=POSTGRES)
def fill_the_disk_of_the_write_ahead_log(stage):
    disk = stage.disk(48)
    stage.make_database(initdb=[f"--waldir={folder_of_postgres(disk / 'wal')}", "--wal-segsize=1"],
                        settings=("max_wal_size=8MB", "min_wal_size=2MB"))
    stage.serve()
    with stage.load() as load:
        before = load.refused.total()
        with filled(disk):
            time.sleep(stage.choose(20, 8))
            stage.require(load.refused.total() > before, "no write was refused while the disk was full")
        # PostgreSQL ends when it cannot write its log; whoever watches over it starts it again.
        with contextlib.suppress(Failure):
            stage.cluster.stop("immediate")
        (stage.cluster.data / "postmaster.pid").unlink(missing_ok=True)
        stage.cluster.start()
        stage.await_service(load)


def serve_and_log_to(stage, path):
    """Has the service log every request to a file or a pipe."""
    redirected = f'exec "$@" 2>{shlex.quote(str(path))}'
    return stage.serve({"QUOTIDIEN_LOG": "debug"}, prefix=("sh", "-c", redirected, "sh"))


def write_on_without_a_log(stage, load, service):
    """Requires that reports are written as ever while the log cannot be."""
    time.sleep(stage.choose(15, 5))
    stage.require(not load.refused, "writes are refused because the log cannot be written")
    stage.await_service(load)
    stage.require(service.restarts == 0, "the service ended because its log could not be written")


@fault("disk full for the log", short=BOTH)
def fill_the_disk_of_the_log(stage):
    disk = stage.disk(2)
    service = serve_and_log_to(stage, disk / "log")
    with stage.load() as load, filled(disk):
        write_on_without_a_log(stage, load, service)


@fault("one disk full for the database and the log")
def fill_the_disk_of_data_and_log(stage):
    disk = disk_of_data(stage)
    service = serve_and_log_to(stage, disk / "log")
    with stage.load() as load:
        fill_while_it_writes(stage, load, disk)
    stage.require(service.restarts == 0, "the service ended because its disk was full")


@fault("nobody reads the log any more", short=SQLITE)
def stop_reading_the_log(stage):
    log_to_a_pipe(stage, signal.SIGKILL)


@fault("the log is a full pipe", short=SQLITE)
def let_the_log_stall(stage):
    log_to_a_pipe(stage, signal.SIGSTOP)


@fault("nobody reads the log while PostgreSQL is stopped for 5 s", POSTGRES, short=POSTGRES)
def stop_postgres_without_a_log(stage):
    service = log_to_a_pipe(stage, signal.SIGKILL)
    with stage.load() as load:
        stage.cluster.stop("immediate")
        time.sleep(5)
        stage.cluster.start()
        stage.await_service(load)
    stage.require(service.restarts == 0, "the service ended because its log could not be written")


def log_to_a_pipe(stage, signal_to_reader):
    """Has the service log into a pipe whose reader gets that signal; returns the service."""
    pipe = stage.folder / "log"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", pipe], stdout=subprocess.DEVNULL)
    stage.blocks.callback(reader.kill)
    service = serve_and_log_to(stage, pipe)
    with stage.load() as load:
        reader.send_signal(signal_to_reader)
        write_on_without_a_log(stage, load, service)
    return service


class Disk:
    """What the disk answers when a file is to be kept, to whatever program has this environment, by what `disk.c` puts between the
    two. It is quick and sound at first."""

    def __init__(self, stage):
        library = stage.preloaded("disk.c")
        self.file = stage.folder / "disk"
        self.file.write_bytes(bytes(16))
        self.environment = {"LD_PRELOAD": str(library), "DISK_FILE": str(self.file)}

    def answer(self, wait=0, fails_every=0):
        """From now on whoever has something kept waits so many seconds, and is refused every so often."""
        # The program looks at these bytes whenever it has something kept: they are replaced at once, not the file.
        with self.file.open("r+b", buffering=0) as file:
            file.write(struct.pack("=qq", round(wait * 1e6), fails_every))


def serve_on_a_disk(stage):
    """The service, and the disk of its database."""
    disk = Disk(stage)
    if stage.database == "sqlite":
        return stage.serve(disk.environment), disk
    stage.make_database(environment=disk.environment)
    return stage.serve(), disk


@fault("disk that takes 0.3 s to keep what is written", short=BOTH)
def keep_slowly(stage):
    service, disk = serve_on_a_disk(stage)
    disk.answer(wait=0.3)
    with stage.load() as load:
        shown = seconds_until_shown(service, stage.advisors[0])
        stage.require(shown >= 0.3, f"a report is shown {shown:.2f} s after it was sent, before the disk keeps it")
        time.sleep(stage.choose(10, 3))
    soonest = min(min(writer.seconds) for writer in load.writers)
    stage.require(soonest >= 0.3, f"a report is acknowledged after {soonest:.2f} s, before the disk keeps it")


def seconds_until_shown(service, advisor):
    """How many seconds after an advisor has sent a report it is shown first, to whoever asks for it all the time."""
    path = f"/v1/advisors/{advisor.account}/reports/2024-01-02"
    sent = time.monotonic()
    sender = threading.Thread(target=service.ask, args=("PUT", path, advisor.token, {"interventions": []}))
    sender.start()
    if not wait_until(lambda: service.ask("GET", path, advisor.token)[0] == 200, 10, every=0.005):
        raise Failure("a report that was sent is not shown within 10 s")
    shown = time.monotonic() - sent
    sender.join()
    return shown


@fault("disk that fails now and then to keep what is written", SQLITE, short=SQLITE)
def fail_to_keep(stage):
    service, disk = serve_on_a_disk(stage)
    with stage.load() as load:
        disk.answer(fails_every=50)
        stage.require(wait_until(lambda: load.refused.total() > stage.choose(200, 20), 60), "no write is refused")
        stage.await_service(load)
        # What is asked from here on is to be answered, and one write of fifty is not.
        disk.answer()
    stage.require(service.restarts == 0, "the service ended because its disk failed now and then")


@fault("started on a read-only disk", SQLITE, short=SQLITE)
def start_read_only(stage):
    disk = stage.disk(MEGABYTES[stage.database])
    stage.make_database(disk)
    service = stage.serve()
    with stage.load():
        time.sleep(1)
    service.__exit__()
    run(["mount", "-o", "remount,ro", disk])
    stage.refuses_in_words(["read-only", "readonly", "unable to open database file"],
                           "serve", "--listen", f"127.0.0.1:{service.port}")
    run(["mount", "-o", "remount,rw", disk])
    service.__enter__()
    with stage.load() as load:
        stage.await_service(load)


@fault("started by a user who may not write the file", SQLITE, short=SQLITE)
def start_as_a_stranger(stage):
    require_root()
    service = stage.serve()
    with stage.load():
        time.sleep(1)
    service.__exit__()
    stage.refuses_in_words(["readonly", "read-only", "unable to open database file"],
                           "serve", "--listen", f"127.0.0.1:{service.port}", prefix=("setpriv", "--reuid=65534"))
    service.__enter__()
    with stage.load() as load:
        stage.await_service(load)
