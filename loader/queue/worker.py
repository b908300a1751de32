"""A worker: plans sources and loads chunks of an open load until there is nothing left to do."""

from __future__ import annotations

import logging
import os
import time
from dataclasses import replace
from functools import partial
from multiprocessing.connection import Connection as Pipe

import psycopg

from loader.config.logs import set_context, set_up
from loader.database.bounded import bounded
from loader.database.breaker import Circuit
from loader.database.conflict_retry import execute
from loader.database.connect import Connection, connect, forget_inherited
from loader.database.failures import in_words, is_connection_loss, is_unforeseen, sqlstate
from loader.database.interrupted import settle
from loader.database.refusal import refusal
from loader.database.sqlstates import Own
from loader.database.timeouts import timeouts
from loader.errors import LoaderError, ServerGoneError, ServerUnavailableError
from loader.process import cores, liveness, stop
from loader.process.pool import STOPPED, Crew, at_once, name_of
from loader.process.throttle import Meter
from loader.queue.assignment import Assignment
from loader.queue.attempt import Attempts
from loader.queue.chunk import COLUMNS, of_row
from loader.queue.lease import SourceLease, give_back
from loader.queue.planner import ClaimedSource, Planner
from loader.source.entities_of_file import located

log = logging.getLogger(__name__)

SILENCE_SECONDS = 60.0  # time limit of a worker's statements; while it loads, its heartbeat notices silence
IDLE_SECONDS = (0.05, 1.0)  # the pause between two searches for work, doubling from the first to the second


def run(assignment: Assignment, sender: Pipe | None = None) -> None:
    """The whole life of a worker process; ends with exit code 1 after an error that it has logged, with
    STOPPED if it was told to stop.
    """
    set_up(assignment.logs)
    try:
        with stop.handled():  # a signal may have arrived when the block begins
            _work(Worker(assignment), assignment, sender)
    except stop.Stopped:
        log.info("stopped")
        raise SystemExit(STOPPED) from None


def _work(worker: Worker, assignment: Assignment, sender: Pipe | None) -> None:
    try:
        if sender is not None:
            liveness.begin(sender, assignment.parent)
        worker.work()
        worker.close()
    except stop.Stopped:
        worker.give_back()
        raise
    except Exception as error:
        if stop.requested():  # the error only follows from the stop
            worker.give_back()
            stop.check()
        told = _words(error)
        log.error("%s", told, exc_info=is_unforeseen(error))
        worker.note_failure(told)
        raise SystemExit(1) from None


def _words(error: Exception) -> str:
    """The message about the error that ends a worker."""
    if isinstance(error, psycopg.Error):
        return str(refusal(error, "the worker"))
    if isinstance(error, MemoryError):
        return f"the worker's memory does not suffice: {error or 'nothing is left of it'}"
    return in_words(error)


