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

from loader.chunk import Chunk, ChunkLoader, OpenSource
from loader.database.connect import Connection, connect, refusal
from loader.errors import LoaderError, ServerUnavailableError, SourceChangedError, SourceError
from loader.extract.rows import LxmlEngine
from loader.lease import Heartbeat
from loader.logs import LogSettings, set_context, set_up
from loader.mapping.tables import Dataset
from loader.plan import ClaimedSource, Planner
from loader.settings import RunSettings
from loader.source.format import SourceFile
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

LEASE_LOST, BUILD_LOST = "LD001", "LD006"
RESOURCES = "53"  # SQLSTATE class: disk, memory or connections are used up
TERMINAL = ("22", "23", "42", "54", "LD012")  # what the same bytes would meet again


class Stopped(LoaderError):
    """The worker was told to stop; what it was doing is undone."""


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
    except psycopg.Error as error:
        log.error("%s", refusal(error, "the worker cannot go on"))
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
        if self._connection is not None and not self._connection.closed:
            self._connection.cancel()

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
                if isinstance(error, psycopg.OperationalError) and not _is_connection_loss(error):
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
            planner.plan(source, self._located(source.name, *row[5:]))
        except (LoaderError, psycopg.Error) as error:
            if _sqlstate(error) == LEASE_LOST:
                log.warning("%s is planned by another worker by now", source.name)
                return True
            if not connection.closed:
                connection.execute("select loader.release_source(%s, %s)", (source.source_id, source.token))
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
            with Heartbeat(task.url, connection, chunk.chunk_id, chunk.token, task.run.lease):
                self._chunk_loader(connection).load(chunk, self._open(connection, chunk.source_id))
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
        state = _sqlstate(error)
        if connection.closed or connection.broken:
            raise error  # the server gives the chunk back: its process is gone
        if state == LEASE_LOST:
            log.warning("the lease was lost, another worker has the chunk")
        elif state == BUILD_LOST:
            connection.execute("select loader.restart_build(%s)", (self._task.load_id,))
            self._floor = 0
        elif self._stopping or _ends_worker(error):
            connection.execute("select loader.release_chunk(%s, %s)", (chunk.chunk_id, chunk.token))
            raise Stopped("told to stop") if self._stopping else error
        else:
            text = str(refusal(error, f"chunk {chunk.chunk_id}") if isinstance(error, psycopg.Error) else error)
            terminal = isinstance(error, SourceChangedError) or (state or "").startswith(TERMINAL)
            log.warning("%s", text)
            connection.execute(
                "select loader.fail_chunk(%s, %s, %s, %s)", (chunk.chunk_id, chunk.token, text, terminal)
            )

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
                    Reader(self._located(*row[:4])),
                    record_paths(self._task.dataset, row[4]),
                    LxmlEngine(self._task.dataset, row[4]),
                )
            }
        return self._sources[source_id]

    def _located(self, name: str, location: str, size: int, packing: str) -> SourceFile:
        return located(name, location, size, packing, self._task.directory)  # type: ignore[arg-type]


def _ends_worker(error: LoaderError | psycopg.Error) -> bool:
    """What is wrong with this host or the server, not with the chunk: it is given back as it was."""
    if isinstance(error, SourceError):
        return not isinstance(error, SourceChangedError)
    return isinstance(error, Stopped) or (_sqlstate(error) or "").startswith(RESOURCES)


def _sqlstate(error: BaseException) -> str | None:
    if isinstance(error, psycopg.Error):
        return error.sqlstate
    state = getattr(error, "context", {}).get("sqlstate")
    return str(state) if state else None


def _is_connection_loss(error: psycopg.OperationalError) -> bool:
    """Class 08, an administrator's shutdown (57P), or no SQLSTATE at all: the connection, not the statement."""
    return error.sqlstate is None or error.sqlstate.startswith(("08", "57P"))
