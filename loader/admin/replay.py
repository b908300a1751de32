"""Replay of rejects: corrected records become small dumps, one per source, which are then merged."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import re
import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from loader.database.connect import Connection
from loader.database.refusal import explained
from loader.errors import UsageError
from loader.mapping.canonical import selected_around
from loader.mapping.dataset import Dataset
from loader.mapping.outside import kept_outside
from loader.source.packing.format import SourceFile
from loader.source.protocol import Format, Want, format_of

ONE_BY_ONE = 1  # weight of a piece: no two records fit, so each is a piece, with its own position

SHOWN = 60  # bytes that are shown of text that is not allowed in a line
_REPLAYED = re.compile(r"(?:\.replay-[0-9a-f]{8}\.xml)*$")  # as loader.feed_of removes it


@dataclass(frozen=True, slots=True)
class Replay:
    """A small dump of corrected records of one source, the entities of that source, and the numbers of the rejects.

    ``record_numbers``: those of the records in that source, if generated keys contain them; otherwise None.
    """

    source: SourceFile
    snapshot: datetime.date | None
    priority: int
    entities: list[str]
    rejects: list[int]
    record_numbers: list[int] | None


@dataclass(frozen=True, slots=True)
class _Mended:
    """A line of the output of `rejects export`, with its number, after it was corrected."""

    line: int
    reject: int
    source: int
    xml: bytes


@dataclass(frozen=True, slots=True)
class _Placed:
    """A corrected record, its number in its source, and its context there (Piece.context)."""

    mended: _Mended
    record: int
    context: bytes | None


def write_replay(connection: Connection, dataset: Dataset, file: str, folder: Path) -> list[Replay]:
    """Corrected records as small dumps in ``folder``, one for each source, with that source's snapshot, priority and
    entities. Each record is inside of the same elements as before.

    ``file``: JSONL as `rejects export` writes it; - is standard input. Raises UsageError for a line that is not JSONL,
    that is of another dataset, or that contains anything but one record.
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
    """Marks the rejects of a replay, except those that were rejected again. Raises
    DatabaseError if the server refuses.
    """
    with explained("the rejects cannot be marked"):
        connection.execute("select loader.mark_replayed(%s, %s)", (load_id, replay.rejects))


def _lines(file: str) -> list[str]:
    """The lines; only a line feed ends one, because records may contain other characters that end a line in Python."""
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
    placed = _places(connection, dataset, file, items)
    name, snapshot, priority, entities, mapping = connection.execute(
        "select name, snapshot, priority, entities, mapping from loader.replayed_source(%s)", (source,)
    ).fetchall()[0]
    held = [entity.name for entity in dataset.entities if entity.name in entities]
    for entity in held if mapping else ():
        kept = {each.key for each in kept_outside(mapping, entity)}
        # The names of elements around records are always kept.
        wanted = {each.shown for each in dataset.outside(entity) if each.read_as != "name" and each.key not in kept}
        if wanted:
            raise UsageError(
                f"{file}: by now, the mapping reads {', '.join(sorted(wanted))} outside of the records of {entity}, "
                f"which was not kept with the rejects of {name}",
                hint=f"load {name} again",
            )
    if mapping and (steps := selected_around(dataset.canonical()) - selected_around(mapping)):
        shown = ", ".join(step for _, step in sorted(steps))
        raise UsageError(
            f"{file}: by now, the mapping tells records apart by {shown} around them, which was not kept with the "
            f"rejects of {name}",
            hint=f"load {name} again",
        )
    format_ = format_of(dataset, held)
    content, starts = format_.compose([(place.context, place.mended.xml) for place in placed], dataset, held)
    path = folder / f"{source}.xml"
    path.write_bytes(content)
    replayed = SourceFile(path, None, _name(connection, dataset, name, content), len(content), "plain")
    small = format_.open(replayed, dataset, held)
    found = small.scan(Want(ONE_BY_ONE))
    extents = [small.extent(piece) for piece in found]
    _check_lines(file, placed, starts, extents, format_)
    if (damage := found.summary.damage) is not None:
        raise UsageError(f"{file}: the records do not make a document: {damage.message}")
    rejects = [place.mended.reject for place in placed]
    numbers = connection.execute("select loader.record_numbers(%s, %s)", (source, rejects)).fetchone()
    return Replay(replayed, snapshot, priority, entities, rejects, numbers[0] if numbers else None)


