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

CANCEL_SECONDS = 0.1  # time for a server to confirm a cancellation

# Its warnings are about interrupted statements, and about rollbacks in sessions that were ended by that.
logging.getLogger("psycopg").setLevel(logging.ERROR)


class Bounded(psycopg.Connection[tuple[Any, ...]]):
    """A connection that can be told how many seconds to wait for an answer at most.

    TCP notices hosts and networks that have vanished; it does not notice a frozen server, or a proxy
    that swallows everything.
    """

    answers_within: float | None = None

    def wait(self, gen: PQGen[T], *arguments: Any, **named: Any) -> T:
        """Like psycopg's method, but with the time limit; after that, the connection is useless, and closed."""
        if self.answers_within is None:
            return super().wait(gen, *arguments, **named)
        try:
            return super().wait(_until(gen, self.answers_within), *arguments, **named)
        except NoAnswerError:
            self.cancel_active()  # a server that only waits for a lock must not continue for nobody
            self.pgconn.finish()
            raise

    def close(self) -> None:
        """Closes it. A statement that a signal has interrupted is cancelled, because the server
        would continue for nobody.
        """
        if not self.closed and self.info.transaction_status == TransactionStatus.ACTIVE:
            self.cancel_active()
        super().close()

    def cancel_active(self) -> None:
        """Asks the server to cancel the running statement, and does not wait for long."""
        with contextlib.suppress(psycopg.Error):
            self.cancel_safe(timeout=CANCEL_SECONDS)


class NoAnswerError(psycopg.OperationalError):
    """The server did not answer in time."""


def _until(gen: PQGen[T], seconds: float) -> PQGen[T]:
    """A generator of psycopg's, ended after so many seconds; it is resumed at least ten times per second."""
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
    """Cuts a connection for which another thread waits: that thread gets an error. Nothing is sent to the server."""
    with contextlib.suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as own:
        own.shutdown(socket.SHUT_RDWR)


def is_silence(error: BaseException) -> bool:
    """Whether there was no answer at all."""
    return isinstance(error, NoAnswerError) or isinstance(error.__cause__, psycopg.errors.ConnectionTimeout)


def bounded(connection: psycopg.Connection[Any], seconds: float) -> psycopg.Connection[Any]:
    """The connection, which from now on is given up if a statement gets no answer for so many seconds."""
    if isinstance(connection, Bounded):
        connection.answers_within = seconds
    return connection


@contextlib.contextmanager
def answering_within(connection: psycopg.Connection[Any], seconds: float | None) -> Iterator[None]:
    """In the block, the connection is closed if a statement gets no answer for so many seconds (None: no limit)."""
    if not isinstance(connection, Bounded):
        yield
        return
    before, connection.answers_within = connection.answers_within, seconds
    try:
        yield
    finally:
        connection.answers_within = before
