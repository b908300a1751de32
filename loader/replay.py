"""Replay of rejects: mended records become small dumps, one a source they came from, which are then merged."""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from loader.database.connect import Connection, explained
from loader.errors import UsageError
from loader.mapping.tables import Dataset
from loader.source.file import expand
from loader.source.scan import scan
from loader.sources import record_paths

ONE_BY_ONE = 1  # bytes a span: no two records fit, so each is a span, with its place


@dataclass(frozen=True, slots=True)
class Replay:
    """A small dump of mended records of one source, the entities of that source, and the numbers of the rejects."""

    path: Path
    snapshot: str | None
    priority: int
    entities: list[str]
    rejects: list[int]


@dataclass(frozen=True, slots=True)
class _Mended:
    """A line of what `rejects export` wrote, with its number, after it was mended."""

    line: int
    reject: int
    source: int
    xml: bytes


def write_replay(connection: Connection, dataset: Dataset, file: str, folder: Path) -> list[Replay]:
    """Mended records as small dumps in ``folder``, one a source, with that source's snapshot, priority and entities.

    ``file``: JSONL as `rejects export` writes it; - is standard input. Raises UsageError for a line that is not such,
    that is of another dataset, or that holds anything but one record.
    """
    groups: dict[int, list[_Mended]] = defaultdict(list)
    for number, line in enumerate(_lines(file), start=1):
        if line.strip():
            mended = _read(file, number, line)
            groups[mended.source].append(mended)
    if not groups:
        raise UsageError(f"{file} holds no reject to be replayed")
    return [_replay(connection, dataset, file, folder, items) for _, items in sorted(groups.items())]


def mark_replayed(connection: Connection, replay: Replay, load_id: int) -> None:
    """Marks the rejects of a replay, all but those that were rejected again. DatabaseError when the server refuses."""
    with explained("the rejects cannot be marked"):
        connection.execute(
            "update loader.reject as r set state = 'replayed', replayed_by = %s where (r.source_id, r.record) in ("
            "select o.source_id, o.record from unnest(%s::bigint[]) with ordinality as given (reject_id, place) "
            "join loader.reject as o on o.reject_id = given.reject_id "
            "where not exists ("
            "select 1 from loader.reject as again where again.load_id = %s and again.record = given.place))",
            (load_id, replay.rejects, load_id),
        )


def _lines(file: str) -> list[str]:
    """The lines; only a line feed ends one, since records may hold what else Python takes for the end of a line."""
    if file == "-":
        return sys.stdin.read().split("\n")
    try:
        return Path(file).read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from error


def _read(file: str, number: int, line: str) -> _Mended:
    try:
        item = json.loads(line)
        if not isinstance(item["xml"], str | None):
            raise TypeError("xml is no text")
        xml = base64.b64decode(item["raw"]) if item["xml"] is None else item["xml"].encode("utf-8", "surrogateescape")
        return _Mended(number, int(item["reject"]), int(item["source_id"]), xml)
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{file}, line {number} is not as `rejects export` writes it: {error}") from error


def _replay(connection: Connection, dataset: Dataset, file: str, folder: Path, items: Sequence[_Mended]) -> Replay:
    source = items[0].source
    row = connection.execute(
        "select s.name, s.snapshot, s.priority, s.entities, c.prefix, c.suffix from loader.source as s "
        "join loader.chunk as c using (source_id) where s.source_id = %s and s.dataset = %s order by c.number limit 1",
        (source, dataset.name),
    ).fetchone()
    if row is None:
        raise UsageError(f"{file}, line {items[0].line}: {dataset.name} has no source {source} in this database")
    name, snapshot, priority, entities, prefix, suffix = row
    body = b"\n".join(item.xml for item in items)
    # By its content: the same mended records replayed twice are the same source, other ones are another.
    digest = hashlib.sha256(body).hexdigest()[:8]
    path = folder / f"{name.replace('/', '_')}.replay-{digest}.xml"
    path.write_bytes(prefix + b"\n" + body + b"\n" + suffix)
    _check_lines(file, items, len(prefix) + 1, _record_starts(path, dataset, entities))
    return Replay(path, str(snapshot) if snapshot else None, priority, entities, [item.reject for item in items])


def _record_starts(path: Path, dataset: Dataset, entities: Sequence[str]) -> list[int]:
    """The bytes of a dump at which its records begin."""
    known = [entity.name for entity in dataset.entities if entity.name in entities]
    found = scan(
        expand([path])[0],
        record_paths(dataset, known),
        chunk_bytes=ONE_BY_ONE,
        documents=dataset.settings.documents,
        internal_subset=dataset.settings.internal_subset,
    )
    return [span.start for span in found]


def _check_lines(file: str, items: Sequence[_Mended], start: int, records: Sequence[int]) -> None:
    """Refuses a line that holds no record or several: the n-th record must be that of the n-th line.

    ``start``: the byte at which the first line's record stands; ``records``: the bytes at which records were found.
    """
    for item in items:
        end = start + len(item.xml)
        count = bisect_left(records, end) - bisect_left(records, start)
        if count != 1:
            raise UsageError(
                f"{file}, line {item.line} (reject {item.reject}): `xml` holds {count or 'no'} records",
                hint="a line holds one whole record; leave out the line of a record that is not to be loaded",
            )
        start = end + 1
