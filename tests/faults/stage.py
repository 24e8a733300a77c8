"""The stage on which a fault is played: a database, the service under a supervisor, advisors who report; and what is
told of it, a row of the table."""

import collections
import contextlib
import dataclasses
import os
import pathlib
import secrets
import shutil
import sqlite3
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from throwaway import Cluster, Failure, Server, create_account, create_organisation, run
from writers import CUT, REFUSED, Advisor, Load, compare

BOTH, SQLITE, POSTGRES = ("sqlite", "postgres"), ("sqlite",), ("postgres",)
# How writes may be refused while a fault lasts, unless a fault says more.
UNAVAILABLE = "503 unavailable"
# When the process itself ends, its connections end with it.
PROCESS_ENDS = {REFUSED, CUT}
# The service must write again within this many seconds after a fault is over.
PATIENCE = 60


class Skipped(Exception):
    """A fault cannot be played on this machine; the message says what is missing."""


@dataclasses.dataclass(frozen=True)
class Fault:
    """A fault, by the name that it has in the table. `allowed`: how writes may be refused besides 503. `short`: the
    databases on which the short form plays it."""

    name: str
    play: callable
    databases: tuple
    allowed: frozenset
    short: tuple


FAULTS = []


def fault(name, databases=BOTH, allowed=(), short=()):
    """Enters a function into the list of faults."""
    def enter(play):
        FAULTS.append(Fault(name, play, databases, frozenset(allowed), short))
        return play
    return enter


def require_root():
    """Skips what only root can do: mount file systems, and be another user."""
    if os.geteuid() != 0:
        raise Skipped("needs root")


class Service(Server):
    """`quotidien serve` under a supervisor, which starts it again when it has ended, as systemd does."""

    # How long the supervisor waits before it starts the service again.
    PAUSE = 0.1

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.restarts = 0
        self.supervised = False

    def start(self):
        super().start()
        self.supervised = True
        threading.Thread(target=self._supervise, args=(self.process,), daemon=True).start()

    def _supervise(self, process):
        process.wait()
        time.sleep(self.PAUSE)
        if self.supervised and process is self.process:
            self.restarts += 1
            self.start()

    def __exit__(self, *_):
        self.supervised = False
        super().__exit__()

    def said(self):
        """The end of the log, for a message."""
        return self.log.read_text(errors="replace")[-1500:] if self.log.exists() else ""


