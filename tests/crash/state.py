"""What a database holds after a command, without the numbers that a restart may change, and what must hold in it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import psycopg

from tests.crash.journeys import DATASET
from tests.support import kept

State = dict[str, list[tuple[Any, ...]]]

GONE_S = 20  # within which the sessions of commands that were killed must have ended
SESSIONS = (
    "select application_name, state, query from pg_stat_activity "
    "where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()"
)

# Loads that changed something, numbered from 1: a command that is killed when all is done loads once more, in vain.
CHANGING = """
with changing as (
    select l.*, row_number() over (order by l.load_id) as place from loader.load as l
    where l.inserted + l.updated + l.deleted > 0
)
"""
_LOADS = f"""{CHANGING}
select l.place, l.mode, l.state, l.visibility, l.complete, l.changes, l.read, l.inserted, l.updated, l.unchanged,
    l.duplicate, l.rejected, l.deleted, l.conflicts, b.place
from changing as l left join changing as b on b.load_id = l.rolled_back_by order by 1
"""
_SOURCES = f"""{CHANGING}
select l.place, s.name, s.state, s.records, s.sha256, s.read, s.inserted, s.updated, s.unchanged, s.duplicate,
    s.rejected, s.deleted
from changing as l join loader.source as s using (load_id) order by 1, 2
"""
_CHUNKS = f"""{CHANGING}
select l.place, s.name, c.number, c.state, c.first_record, c.records, c.read, c.inserted, c.updated, c.unchanged,
    c.duplicate, c.rejected
