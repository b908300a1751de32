"""Planning: one pass over a source that queues its chunks, and loads those that no other worker waits for."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg

from loader.config.logs import set_context
from loader.database.conflict_retry import execute
from loader.database.connect import Connection
from loader.database.failures import in_words, is_unforeseen
from loader.database.refusal import explained
from loader.database.sqlstates import Own
from loader.errors import DatabaseError, SourceError
from loader.queue.assignment import Assignment
from loader.queue.attempt import Attempts
from loader.queue.chunk import PIECE, Chunk, piece_values
from loader.queue.lease import SourceLease
from loader.source.packing.format import SourceFile
from loader.source.protocol import Piece, Summary, Want, open_source

log = logging.getLogger(__name__)

WORTH = 3  # a chunk is left to others only if loading it takes this many times as long as reading it
BEAT_SECONDS = 2  # often enough for a smooth progress bar, rarely enough to cost nothing


@dataclass(frozen=True, slots=True)
class ClaimedSource:
    """A source that this worker is to plan, with its lease."""

    source_id: int
    name: str
    entities: list[str]
    chunk_bytes: int
    lease: SourceLease


class Planner:
    """Scans a source and plans its chunks. ``pause`` is called now and then and may raise to stop the planning.

    If enough chunks are ready for the other workers, it loads a chunk itself, as an attempt like any other, while it
    has the bytes in memory.
    """

    def __init__(
        self, connection: Connection, task: Assignment, worker: str, attempts: Attempts, pause: Callable[[], None]
    ) -> None:
        self._connection = connection
        self._task = task
        self._worker = worker
        self._attempts = attempts
        self._pause = pause
        self._next_beat = 0.0
        self._reading = 0.0  # seconds of reading since the previous chunk

    def plan(self, source: ClaimedSource, file: SourceFile) -> None:
        """Plans the whole source, or a damaged one up to its damage. An unreadable source is marked as failed."""
        began = time.monotonic()
        for piece in self._pieces(source, file):
            self._reading = time.monotonic() - began
            self._pass_on(source, piece)
            began = time.monotonic()

    def _pieces(self, source: ClaimedSource, file: SourceFile) -> Iterator[Piece]:
        """The pieces of the source; at the end, the outcome of the planning is recorded."""

        def progress(scanned: int) -> None:
            self._pause()
            source.lease.scanned = scanned
            if time.monotonic() >= self._next_beat:
                self._next_beat = time.monotonic() + BEAT_SECONDS
                self._renew(source)

        try:
            want = Want(source.chunk_bytes, True, self._attempts.record_limit, progress)
            found = open_source(file, self._task.dataset, source.entities).scan(want)
            yield from found
        except Exception as error:
            if not isinstance(error, SourceError) and not is_unforeseen(error):
                raise
            # A bug, too, fails this source: otherwise all workers would meet it, one after the other.
            text = in_words(error)
            # The end of the load reports it, so it appears only once.
            log.log(logging.ERROR if is_unforeseen(error) else logging.INFO, "%s", text, exc_info=is_unforeseen(error))
            self._fail(source, text.removeprefix(f"{source.name}: "))
        else:
            self._finish(source, found.summary)

    def _pass_on(self, source: ClaimedSource, piece: Piece) -> None:
        """Puts a chunk into the queue; loads it if the queue leases it to this worker at once."""
        values = (source.source_id, *piece_values(piece))
        with explained(f"{source.name} cannot be planned"):
            if piece.content is None:
                self._execute(f"select loader.plan_chunk(%s, {PIECE})", values)
                return
            row = self._execute(
                f"select chunk_id, lease_token from loader.plan_and_claim(%s, {PIECE}, null, %s, %s, "
                "p_partition => %s, p_partitions => %s)",
                (*values, self._worker, self._others(), *self._task.share),
            ).fetchone()
        if row is None or row[1] is None:
            piece.content.drop()  # the next piece is read while this one is still referenced
            return
        self._attempts.make(Chunk(row[0], source.source_id, row[1], piece), source.lease)
        set_context(load=self._task.load_id, source=source.name)

    def _others(self) -> int | None:
        """How many other workers there are to leave chunks for. None if chunks are loaded nearly as quickly as they are
        read, as in a refresh that changes little: other workers would have to read them again.
        """
        return self._task.others if self._attempts.seconds > WORTH * self._reading else None

    def _finish(self, source: ClaimedSource, summary: Summary) -> None:
        damage = summary.damage
        if damage is None and not summary.entities:
            log.info("%s", summary.unknown[0])
            self._fail(source, "; ".join(summary.unknown))
            return
        if damage is not None:
            log.info("%s is damaged %s", source.name, damage)
        with explained(f"{source.name} cannot be planned"):
            self._execute(
                "select loader.finish_source(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    source.source_id, source.lease.token, summary.sha256, summary.weight, summary.records,
                    json.dumps(summary.other), summary.transcoded_from,
                    damage.offset if damage else None,
                    str(damage) if damage else None,
                    list(summary.entities), summary.content,
                ),
            )  # fmt: skip
        log.info("%s: %s records planned", source.name, summary.records)

    def _fail(self, source: ClaimedSource, text: str) -> None:
        self._execute("select loader.fail_source(%s, %s, %s)", (source.source_id, source.lease.token, text))

    def _execute(self, query: LiteralString, values: Sequence[object]) -> psycopg.Cursor[tuple[Any, ...]]:
        return execute(self._connection, query, values, load=self._task.load_id)

    def _renew(self, source: ClaimedSource) -> None:
        with explained(f"{source.name} cannot be planned"):
            state = source.lease.renew(self._connection)
        if state == "lost":
            raise DatabaseError(f"the lease of {source.name} is lost", sqlstate=Own.LEASE_LOST)
