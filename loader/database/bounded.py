"""Connections that do not wait for an answer for ever."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg.pq import TransactionStatus

if TYPE_CHECKING:
    from psycopg.abc import PQGen

T = TypeVar("T")

CANCEL_SECONDS = 0.1  # so long a server may take to answer that it cancels

# Its warnings are of statements that were interrupted, and of rollbacks where that has ended the session.
logging.getLogger("psycopg").setLevel(logging.ERROR)


class Bounded(psycopg.Connection[tuple[Any, ...]]):
    """A connection that can be told to wait for no answer longer than so many seconds.

    TCP notices hosts and networks that are gone; it does not notice a frozen server, or a proxy that swallows all.
    """

    answers_within: float | None = None

    def wait(self, gen: PQGen[T], *arguments: Any, **named: Any) -> T:
        """As psycopg waits, but not longer than that; the connection is of no use then, and closed."""
        if self.answers_within is None:
            return super().wait(gen, *arguments, **named)
        try:
            return super().wait(_until(gen, self.answers_within), *arguments, **named)
        except NoAnswerError:
            self.cancel_active()  # a server that only waits for a lock must not wait on for nobody
            self.pgconn.finish()
            raise

    def close(self) -> None:
        """Closes it. What a signal has interrupted is cancelled: the server would go on with it, for nobody."""
        if not self.closed and self.info.transaction_status == TransactionStatus.ACTIVE:
            self.cancel_active()
        super().close()

    def cancel_active(self) -> None:
        """Asks the server to cancel the statement that runs, and does not wait for long."""
        with contextlib.suppress(psycopg.Error):
            self.cancel_safe(timeout=CANCEL_SECONDS)


class NoAnswerError(psycopg.OperationalError):
    """The server did not answer in time."""


def _until(gen: PQGen[T], seconds: float) -> PQGen[T]:
    """A generator of psycopg's, ended after so many seconds; it is asked at least ten times a second."""
    end = time.monotonic() + seconds
    try:
        state = next(gen)
        while True:
            ready = yield state
            if not ready and time.monotonic() > end:
                raise NoAnswerError(f"the server did not answer for {seconds:.0f} s")
            state = gen.send(ready)
    except StopIteration as found:
        result: T = found.value
        return result


def abandon(connection: psycopg.Connection[Any]) -> None:
    """Cuts a connection that another thread waits for: it gets an error there. Nothing is said to the server."""
    with contextlib.suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as own:
        own.shutdown(socket.SHUT_RDWR)


def is_silence(error: BaseException) -> bool:
    """Whether nobody said anything, neither yes nor no."""
    return isinstance(error, NoAnswerError) or isinstance(error.__cause__, psycopg.errors.ConnectionTimeout)


def bounded(connection: psycopg.Connection[Any], seconds: float) -> psycopg.Connection[Any]:
    """The connection, from now on given up when a statement gets no answer for so long."""
    if isinstance(connection, Bounded):
        connection.answers_within = seconds
    return connection


@contextlib.contextmanager
def answering_within(connection: psycopg.Connection[Any], seconds: float | None) -> Iterator[None]:
    """In the block, the connection is closed when a statement gets no answer for so long (None: it waits)."""
    if not isinstance(connection, Bounded):
        yield
        return
    before, connection.answers_within = connection.answers_within, seconds
    try:
        yield
    finally:
        connection.answers_within = before
