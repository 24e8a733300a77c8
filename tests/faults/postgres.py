"""Faults of PostgreSQL itself, and of other programs that use either database."""

import contextlib
import os
import signal
import socket
import sqlite3
import struct
import time

from stage import POSTGRES, PROCESS_ENDS, SQLITE, UNAVAILABLE, fault, wait_until
from writers import HUNG, Requests


class Session:
    """A session of another program on the database, by PostgreSQL's own protocol."""

    def __init__(self, cluster, database="quotidien"):
        self.socket = socket.create_connection(("127.0.0.1", cluster.port), timeout=60)
        self.received = self.socket.makefile("rb")
        parameters = b"".join(text.encode() + b"\0" for text in ("user", "postgres", "database", database)) + b"\0"
        self.socket.sendall(struct.pack("!ii", len(parameters) + 8, 196608) + parameters)
        try:
            self._read()
        except OSError:
            self.close()
            raise

    def query(self, text):
        """Runs a query and waits for its end."""
        body = text.encode() + b"\0"
        self.socket.sendall(b"Q" + struct.pack("!i", len(body) + 4) + body)
        self._read()

    def _read(self):
        """Reads messages up to the one that says that the session is ready."""
        while True:
            head = self.received.read(5)
            if len(head) < 5:
                raise ConnectionError("PostgreSQL has ended the session")
            body = self.received.read(struct.unpack("!i", head[1:])[0] - 4)
            if head[:1] == b"E":
                raise ConnectionError(body.decode(errors="replace"))
            if head[:1] == b"Z":
                return

    def close(self):
        """Ends the session."""
        self.received.close()
        self.socket.close()


@fault("PostgreSQL killed and started again", POSTGRES, short=POSTGRES)
def kill_postgres(stage):
    stage.serve()
    with stage.load() as load:
        for _ in range(stage.choose(10, 2)):
            for process in stage.cluster.processes():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            time.sleep(2)
            (stage.cluster.data / "postmaster.pid").unlink(missing_ok=True)
            stage.cluster.start()
            stage.await_service(load)


@fault("PostgreSQL stopped and started again", POSTGRES, short=POSTGRES)
def restart_postgres(stage):
    stage.serve()
    with stage.load() as load:
        for mode in ("fast", "immediate") * stage.choose(5, 1):
            stage.cluster.stop(mode)
            time.sleep(1)
            stage.cluster.start()
            stage.await_service(load)


@contextlib.contextmanager
def frozen(cluster):
    """Freezes all of PostgreSQL's processes while the block lasts."""
    stopped = cluster.processes()
    for process in stopped:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in stopped:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)


@fault("PostgreSQL frozen", POSTGRES)
def freeze_postgres(stage):
    service = stage.serve()
    with stage.load() as load:
        with frozen(stage.cluster):
            time.sleep(5)
            began = time.monotonic()
            status, _ = service.ask("GET", "/healthz")
            stage.require(status == 200 and time.monotonic() - began < 2, f"/healthz answers {status}")
            status, _ = Requests(service.port).send("GET", "/v1/reports", stage.advisors[0].token)
            stage.require(status == 503, f"a read: {status}")
            time.sleep(max(0, 55 - (time.monotonic() - began)))
        stage.await_service(load)


@fault("SIGTERM while PostgreSQL is frozen", POSTGRES, allowed={*PROCESS_ENDS, HUNG})
def stop_while_frozen(stage):
    service = stage.serve()
    with stage.load() as load:
        with frozen(stage.cluster):
            time.sleep(2)
            process, began = service.process, time.monotonic()
            process.terminate()
            ended = wait_until(lambda: process.poll() is not None, 30)
            stage.require(ended, "SIGTERM is not obeyed within 30 s")
            if ended:
                stage.remark(f"ended {time.monotonic() - began:.0f} s after SIGTERM")
            # The supervisor would kill it now.
            process.kill()
        stage.await_service(load)


@fault("PostgreSQL out of connections", POSTGRES, short=POSTGRES)
def take_all_connections(stage):
    stage.make_database(settings=("max_connections=30",))
    stage.serve()
    others = []
    with stage.load() as load:
        try:
            control = Session(stage.cluster)
            others.append(control)
            full = wait_until(lambda: take_more(stage.cluster, control, others), 30, every=0)
            stage.require(full, "the service kept connections")
            before = load.refused[UNAVAILABLE]
            time.sleep(stage.choose(20, 5))
            stage.require(load.refused[UNAVAILABLE] > before, "no write was refused by 503")
        finally:
            for other in others:
                other.close()
        stage.await_service(load)


def take_more(cluster, control, others):
    """Ends the sessions of everybody else, and takes connections until there are none left; whether all are ours."""
    pids = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend'" \
           " AND application_name <> 'ours' AND pid <> pg_backend_pid()"
    control.query(pids)
    with contextlib.suppress(OSError):
        while True:
            other = Session(cluster)
            other.query("SET application_name = 'ours'")
            others.append(other)
    # One of the thirty is the control's; that PostgreSQL is full of ours is known by their number.
    return len(others) >= 30


@fault("another program locks an organisation's row", POSTGRES, short=POSTGRES)
def lock_one_organisation(stage):
    stage.serve()
    first, second = stage.organisations
    with stage.load() as load:
        other = Session(stage.cluster)
        other.query(f"BEGIN; UPDATE organisations SET name = name WHERE organisation_id = '{first}'")
        locked_at, waits = time.monotonic(), []
        while time.monotonic() - locked_at < stage.choose(20, 8):
            seconds = load.seconds_until_all_write(time.monotonic(), 20, load.of(second))
            waits.append(seconds or 20.0)
        stage.require(max(waits) < 5, f"writes of the other organisation wait for {max(waits):.0f} s")
        stage.remark(f"writes of the other organisation wait for {max(waits):.1f} s at most")
        other.query("ROLLBACK")
        other.close()
        stage.await_service(load)


@fault("another program locks SQLite", SQLITE, short=SQLITE)
def lock_sqlite(stage):
    stage.serve()
    with stage.load() as load:
        with contextlib.closing(sqlite3.connect(stage.file, isolation_level=None)) as other:
            other.execute("PRAGMA busy_timeout = 20000")
            other.execute("BEGIN IMMEDIATE")
            time.sleep(stage.choose(60, 12))
            other.execute("ROLLBACK")
        stage.await_service(load)


@fault("PostgreSQL takes no writes, as a standby does", POSTGRES, short=POSTGRES)
def make_postgres_read_only(stage):
    stage.serve()
    # A setting of its own session lets this one write the setting of all.
    control = Session(stage.cluster)
    control.query("SET default_transaction_read_only = off")
    with stage.load() as load:
        for value in ("on", "off"):
            control.query(f"ALTER SYSTEM SET default_transaction_read_only = {value}")
            control.query("SELECT pg_reload_conf()")
            time.sleep(5 if value == "on" else 0)
            if value == "on":
                status, _ = load.server.ask("GET", "/readyz")
                stage.require(status == 503, f"/readyz answers {status} while PostgreSQL takes no writes")
        stage.await_service(load)
    control.close()
