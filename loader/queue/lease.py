"""Keeps leases alive from a second connection while the first one works."""

from __future__ import annotations

import contextvars
import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType

import psycopg

from loader.database.bounded import abandon, answering_within, is_silence
from loader.database.connect import Connection, connect
from loader.database.failures import sqlstate
from loader.database.sqlstates import Own
from loader.errors import LoaderError
from loader.process import stop
from loader.process.threads import start

log = logging.getLogger(__name__)

BEATS_PER_LEASE = 3
CANCEL_S = 5.0


def source_beat(source: int, token: int, scanned: int) -> Callable[[Connection], None]:
    """What renews the lease of a source that has been scanned so far; psycopg.Error (LD001) when it is lost."""

    def beat(connection: Connection) -> None:
        connection.execute("select loader.heartbeat_source(%s, %s, %s)", (source, token, scanned))

    return beat


class Heartbeat:
    """Renews the lease of a chunk every third of its time until the block ends.

    When the lease is lost it cancels what the working connection does: the attempt is void. The connection is opened
    at the first beat, so a chunk that is done within a third of a lease needs none. When the server says nothing at all
    for a lease, as one that is frozen or behind a network that swallows all, the working connection is cut.

    ``lease``: seconds, as the load had it last; the server knows by how much it renews. What is held for longer than
    the load's max_chunk_time is not renewed any more: who hangs for so long, in a file system for example, is to lose
    it. ``besides`` renews what the worker holds besides, the source that it plans; should that
    be lost, the chunk is not.
    """

    def __init__(
        self,
        url: str,
        working: Connection,
        chunk: int,
        token: int,
        lease: float,
        *,
        besides: Callable[[Connection], None] | None = None,
    ) -> None:
        self._url = url
        self._working = working
        self._chunk = chunk
        self._token = token
        self._lease = lease
        self._besides = besides
        self._stop = threading.Event()
        # In the context of its maker: its log lines name the load and the source.
        self._thread = threading.Thread(
            target=contextvars.copy_context().run, args=(self._run,), name=f"heartbeat of chunk {chunk}", daemon=True
        )

    def __enter__(self) -> Heartbeat:
        start(self._thread)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        connection: Connection | None = None
        pause = self._lease / BEATS_PER_LEASE
        answered = time.monotonic()
        while not self._stop.wait(pause):
            try:
                connection = connection or connect(self._url, application="loader heartbeat")
                with answering_within(connection, pause):
                    state = self._beat(connection)
                    if state == "lost":
                        self._cancel()
                        break
                    if state == "overdue":
                        log.warning("chunk %s takes longer than max_chunk_time: its lease is not renewed", self._chunk)
                        break
                    self._beat_besides(connection)
                answered = time.monotonic()
            except stop.Stopped:
                break
            except (psycopg.Error, LoaderError) as error:
                # The lease may expire meanwhile; the fence then voids the attempt, so nothing can go wrong.
                log.warning("no heartbeat for chunk %s: %s", self._chunk, error)
                if connection is not None:
                    connection.close()
                connection = None
                if is_silence(error) and time.monotonic() > answered + self._lease:
                    log.warning("the server is silent: the connection is closed")
                    abandon(self._working)
                    break
        if connection is not None:
            connection.close()

    def _cancel(self) -> None:
        try:
            self._working.cancel_safe(timeout=CANCEL_S)
        except psycopg.Error as error:  # there is nothing to cancel any more, or nobody to be asked
            log.info("chunk %s could not be cancelled: %s", self._chunk, error)

    def _beat(self, connection: Connection) -> str:
        row = connection.execute(
            "select loader.heartbeat(%s, %s)",
            (self._chunk, self._token),
        ).fetchone()
        return str(row[0]) if row else "lost"

    def _beat_besides(self, connection: Connection) -> None:
        if self._besides is None:
            return
        try:
            self._besides(connection)
        except psycopg.Error as error:
            if sqlstate(error) != Own.LEASE_LOST:
                raise
            self._besides = None  # the planner hears of it at its own next beat
