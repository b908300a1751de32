"""Planning: one pass over a source that puts its chunks into the queue while others work on them already."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from loader.database.connect import Connection, explained
from loader.errors import SourceError
from loader.mapping.tables import Dataset
from loader.source.format import SourceFile
from loader.source.scan import scan
from loader.sources import record_paths

log = logging.getLogger(__name__)

BEAT_SECONDS = 2  # often enough for a smooth progress bar, seldom enough to cost nothing


@dataclass(frozen=True, slots=True)
class ClaimedSource:
    """A source that this worker is to plan, with the token of its lease."""

    source_id: int
    name: str
    entities: list[str]
    chunk_bytes: int
    token: int


class Planner:
    """Scans a source and plans its chunks. ``beat`` is called now and then and may raise to stop the planning."""

    def __init__(
        self,
        connection: Connection,
        dataset: Dataset,
        lease: float,
        max_attempts: int,
        beat: Callable[[], None],
    ) -> None:
        self._connection = connection
        self._dataset = dataset
        self._lease = lease
        self._max_attempts = max_attempts
        self._beat = beat
        self._next_beat = 0.0

    def plan(self, source: ClaimedSource, file: SourceFile) -> None:
        """Plans the whole source; a damaged one up to its damage. A source that cannot be read is marked as failed."""
        settings = self._dataset.settings

        def progress(scanned: int) -> None:
            self._beat()
            if time.monotonic() >= self._next_beat:
                self._next_beat = time.monotonic() + BEAT_SECONDS
                self._renew(source, scanned)

        try:
            found = scan(
                file,
                record_paths(self._dataset, source.entities),
                chunk_bytes=source.chunk_bytes,
                documents=settings.documents,
                internal_subset=settings.internal_subset,
                progress=progress,
            )
            for span in found:
                with explained(f"{source.name} cannot be planned"):
                    self._connection.execute(
                        "select loader.plan_chunk(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                        (
                            source.source_id, span.number, span.start, span.end, span.first_record, span.records,
                            span.prefix, span.suffix, span.seek, span.digest, self._max_attempts,
                        ),
                    )  # fmt: skip
        except SourceError as error:
            log.error("%s", error)
            self._connection.execute(
                "select loader.fail_source(%s, %s, %s)", (source.source_id, source.token, str(error))
            )
            return
        summary = found.summary
        damage = summary.damage
        if damage is not None:
            log.error("%s is damaged at byte %s: %s", source.name, damage.offset, damage.message)
        with explained(f"{source.name} cannot be planned"):
            self._connection.execute(
                "select loader.finish_source(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    source.source_id, source.token, summary.sha256, summary.decoded_bytes, summary.records,
                    json.dumps(summary.other), summary.transcoded_from,
                    damage.offset if damage else None,
                    f"at byte {damage.offset}: {damage.message}" if damage else None,
                ),
            )  # fmt: skip
        log.info("%s: %s records planned", source.name, summary.records)

    def _renew(self, source: ClaimedSource, scanned: int) -> None:
        with explained(f"{source.name} cannot be planned"):
            self._connection.execute(
                "select loader.heartbeat_source(%s, %s, %s, make_interval(secs => %s))",
                (source.source_id, source.token, scanned, self._lease),
            )