class Stage:
    """Where one fault is played on one database, and what came of it."""

    def __init__(self, played, database, binary, is_short, folder, blocks):
        self.fault, self.database, self.binary, self.is_short = played, database, binary, is_short
        self.folder, self.blocks = folder, blocks
        self.cluster, self.url, self.file, self.service = None, None, None, None
        self.organisations, self.advisors, self.loads = [], [], []
        self.times = 0
        self.serves_again, self.by_hand, self.restarts = [], 0, 0
        self.found, self.lost, self.problems, self.remarks = None, [], [], []

    # The scenery.

    def choose(self, long, short):
        """A number for the long form, or for the short one."""
        return short if self.is_short else long

    def make_database(self, folder=None, initdb=(), settings=(), environment=None):
        """An empty database in a folder, and PostgreSQL where that is asked for, with more in its environment."""
        folder = folder or self.folder
        if self.database == "sqlite":
            self.file = folder / "quotidien.db"
            self.url = f"sqlite://{self.file}"
            return
        # What the database is before the fault begins need not outlive the machine.
        self.cluster = self.blocks.enter_context(Cluster(folder, settings, ["--no-sync", *initdb], environment))
        self.blocks.callback(self._end_cluster)
        self.cluster.sql("postgres", "CREATE DATABASE quotidien")
        self.url = self.cluster.url("quotidien")

    def _end_cluster(self):
        """Ends PostgreSQL without the checkpoint that nobody will read, whatever the fault has left of it."""
        with contextlib.suppress(Failure):
            self.cluster.stop("immediate")
        (self.cluster.data / "postmaster.pid").unlink(missing_ok=True)

    def disk(self, megabytes):
        """A file system of that size, in memory."""
        require_root()
        folder = self.folder / f"disk{len(list(self.folder.glob('disk*')))}"
        folder.mkdir()
        try:
            run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", folder])
        except Failure as failure:
            raise Skipped(str(failure)) from failure
        self.blocks.callback(run, ["umount", "--lazy", folder])
        return folder

    def preloaded(self, source):
        """The library of a C file beside this one, for `LD_PRELOAD`: it stands between the service and the system."""
        if not shutil.which("cc"):
            raise Skipped("needs a C compiler (Debian: build-essential)")
        library = (self.folder / source).with_suffix(".so")
        run(["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", pathlib.Path(__file__).with_name(source), "-o", library])
        return library

    def make_people(self, organisations=2, advisors=2):
        """Organisations with their advisors, by the command line."""
        for number in range(organisations):
            self.organisations.append(create_organisation(self.binary, self.url, f"Collectivité {number}"))
        for number in range(organisations * advisors):
            organisation = self.organisations[number % organisations]
            email, password = f"advisor{number}@example.org", secrets.token_urlsafe(16)
            account = create_account(self.binary, self.url, organisation, "advisor", email, f"Advisor {number}",
                                     password)
            self.advisors.append(Advisor(organisation, account, email, password))

    def serve(self, environment=None, prefix=()):
        """A database with people if there is none yet, and the service."""
        if self.url is None:
            self.make_database()
        if not self.advisors:
            self.make_people()
        service = Service(self.binary, self.url, self.folder, environment, prefix)
        service.log = self.folder / f"server{service.port}.log"
        service = self.blocks.enter_context(service)
        self.service = self.service or service
        return service

    @contextlib.contextmanager
    def load(self, service=None, advisors=None):
        """Writers who report while the block lasts; all of them write before it begins."""
        service = service or self.service
        with Load(service, advisors or self.advisors, len(self.loads)) as load:
            if load.seconds_until_all_write(time.monotonic(), PATIENCE) is None:
                raise Failure(f"the service does not write before the fault: {dict(load.refused)}\n{service.said()}")
            self.loads.append(load)
            yield load

    def execute(self, script):
        """Runs statements on the database, past the service."""
        if self.cluster:
            self.cluster.sql("quotidien", script)
            return
        with contextlib.closing(sqlite3.connect(self.file)) as connection:
            connection.executescript(script)

    def query(self, query):
        """The values of the one column of a query, as texts."""
        if self.cluster:
            return self.cluster.sql("quotidien", query).splitlines()
        with contextlib.closing(sqlite3.connect(self.file)) as connection:
            return [str(value) for value, in connection.execute(query)]

    # What is told.

    def await_service(self, load, writers=None, since=None):
        """Notes how long it takes until every writer writes again. A service that does not is a problem, and is then
        restarted by hand so that what it stored can still be compared."""
        since = since or time.monotonic()
        self.times += 1
        seconds = load.seconds_until_all_write(since, PATIENCE, writers)
        if seconds is not None:
            self.serves_again.append(seconds)
            return
        self.problem(f"does not write again within {PATIENCE} s, and was restarted by hand")
        self.by_hand += 1
        load.server.process.kill()
        if load.seconds_until_all_write(time.monotonic(), PATIENCE, writers) is None:
            raise Failure(f"does not write again, although restarted: {load.server.said()}")

    def problem(self, words):
        """Something that should not be."""
        self.problems.append(words)

    def require(self, condition, words):
        """Notes a problem unless the condition holds."""
        if not condition:
            self.problem(words)

    def remark(self, words):
        """Something that is worth telling in the table."""
        self.remarks.append(words)

    def command(self, *arguments, timeout=120, prefix=()):
        """Runs a command of the program on this database; returns its exit code and all that it said."""
        done = subprocess.run([*prefix, self.binary, *arguments], env=os.environ | {"DATABASE_URL": self.url},
                              capture_output=True, text=True, timeout=timeout)
        return done.returncode, done.stdout + done.stderr

    def refuses_in_words(self, words, *arguments, prefix=()):
        """Requires that a command ends by itself with exit code 1, and says one of the words and nothing of a panic."""
        try:
            code, said = self.command(*arguments, timeout=30, prefix=prefix)
        except subprocess.TimeoutExpired:
            self.problem(f"{' '.join(arguments)} goes on although it must refuse")
            return
        line = said.strip().splitlines()[-1].replace(f"{self.folder}/", "") if said.strip() else "nothing"
        self.require(code == 1 and "panicked" not in said, f"{' '.join(arguments)} exits {code}: {line}")
        self.require(any(word in said for word in words), f"{' '.join(arguments)} does not say why: {line}")
        self.remark(f"{arguments[0]} refuses: {line[:160]}")

    def verify(self):
        """Compares what was acknowledged with what the API gives back, and recounts every figure."""
        self.restarts = self.service.restarts if self.service else 0
        for what, count in self.refused.items():
            if what != UNAVAILABLE and what not in self.fault.allowed:
                self.problem(f"{count} × {what}")
        if self.loads:
            self.found, self.lost = compare(self.service, self.loads)
            self.require(not self.lost, f"lost: {'; '.join(self.lost[:3])}")
        code, said = self.command("check", timeout=300)
        self.require(code == 0, f"check exits {code}: {said[-300:]}")

    @property
    def acknowledged(self):
        return sum(load.acknowledged for load in self.loads)

    @property
    def refused(self):
        return sum((load.refused for load in self.loads), collections.Counter())

    @property
    def slowest(self):
        return max((load.slowest for load in self.loads), default=0.0)


def wait_until(condition, seconds, every=0.05):
    """Whether a condition holds within so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(every)
    return False
