"""What a refresh has written, and what the same would have cost by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from tests.support.running import execute, query

TABLES = "select entity, table_name, key_columns from loader.dataset_table where dataset = 'discogs' order by position"
COUNTS = ("inserted", "updated", "deleted")
# What a row is to its reader: all but the source and the number of the record that it came with.
CONTENT = "to_jsonb({}) - '{{_source,_record}}'::text[]"


def snapshot_of_tables(database: str) -> None:
    """Keeps the tables as they are now, as schema `before`."""
    execute(database, "create schema before")
    for _, table, _ in query(database, TABLES):
        execute(database, f"create unlogged table before.{table} as table discogs.{table}")


def rows_that_differ(database: str) -> int:
    """Rows of all tables that are not as snapshot_of_tables found them, or not there any more, or new."""
    total = 0
    for _, table, key in query(database, TABLES):
        same = " and ".join(f"a.{name} = b.{name}" for name in key)
        differs = f"({CONTENT.format('a')}) is distinct from ({CONTENT.format('b')})"
        counted = f"select count(*)::int from before.{table} a full join discogs.{table} b on {same} where {differs}"
        total += query(database, counted)[0][0]
    return total


def rows_written(database: str) -> int:
    """Rows of the dataset's tables that were ever inserted, updated or deleted, as the server counts."""
    counted = "select sum(n_tup_ins + n_tup_upd + n_tup_del)::int from pg_stat_user_tables where schemaname = 'discogs'"
    return int(query(database, counted)[0][0] or 0)


class Wal:
    """Bytes of WAL that the server wrote in a block."""

    size = 0


@contextmanager
def wal(database: str) -> Iterator[Wal]:
    """Measures the WAL of the block; after a checkpoint, as page images depend on how long ago one was."""
    place, written = "select (pg_current_wal_insert_lsn() - '0/0')::bigint", Wal()
    execute(database, "checkpoint")
    start = query(database, place)[0][0]
    yield written
    written.size = query(database, place)[0][0] - start


def by_hand(before: str, after: str, keys: Mapping[str, Mapping[str, list[int]]]) -> int:
    """Bytes of WAL of one transaction in ``before``: deletes records and inserts them as ``after`` has them.

    ``keys``: by entity, those that were changed, added and deleted.
    """
    tables: list[tuple[str, str, list[str]]] = query(after, TABLES)
    execute(before, "create schema by_hand")
    for _, table, _ in tables:
        execute(before, f"create unlogged table by_hand.{table} as table discogs.{table} with no data")
    with psycopg.connect(after) as source, psycopg.connect(before) as target:
        for entity, table, key in tables:
            _copy(source, target, table, key[0], keys[entity]["changed"] + keys[entity]["added"])
    with wal(before) as written, psycopg.connect(before) as target:
        for entity, table, key in reversed(tables):
            gone = keys[entity]["changed"] + keys[entity]["deleted"]
            target.execute(f"delete from discogs.{table} where {key[0]} = any(%s)".encode(), (gone,))
        for _, table, _ in tables:
            target.execute(f"insert into discogs.{table} select * from by_hand.{table}".encode())
    return written.size


def _copy(
    source: psycopg.Connection[Any], target: psycopg.Connection[Any], table: str, key: str, keys: list[int]
) -> None:
    rows = sql.SQL("copy (select * from discogs.{} where {} = any({})) to stdout").format(
        sql.Identifier(table), sql.Identifier(key), sql.Literal(keys)
    )
    into = sql.SQL("copy by_hand.{} from stdin").format(sql.Identifier(table))
    with source.cursor().copy(rows) as reading, target.cursor().copy(into) as writing:
        for block in reading:
            writing.write(block)
