"""Transactions that conflicted with another session, retried at once: deadlocks, serialization failures, locks.

Bounded, with growing random pauses, so that sessions that met do not meet again. Retries are counted in the control
tables (`loader.note_retries`).
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Sequence
from typing import Any, LiteralString, TypeVar

import psycopg
from psycopg.pq import TransactionStatus

from loader.database.connect import Connection
from loader.database.failures import classify, sqlstate
from loader.database.sqlstates import Fault, Server
from loader.errors import LoaderError

log = logging.getLogger(__name__)

RETRIES = 8  # after the first attempt: a deadlock costs the server's deadlock_timeout, so all of them some 10 s
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 2.0
# The server waits for a lock, for minutes if nothing less is set: only short waits are worth repeating.
LOCK_PATIENCE_S = 60.0

T = TypeVar("T")


def rest(longest: float) -> None:
    """Waits for a time by chance, up to ``longest`` seconds."""
    time.sleep(random.uniform(0, longest))


def retried(
    connection: Connection,
    call: Callable[[], T],
    *,
    load: int | None = None,
    chunk: int | None = None,
    pause: Callable[[], None] | None = None,
    rest: Callable[[float], None] = rest,
    clock: Callable[[], float] = time.monotonic,
) -> T:
    """The result of ``call``, which is a whole transaction (or several) on the connection, and may be called again.

    ``load``, ``chunk``: where retries are counted. ``pause`` is called before another attempt and may raise to stop.
    ``rest`` waits between two attempts, up to so many seconds. Raises the error of the last attempt.
    """
    began = clock()
    for tries in range(RETRIES + 1):
        try:
            found = call()
        except (LoaderError, psycopg.Error) as error:
            if not _worth(connection, error, tries, clock() - began):
                _note(connection, load, chunk, tries, error)
                raise
            last = error
            log.info("a transaction conflicted with another session, retrying: %s", _line(error))
            rest(min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**tries))
            if pause is not None:
                pause()
        else:
            if tries:
                _note(connection, load, chunk, tries, last)
            return found
    raise AssertionError("the last try returns or raises")


def execute(
    connection: Connection, query: LiteralString, values: Sequence[object], *, load: int | None = None
) -> psycopg.Cursor[tuple[Any, ...]]:
    """The cursor of one statement that is a transaction of its own, retried as in `retried`."""
    return retried(connection, lambda: connection.execute(query, values), load=load)


def _worth(connection: Connection, error: BaseException, tries: int, seconds: float) -> bool:
    if classify(error) is not Fault.CONTENTION or tries >= RETRIES:
        return False
    if sqlstate(error) == Server.LOCK_NOT_AVAILABLE and seconds > LOCK_PATIENCE_S:
        return False
    return connection.info.transaction_status == TransactionStatus.IDLE  # otherwise the caller has to start again


def _note(connection: Connection, load: int | None, chunk: int | None, tries: int, error: BaseException) -> None:
    """Counts the retries. Errors in doing so must not undo what was done."""
    if not tries or load is None or connection.info.transaction_status != TransactionStatus.IDLE:
        return
    try:
        connection.execute(
            "select loader.note_retries(%s, %s, %s, %s, %s)", (load, chunk, tries, sqlstate(error), _line(error))
        )
    except psycopg.Error as second:
        log.debug("retries could not be counted: %s", second)


def _line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]
