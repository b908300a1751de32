"""A small TCP proxy before a server, for tests: it cuts connections, swallows what passes, is slow, or is not there."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from psycopg import conninfo

PIECE = 64 * 1024
# How much may be under way between the two ends: little, as on a line, not what the system would buffer.
WINDOW = 32 * 1024


@dataclass
class Link:
    """A connection through the proxy. ``name``: of the application that made it; ``sent``: bytes to the server."""

    client: socket.socket
    server: socket.socket
    name: str = ""
    sent: int = 0
    swallows: bool = False
    ends_at_reply: bool = False

    def cut(self) -> None:
        """Ends it on both sides."""
        for end in (self.client, self.server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@dataclass
class Proxy:
    """``url`` leads through it. ``watch`` sees what each link is about to send to the server, and returns whether to
    pass it on; ``bytes_a_second`` bounds each direction of each link; while it is ``away``, it refuses, and counts.
    """

    server: str
    url: str = ""
    watch: Callable[[Link, bytes], bool] = lambda _link, _data: True
    bytes_a_second: float = 0
    away: bool = False
    refused: int = 0
    swallows: bool = False
    links: list[Link] = field(default_factory=list)

    def cut(self) -> None:
        """Ends all connections."""
        for link in list(self.links):
            link.cut()

    def swallow(self) -> None:
        """From now on nothing passes, and nobody is told: connections stay, and new ones are made."""
        self.swallows = True
        for link in self.links:
            link.swallows = True

    def heal(self) -> None:
        """New connections pass again; those that were swallowed stay so."""
        self.swallows = self.away = False

    def serve(self, listener: socket.socket) -> None:
        """Accepts connections until the listener is closed."""
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            if self.away:
                self.refused += 1
                client.close()
                continue
            try:
                link = Link(client, reached(self.server), swallows=self.swallows)
            except OSError:
                client.close()  # as a server that is down does
                continue
            for end in (link.client, link.server):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW)
            self.links.append(link)
            threading.Thread(target=self._to_server, args=(link,), daemon=True).start()
            threading.Thread(target=self._to_client, args=(link,), daemon=True).start()

    def _to_server(self, link: Link) -> None:
        with contextlib.suppress(OSError):
            while data := link.client.recv(PIECE):
                if not link.name and b"application_name\0" in data:
                    link.name = data.partition(b"application_name\0")[2].partition(b"\0")[0].decode()
                self._wait(data)
                if self.watch(link, data) and not link.swallows:
                    link.sent += len(data)
                    link.server.sendall(data)
        if not link.swallows:
            link.cut()

    def _to_client(self, link: Link) -> None:
        with contextlib.suppress(OSError):
            while data := link.server.recv(PIECE):
                if link.ends_at_reply:
                    break
                self._wait(data)
                if not link.swallows:
                    link.client.sendall(data)
        if not link.swallows:
            link.cut()

    def _wait(self, data: bytes) -> None:
        if self.bytes_a_second:
            time.sleep(len(data) / self.bytes_a_second)


def reached(server: str) -> socket.socket:
    """A socket to the server of a URL."""
    given = conninfo.conninfo_to_dict(server)
    host, port = str(given.get("host") or "localhost"), int(given.get("port") or 5432)
    if not host.startswith("/"):
        return socket.create_connection((host, port))
    own = socket.socket(socket.AF_UNIX)
    own.connect(f"{host}/.s.PGSQL.{port}")
    return own


@contextmanager
def proxied(server: str) -> Iterator[Proxy]:
    """A proxy before the database of a URL."""
    parts, given = urlsplit(server), conninfo.conninfo_to_dict(server)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        own = Proxy(server)
        user = f"{given['user']}:{given['password']}@" if given.get("password") else f"{given.get('user', '')}@"
        port = listener.getsockname()[1]
        # Plain text, so that a test can see what passes; TLS would be the server's and the client's business.
        name = unquote(parts.path.lstrip("/"))
        own.url = f"postgresql://{user}127.0.0.1:{port}/{name}?sslmode=disable&gssencmode=disable&connect_timeout=2"
        threading.Thread(target=own.serve, args=(listener,), daemon=True).start()
        try:
            yield own
        finally:
            own.away = True
            # Closing alone would not end an accept that waits.
            listener.shutdown(socket.SHUT_RDWR)
            for link in own.links:
                link.swallows = False
            own.cut()
