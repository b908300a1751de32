"""An attempt at a leased chunk: it is loaded under a heartbeat, or given up so that the queue knows the outcome."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable

import psycopg

from loader.config.logs import set_context
from loader.database.bounded import answering_within
from loader.database.conflict_retry import execute
from loader.database.connect import Connection
from loader.database.failures import ends_worker, in_words, is_connection_loss, is_terminal, is_unforeseen, sqlstate
from loader.database.refusal import refusal
from loader.database.sqlstates import Own
from loader.errors import DatabaseError, ServerUnavailableError
from loader.mapping.override_settings import as_kept
from loader.process import stop
from loader.process.throttle import Throttle
from loader.queue.assignment import Assignment
from loader.queue.chunk import Chunk
from loader.queue.lease import ChunkLease, Heartbeat, Lease, give_back
from loader.queue.load_chunk import ChunkLoader, OpenSource
from loader.source.entities_of_file import located
from loader.source.protocol import RECORD_LIMIT, Reading, open_source
from loader.source.rows import GeneratedKeys

log = logging.getLogger(__name__)


class Attempts:
    """Makes attempts at chunks over one connection.

    ``pause`` is called between the steps of the work and may raise to stop it.
    """

    def __init__(self, connection: Connection, task: Assignment, pause: Callable[[], None]) -> None:
        self._connection = connection
        self._task = task
        self._pause = pause
        self._loader: ChunkLoader | None = None
        self._max_record = RECORD_LIMIT
        self._lease = task.run.lease  # of the load, as last read
        self._sources: dict[int, OpenSource] = {}
        self.chunks_came_back = False  # whether chunks behind the cursor are ready again
        self.seconds = math.inf  # duration of the last chunk

    def make(self, chunk: Chunk, besides: Lease | None = None) -> None:
        """Loads the chunk, or gives it up; raises only errors that must end the worker, or its connection.

        ``besides``: another lease that the worker holds.
        """
        connection, task = self._connection, self._task
        set_context(load=task.load_id, source=chunk.source_id, chunk=chunk.chunk_id)
        started = time.monotonic()
        try:
            source = self._open(chunk.source_id)
            set_context(load=task.load_id, source=source.name, chunk=chunk.chunk_id)
            lease = ChunkLease(chunk.chunk_id, chunk.token)
            beat = Heartbeat(task.url, connection, lease, self._lease, besides=besides)
            with answering_within(connection, None), beat:
                self._chunk_loader().load(chunk, source)
        except Exception as error:  # a bug, too, must cost only this chunk, not every worker that tries it
            self._give_up(chunk, error)
        else:
            self.seconds = time.monotonic() - started
            log.debug("%s records in %.2f s", chunk.piece.records, self.seconds)

    def close(self) -> None:
        """Closes the open file."""
        for source in self._sources.values():
            source.reader.close()
        self._sources = {}

    @property
    def record_limit(self) -> int:
        """Bytes of the longest record that this load takes."""
        self._chunk_loader()
        return self._max_record

    def _chunk_loader(self) -> ChunkLoader:
        if self._loader is None:
            row = self._connection.execute(
                "select mode, visibility, max_record from loader.read_load(%s)", (self._task.load_id,)
            ).fetchone()
            assert row is not None
            mode, visibility, max_record = row
            task = self._task
            self._loader = ChunkLoader(
                self._connection, task.dataset, task.load_id, self._pause,
                into_build=visibility == "load", compares=mode == "merge",
                throttle=Throttle(task.meter, self._pause) if task.meter else None,
            )  # fmt: skip
            self._max_record = max_record or RECORD_LIMIT
        return self._loader

    def _read_lease(self) -> None:
        row = self._connection.execute("select settings from loader.read_load(%s)", (self._task.load_id,)).fetchone()
        if row is not None:
            self._lease = as_kept(self._task.dataset, self._task.run, row[0])[1].lease

    def _give_up(self, chunk: Chunk, error: Exception) -> None:
        """Reports the outcome of a chunk that could not be loaded; raises errors that must end the worker."""
        stop.check()
        connection = self._connection
        if connection.closed or connection.broken or is_connection_loss(error):
            # The server returns the chunk, because its process has vanished.
            raise ServerUnavailableError(str(error).strip()) from error
        state, place = sqlstate(error), (chunk.chunk_id, chunk.token)
        try:
            if state == Own.LEASE_LOST:
                log.warning("the lease was lost, so the attempt is void")
                self._read_lease()  # it may have become shorter, which other workers know already
            elif state == Own.BUILD_LOST:
                execute(connection, "select loader.restart_build(%s)", (self._task.load_id,), load=self._task.load_id)
                self.chunks_came_back = True
            elif ends_worker(error):
                give_back(connection, ChunkLease(*place))
                raise error
            else:
                text = _words(self._task.dataset.name, chunk, error)
                dead = is_terminal(error)  # the end of the load reports it, so it appears only once
                log.log(logging.INFO if dead else logging.WARNING, "%s", text, exc_info=is_unforeseen(error))
                execute(connection, "select loader.fail_chunk(%s, %s, %s, %s)", (*place, text, dead))
        except psycopg.Error as second:
            if sqlstate(second) != Own.LEASE_LOST:
                raise
            log.warning("the lease was lost, so the attempt is void")

    def _open(self, source_id: int) -> OpenSource:
        if source_id not in self._sources:
            row = self._connection.execute(
                "select name, location, size, format, entities, key_source, record_numbers, former_seeds "
                "from loader.read_source(%s)",
                (source_id,),
            ).fetchone()
            if row is None:
                raise DatabaseError("the load is not open any more", sqlstate=Own.LEASE_LOST)
            self.close()  # one open file per worker, which bounds the memory
            task, entities = self._task, row[4]
            file = located(row[0], row[1], row[2], row[3], task.directory, task.paths)
            keys = GeneratedKeys(row[5], row[6]) if row[5] is not None else None
            reading = Reading(source_id, task.run.engine, task.block_bytes, self.record_limit, keys, row[7])
            reader = open_source(file, task.dataset, entities).reader(reading)
            self._sources = {source_id: OpenSource(row[0], reader, entities, keys)}
        return self._sources[source_id]


def _words(dataset: str, chunk: Chunk, error: Exception) -> str:
    """The recorded error of an attempt that failed."""
    if isinstance(error, psycopg.Error):
        return str(refusal(error, f"chunk {chunk.chunk_id}"))
    if isinstance(error, MemoryError):
        return (
            f"chunk {chunk.chunk_id}: the worker's memory does not suffice for it\n"
            f"  give it more, then `loader requeue {dataset}`; or cancel the load and begin it with --memory, which "
            "bounds chunks"
        )
    return in_words(error, f"chunk {chunk.chunk_id}")
