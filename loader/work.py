"""A worker: plans sources and loads chunks of an open load until there is nothing left to do."""

from __future__ import annotations

import logging
import os
import random
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import psycopg
from psycopg.pq import TransactionStatus
from typing_extensions import LiteralString

from loader.chunk import Chunk, ChunkLoader, OpenSource
from loader.database.connect import Connection, connect, refusal
from loader.errors import LoaderError, ServerUnavailableError
from loader.extract.rows import LxmlEngine
from loader.failures import BUILD_LOST, LEASE_LOST, Stopped, ends_worker, is_connection_loss, is_terminal, sqlstate
from loader.lease import Heartbeat
from loader.logs import LogSettings, set_context, set_up
from loader.mapping.tables import Dataset
from loader.plan import ClaimedSource, Planner
from loader.settings import RunSettings
from loader.source.read import Reader
from loader.sources import located, record_paths

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


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a worker process needs to begin. ``url`` may hold a password, hence never an argument of a command."""

    url: str
    dataset: Dataset
    load_id: int
    run: RunSettings
    logs: LogSettings
    directory: Path | None = None
    parent: int | None = None


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
        self._loader: ChunkLoader | None = None
        self._sources: dict[int, OpenSource] = {}
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

    def _check_stop(self) -> None:
        parent = self._task.parent
        if self._stopping or (parent is not None and os.getppid() != parent):
            raise Stopped("told to stop")

    def _connected(self) -> Connection:
        if self._connection is None:
            for pause in (*CONNECT_PAUSES, None):
                self._check_stop()
                try:
                    self._connection = connect(self._task.url, application=f"loader worker {self.name}")
                    break
                except ServerUnavailableError:
                    if pause is None:
                        raise
                    time.sleep(pause * random.uniform(0.5, 1))
        assert self._connection is not None
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = self._loader = None

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
        planner = Planner(connection, task.dataset, task.run.lease, task.run.max_attempts, self._check_stop)
        try:
            planner.plan(source, located(source.name, row[5], row[6], row[7], task.directory))
        except (LoaderError, psycopg.Error) as error:
            if sqlstate(error) == LEASE_LOST:
                log.warning("%s is planned by another worker by now", source.name)
                return True
            if not connection.closed:
                _give_back(connection, "select loader.release_source(%s, %s)", (source.source_id, source.token))
            raise
        return True

    def _load_one(self) -> bool:
        connection, task = self._connected(), self._task
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
        set_context(load=task.load_id, source=chunk.source_id, chunk=chunk.chunk_id)
        started = time.monotonic()
        try:
            source = self._open(connection, chunk.source_id)
            set_context(load=task.load_id, source=source.name, chunk=chunk.chunk_id)
            with Heartbeat(task.url, connection, chunk.chunk_id, chunk.token, task.run.lease):
                self._chunk_loader(connection).load(chunk, source)
        except (LoaderError, psycopg.Error) as error:
            self._give_up(connection, chunk, error)
        else:
            log.debug("%s records in %.2f s", chunk.records, time.monotonic() - started)
        return True

    def _chunk_loader(self, connection: Connection) -> ChunkLoader:
        if self._loader is None:
            row = connection.execute(
                "select mode from loader.load where load_id = %s", (self._task.load_id,)
            ).fetchone()
            self._loader = ChunkLoader(connection, self._task.dataset, row[0] if row else "merge", self._check_stop)
        return self._loader

    def _give_up(self, connection: Connection, chunk: Chunk, error: LoaderError | psycopg.Error) -> None:
        """Tells the queue what became of a chunk that could not be loaded; raises what must end the worker."""
        if connection.closed or connection.broken:
            # The server gives the chunk back: its process is gone.
            raise ServerUnavailableError(str(error).strip()) from error
        state, place = sqlstate(error), (chunk.chunk_id, chunk.token)
        try:
            if state == LEASE_LOST:
                log.warning("the lease was lost, another worker has the chunk")
            elif state == BUILD_LOST:
                connection.execute("select loader.restart_build(%s)", (self._task.load_id,))
                self._floor = 0
            elif self._stopping or ends_worker(error):
                _give_back(connection, "select loader.release_chunk(%s, %s)", place)
                raise Stopped("told to stop") if self._stopping else error
            else:
                text = str(refusal(error, f"chunk {chunk.chunk_id}") if isinstance(error, psycopg.Error) else error)
                log.warning("%s", text)
                connection.execute("select loader.fail_chunk(%s, %s, %s, %s)", (*place, text, is_terminal(error)))
        except psycopg.Error as second:
            if sqlstate(second) != LEASE_LOST:
                raise
            log.warning("the lease was lost, another worker has the chunk")

    def _is_over(self) -> bool:
        """Whether nothing is left to be done, now or later. Takes back what workers left behind that are gone."""
        row = self._connected().execute("select loader.has_work(%s)", (self._task.load_id,)).fetchone()
        return row is None or not row[0]

    def _open(self, connection: Connection, source_id: int) -> OpenSource:
        if source_id not in self._sources:
            row = connection.execute(
                "select name, location, size, format, entities from loader.source where source_id = %s",
                (source_id,),
            ).fetchone()
            assert row is not None
            for source in self._sources.values():  # one open file a worker: memory is bounded by it
                source.reader.close()
            self._sources = {
                source_id: OpenSource(
                    row[0],
                    Reader(located(row[0], row[1], row[2], row[3], self._task.directory)),
                    record_paths(self._task.dataset, row[4]),
                    LxmlEngine(self._task.dataset, row[4]),
                )
            }
        return self._sources[source_id]


def _give_back(connection: Connection, call: LiteralString, place: tuple[int, int]) -> None:
    """Releases a source or a chunk; once more when the cancellation meant for the work arrives only now."""
    try:
        connection.execute(call, place)
    except psycopg.errors.QueryCanceled:
        connection.execute(call, place)
