"""A circuit breaker: how the processes of a command wait together for an unreachable server.

*Closed*: every process connects. After a few failures in a row, of any processes, it is *open*: nobody connects, except
for one probe by one process at a time (*half-open*), after pauses that grow. The first probe that succeeds closes it.
The processes share only a record of three numbers in a file without a name.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace

import psycopg

from loader.config.settings import RunSettings
from loader.database.connect import CONNECT_TIMEOUT_S, Connection
from loader.errors import ServerGoneError, ServerUnavailableError
from loader.process.shared import BusyError, Numbers

log = logging.getLogger(__name__)

OPEN_AFTER = 3  # failures in a row: one or two may be a restart of the server or a short network fault
FIRST_PAUSE_S, LONGEST_PAUSE_S, GROWTH = 0.5, 15.0, 1.6  # a server that is back is found within the longest pause
SERVER_WAIT_S = RunSettings().server_wait  # time for a restart with recovery, or a fail-over
PROBE_S = CONNECT_TIMEOUT_S + 5.0  # a probe that takes longer has died with its process: other processes may try
POLL_S = 0.1


@dataclass(slots=True)
class Record:
    """``failures`` in a row; ``since``: the time of the first one; ``next_at``: the time of the next attempt, by the
    monotonic clock, which processes of one machine share.
    """

    failures: int = 0
    since: float = 0.0
    next_at: float = 0.0

    @property
    def is_open(self) -> bool:
        """Whether so many attempts failed that only one process at a time may try."""
        return self.failures >= OPEN_AFTER


class Circuit:
    """The breaker of one command; its copies in other processes, forked or spawned, share the record.

    ``wait``: seconds without an answer until all processes give up. ``load``: the load for which outages are recorded.
    """

    def __init__(
        self,
        wait: float = SERVER_WAIT_S,
        load: int | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._numbers = Numbers(0, 0, 0)
        self._wait = wait
        self._clock = clock
        self.load = load

    def connected(self, connect: Callable[[], Connection], pause: Callable[[], None]) -> Connection:
        """A connection, waited for. ``pause`` is called now and then, and may raise to stop the waiting.

        Raises ServerGoneError once the server has not answered for ``wait`` seconds.
        """
        while True:
            found = self.tried(connect)
            if found is not None:
                return found
            pause()
            left = self._read().next_at - self._clock()
            time.sleep(min(POLL_S, max(0.0, left)) or POLL_S * random.random())

    def tried(self, connect: Callable[[], Connection]) -> Connection | None:
        """A connection if the server answers; None if it does not, or if it is another process's turn.

        Raises ServerGoneError once the server has not answered for ``wait`` seconds.
        """
        if not self._takes_turn():
            return None
        try:
            connection = connect()
        except ServerUnavailableError as error:
            self._failed(error)
            return None
        self._answered(connection)
        return connection

    def state(self) -> tuple[float, float] | None:
        """While it is open: the seconds since then, and until the next probe."""
        record, now = self._read(), self._clock()
        return (now - record.since, max(0.0, record.next_at - now)) if record.is_open else None

    def line(self) -> str:
        """While it is open: what it waits for, as text."""
        state = self.state()
        if state is None:
            return ""
        since, left = state
        return f"the server has not answered for {since:.0f} s; next attempt {f'in {left:.0f} s' if left else 'now'}"

    def _takes_turn(self) -> bool:
        if self._read().failures == 0:
            return True  # the usual case, without a lock
        try:
            with self._changing() as record:
                now = self._clock()
                if now < record.next_at:
                    return False
                if record.is_open:
                    record.next_at = now + PROBE_S  # keeps other processes from trying
                return True
        except BusyError:
            # The holder of the lock may be frozen, and cannot report that the time is over.
            record, now = self._read(), self._clock()
            if now >= record.since + self._wait:
                raise _gone("the server does not answer", record, now) from None
            return False

    def _failed(self, error: ServerUnavailableError) -> None:
        try:
            record, now = self._count_failure()
        except BusyError:
            return  # one failure more or less does not matter
        if now >= record.since + self._wait:
            raise _gone(_first_line(error), record, now) from error
        if record.failures == OPEN_AFTER:
            log.warning("%s; retrying for %.0f s", _first_line(error), self._wait)

    def _count_failure(self) -> tuple[Record, float]:
        """The record with one more failure, and the time of this failure."""
        with self._changing() as record:
            now = self._clock()
            record.failures += 1
            if record.failures == 1:
                record.since = now
            end = record.since + self._wait
            longest = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * GROWTH ** min(record.failures - 1, 20))
            # Never after the end, when a last attempt is made.
            record.next_at = max(now, min(end, now + random.uniform(longest / 2, longest)))
            return record, now

    def _answered(self, connection: Connection) -> None:
        if self._read().failures == 0:
            return
        try:
            with self._changing() as record:
                before, seconds = replace(record), self._clock() - record.since
                record.failures, record.next_at = 0, 0.0
        except BusyError:
            return  # the next successful connection closes it
        if before.is_open:
            log.warning("the server answers again, after %.1f s and %s attempts", seconds, before.failures)
            self._note(connection, seconds, before.failures)

    def _note(self, connection: Connection, seconds: float, tries: int) -> None:
        try:
            connection.execute(
                "select loader.note_outage(%s, %s::numeric, %s, %s)",
                (self.load, seconds, tries, "no connection could be made"),
            )
        except psycopg.Error as error:  # control tables that do not exist yet, or a server that is unreachable again
            log.debug("the outage could not be noted: %s", error)

    def _read(self) -> Record:
        return _record(self._numbers.read())

    @contextmanager
    def _changing(self) -> Iterator[Record]:
        """The record, locked against changes by other processes."""
        with self._numbers.changing() as numbers:
            record = _record(numbers)
            yield record
            numbers[:] = astuple(record)


def _record(numbers: Sequence[float]) -> Record:
    failures, since, next_at = numbers
    return Record(int(failures), since, next_at)


def _gone(what: str, record: Record, now: float) -> ServerGoneError:
    return ServerGoneError(
        f"{what}\n  it has not answered for {now - record.since:.0f} s, in {record.failures} attempts",
        hint="the same command continues where it stopped; --set server_wait=SECONDS waits longer",
    )


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]