class Worker:
    """Claims and works until the load needs no more work, or until it is told to stop."""

    def __init__(self, assignment: Assignment) -> None:
        self._task = assignment
        self.name = name_of(os.getpid())
        self._connection: Connection | None = None
        self._attempts: Attempts | None = None
        self._cursor = 0
        self._losses = 0  # losses of the connection
        self._circuit = assignment.circuit or Circuit(assignment.run.server_wait, assignment.load_id)

    def work(self) -> None:
        """Works until nothing is left; survives a lost connection."""
        pause = IDLE_SECONDS[0]
        while True:
            self._check_stop()
            try:
                if self._plan_one() or self._load_one():
                    pause = IDLE_SECONDS[0]
                elif self._is_over():
                    return
                else:
                    time.sleep(pause)
                    pause = min(pause * 2, IDLE_SECONDS[1])
            except (psycopg.Error, ServerUnavailableError) as error:
                self._check_stop()
                if isinstance(error, ServerGoneError) or not is_connection_loss(error):
                    raise
                log.warning("the connection was lost, retrying: %s", str(error).strip())
                self._losses += 1
                self._disconnect()

    def give_back(self) -> None:
        """Returns all leases, so that other workers need not wait until they are found to be orphaned."""
        if self._connection is not None and settle(self._connection):
            load = str(self._task.load_id).encode()
            self._connection.pgconn.exec_params(b"select loader.release_session($1)", [load])
        self._disconnect()

    def note_failure(self, text: str) -> None:
        """Records why it could not continue; if the server is unreachable, its command reports it."""
        if self._connection is not None and not self._connection.closed:
            try:
                self._connection.execute(
                    "select loader.note_worker_failure(%s, %s, %s)", (self._task.load_id, self.name, text)
                )
            except psycopg.Error as error:
                log.info("that could not be noted: %s", str(error).strip())

    def close(self) -> None:
        """Closes the connection and the open file."""
        self._disconnect()

    def _check_stop(self) -> None:
        stop.check()
        parent = self._task.parent
        if parent is not None and os.getppid() != parent:
            raise stop.Stopped

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._circuit.connected(self._connect, self._check_stop)
        return self._connection

    def _connect(self) -> Connection:
        # A crash loses the last commits together, rows and control tables; the end of the load waits for the disk.
        # Claims after a lost connection wait, too: a chunk that crashes the server each time has to use up its
        # attempts.
        connection = connect(
            self._task.url, application=f"loader worker {self.name}",
            synchronous_commit="on" if self._losses else "off", **timeouts(self._task.run, working=True),
        )  # fmt: skip
        return bounded(connection, max(SILENCE_SECONDS, self._task.run.lease))

    def _disconnect(self) -> None:
        if self._attempts is not None:
            self._attempts.close()
        if self._connection is not None:
            self._connection.close()
        self._connection = self._attempts = None

    def _plan_one(self) -> bool:
        connection, task = self._connected(), self._task
        row = execute(
            connection,
            "select source_id, name, entities, chunk_bytes, lease_token, location, size, format "
            "from loader.claim_source(%s, %s)",
            (task.load_id, self.name),
            load=task.load_id,
        ).fetchone()
        if row is None:
            return False
        source_id, name, entities, chunk_bytes, token, location, size, packing = row
        source = ClaimedSource(source_id, name, entities, chunk_bytes, SourceLease(source_id, token))
        set_context(load=task.load_id, source=source.name)
        planner = Planner(connection, task, self.name, self._attempts_over(connection), self._check_stop)
        try:
            planner.plan(source, located(name, location, size, packing, task.directory, task.paths))
        except (LoaderError, psycopg.Error, MemoryError) as error:
            if sqlstate(error) == Own.LEASE_LOST:
                log.warning("%s is now planned by another worker", source.name)
                return True
            if not connection.closed:
                give_back(connection, source.lease)
            raise
        return True

    def _load_one(self) -> bool:
        connection, task = self._connected(), self._task
        attempts = self._attempts_over(connection)
        if attempts.chunks_came_back:
            self._cursor, attempts.chunks_came_back = 0, False
        row = execute(
            connection,
            f"select {COLUMNS} from loader.claim_chunk(%s, %s, p_cursor => %s, p_partition => %s, p_partitions => %s)",
            (task.load_id, self.name, self._cursor, *task.share),
            load=task.load_id,
        ).fetchone()
        if row is None:
            found, self._cursor = self._cursor > 0, 0
            return found  # again from the start, where chunks may be ready again
        chunk = of_row(row)
        self._cursor = chunk.chunk_id
        attempts.make(chunk)
        return True

    def _attempts_over(self, connection: Connection) -> Attempts:
        if self._attempts is None:
            self._attempts = Attempts(connection, self._task, self._check_stop)
        return self._attempts

    def _is_over(self) -> bool:
        """Whether nothing is left to do, now or later. Reclaims the leases of vanished workers."""
        task = self._task
        return not has_work(self._connected(), task.load_id, *task.share)


def has_work(
    connection: Connection,
    load_id: int,
    share: int | None = None,
    shares: int | None = None,
) -> bool:
    """Whether workers have work left, in a partition or at all. Ends sessions that hold a chunk for longer than
    the load's max_chunk_time.
    """
    query = "select loader.has_work(%s, %s, %s)"
    return execute(connection, query, (load_id, share, shares), load=load_id).fetchone() == (True,)


def worker_pool(assignment: Assignment, size: int) -> Crew:
    """The worker processes of a command. They know how many begin together, and share a rate limit."""
    run_settings = assignment.run
    meter = Meter(run_settings.max_rate) if run_settings.max_rate else None
    idleness = cores.Idleness()
    first = at_once(size, cores.count(), idleness)
    work = partial(run, replace(assignment, others=first - 1, meter=meter))
    patience = min(run_settings.lease, run_settings.max_chunk_time)
    return Crew(work, size, first, patience=patience, in_copy=forget_inherited, idleness=idleness)
