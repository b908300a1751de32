"""Keeps leases alive from a second connection while the first one works."""

from __future__ import annotations

import contextvars
import logging
import threading
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol

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


class Lease(Protocol):
    """What a worker holds for a limited time, under a token: a chunk that it loads, or a source that it plans."""

    def renew(self, connection: Connection) -> str:
        """Asks for more time. Returns renewed; busy: its own transaction has locked the row; overdue: it was held for
        too long; lost: another worker has it, or nobody.
        """

    def release(self, connection: Connection) -> None:
        """Returns it undone; raises psycopg.Error (LD001) if it is lost."""


@dataclass(frozen=True, slots=True)
class ChunkLease:
    """The lease of a chunk."""

    chunk: int
    token: int

    def __str__(self) -> str:
        return f"chunk {self.chunk}"

    def renew(self, connection: Connection) -> str:
        """See Lease."""
        row = connection.execute("select loader.heartbeat_chunk(%s, %s)", (self.chunk, self.token)).fetchone()
        return str(row[0]) if row else "lost"

    def release(self, connection: Connection) -> None:
        """See Lease. The attempt does not count."""
        connection.execute("select loader.release_chunk(%s, %s)", (self.chunk, self.token))


@dataclass(slots=True)
class SourceLease:
    """The lease of a source. ``scanned``: the bytes that were read, which renewals report."""

    source: int
    token: int
    scanned: int = 0

    def __str__(self) -> str:
        return f"source {self.source}"

    def renew(self, connection: Connection) -> str:
        """See Lease."""
        values = (self.source, self.token, self.scanned)
        row = connection.execute("select loader.heartbeat_source(%s, %s, %s)", values).fetchone()
        return str(row[0]) if row else "lost"

    def release(self, connection: Connection) -> None:
        """See Lease."""
        connection.execute("select loader.release_source(%s, %s)", (self.source, self.token))


def give_back(connection: Connection, lease: Lease) -> None:
    """Releases a lease, unless it is lost; tries again if a cancellation meant for the work arrives only now."""
    try:
        try:
            lease.release(connection)
        except psycopg.errors.QueryCanceled:
            lease.release(connection)
    except psycopg.Error as error:
        if sqlstate(error) != Own.LEASE_LOST:
            raise


class Heartbeat:
    """Renews a lease every third of its duration until the block ends.

    If the lease is lost, it cancels the statement of the working connection, because the attempt is void. Its own
    connection is opened at the first heartbeat, so a chunk that is done within a third of a lease needs none. If the
    server does not reply for the duration of a lease, because it is frozen or behind a network that swallows
    everything, the working connection is cut.

    ``seconds``: the duration of a lease as last read; the server knows by how much it renews. A chunk that is held for
    longer than the load's max_chunk_time is no longer renewed, so that a worker that hangs, in a file system for
    example, loses it. ``besides``: another lease of the worker, for the source that it plans; if that is lost, the
    chunk is not.
    """

    def __init__(
        self,
        url: str,
        working: Connection,
        lease: Lease,
        seconds: float,
        *,
        besides: Lease | None = None,
    ) -> None:
        self._url = url
        self._working = working
        self._lease = lease
        self._seconds = seconds
        self._besides = besides
        self._stop = threading.Event()
        # In the context of its creator, so that its log lines name the load and the source.
        self._thread = threading.Thread(
            target=contextvars.copy_context().run, args=(self._run,), name=f"heartbeat of {lease}", daemon=True
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
        pause = self._seconds / BEATS_PER_LEASE
        answered = time.monotonic()
        while not self._stop.wait(pause):
            try:
                connection = connection or connect(self._url, application="loader heartbeat")
                with answering_within(connection, pause):
                    state = self._lease.renew(connection)
                    if state == "lost":
                        self._cancel()
                        break
                    if state == "overdue":
                        log.warning("%s takes longer than max_chunk_time: its lease is not renewed", self._lease)
                        break
                    if self._besides is not None and self._besides.renew(connection) == "lost":
                        self._besides = None  # the planner notices at its own next heartbeat
                answered = time.monotonic()
            except stop.Stopped:
                break
            except (psycopg.Error, LoaderError) as error:
                # The lease may expire meanwhile; the fence then voids the attempt, so the result stays correct.
                log.warning("no heartbeat for %s: %s", self._lease, error)
                if connection is not None:
                    connection.close()
                connection = None
                if is_silence(error) and time.monotonic() > answered + self._seconds:
                    log.warning("the server is silent: the connection is closed")
                    abandon(self._working)
                    break
        if connection is not None:
            connection.close()

    def _cancel(self) -> None:
        try:
            self._working.cancel_safe(timeout=CANCEL_S)
        except psycopg.Error as error:  # there is nothing left to cancel, or the server does not answer
            log.info("%s could not be cancelled: %s", self._lease, error)
