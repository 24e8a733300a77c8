"""Runs the files of deploy/nginx by Debian's nginx in front of the release server, and asks through it what a proxy owes.

    proxy.py [BINARY]

In a mount and a network namespace of its own: the files stand at their true paths, the ports are the true ones, and
callers have addresses of their own. Needs root, nginx, openssl and iproute2.
"""

import contextlib
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time

from throwaway import Failure, Server, run

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Addresses that are nobody's (RFC 5737): the proxy's own, and those of two towns and an attacker.
PROXY, TOWN, ATTACKER, CONNECTED = "203.0.113.1", "192.0.2.10", "198.51.100.20", "198.51.100.150"
NAME = "quotidien.test"
SIGN_INS = 12


def check(what, right, said=""):
    """Fails the run unless something is as it should be."""
    if not right:
        raise Failure(f"{what}: no. {said}")
    print(f"  {what}")


def prepare(folder):
    """Gives the namespace addresses, a certificate by an authority of its own, and nginx's folders with our files."""
    run(["ip", "link", "set", "lo", "up"])
    for address in (PROXY, TOWN, ATTACKER, CONNECTED):
        run(["ip", "address", "add", f"{address}/32", "dev", "lo"])
    nginx = folder / "etc-nginx"
    shutil.copytree("/etc/nginx", nginx, symlinks=True)
    # As docs/install.md says: Debian's own site is taken away.
    (nginx / "sites-enabled" / "default").unlink(missing_ok=True)
    for name in ("quotidien.conf", "upstream.conf"):
        shutil.copy(ROOT / "deploy" / "nginx" / name, nginx / "conf.d")
    tls = nginx / "tls"
    tls.mkdir()
    new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    run([*new, "-subj", "/CN=Test authority", "-keyout", folder / "ca.key", "-out", folder / "ca.pem"])
    run([*new, "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-addext", "basicConstraints=CA:false",
         "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key",
         "-keyout", tls / "privkey.pem", "-out", tls / "fullchain.pem"])
    run(["mount", "--bind", nginx, "/etc/nginx"])
    for path in ("/var/log/nginx", "/run"):
        run(["mount", "-t", "tmpfs", "tmpfs", path])