def _name(connection: Connection, dataset: Dataset, name: str, content: bytes) -> str:
    """The name of the source: like the one that the records came from, which may be a member of a zip file, and so that
    it wins over all earlier replays of that file in conflict order, because it may correct one of them. If it has the
    content of the last of these, or of one whose load is open, it is the same source.
    """
    origin, digest = _REPLAYED.sub("", name), hashlib.sha256(content).hexdigest()
    query = "select name, size, sha256, is_open from loader.list_replays(%s, %s)"
    rows = connection.execute(query, (dataset.name, origin)).fetchall()
    known = sorted((row for row in rows if _REPLAYED.sub("", row[0]) == origin), key=lambda row: row[0], reverse=True)
    for place, (known_name, size, sha256, is_open) in enumerate(known):
        is_same = known_name.endswith(f"{digest[4:8]}.xml") and size == len(content) and sha256 in (None, digest)
        if is_same and (is_open or place == 0):
            return str(known_name)
    if not known:
        return f"{origin}.replay-{digest[:8]}.xml"
    last = str(known[0][0])
    head, number = last[: -len("00000000.xml")], int(last[-len("00000000.xml") : -len("0000.xml")], 16) + 1
    return f"{head}{number:04x}{digest[4:8]}.xml" if number < 1 << 16 else f"{last}.replay-{digest[:8]}.xml"


def _places(connection: Connection, dataset: Dataset, file: str, items: Sequence[_Mended]) -> list[_Placed]:
    """Corrected records in the order of their source, each with its context there. The UsageError names the line of an
    unknown reject, and of a record that occurs in two lines.
    """
    rows = connection.execute(
        "select reject_id, record, context from loader.replayed_records(%s, %s, %s)",
        (dataset.name, items[0].source, [item.reject for item in items]),
    ).fetchall()
    known = {reject: (record, context) for reject, record, context in rows}
    lines: dict[int, int] = {}
    placed = []
    for item in items:
        if item.reject not in known:
            raise UsageError(
                f"{file}, line {item.line}: {dataset.name} has no reject {item.reject} of source {item.source}",
                hint=f"`loader rejects export {dataset.name}` writes those that there are",
            )
        record, context = known[item.reject]
        if lines.setdefault(record, item.line) != item.line:
            raise UsageError(
                f"{file}, line {item.line} (reject {item.reject}): the same record stands in line {lines[record]}"
            )
        placed.append(_Placed(item, record, context))
    return sorted(placed, key=lambda place: place.record)


def _check_lines(
    file: str, placed: Sequence[_Placed], starts: Sequence[int], extents: Sequence[tuple[int, int]], format_: Format
) -> None:
    """Refuses a line that is not one whole record: the n-th record must be that of the n-th line, in its place.

    ``starts``: where the lines begin; ``extents``: where the records found there begin and end.
    """
    records = [start for start, _ in extents]
    for place, start in zip(placed, starts, strict=True):
        xml = place.mended.xml
        first, last = bisect_left(records, start), bisect_left(records, start + len(xml))
        if last - first != 1:
            what = f"holds {last - first or 'no'} records"
        elif not format_.is_aside(rest := xml[: extents[first][0] - start] + xml[extents[first][1] - start :]):
            what = f"holds more than its record: {rest.strip()[:SHOWN].decode('utf-8', 'replace')}"
        else:
            continue
        raise UsageError(
            f"{file}, line {place.mended.line} (reject {place.mended.reject}): `xml` {what}",
            hint="a line holds one whole record; leave out the line of a record that is not to be loaded",
        )
