"""A small pooler before a server, for tests: it lends its sessions for a transaction, or to a client for good."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from psycopg import conninfo

from tests.support.proxy import reached

MADE_UP = 4711  # the number of a server process that clients are told


@dataclass
class Pooler:
    """``server``: URL of a database that asks for no password. ``mode``: transaction or session. ``fifo``: the session
    that has been free for longest goes first, else the one that was given back last. ``refuses``: start-up options.
    """

    server: str
    mode: str
    sessions: int = 2
    fifo: bool = False
    refuses: bool = False
    all: list[socket.socket] = field(default_factory=list)
    free: deque[socket.socket] = field(default_factory=deque)
    greeting: bytes = b""
    returned: threading.Condition = field(default_factory=threading.Condition)

    def begin(self) -> None:
        """Opens the sessions."""
        given = conninfo.conninfo_to_dict(self.server)
        words = ("user", str(given["user"]), "database", str(given["dbname"]), "client_encoding", "UTF8", "")
        body = struct.pack("!I", 3 << 16) + b"\0".join(word.encode() for word in words) + b"\0"
        for _ in range(self.sessions):
            session = reached(self.server)
            session.sendall(struct.pack("!I", len(body) + 4) + body)
            said = list(_until_ready(session))
            self.greeting = b"".join(_message(kind, text) for kind, text in said if kind not in (b"K", b"Z"))
            self.all.append(session)
        self.free.extend(self.all)

    def serve(self, listener: socket.socket) -> None:
        """Accepts clients until the listener is closed."""
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self._attend, args=(client,), daemon=True).start()

    def _attend(self, client: socket.socket) -> None:
        session = None
        with contextlib.suppress(OSError, EOFError), client:
            start = _read(client, struct.unpack("!I", _read(client, 4))[0] - 4)
            if self.refuses and b"\0options\0" in start:
                fault = b"SFATAL\0VFATAL\0C08P01\0Munsupported startup parameter: options\0\0"
                client.sendall(_message(b"E", fault))
                return
            client.sendall(self.greeting + _message(b"K", struct.pack("!II", MADE_UP, 0)) + _message(b"Z", b"I"))
            while True:
                kind, text = _next(client)
                if kind == b"X":
                    break
                session = session or self._lend()
                session.sendall(_message(kind, text))
                if kind not in (b"Q", b"S"):
                    continue
                for answer, said in _until_ready(session):
                    client.sendall(_message(answer, said))
                if self.mode == "transaction" and said == b"I":
                    self._take_back(session)
                    session = None

    def _lend(self) -> socket.socket:
        with self.returned:
            self.returned.wait_for(lambda: self.free)
            return self.free.popleft() if self.fifo else self.free.pop()

    def _take_back(self, session: socket.socket) -> None:
        with self.returned:
            self.free.append(session)
            self.returned.notify()


def _message(kind: bytes, text: bytes) -> bytes:
    return kind + struct.pack("!I", len(text) + 4) + text


def _read(end: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = end.recv(count - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def _next(end: socket.socket) -> tuple[bytes, bytes]:
    kind, length = struct.unpack("!cI", _read(end, 5))
    return kind, _read(end, length - 4)


def _until_ready(session: socket.socket) -> Iterator[tuple[bytes, bytes]]:
    kind = b""
    while kind != b"Z":
        kind, text = _next(session)
        yield kind, text


@contextmanager
def pooled(server: str, mode: str, *, fifo: bool = False, refuses: bool = False) -> Iterator[str]:
    """URL of a pooler before the database of a URL."""
    parts, given = urlsplit(server), conninfo.conninfo_to_dict(server)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        own = Pooler(server, mode, fifo=fifo, refuses=refuses)
        own.begin()
        threading.Thread(target=own.serve, args=(listener,), daemon=True).start()
        port = listener.getsockname()[1]
        yield f"postgresql://{given['user']}@127.0.0.1:{port}{parts.path}?sslmode=disable&gssencmode=disable"
        listener.shutdown(socket.SHUT_RDWR)
        for session in own.all:
            session.close()
