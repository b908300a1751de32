"""The mode of a load for which it was not given: merge, or replace if that is quicker and has the same result."""

from __future__ import annotations

import contextlib
import datetime
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, LiteralString

from loader.database.connect import Connection
from loader.errors import UsageError
from loader.queue.skip_unchanged import Comparison, former_seeds
from loader.source.file import SourceFile
from loader.source.protocol import Reading, Want, open_source
from loader.source.rows import GeneratedKeys

if TYPE_CHECKING:
    from loader.load.request import LoadRequest

log = logging.getLogger(__name__)

SAMPLE_BYTES = 512 << 10  # uncompressed, from the head of each file
MIN_SAMPLE = 200  # records: a share of fewer is not significant, and a merge of fewer takes no time
ALL_SOURCES = 2**62


@dataclass(frozen=True, slots=True)
class Choice:
    """A mode, or None to let the server decide (replace into empty tables), with its reason for the log.

    ``chosen``: the loader chose a replace instead of the merge that was to be expected.
    """

    mode: str | None = None
    reason: str = ""
    chosen: bool = False

    def options(self) -> dict[str, Any]:
        """What the load stores of it; nothing if nothing was chosen, because it may be an open load that continues."""
        return {"reason": self.reason, "chosen": self.chosen} if self.reason else {}


def choose(
    connection: Connection,
    request: LoadRequest,
    files: Sequence[SourceFile],
    entities: Mapping[str, Sequence[str]],
    snapshots: Mapping[str, datetime.date | None],
) -> Choice:
    """The mode of a load: the given one, or the one that a sample of the files suggests."""
    if request.mode is not None:
        return Choice(request.mode)
    row = connection.execute("select loader.has_sample(%s)", (request.dataset.name,)).fetchone()
    only_sample = row[0] if row else None
    if only_sample is None:
        return Choice()
    if only_sample != request.sample:
        return _other_kind(request)
    if not _is_true("select loader.may_replace(%s, %s, %s, %s, true)", connection, request, entities, snapshots):
        return Choice()
    read, changed = _sampled(connection, request, files, entities, snapshots)
    if read < MIN_SAMPLE or changed <= read * request.dataset.settings.replace_above_pct / 100:
        return Choice()
    if not _is_true("select loader.may_replace(%s, %s, %s, %s)", connection, request, entities, snapshots):
        return Choice()
    # Last, because it reads the tables.
    if _is_true("select loader.keeps_rows(%s, %s, %s, %s)", connection, request, entities, snapshots):
        return Choice()
    reason = f"{changed:,} of {read:,} sampled records differ from the tables"
    log.warning("%s: the load becomes a replace; --merge forces a merge", reason)
    return Choice("replace", reason, chosen=True)


def _other_kind(request: LoadRequest) -> Choice:
    """Replaces a generated sample by real dumps, and refuses to mix a sample into real dumps unasked."""
    if request.sample:
        raise UsageError(
            f"the tables of {request.dataset.name} hold dumps; a generated sample would be mixed into them",
            hint="name the dumps to be loaded (make load DUMPS=dir), or --replace the tables by the sample",
        )
    log.warning("the tables of %s hold a generated sample; the dumps replace it", request.dataset.name)
    return Choice("replace", "the tables hold a generated sample")


def _is_true(
    query: LiteralString,
    connection: Connection,
    request: LoadRequest,
    entities: Mapping[str, Sequence[str]],
    snapshots: Mapping[str, datetime.date | None],
) -> bool:
    """The result of a query about the load of these dumps; false unless they are full snapshots, which alone can
    replace tables.

    With ``mark``, a merge keeps rows of missing records, which a replace would not.
    """
    days = [day for day in snapshots.values() if day is not None]
    if request.dataset.settings.deletes != "delete" or len(days) < len(snapshots):
        return False
    held = sorted({name for names in entities.values() for name in names})
    row = connection.execute(query, (request.dataset.name, held, request.priority, min(days))).fetchone()
    return row is not None and bool(row[0])


def _sampled(
    connection: Connection,
    request: LoadRequest,
    files: Sequence[SourceFile],
    entities: Mapping[str, Sequence[str]],
    snapshots: Mapping[str, datetime.date | None],
) -> tuple[int, int]:
    """The number of records at the heads of the files, and how many of them differ from the rows in the tables."""
    read = changed = 0
    dataset = request.dataset
    seeds = former_seeds(connection, dataset)
    for file in files:
        query = "select loader.known_key_source(%s, loader.series_of(%s, %s, %s))"
        row = connection.execute(query, (dataset.name, dataset.name, file.name, snapshots[file.name])).fetchone()
        generated = GeneratedKeys(row[0]) if row and row[0] is not None else None
        comparison = Comparison(connection, dataset, dict.fromkeys(entities[file.name], ALL_SOURCES))
        source = open_source(file, dataset, entities[file.name])
        with contextlib.closing(iter(source.scan(Want(SAMPLE_BYTES, keeping=True)))) as pieces:
            piece = next(pieces, None)
            if piece is None or piece.content is None:
                continue
            with contextlib.closing(source.reader(Reading(former_seeds=seeds))) as reader:
                records = reader.records(piece)
                read += len(records)
                changed += len(records) - len(comparison.find(piece.first_record, records, generated).indexes)
    return read, changed