@contextlib.contextmanager
def nginx():
    """Debian's nginx with its own main file, stopped when the block ends."""
    tested = subprocess.run(["nginx", "-t"], capture_output=True, text=True)
    check("nginx takes the files", tested.returncode == 0, tested.stderr)
    check("without a warning", "[warn]" not in tested.stderr, tested.stderr)
    process = subprocess.Popen(["nginx", "-g", "daemon off;"], stdin=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection((PROXY, 443), timeout=1):
                break
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(timeout=15)


class Caller:
    """Somebody with an address, who trusts the test authority alone."""

    def __init__(self, address, folder):
        self.address = address
        self.context = ssl.create_default_context(cafile=folder / "ca.pem")

    def connect(self, timeout=20):
        """A connection to the proxy by TLS."""
        plain = socket.create_connection((PROXY, 443), timeout=timeout, source_address=(self.address, 0))
        return self.context.wrap_socket(plain, server_hostname=NAME)

    def send(self, method, path, body=None, length=None, **headers):
        """Sends a request, of its body as much as is given, and returns the connection."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {NAME}", "Connection: close"]
        if body is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body) if length is None else length}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        connection = self.connect()
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n" + (body or "")).encode())
        return connection

    def ask(self, *request, **options):
        """One request; returns the status and the whole answer as text."""
        with self.send(*request, **options) as connection:
            return answer(connection)

    def sign_in(self, email, **headers):
        """The status of a sign-in with a wrong password."""
        return self.ask("POST", "/v1/sessions", f'{{"email": "{email}", "password": "wrong-password-84"}}', **headers)[0]


def answer(connection):
    """The status and the whole answer that comes on a connection; status 0 where it only ends."""
    parts = []
    with contextlib.suppress(ssl.SSLEOFError, ConnectionResetError):
        while part := connection.recv(65536):
            parts.append(part)
    text = b"".join(parts).decode(errors="replace")
    return (int(text.split(" ", 2)[1]) if text.startswith("HTTP/") else 0), text


def connections_to_service():
    """How many connections the service has, idle ones of the proxy among them."""
    rows = pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
    # Local address of a row is 127.0.0.1:8080 as hexadecimal digits; state 01 is an established connection.
    return sum(1 for row in rows if row.split()[1] == "0100007F:1F90" and row.split()[3] == "01")


def asks_by_tls(town):
    """TLS by the authority that callers trust, and nothing without it."""
    status, text = town.ask("GET", "/readyz")
    check("a request by TLS is answered", status == 200, text)
    check("browsers are told to stay with HTTPS", "strict-transport-security" in text.lower(), text)
    check("nginx does not tell its version", "nginx/" not in text, text)
    with contextlib.closing(socket.create_connection((PROXY, 80), timeout=5)) as plain:
        plain.sendall(f"GET /docs?x=1 HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode())
        status, text = answer(plain)
    check("plain HTTP leads to HTTPS", status == 308 and f"https://{NAME}/docs?x=1" in text, text)


def forwards_bodies(town):
    """A body as large as the API takes passes whole, and the service refuses in its own words what is too large."""
    status, text = town.ask("POST", "/v1/sessions", '{"email": "' + "a" * (2 << 20) + '"}')
    check("a body that is too large is refused by the service", status == 413 and "body_too_large" in text, text[:300])
    status, text = town.ask("POST", "/v1/sessions", "x" * (20 << 20))
    check("a body without measure is refused by the proxy", status in (0, 413), text[:300])


def holds_half_bodies(town, attacker):
    """Bodies of which half never comes do not reach the service, end in time, and take one address's share alone."""
    before = connections_to_service()
    held = [attacker.send("POST", "/v1/sessions", "{", length=1000) for _ in range(120)]
    time.sleep(2)
    check("no half-sent body is on a connection to the service", connections_to_service() <= before,
          f"{before} connections before, {connections_to_service()} with 120 half bodies")
    check("another address is served meanwhile", town.ask("GET", "/readyz")[0] == 200)
    started = time.monotonic()
    ended = [answer(connection)[0] for connection in held]
    check("an address with a hundred open requests gets no more", ended.count(429) == 20, str(ended))
    check("half-sent bodies end within 15 s", set(ended) <= {0, 408, 429} and time.monotonic() - started < 15, str(ended))
    for connection in held:
        connection.close()


def believes_addresses(town, attacker, other):
    """The limits of the service count by the address of the caller, not by the proxy's, nor by what a caller says."""
    tried = [attacker.sign_in(f"nobody{number}@example.org") for number in range(SIGN_INS + 6)]
    check("an address that tries without end is limited", tried[0] == 401 and tried[-1] == 429, str(tried))
    said = attacker.sign_in("somebody@example.org", X_Forwarded_For=TOWN, Forwarded=f"for={TOWN}")
    check("whatever it says of itself", said == 429, str(said))
    check("another address is not", town.sign_in("somebody@example.org") == 401)
    # What the attacker said must not count for the town either.
    for _ in range(SIGN_INS + 6):
        other.sign_in("else@example.org", X_Forwarded_For=TOWN)
    check("and nobody uses up the tries of another", town.sign_in("someone@example.org") == 401)


def logs_no_paths(town):
    """Paths may hold tokens of links."""
    town.ask("GET", "/shared/qs_a-token-that-nobody-may-read")
    time.sleep(0.2)
    logs = "".join(path.read_text() for path in pathlib.Path("/var/log/nginx").iterdir())
    check("the log has a line for each request", " GET 404 " in logs, logs[-500:])
    check("and no path", "qs_a-token" not in logs and "/v1/" not in logs, logs[-500:])


def main(binary):
    with tempfile.TemporaryDirectory(prefix="quotidien-proxy-") as name:
        folder = pathlib.Path(name)
        # nginx's workers, which are no root, look for files below.
        folder.chmod(0o755)
        prepare(folder)
        server = Server(binary, f"sqlite://{folder}/quotidien.db", folder)
        server.port = 8080
        server.environment |= {
            "QUOTIDIEN_LISTEN": "127.0.0.1:8080", "QUOTIDIEN_PUBLIC_URL": f"https://{NAME}",
            "QUOTIDIEN_SIGN_INS_PER_MINUTE": str(SIGN_INS),
            # As in deploy/quotidien.env.
            "QUOTIDIEN_TRUSTED_PROXIES": "127.0.0.1,::1"}
        with server, nginx():
            town, attacker, other = (Caller(address, folder) for address in (TOWN, ATTACKER, CONNECTED))
            asks_by_tls(town)
            forwards_bodies(town)
            holds_half_bodies(town, attacker)
            believes_addresses(town, attacker, other)
            logs_no_paths(town)
    print("the proxy does what it owes")


if __name__ == "__main__":
    if "IN_A_NAMESPACE" not in os.environ:
        os.environ["IN_A_NAMESPACE"] = "yes"
        os.execvp("unshare", ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", sys.executable, *sys.argv])
    try:
        main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target" / "release" / "quotidien").resolve())
    except Failure as failure:
        sys.exit(f"proxy.py: {failure}")
