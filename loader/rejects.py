"""Rejects: listed, shown, exported as JSONL, and replayed once they are mended."""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from psycopg.rows import dict_row

from loader.database.connect import Connection, explained
from loader.errors import LoaderError, UsageError
from loader.mapping.tables import Dataset

SHOWN_VALUE = 60


@dataclass(frozen=True, slots=True)
class Replay:
    """A small dump of mended records of one source, and the numbers of their rejects."""

    path: Path
    snapshot: str | None
    priority: int
    rejects: list[int]


def show_list(connection: Connection, dataset: Dataset, load_id: int | None, limit: int) -> int:
    """Prints the rejects of a load (None: of the last one that has any), a line each."""
    rows = _rows(connection, dataset, load_id)
    for row in rows[:limit]:
        where = f" {row['table_name']}.{row['column_name']}" if row["column_name"] else ""
        value = f" {_cut(row['value'])!r}" if row["value"] is not None else ""
        print(
            f"{row['reject_id']}  {row['source']} record {row['record']} byte {row['byte_offset']}  "
            f"{row['reason']}{where}{value}: {_cut(row['message'], 200)}"
            + ("  (replayed)" if row["state"] == "replayed" else "")
        )
    if len(rows) > limit:
        print(f"... and {len(rows) - limit} more (--limit)")
    if not rows:
        print("no rejects")
    return 0


def show_one(connection: Connection, reject_id: int) -> int:
    """Prints everything about one reject, its bytes included."""
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(
            "select r.*, s.name as source from loader.reject as r join loader.source as s using (source_id) "
            "where reject_id = %s",
            (reject_id,),
        ).fetchone()
    if row is None:
        raise LoaderError(f"there is no reject {reject_id}")
    raw = row.pop("raw")
    for key, value in row.items():
        if value is not None:
            print(f"{key}: {value}")
    print(f"raw:\n{(raw or b'').decode('utf-8', 'backslashreplace')}")
    return 0


def export(connection: Connection, dataset: Dataset, load_id: int | None, output: str | None) -> int:
    """Writes open rejects as JSONL. `xml` is the record, to be mended; `raw` has its bytes in base64 when they are
    no UTF-8, and then `xml` is null.
    """
    with ExitStack() as stack:
        stream: TextIO = sys.stdout
        if output and output != "-":
            try:
                stream = stack.enter_context(open(output, "w", encoding="utf-8"))
            except OSError as error:
                raise UsageError(f"{output} cannot be written: {error.strerror}") from error
        seen = set()
        for row in _rows(connection, dataset, load_id):
            place = (row["source_id"], row["record"])
            if row["state"] != "open" or place in seen:
                continue  # a record with several faults is one line, with its first fault
            seen.add(place)
            stream.write(json.dumps(_exported(row), ensure_ascii=False, default=str) + "\n")
    return 0


def write_replay(connection: Connection, file: str, folder: Path) -> list[Replay]:
    """Mended records as small dumps, one a source they came from, with that source's snapshot and priority.

    Raises UsageError for a line that is not as export wrote it.
    """
    groups: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for number, line in enumerate(_lines(file), start=1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            if not isinstance(item["xml"], str | None):
                raise TypeError("xml is no text")
            groups[int(item["source_id"])].append({"reject": int(item["reject"]), "xml": item["xml"] or _decoded(item)})
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{file}, line {number} is not as `rejects export` writes it: {error}") from error
    if not groups:
        raise UsageError(f"{file} holds no reject to be replayed")
    return [_replay(connection, folder, source, items) for source, items in sorted(groups.items())]


def mark_replayed(connection: Connection, replay: Replay, load_id: int) -> None:
    """Marks the rejects of a replay, all but those that were rejected again."""
    with explained("the rejects cannot be marked"):
        connection.execute(
            "update loader.reject as r set state = 'replayed', replayed_by = %s where (r.source_id, r.record) in ("
            "select o.source_id, o.record from unnest(%s::bigint[]) with ordinality as given (reject_id, place) "
            "join loader.reject as o on o.reject_id = given.reject_id "
            "where not exists ("
            "select 1 from loader.reject as again where again.load_id = %s and again.record = given.place))",
            (load_id, replay.rejects, load_id),
        )


def _rows(connection: Connection, dataset: Dataset, load_id: int | None) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            "select r.*, s.name as source from loader.reject as r join loader.source as s using (source_id) "
            "where s.dataset = %s and r.load_id = coalesce(%s, (select max(o.load_id) from loader.reject as o "
            "join loader.load as l using (load_id) where l.dataset = %s)) "
            'order by s.name collate "C", r.record, r.reject_id',
            (dataset.name, load_id, dataset.name),
        ).fetchall()


def _exported(row: dict[str, Any]) -> dict[str, Any]:
    raw = row["raw"] or b""
    try:
        xml, encoded = raw.decode("utf-8"), None
    except UnicodeDecodeError:
        xml, encoded = None, base64.b64encode(raw).decode()
    return {
        "reject": row["reject_id"], "load": row["load_id"], "source_id": row["source_id"], "source": row["source"],
        "entity": row["entity"], "record": row["record"], "byte_offset": row["byte_offset"], "reason": row["reason"],
        "table": row["table_name"], "column": row["column_name"], "value": row["value"], "message": row["message"],
        "xml": xml, "raw": encoded,
    }  # fmt: skip


def _decoded(item: dict[str, Any]) -> str:
    return base64.b64decode(item["raw"]).decode("utf-8", "surrogateescape")


def _lines(file: str) -> list[str]:
    if file == "-":
        return sys.stdin.read().splitlines()
    try:
        return Path(file).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from error


def _replay(connection: Connection, folder: Path, source: int, items: list[dict[str, Any]]) -> Replay:
    row = connection.execute(
        "select s.name, s.snapshot, s.priority, c.prefix, c.suffix from loader.source as s "
        "join loader.chunk as c using (source_id) where s.source_id = %s order by c.number limit 1",
        (source,),
    ).fetchone()
    if row is None:
        raise UsageError(f"there is no source {source} in this database")
    name, snapshot, priority, prefix, suffix = row
    body = b"\n".join(item["xml"].encode("utf-8", "surrogateescape") for item in items)
    # By its content: the same mended records replayed twice are the same source, other ones are another.
    digest = hashlib.sha256(body).hexdigest()[:8]
    path = folder / f"{name.replace('/', '_')}.replay-{digest}.xml"
    path.write_bytes(prefix + b"\n" + body + b"\n" + suffix)
    return Replay(path, str(snapshot) if snapshot else None, priority, [item["reject"] for item in items])


def _cut(text: str | None, length: int = SHOWN_VALUE) -> str:
    text = (text or "").replace("\n", " ")
    return text if len(text) <= length else text[: length - 1] + "…"
