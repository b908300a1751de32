"""What the rules stand on: sessions, the model beside them, and what is compared after each step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

import psycopg
from hypothesis.stateful import RuleBasedStateMachine, invariant

from tests.queue.model import FOREVER, Chunk, Queue

WORKERS = 3
LOOKS = 100_000  # at a session until it has ended
EPOCH = "timestamptz '2026-01-01 00:00+00'"
SEEN = f"""
select c.number, c.state, c.attempt, c.max_attempts, c.lease_token,
    extract(epoch from c.leased_until - {EPOCH})::bigint,
    case when isfinite(c.ready_at) then extract(epoch from c.ready_at - {EPOCH})::float8 end,
    c.ready_at = 'infinity',
    array(select a.lease_token from loader.chunk_attempt as a where a.chunk_id = c.chunk_id order by a.attempt),
    array(select a.outcome from loader.chunk_attempt as a where a.chunk_id = c.chunk_id order by a.attempt)
from loader.chunk as c order by c.number
"""


class Worker:
    """A session and what it has claimed last; ``open``: whether it is in the transaction that loads that."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self.pid = self._connection.info.backend_pid
        self.token, self.number, self.open = 0, 0, False
        self.swept_at: int | None = None

    def call(self, query: str, *values: object) -> Any:
        """The value that a routine returns, or the SQLSTATE of its error."""
        try:
            row = self._connection.execute(query.encode(), values or None).fetchone()
            return row[0] if row else None
        except psycopg.Error as error:
            if error.sqlstate is None or not error.sqlstate.startswith("LD"):
                raise
            return error.sqlstate

    def do(self, query: str) -> None:
        """A statement without a result."""
        self._connection.execute(query.encode())

    def close(self) -> None:
        """Ends the session; its transaction is undone."""
        self._connection.close()


class Harness(RuleBasedStateMachine):
    """The database is that of ``url``, as tests.isolation prepares it."""

    url = ""
    outcomes: ClassVar[Counter[str]] = Counter()  # of attempts, of all runs

    def __init__(self) -> None:
        super().__init__()
        self.queue = Queue()
        self.tokens = [0]
        self.epoch = 1
        self.watcher = Worker(self.url)
        self.workers = [Worker(self.url) for _ in range(WORKERS)]

    def teardown(self) -> None:
        """Whatever happened: when the workers go on, the load ends, complete."""
        try:
            self.outcomes.update(attempt.outcome or "none" for chunk in self.queue.chunks for attempt in chunk.attempts)
            self.drain()
        finally:
            for worker in [self.watcher, *self.workers]:
                worker.close()

    def drain(self) -> None:
        """Brings the load to its end."""
        raise NotImplementedError

    @invariant()
    def is_as_in_the_model(self) -> None:
        rows = self.watcher._connection.execute(SEEN.encode()).fetchall()
        assert [row[0] for row in rows] == [chunk.number for chunk in self.queue.chunks]
        for row, chunk in zip(rows, self.queue.chunks, strict=True):
            outcomes = [attempt.outcome for attempt in chunk.attempts]
            expected = (chunk.state, len(chunk.attempts), chunk.max_attempts, chunk.token)
            assert row[1:5] == expected, f"chunk {chunk.number}: {row[1:5]}, expected {expected}"
            assert row[5] == (chunk.until if chunk.state == "leased" else None)
            assert row[6] == (chunk.ready_at if abs(chunk.ready_at) < FOREVER else None)
            assert row[7] == (chunk.ready_at == FOREVER)
            assert (row[8], row[9]) == ([attempt.token for attempt in chunk.attempts], outcomes)
            assert len(chunk.attempts) <= chunk.max_attempts, "attempts are bounded"

    @invariant()
    def rows_and_done_agree(self) -> None:
        assert self.watcher.call("select spec.agrees()") is True

    def leased(self) -> list[Chunk]:
        """The leased chunks."""
        return [chunk for chunk in self.queue.chunks if chunk.state == "leased"]

    def chunk_id(self, number: int) -> int:
        found = self.watcher.call("select chunk_id from loader.chunk where number = %s", number)
        return int(found) if found is not None else -1

    def set_clock(self, *sessions: Worker) -> None:
        for session in sessions or (self.watcher, *self.workers):
            session.do(f"select set_config('loader.now', ({EPOCH} + interval '{self.queue.now} s')::text, false)")

    def sweep_in_model(self, share: tuple[int, int] | None, *, gone: bool = False) -> int:
        swept = self.queue.sweep(share, gone=gone)
        for attempt in self.queue.frozen(share):
            attempt.outcome = "terminated"
            for worker in [worker for worker in self.workers if worker.pid == attempt.session]:
                self.bury(worker, close=False)
        return swept

    def bury(self, worker: Worker, *, close: bool) -> None:
        """The session ends, by itself or by the server; another takes its place."""
        if close:
            worker.close()
        self._when(lambda: self.watcher.call("select 1 from pg_stat_activity where pid = %s", worker.pid) is None)
        worker.close()
        self.queue.gone.add(worker.pid)
        for chunk in self.queue.chunks:
            if chunk.locked == worker.pid:
                chunk.locked = None
        another = self.workers[self.workers.index(worker)] = Worker(self.url)
        self.set_clock(another)

    def _when(self, happened: Callable[[], bool]) -> None:
        for _ in range(LOOKS):
            if happened():
                return
        raise AssertionError("the session does not end")
