"""A network of our own between a browser and the service: it can be cut, stall, lose answers and come back.

What a browser is told of its network by its developers' tools does not always reach workers, and leaves it thinking that it
is online; a connection that is refused does neither.
"""

import contextlib
import random
import socket
import threading
import time


class Relay:
    """A TCP relay on a port of its own, which it keeps while the network is cut, so that the origin stays the same."""

    def __init__(self, target, origin="http://127.0.0.1"):
        self.target = target
        self.origin = origin
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.connections = set()
        self.is_cut = False
        self.flows = threading.Event()
        self.flows.set()
        self.loses_answers_to = None
        self.asked = set()
        self.requests = 0
        self.chance = None
        self.lost = 0
        self.builds = None
        self.files_left = None
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.cut()
        self.listener.close()

    @property
    def address(self):
        """The origin that a browser opens."""
        return f"{self.origin}:{self.port}"

    def cut(self):
        """Ends every connection, and each that comes, until the network is mended."""
        with self.lock:
            self.is_cut = True
            connections, self.connections = self.connections, set()
        self.flows.set()
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def mend(self):
        """Lets everything through again."""
        with self.lock:
            self.is_cut = False
            self.loses_answers_to = None
            self.asked.clear()
            self.chance = None
        self.flows.set()

    def stall(self):
        """Holds back whatever is said, without ending a connection, until the network is cut or mended."""
        self.flows.clear()

    def lose_answers(self, to=b""):
        """Lets requests through and ends the connection where an answer would come: the service has done what was asked.
        Only to requests that begin so, where that is said."""
        with self.lock:
            self.loses_answers_to = to

    def be_bad(self, seed):
        """Drops, stalls, truncates and delays, as chance has it, until the network is mended."""
        with self.lock:
            self.chance = random.Random(seed)

    def deploy(self, old, new, files=None):
        """Has the service name its files by another build of the same length, as after an update. The network is cut when so
        many files of the new build were asked for."""
        with self.lock:
            self.builds = (old.encode(), new.encode())
            self.files_left = files

    def _renamed(self, piece, is_answer):
        """What was said, with the build that is to be seen."""
        old, new = self.builds
        if is_answer:
            return piece.replace(old, new)
        if self.files_left is not None and b"GET /app/" + new in piece:
            self.files_left -= 1
            if self.files_left < 0:
                self.cut()
        # What is compressed could not be renamed.
        return piece.replace(new, old).replace(b"Accept-Encoding", b"Xccept-Encoding")

    def _hindered(self, piece):
        """As much of what was said as comes through a bad network, after a while; whether the connection goes on."""
        with self.lock:
            luck, wait = self.chance.random(), self.chance.random()
            self.lost += luck < 0.1
        if luck < 0.1:
            return piece[:len(piece) // 2] if luck < 0.05 else b"", False
        time.sleep(wait * (2 if luck < 0.15 else 0.1))
        return piece, True

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if self.is_cut:
                client.close()
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self.target), timeout=5)
                server.settimeout(None)
            except OSError:
                client.close()
                continue
            with self.lock:
                self.connections |= {client, server}
            threading.Thread(target=self._carry, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._carry, args=(server, client, True), daemon=True).start()

    def _carry(self, source, sink, is_answer):
        """Carries what one side says to the other, until either ends."""
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                wanted = self.loses_answers_to
                if is_answer and wanted is not None and (wanted == b"" or source in self.asked):
                    break
                if not is_answer:
                    self.requests += 1
                    if wanted and piece.startswith(wanted):
                        self.asked.add(sink)
                self.flows.wait()
                if self.builds is not None:
                    piece = self._renamed(piece, is_answer)
                goes_on = True
                if self.chance is not None:
                    piece, goes_on = self._hindered(piece)
                sink.sendall(piece)
                if not goes_on:
                    break
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        with self.lock:
            self.connections -= {source, sink}
