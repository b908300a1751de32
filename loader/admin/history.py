"""The changes of loads, from the control and change tables: as text, JSON or CSV."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from itertools import groupby
from typing import Any

from psycopg.rows import dict_row

from loader.database.conflict_retry import execute
from loader.database.connect import Connection
from loader.database.interrupted import settle

# Columns of CSV.
CHANGE = ("entity", "op", "key", "columns", "source_before", "record_before", "source_after", "record_after")
CONFLICT = ("entity", "key", "winner_source", "winner_record", "loser_source", "loser_record", "why")

_OPS = {"insert": "+", "update": "~", "delete": "-", "mark": "x"}


def roll_back(connection: Connection, load_id: int) -> None:
    """Rolls a load back. Raises psycopg.Error if the server refuses; then nothing has changed.

    Foreign keys that the loader made are dropped in a separate transaction before: otherwise readers would wait for
    their locks until the end. The rollback creates them again; if it fails, they are created here.
    """
    with connection.transaction():
        connection.execute("select loader.assert_can_roll_back(%s)", (load_id,))
        connection.execute("select loader.release_own_foreign_keys(%s)", (load_id,))
    try:
        execute(connection, "call loader.rollback(%s)", (load_id,), load=load_id)
    except BaseException:
        if settle(connection):
            connection.pgconn.exec_params(b"select loader.restore_own_foreign_keys($1)", [str(load_id).encode()])
        raise


def read_log(connection: Connection, dataset: str | None, limit: int) -> list[dict[str, Any]]:
    """The last loads, newest first, each with its sources."""
    with connection.cursor(row_factory=dict_row) as cursor:
        loads = cursor.execute(
            "select load_id, dataset, mode, state, visibility, started_at, finished_at, started_by, read::bigint, "
            "inserted::bigint, updated::bigint, unchanged::bigint, duplicate::bigint, rejected::bigint, "
            "deleted::bigint, recomposed, conflicts, changes, rolls_back, rolled_back_by, error "
            "from loader.load_status "
            "where %s::text is null or dataset = %s order by load_id desc limit %s",
            (dataset, dataset, limit),
        ).fetchall()
        sources = cursor.execute(
            "select * from loader.sources_of(%s)", ([load["load_id"] for load in loads],)
        ).fetchall()
    own = {number: list(rows) for number, rows in groupby(sources, lambda row: row.pop("load_id"))}
    return [{**load, "sources": own.get(load["load_id"], [])} for load in loads]


def as_lines(loads: list[dict[str, Any]]) -> list[str]:
    """The loads as lines for people."""
    lines = []
    for load in loads:
        when = (load["finished_at"] or load["started_at"]).strftime("%Y-%m-%d %H:%M:%S")
        lines.append(f"load {load['load_id']} {load['dataset']} {_what(load)}, {when} by {load['started_by']}")
        lines.append(f"  {_counts(load)}")
        lines += [
            f"  from {source['name']}, snapshot {source['snapshot'] or 'unknown'}, priority {source['priority']}"
            for source in load["sources"]
        ]
        if load["error"]:
            lines.append(f"  {load['error']}")
    return lines


def _what(load: dict[str, Any]) -> str:
    if load["rolls_back"]:
        return f"rollback of load {load['rolls_back']} {load['state']}"
    back = f" by load {load['rolled_back_by']}" if load["rolled_back_by"] else ""
    return f"{load['mode']} {load['state'].replace('_', ' ')}{back}"


def _counts(load: dict[str, Any]) -> str:
    names = ("inserted", "updated", "deleted", "recomposed", "unchanged", "duplicate", "rejected", "conflicts")
    parts = [f"{name} {load[name]:,}" for name in names if load[name]]
    return f"read {load['read']:,}: {', '.join(parts) or 'nothing'}"


def read_diff(connection: Connection, load_id: int, entity: str | None) -> dict[str, Any]:
    """A load, and how many records it changed: by entity, operation and column."""
    with connection.cursor(row_factory=dict_row) as cursor:
        load = cursor.execute(
            "select load_id, dataset, mode, state, changes, inserted::bigint from loader.load_status "
            "where load_id = %s",
            (load_id,),
        ).fetchone()
        counts = cursor.execute("select * from loader.change_counts(%s, %s)", (load_id, entity)).fetchall()
    return {**(load or {}), "counts": counts}


def read_changes(
    connection: Connection, load_id: int, entity: str | None, limit: int | None
) -> Generator[dict[str, Any], None, None]:
    """The records that a load changed, by entity and key, one by one as they arrive."""
    with connection.cursor(row_factory=dict_row) as cursor:
        yield from cursor.stream("select * from loader.list_changes(%s, %s, %s)", (load_id, entity, limit))


def read_conflicts(
    connection: Connection, load_id: int, entity: str | None, limit: int | None
) -> Generator[dict[str, Any], None, None]:
    """A sample of the versions that lost to another version of their key in a load."""
    with connection.cursor(row_factory=dict_row) as cursor:
        yield from cursor.stream("select * from loader.list_conflicts(%s, %s, %s)", (load_id, entity, limit))


def diff_lines(found: dict[str, Any], rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """What a load changed, as lines for people."""
    head = f"load {found['load_id']} of {found['dataset']} ({found['mode']}, {found['state'].replace('_', ' ')})"
    if reason := _nothing_to_show(found):
        yield f"{head}{reason}"
        return
    yield head
    total = shown = 0
    for entity, counts in groupby(found["counts"], lambda row: row["entity"]):
        yield f"{entity}:"
        for row in counts:
            total += 0 if row["column_name"] else row["records"]
            name = f"  {row['column_name']}" if row["column_name"] else row["op"]
            yield f"  {name:<24} {row['records']:>12,}"
    yield ""
    for row in rows:
        shown += 1
        yield _change(row)
    if total > shown:
        yield f"… and {total - shown:,} more: --limit N, --csv, --json"


def _nothing_to_show(found: dict[str, Any]) -> str:
    """Why there is no list of the changes of a load; '' if there is one."""
    if found["state"] not in ("done", "rolled_back"):
        return " is not done, so nothing is recorded about it"
    if found["changes"] == "first":
        return f" filled empty tables: all of its {found['inserted']:,} records are new"
    if found["changes"] is None:
        return ": what it changed is not recorded (see docs/history.md)"
    return "" if found["counts"] else " changed nothing"


def conflict_lines(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Conflicts as lines for people."""
    some = False
    for row in rows:
        some = True
        yield (
            f"{row['entity']} {_key(row['key'])}: "
            + (
                f"{row['winner_source']} record {row['winner_record']} goes before "
                if row["winner_source"]
                else "without "
            )
            + f"{row['loser_source']} record {row['loser_record']} ({row['why']})"
        )
    if not some:
        yield "no conflicts"


def _change(row: dict[str, Any]) -> str:
    columns = f": {', '.join(row['columns'])}" if row["columns"] else ""
    source = row["source_after"] or row["source_before"] or ""
    return f"{_OPS[row['op']]} {row['entity']} {_key(row['key'])}{columns}  ({source})"


def _key(key: dict[str, Any]) -> str:
    return "/".join(str(part) for part in key.values())
