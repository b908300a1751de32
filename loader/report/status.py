"""The state of loads, sources and workers, from the views of the schema `loader`."""

from __future__ import annotations

from typing import Any

from psycopg.rows import dict_row

from loader.database.connect import Connection
from loader.report.problems import outage_line, problem_lines, read_problems

MAX_LOADS = 10
EMPTY: dict[str, list[dict[str, Any]]] = {"loads": [], "sources": [], "workers": [], "rejects": [], "errors": []}


def read_status(connection: Connection, dataset: str | None) -> dict[str, list[dict[str, Any]]]:
    """The last loads (of one dataset or of all), newest first; the sources, workers and rejects of the newest."""
    with connection.cursor(row_factory=dict_row) as cursor:
        loads = cursor.execute(
            "select * from loader.load_status where %s::text is null or dataset = %s order by load_id desc limit %s",
            (dataset, dataset, MAX_LOADS),
        ).fetchall()
        newest = loads[0]["load_id"] if loads else None
        return {
            "loads": loads,
            "sources": cursor.execute(
                "select * from loader.source_status where load_id = %s order by source_id", (newest,)
            ).fetchall(),
            "workers": cursor.execute(
                "select * from loader.worker_status where load_id = %s order by worker", (newest,)
            ).fetchall(),
            "rejects": cursor.execute(
                "select * from loader.reject_summary where load_id = %s order by records desc", (newest,)
            ).fetchall(),
            "errors": read_problems(connection, newest),
        }


def as_text(status: dict[str, list[dict[str, Any]]]) -> str:
    """As lines for people."""
    if not status["loads"]:
        return "no load yet"
    lines: list[str] = []
    for load in status["loads"]:
        of = f" of load {load['rolls_back']}" if load["rolls_back"] else ""
        lines.append(
            f"load {load['load_id']} {load['dataset']} {load['mode']}{of} {load['state']}: "
            f"chunks {load['done']}/{load['chunks']} done, {load['ready']} ready, {load['leased']} leased, "
            f"{load['dead']} dead; {_balance(load)}"
        )
        if load["error"]:
            lines.append(f"  {load['error']}")
        if load["stalled_since"]:
            lines.append(f"  stalled since {load['stalled_since']:%Y-%m-%d %H:%M:%S} UTC: loader.lease_holders")
        if load["retries"]:
            lines.append(f"  {load['retries']:,} transactions were retried after conflicts with other sessions")
        if load["outages"]:
            lines.append(f"  {outage_line(load['outages'], load['away'].total_seconds())}")
    newest = status["loads"][0]
    for source in status["sources"]:
        lines.append(
            f"  {source['name']} {source['state']}: {source['done']}/{source['chunks']} chunks; {_balance(source)}"
        )
        if source["error"]:
            lines.append(f"    {source['error']}")
    if newest["state"] == "open":
        lines += [
            f"  worker {w['worker']}: {w['done']} chunks done, {w['failed']} failed"
            + (f", at chunk {w['chunk_id']}" if w["chunk_id"] else "")
            for w in status["workers"]
        ]
    lines += [f"  error: {line}" for line in problem_lines(status["errors"])]
    lines += [
        f"  rejects: {r['records']} of {r['source']}, {r['reason']}"
        + (f" in {r['table_name']}.{r['column_name'] or '*'}" if r["table_name"] else "")
        for r in status["rejects"]
    ]
    return "\n".join(lines)


def _balance(row: dict[str, Any]) -> str:
    """The balance: read = inserted + updated + deleted (by delete records) + unchanged + duplicate + rejected."""
    deleted = f"deleted {row['removed']:,} + " if row.get("removed") else ""
    text = (
        f"read {row['read']:,} = inserted {row['inserted']:,} + updated {row['updated']:,} + {deleted}unchanged "
        f"{row['unchanged']:,} + duplicate {row['duplicate']:,} + rejected {row['rejected']:,}"
    )
    also = ["filtered", "deleted", "recomposed", "conflicts"]
    if deleted and row["deleted"] == row["removed"]:
        also.remove("deleted")
    return text + "".join(f"; {name} {row[name]:,}" for name in also if row.get(name))
