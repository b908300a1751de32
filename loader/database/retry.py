"""Transactions that another session was in the way of, tried again at once: deadlocks, serialization failures, locks.

Bounded, with pauses by chance that grow, so that those who met do not meet again. What was tried again is counted in
the manifest (`loader.note_retries`).
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

RETRIES = 8  # after the first try: a deadlock costs the server's deadlock_timeout, so all of them some 10 s
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 2.0
# A lock is waited for on the server, for minutes where nobody has set less: only short waits are worth repeating.
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
    """What ``call`` returns; it is a whole transaction (or several) on the connection, and may be called again.

    ``load``, ``chunk``: what retries are counted for. ``pause`` is called before another try and may raise to stop.
    Raises what the last try raised. ``rest`` waits between two tries, up to so many seconds.
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
    """The cursor of one statement that is a transaction of its own, tried again as `retried` does."""
    return retried(connection, lambda: connection.execute(query, values), load=load)


def _worth(connection: Connection, error: BaseException, tries: int, seconds: float) -> bool:
    if classify(error) is not Fault.CONTENTION or tries >= RETRIES:
        return False
    if sqlstate(error) == Server.LOCK_NOT_AVAILABLE and seconds > LOCK_PATIENCE_S:
        return False
    return connection.info.transaction_status == TransactionStatus.IDLE  # else the caller has to begin anew


def _note(connection: Connection, load: int | None, chunk: int | None, tries: int, error: BaseException) -> None:
    """Counts the retries. What goes wrong with that must not undo what was done."""
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