from changing as l join loader.source as s using (load_id) join loader.chunk as c using (source_id) order by 1, 2, 3
"""
_REJECTS = f"""{CHANGING}
select l.place, s.name, r.entity, r.record, r.reason, r.message, r.state
from changing as l join loader.reject as r using (load_id) join loader.source as s using (source_id)
order by 1, 2, 3, 4, 5
"""
_CONFLICTS = f"""{CHANGING}
select l.place, c.entity, c.key::text, w.name, c.winner_record, s.name, c.loser_record, c.why
from changing as l join loader.conflict as c using (load_id)
left join loader.source as w on w.source_id = c.winner_source
join loader.source as s on s.source_id = c.loser_source order by 1, 2, 3, 6, 7
"""
_CHANGES = f"""{CHANGING}
select l.place, c.entity, c.key::text, c.op, c.columns, c.source_before, c.record_before, c.source_after,
    c.record_after, (c.before #- '{{{{row,_source}}}}')::text
from changing as l join {DATASET}_history.changes as c using (load_id) where c.op <> 'same' order by 1, 2, 3
"""
_LAYOUT = """
select n.nspname, c.relname, c.relkind, c.relpersistence from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname !~ '^pg_|^information_schema$|^loader$|_stage$' and c.relkind <> 't' order by 1, 2
"""
_TABLES = """
select c.oid::regclass::text, n.nspname, c.relname, array(
    select a.attname::text from pg_attribute as a where a.attrelid = c.oid and a.attnum > 0 order by a.attnum
)
from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where n.nspname like %s and c.relkind = 'r' order by 1
"""
_KEYS = """
select c.conrelid::regclass::text, (
    select string_agg(quote_ident(a.attname), ', ') from pg_attribute as a
    where a.attrelid = c.conrelid and a.attnum = any(c.conkey)
)
from pg_constraint as c where c.contype = 'p' and c.connamespace::regnamespace::text like %s
"""

SUMS = ("read", "inserted", "updated", "unchanged", "duplicate", "rejected")
_CHECKS = {
    "loads or rollbacks left open": "select load_id, state from loader.load where state not in ('done', 'rolled_back')",
    "sources not planned": "select name, state from loader.source where state <> 'planned'",
    "chunks not done": "select chunk_id, state, error from loader.chunk where state <> 'done'",
    "done chunks whose counts are not those of their records": (
        "select chunk_id, records, read, filtered from loader.chunk where state = 'done' and ("
        "records <> read + filtered or read <> inserted + updated + unchanged + duplicate + rejected)"
    ),
    "done chunks without a last attempt that is done": (
        "select c.chunk_id, c.attempt, a.outcome from loader.chunk as c left join loader.chunk_attempt as a "
        "using (chunk_id, attempt) where c.state = 'done' and a.outcome is distinct from 'done'"
    ),
    "attempts that never ended": "select chunk_id, attempt from loader.chunk_attempt where ended_at is null",
    "records of a source that its chunks do not cover, or twice": (
        "select s.name, s.records, sum(c.records) from loader.source as s join loader.chunk as c using (source_id) "
        "group by s.source_id having s.records <> sum(c.records)"
    ),
    "rejects whose chunk did not count them": (
        "select c.chunk_id, c.rejected, count(r.*) from loader.chunk as c left join loader.reject as r "
        "on r.chunk_id = c.chunk_id and r.record is not null group by 1 having c.rejected <> count(distinct r.record)"
    ),
    "indexes that are not valid": "select indexrelid::regclass from pg_index where not indisvalid",
    "constraints that are not validated": "select conname from pg_constraint where not convalidated",
    "prepared transactions": "select gid from pg_prepared_xacts",
    "canaries and builds": f"select nspname from pg_namespace where nspname ~ '^{DATASET}_build'",
}  # fmt: skip
_OF_LOAD = "select load_id, {columns} from loader.load where mode <> 'rollback' order by 1"
_OF_PARTS = "select load_id, {sums} from loader.{part} group by 1 order by 1"


def state(database: str) -> State:
    """All that must be as in the undisturbed run."""
    with psycopg.connect(database, autocommit=True) as connection:
        found = {
            "loads": _LOADS, "sources": _SOURCES, "chunks": _CHUNKS, "rejects": _REJECTS, "conflicts": _CONFLICTS,
            "changes": _CHANGES, "layout": _LAYOUT, "checksum": f"select * from loader.checksum('{DATASET}')",
        }  # fmt: skip
        held = {what: connection.execute(text.replace("{{", "{").replace("}}", "}").encode()).fetchall()
                for what, text in found.items()}  # fmt: skip
        for name, schema, table, columns in connection.execute(_TABLES, (f"{DATASET}%",)).fetchall():
            if schema == DATASET or table.endswith("_version"):
                held[name] = connection.execute(_rows(name, columns).encode()).fetchall()
    return held


def _rows(name: str, columns: list[str]) -> str:
    """All rows of a table; sources by their names, so what a file that was loaded twice says stands there once."""
    source = next((column for column in ("_source", "source_id") if column in columns), None)
    if source is None:
        return f"select to_jsonb(t)::text from {name} as t order by 1"
    return (
        f"select distinct s.name, (to_jsonb(t) - '{source}' #- '{{content,row,_source}}')::text from {name} as t "
        f"left join loader.source as s on s.source_id = t.{source} order by 2, 1"
    )


def faults(database: str) -> Iterator[str]:
    """What must not be, whatever was loaded."""
    yield from _sessions(database)
    with psycopg.connect(database, autocommit=True) as connection:
        for what, text in _CHECKS.items():
            if rows := connection.execute(text.encode()).fetchall():
                yield f"{what}: {rows[:5]}"
        yield from _unbalanced(connection)
        for name, _, table, _ in connection.execute(_TABLES, (f"{DATASET}_stage",)).fetchall():
            left = "where chunk_id not in (select chunk_id from loader.chunk)" if table.endswith("_key_log") else ""
            if count := connection.execute(f"select count(*) from {name} {left}".encode()).fetchall()[0][0]:
                yield f"{count} rows left in {name}"
        connection.execute("set enable_indexscan = off; set enable_indexonlyscan = off; set enable_bitmapscan = off")
        for name, key in connection.execute(_KEYS, (f"{DATASET}%",)).fetchall():
            twice = f"select {key} from {name} group by {key} having count(*) > 1"
            if rows := connection.execute(twice.encode()).fetchall():
                yield f"keys that {name} holds twice: {rows[:5]}"


def _unbalanced(connection: psycopg.Connection[Any]) -> Iterator[str]:
    """A load counts what its sources do, and what its chunks do."""
    whole = connection.execute(_OF_LOAD.format(columns=", ".join(SUMS)).encode()).fetchall()
    for part in ("source", "chunk"):
        sums = ", ".join(f"sum({name})::bigint" for name in SUMS)
        if (parts := connection.execute(_OF_PARTS.format(sums=sums, part=part).encode()).fetchall()) != whole:
            yield f"loads count {whole}, their {part}s {parts}"


def _sessions(database: str) -> Iterator[str]:
    kept.end()  # of those that ask for these tests
    end, left = time.monotonic() + GONE_S, [()]
    with psycopg.connect(database, autocommit=True) as connection:
        while left and time.monotonic() < end:
            if left := connection.execute(SESSIONS).fetchall():
                time.sleep(0.05)
    if left:
        yield f"sessions that did not end: {left}"
