"""Throwaway servers for scripts: PostgreSQL, and `quotidien serve` with an organisation and accounts.

Both stop when their block ends. As root, PostgreSQL runs as the user `postgres`.
"""

import contextlib
import glob
import http.client
import json
import os
import shutil
import socket
import subprocess
import time

# After how many seconds the service has given back memory that it no longer uses.
GIVEN_BACK_SECONDS = 3


class Failure(Exception):
    """The run is void or its result not good enough; the message is for the person who started it."""


def run(command, **options):
    """Runs a command to its end and returns its standard output."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise Failure(f"{command[0]} failed ({done.returncode}): {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def free_port():
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def postgres_program(name):
    """The path of one of PostgreSQL's programs; Debian keeps the server's programs away from PATH."""
    versions = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), key=lambda path: int(path.split("/")[4]))
    found = shutil.which(name) or (versions[-1] if versions else None)
    if found is None:
        raise Failure(f"{name} is missing: install PostgreSQL 15 or newer")
    return found


def children(parent):
    """The process identifiers of a process's children (Linux)."""
    with open(f"/proc/{parent}/task/{parent}/children", encoding="ascii") as listed:
        return [int(pid) for pid in listed.read().split()]


class Cluster:
    """A throwaway PostgreSQL, stopped when the block ends. `settings` are `name=value`, added to the defaults;
    `initdb` are more arguments of initdb, `environment` is more of what its programs find in theirs."""

    def __init__(self, folder, settings=(), initdb=(), environment=None):
        self.data = folder / "postgres"
        self.port = free_port()
        self.settings = settings
        self.initdb = initdb
        self.environment = os.environ | (environment or {})
        # PostgreSQL refuses to run as root.
        self.prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

    def __enter__(self):
        self.data.mkdir(mode=0o700)
        if self.prefix:
            shutil.chown(self.data, "postgres")
        try:
            self._control("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C",
                          *self.initdb)
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if (self.data / "postmaster.pid").exists():
            self.stop()

    def start(self):
        """Starts the server and waits until it answers."""
        settings = ["listen_addresses=127.0.0.1", f"unix_socket_directories={self.data}", *self.settings]
        options = f"-p {self.port} " + " ".join(f"-c {setting}" for setting in settings)
        self._control("pg_ctl", "-w", "-s", "-l", self.data / "server.log", "-o", options, "start")

    def stop(self, mode="fast"):
        """Stops the server: `fast` ends sessions, `immediate` does not even write a checkpoint."""
        self._control("pg_ctl", "-w", "-s", "-m", mode, "stop")

    def processes(self):
        """The process identifiers of the server and of all that it started."""
        first = int((self.data / "postmaster.pid").read_text().split()[0])
        return [first, *children(first)]

    def _control(self, program, *arguments):
        # Output goes to a file: the server would hold a pipe open for as long as it lives.
        log = self.data.parent / "postgres_control.log"
        command = [*self.prefix, postgres_program(program), "-D", self.data, *arguments]
        with log.open("ab") as out:
            code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/",
                                  env=self.environment).returncode
        if code != 0:
            raise Failure(f"{program} failed ({code}): {log.read_text().strip()}")

    def url(self, database):
        """The URL of a database, by which the service, psql and pgbench all connect."""
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def sql(self, database, query):
        """What psql prints for one query: the values alone, without headings or alignment."""
        return run([postgres_program("psql"), "-XAtq", "-d", self.url(database), "-c", query]).strip()


class Server:
    """`quotidien serve` on a free loopback port, stopped when the block ends. `environment` are more settings, `prefix`
    a command that runs the server, such as `prlimit`."""

    def __init__(self, binary, url, folder, environment=None, prefix=()):
        self.command = [*prefix, str(binary), "serve"]
        self.port = free_port()
        self.log = folder / "server.log"
        self.environment = os.environ | {
            "DATABASE_URL": url, "QUOTIDIEN_LISTEN": f"127.0.0.1:{self.port}",
            "QUOTIDIEN_REQUESTS_PER_MINUTE": "0", "QUOTIDIEN_SIGN_INS_PER_MINUTE": "0"} | (environment or {})

    def __enter__(self):
        started = time.monotonic()
        self.start()
        try:
            self._wait_until_ready(started + 30)
        except BaseException:
            self.__exit__()
            raise
        self.start_seconds = time.monotonic() - started
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def start(self):
        """Starts the process, without waiting until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, env=self.environment, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)

    def _wait_until_ready(self, deadline):
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise Failure(f"serve ended ({self.process.returncode}): {self.log.read_text()[-2000:]}")
            with contextlib.suppress(OSError):
                if self.ask("GET", "/readyz")[0] == 200:
                    return
            time.sleep(0.001)
        raise Failure(f"serve was not ready within 30 s: {self.log.read_text()[-2000:]}")

    def ask(self, method, path, token=None, body=None):
        """One request; returns the status and the body as text."""
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection):
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def ask_json(self, expected, *request):
        """One request whose answer must have the expected status; returns its JSON."""
        status, body = self.ask(*request)
        if status != expected:
            raise Failure(f"{request[0]} {request[1]} answered {status}: {body}")
        return json.loads(body)


def create_organisation(binary, url, name):
    """An organisation, by the command line; returns its identifier."""
    created = run([binary, "organisation", "create", name], env=os.environ | {"DATABASE_URL": url})
    return json.loads(created)["organisation_id"]


def create_administrator(binary, url, email, name, password):
    """An administrator of the instance, by the command line."""
    run([binary, "administrator", "create", "--email", email, "--name", name, "--password-stdin"],
        env=os.environ | {"DATABASE_URL": url}, input=password)


def create_account(binary, url, organisation, role, email, name, password):
    """An account, by the command line; returns its identifier."""
    created = run([binary, "account", "create", "--organisation", organisation, "--role", role,
                   "--email", email, "--name", name, "--password-stdin"],
                  env=os.environ | {"DATABASE_URL": url}, input=password)
    return json.loads(created)["account_id"]
