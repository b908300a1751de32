"""Columns that users have added come back with the rows that a rollback brings again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from loader.database.refusal import refusal
from tests.support.history import V1, V2, Tide
from tests.support.running import execute, query

ADDED = """
    alter table tide.row add note text, add "A b" jsonb, add twice integer generated always as (id * 2) stored;
    update tide.row set note = 'n' || id, "A b" = jsonb_build_object('id', id);
    alter table tide.row_item add mine numeric default 7;
    update tide.row_item set mine = row_id + ordinal / 10.0;
    alter table tide.row add j json default '{"b":1,  "a":2,"a":3}', add ar integer[] not null default '[0:1]={1,2}',
        add at interval default '1 mon -2 days', add on_day date default '2026-02-03';
    alter table tide.row_item add jb jsonb not null default 'null', add x float8 default 0.1, add m money default 3
"""
OWN = (
    'select id, note, "A b", twice, j::text, ar::text, at::text, on_day from tide.row order by id',
    "select *, jb::text from tide.row_item order by 1, 2",
)


@contextmanager
def only_reading(database: str, name: str) -> Iterator[psycopg.Connection]:
    """A session of a role that may read, and create nothing, not even temporary tables."""
    with psycopg.connect(database) as connection:
        connection.execute(
            f"create role {name}; revoke temporary on database {name} from public; "
            f"grant usage on schema loader, tide, tide_history to {name}; "
            f"grant select on all tables in schema loader, tide, tide_history to {name}; set local role {name}".encode()
        )
        try:
            yield connection
        finally:
            connection.rollback()


def test_a_rollback_brings_back_what_is_in_columns_of_users(tide: Tide) -> None:
    tide.load("20260101", V1)
    execute(tide.database, ADDED)
    before = [query(tide.database, own) for own in OWN]
    tide.load("20260201", V2)  # 3 is deleted, 1 and 2 lose items
    execute(
        tide.database, "alter table tide.row add late integer default 5; update tide.row set note = 'now' where id = 7"
    )
    name = tide.database.rpartition("/")[2].partition("?")[0]
    execute(
        tide.database,
        f"alter database {name} set datestyle = 'German'; alter database {name} set intervalstyle = 'sql_standard'",
    )
    with only_reading(tide.database, name) as connection, pytest.raises(InsufficientPrivilege) as refused:
        connection.execute("select loader.note_missing_rows(2, 'row')")
    assert f"the role {name} may not create temporary tables" in str(refused.value)
    assert refusal(refused.value, "").hint == f"grant temporary on database {name} to {name}"
    assert tide.rollback(2) == ""
    execute(tide.database, f"alter database {name} reset all")
    after = [query(tide.database, own) for own in OWN]
    assert after[0] == [(*row[:1], "now", *row[2:]) if row[0] == 7 else row for row in before[0]]
    assert after[1] == before[1]
    assert query(tide.database, "select distinct late from tide.row") == [(5,)]
