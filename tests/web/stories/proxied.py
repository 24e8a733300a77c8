"""nginx with the files of `deploy/` before the service, as an organisation runs it: TLS by an authority of the tests, which
the browsers of the stories trust, and no other.

Ports and folders are others than on a server, so that the stories need neither and run beside one another.
"""

import http.client
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import time

from throwaway import Failure, free_port, run

DEPLOYED = pathlib.Path(__file__).resolve().parents[3] / "deploy" / "nginx"
NAME = "quotidien.test"
# As deploy/quotidien.env has it.
SETTINGS = {"QUOTIDIEN_PUBLIC_URL": f"https://{NAME}", "QUOTIDIEN_TRUSTED_PROXIES": "127.0.0.1,::1"}
MAIN = """
user root;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
daemon off;
events {{}}
http {{
    include /etc/nginx/mime.types;
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    include {folder}/upstream.conf;
    include {folder}/quotidien.conf;
}}
"""


def adapted(name, changes):
    """A file of deploy/ with other addresses; each that is to be replaced must be there."""
    text = (DEPLOYED / name).read_text()
    for old, new in changes.items():
        if old not in text:
            raise Failure(f"{name} has no {old!r} any more: proxied.py must follow")
        text = text.replace(old, new)
    return text


class Direct:
    """The service itself, as a phone reaches it without a proxy."""

    origin, cookie, secure, browser = "http://127.0.0.1", "quotidien", False, {}

    def __init__(self, port):
        self.port = port

    def connect(self, port, source="127.0.0.1"):
        """A connection to whatever listens on this port, from an address of this machine."""
        return http.client.HTTPConnection("127.0.0.1", port, timeout=20, source_address=(source, 0))

    def serve(self, listener):
        """Has a listening socket of a test speak as the service does."""
        return listener


class Proxy:
    """nginx before the service, stopped when the block ends."""

    origin, cookie, secure = f"https://{NAME}", "__Host-Http-quotidien", True

    def __init__(self, folder, service):
        self.folder = folder / "nginx"
        self.service = service
        self.port = free_port()
        # Chromium trusts what stands in the database of its user.
        self.browser = {"env": os.environ | {"HOME": str(self.folder / "home")},
                        "args": [f"--host-resolver-rules=MAP {NAME} 127.0.0.1"]}

    def __enter__(self):
        self.folder.mkdir()
        self._certify()
        plain = free_port()
        files = {
            "nginx.conf": MAIN.format(folder=self.folder),
            "upstream.conf": adapted("upstream.conf", {"127.0.0.1:8080": f"127.0.0.1:{self.service}"}),
            "quotidien.conf": adapted("quotidien.conf", {
                "listen [::]:80;": "", "listen [::]:443 ssl http2;": "", "listen 80;": f"listen 127.0.0.1:{plain};",
                "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
                "/etc/nginx/tls/": f"{self.folder}/", "/var/log/nginx/": f"{self.folder}/"}),
        }
        for name, text in files.items():
            (self.folder / name).write_text(text)
        self.process = subprocess.Popen(["nginx", "-p", self.folder, "-c", self.folder / "nginx.conf"], stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise Failure(f"nginx ended ({self.process.returncode}): see {self.folder}/error.log")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.02)
        raise Failure("nginx was not ready within 15 s")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=15)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _certify(self):
        """Makes an authority, a certificate by it, and the home of a user whose browser trusts the authority."""
        new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        authority = [self.folder / "authority.key", self.folder / "authority.pem"]
        run([*new, "-subj", "/CN=Authority of the stories", "-keyout", authority[0], "-out", authority[1]])
        run([*new, "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME},IP:127.0.0.1", "-addext", "basicConstraints=CA:false",
             "-CA", authority[1], "-CAkey", authority[0],
             "-keyout", self.folder / "privkey.pem", "-out", self.folder / "fullchain.pem"])
        trusted = self.folder / "home" / ".pki" / "nssdb"
        trusted.mkdir(parents=True)
        run(["certutil", "-d", f"sql:{trusted}", "-N", "--empty-password"])
        run(["certutil", "-d", f"sql:{trusted}", "-A", "-n", "stories", "-t", "C,,", "-i", authority[1]])

    def connect(self, port, source="127.0.0.1"):
        """A connection by TLS to whatever listens on this port, from an address of this machine."""
        trusting = ssl.create_default_context(cafile=self.folder / "authority.pem")
        return http.client.HTTPSConnection("127.0.0.1", port, timeout=20, source_address=(source, 0), context=trusting)

    def serve(self, listener):
        """Has a listening socket of a test speak TLS, with the certificate of the service."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "fullchain.pem", self.folder / "privkey.pem")
        return context.wrap_socket(listener, server_side=True)
