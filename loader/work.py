"""A worker: plans sources and loads chunks of an open load until there is nothing left to do."""

from __future__ import annotations

import logging
import os
import random
import signal
import socket
import time
from types import FrameType

import psycopg
from psycopg.pq import TransactionStatus

from loader.assignment import Assignment
from loader.attempt import Attempts, give_back
from loader.database.connect import Connection, connect, refusal
from loader.errors import LoaderError, ServerUnavailableError
from loader.failures import LEASE_LOST, Stopped, is_connection_loss, sqlstate
from loader.logs import set_context, set_up
from loader.plan import ClaimedSource, Planner
from loader.rows import Chunk
from loader.sources import located

log = logging.getLogger(__name__)

IDLE_SECONDS = (0.05, 1.0)  # the pause between two looks for work, doubling from the first to the second
CONNECT_PAUSES = (
    0.5,
    1,
    2,
    4,
    8,
    15,
    30,
    60,
)  # a server that restarts is back within these seconds, added up


def run(assignment: Assignment) -> None:
    """The whole life of a worker process; ends with an exit code of 1 after an error that it has logged."""
    set_up(assignment.logs)
    worker = Worker(assignment)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, worker.stop)
    try:
        worker.work()
    except Stopped:
        log.info("stopped")
    except LoaderError as error:
        log.error("%s", error)
        raise SystemExit(1) from None
    except (psycopg.Error, OSError) as error:
        log.error("%s", refusal(error, "the worker") if isinstance(error, psycopg.Error) else error)
        raise SystemExit(1) from None


class Worker:
    """Claims and works until the load needs no more work, or until it is told to stop."""

    def __init__(self, assignment: Assignment) -> None:
        self._task = assignment
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self._connection: Connection | None = None
        self._attempts: Attempts | None = None
        self._floor = 0
        self._stopping = False

    def stop(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        """Ends intake at once and cancels the running statement; a signal handler."""
        self._stopping = True
        connection = self._connection
        if connection is not None and connection.info.transaction_status == TransactionStatus.ACTIVE:
            connection.cancel()

    def work(self) -> None:
        """Works until nothing is left; survives the loss of the connection."""
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
            except (psycopg.OperationalError, ServerUnavailableError) as error:
                self._check_stop()
                if isinstance(error, psycopg.OperationalError) and not is_connection_loss(error):
                    raise
                log.warning("the connection was lost, trying again: %s", str(error).strip())
                self._disconnect()

    def close(self) -> None:
        """Closes the connection and the open file."""
        self._disconnect()

    def _check_stop(self) -> None:
        parent = self._task.parent
        if self._stopping or (parent is not None and os.getppid() != parent):
            raise Stopped("told to stop")

    def _connected(self) -> Connection:
        if self._connection is None:
            for pause in (*CONNECT_PAUSES, None):
                self._check_stop()
                try:
                    # A crash loses the last commits together, rows and manifest; the end of the load waits for all.
                    self._connection = connect(
                        self._task.url, application=f"loader worker {self.name}", synchronous_commit="off"
                    )
                    break
                except ServerUnavailableError:
                    if pause is None:
                        raise
                    time.sleep(pause * random.uniform(0.5, 1))
        assert self._connection is not None
        return self._connection

    def _disconnect(self) -> None:
        if self._attempts is not None:
            self._attempts.close()
        if self._connection is not None:
            self._connection.close()
        self._connection = self._attempts = None

    def _plan_one(self) -> bool:
        connection, task = self._connected(), self._task
        row = connection.execute(
            "select source_id, name, entities, chunk_bytes, plan_token, location, size, format "
            "from loader.claim_source(%s, %s, make_interval(secs => %s))",
            (task.load_id, self.name, task.run.lease),
        ).fetchone()
        if row is None:
            return False
        source = ClaimedSource(*row[:5])
        set_context(load=task.load_id, source=source.name)
        planner = Planner(connection, task, self.name, self._attempts_over(connection), self._check_stop)
        try:
            planner.plan(source, located(source.name, row[5], row[6], row[7], task.directory))
        except (LoaderError, psycopg.Error) as error:
            if sqlstate(error) == LEASE_LOST:
                log.warning("%s is planned by another worker by now", source.name)
                return True
            if not connection.closed:
                give_back(connection, "select loader.release_source(%s, %s)", (source.source_id, source.token))
            raise
        return True

    def _load_one(self) -> bool:
        connection, task = self._connected(), self._task
        attempts = self._attempts_over(connection)
        if attempts.chunks_came_back:
            self._floor, attempts.chunks_came_back = 0, False
        row = connection.execute(
            "select chunk_id, source_id, lease_token, start_byte, end_byte, first_record, records, prefix, suffix, "
            "seek, digest "
            "from loader.claim_chunk(%s, %s, make_interval(secs => %s), %s, make_interval(secs => %s))",
            (task.load_id, self.name, task.run.lease, self._floor, task.run.max_chunk_time),
        ).fetchone()
        if row is None:
            found, self._floor = self._floor > 0, 0
            return found  # once more from the front, where chunks may have come back
        chunk = Chunk(*row)
        self._floor = chunk.chunk_id
        attempts.make(chunk)
        return True

    def _attempts_over(self, connection: Connection) -> Attempts:
        if self._attempts is None:
            self._attempts = Attempts(connection, self._task, self._check_stop, lambda: self._stopping)
        return self._attempts

    def _is_over(self) -> bool:
        """Whether nothing is left to be done, now or later. Takes back what workers left behind that are gone."""
        row = self._connected().execute("select loader.has_work(%s)", (self._task.load_id,)).fetchone()
        return row is None or not row[0]
