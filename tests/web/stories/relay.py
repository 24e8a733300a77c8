"""A network of our own between a browser and the service: it can be cut, stall, lose answers and come back.

What a browser is told of its network by its developers' tools does not always reach workers, and leaves it thinking that it
is online; a connection that is refused does neither.
"""

import contextlib
import socket
import threading


class Relay:
    """A TCP relay on a port of its own, which it keeps while the network is cut, so that the origin stays the same."""

    def __init__(self, target):
        self.target = target
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.connections = set()
        self.is_cut = False
        self.loses_answers_to = None
        self.asked = set()
        self.requests = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.cut()
        self.listener.close()

    @property
    def address(self):
        """The origin that a browser opens."""
        return f"http://127.0.0.1:{self.port}"

    def cut(self):
        """Ends every connection, and each that comes, until the network is mended."""
        with self.lock:
            self.is_cut = True
            connections, self.connections = self.connections, set()
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def mend(self):
        """Lets everything through again."""
        with self.lock:
            self.is_cut = False
            self.loses_answers_to = None
            self.asked.clear()

    def lose_answers(self, to=b""):
        """Lets requests through and ends the connection where an answer would come: the service has done what was asked.
        Only to requests that begin so, where that is said."""
        with self.lock:
            self.loses_answers_to = to

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
                sink.sendall(piece)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        with self.lock:
            self.connections -= {source, sink}
