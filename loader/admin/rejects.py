"""Rejects: listed, shown, exported as JSONL."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, TextIO

from psycopg.rows import dict_row

from loader.database.connect import Connection
from loader.errors import UsageError

SHOWN_VALUE = 60


def show_list(connection: Connection, dataset: str, load_id: int | None, limit: int) -> None:
    """Prints the rejects of a load (None: the last one that has any), one per line, at most ``limit``.

    Raises UsageError if there is no such load.
    """
    number = _load(connection, dataset, load_id)
    total = connection.execute("select count(*) from loader.reject_detail where load_id = %s", (number,)).fetchone()
    count = int(total[0]) if total else 0
    for row in _listed(connection, number, limit):
        where = f" {row['table_name']}.{row['column_name']}" if row["column_name"] else ""
        value = f" {_cut(row['value'])!r}" if row["value"] is not None else ""
        print(
            f"{row['reject_id']}  {row['source']} record {row['record']} byte {row['byte_offset']}  "
            f"{row['reason']}{where}{value}: {_cut(row['message'], 200)}"
            + ("  (replayed)" if row["state"] == "replayed" else "")
        )
    if count > limit:
        print(f"... and {count - limit} more (--limit)")
    if not count:
        print("no rejects")


def show_one(connection: Connection, dataset: str, reject_id: int) -> None:
    """Prints everything about one reject, including its bytes. Raises UsageError if there is none."""
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(
            "select * from loader.reject_detail where dataset = %s and reject_id = %s", (dataset, reject_id)
        ).fetchone()
    if row is None:
        raise UsageError(f"{dataset} has no reject {reject_id}", hint=f"`loader rejects list {dataset}` lists them")
    raw, _ = row.pop("raw"), row.pop("dataset")
    for key, value in row.items():
        if value is not None:
            print(f"{key}: {value}")
    print(f"raw:\n{(raw or b'').decode('utf-8', 'backslashreplace')}")


def export(connection: Connection, dataset: str, load_id: int | None, output: str | None) -> None:
    """Writes open rejects as JSONL. `xml` is the record, to be corrected; `raw` has its bytes in base64 if they are not
    UTF-8, and then `xml` is null. ``output``: a path; None or -: standard output.

    Raises UsageError if there is no such load, or the output cannot be written.
    """
    number = _load(connection, dataset, load_id)
    with ExitStack() as stack:
        stream: TextIO = sys.stdout
        if output and output != "-":
            try:
                stream = stack.enter_context(open(output, "w", encoding="utf-8"))
            except OSError as error:
                raise UsageError(f"{output} cannot be written: {error.strerror}") from error
        for row in _open(connection, number):
            stream.write(json.dumps(_exported(row), ensure_ascii=False, default=str) + "\n")


def _load(connection: Connection, dataset: str, given: int | None) -> int | None:
    """The load whose rejects are meant: the given one, else the last one that has any; None if there is none."""
    if given is None:
        found = connection.execute(
            "select max(load_id) from loader.reject_detail where dataset = %s", (dataset,)
        ).fetchone()
        return found[0] if found else None
    known = "select 1 from loader.load_status where dataset = %s and load_id = %s"
    if connection.execute(known, (dataset, given)).fetchone() is None:
        raise UsageError(f"{dataset} has no load {given}", hint=f"`loader status {dataset}` lists its loads")
    return given


def _listed(connection: Connection, load_id: int | None, limit: int) -> Iterator[dict[str, Any]]:
    """The first rejects of a load by position, without their bytes, one by one as they arrive."""
    with connection.cursor(row_factory=dict_row) as cursor:
        yield from cursor.stream(
            "select reject_id, source, record, byte_offset, reason, table_name, column_name, value, message, state "
            'from loader.reject_detail where load_id = %s order by source collate "C", record, reject_id limit %s',
            (load_id, limit),
        )


def _open(connection: Connection, load_id: int | None) -> Iterator[dict[str, Any]]:
    """The records of a load whose rejects are open, by position, one by one as they arrive. A record with several
    faults occurs once, with its first fault.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        yield from cursor.stream(
            'select distinct on (source collate "C", record) * from loader.reject_detail '
            "where load_id = %s and state = 'open' order by source collate \"C\", record, reject_id",
            (load_id,),
        )


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


def _cut(text: str | None, length: int = SHOWN_VALUE) -> str:
    text = (text or "").replace("\n", " ")
    return text if len(text) <= length else text[: length - 1] + "…"
