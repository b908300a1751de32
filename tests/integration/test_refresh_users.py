"""What users have built on the tables outlives a refresh, and what they refer to is not deleted."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.running import execute, loader, query, wait_until
from tests.support.versions import MAPPING, Dump, write
from tests.support.working import load_here

SETTINGS = "deletes: {deletes}\nvisibility: {visibility}\nmax_delete_pct: 100\n"
JANUARY = Dump("pier_20260101.xml", tuple((n, ("ebb", ("a", "b", "c"))) for n in range(1, 9)))
# 5 to 8 are gone; 1 and 2 have lost their third item, and 2 and 3 are called otherwise.
FEBRUARY = Dump(
    "pier_20260201.xml", ((1, ("ebb", ("a", "b"))), (2, ("flood", ("a", "b"))), (3, ("flood", ("a", "b", "c"))),
                          (4, ("ebb", ("a", "b", "c")))),
)  # fmt: skip
LOADED = [1, 2, 3, 4]
LIKE_OWN = f"constraint loader_{'0f' * 16}"


def pier(folder: Path, deletes: str = "delete", visibility: str = "load") -> Path:
    """The mapping."""
    path = folder / "pier.yaml"
    path.write_text(MAPPING.format(dataset="pier") + SETTINGS.format(deletes=deletes, visibility=visibility))
    return path


def load_dump(database: str, mapping: Path, dump: Dump, **request: Any) -> int:
    """A load of one dump; its number."""
    return load_here(database, mapping, write(mapping.parent, [dump]), chunk_bytes=150, **request)


def ids(database: str, query_text: str = "select id from pier.row order by id") -> list[int]:
    """Keys."""
    return [n for (n,) in query(database, query_text)]


def kept(database: str) -> list[str]:
    """What the last load said about rows that stay."""
    found = query(database, "select message from loader.event where kind = 'rows_kept' order by event_id")
    return [message for (message,) in found]


@pytest.mark.parametrize(
    ("action", "visibility"),
    [("no action", "load"), ("cascade", "load"), ("set null", "load"), ("cascade", "chunk")],
)
def test_records_that_others_refer_to_stay(tmp_path: Path, database: str, action: str, visibility: str) -> None:
    """By their root rows, by rows of their children, or from a table that stands in the same schema.

    A copy of a table of the dataset has foreign keys with names that the loader gives its own.
    """
    mapping = pier(tmp_path, visibility=visibility)
    load_dump(database, mapping, JANUARY)
    execute(
        database,
        f"create table public.boat (id integer {LIKE_OWN} references pier.row on delete {action});"
        f"create table pier.crane (id integer {LIKE_OWN} references pier.row on delete {action});"
        "create table public.tag (id integer, place integer,"
        f" foreign key (id, place) references pier.row_item on delete {action});"
        "insert into public.boat values (1), (5), (null); insert into pier.crane values (6);"
        "insert into public.tag values (7, 2), (1, 1)",
    )

    number = load_dump(database, mapping, FEBRUARY)

    assert ids(database) == [*LOADED, 5, 6, 7]
    assert ids(database, "select row_id from pier.row_item where row_id > 4 group by 1 order by 1") == [5, 6, 7]
    for table, rows in (("public.boat", [1, 5, None]), ("pier.crane", [6]), ("public.tag", [1, 7])):
        assert ids(database, f"select id from {table} order by id") == rows
    (told,) = kept(database)
    assert told.startswith("3 row records are missing from the dump but stay")
    assert all(f"({key})" in told for key in (5, 6, 7))
    assert query(database, f"select deleted::int from loader.load where load_id = {number}") == [(1,)]
    execute(database, "truncate public.boat, pier.crane, public.tag")
    load_dump(database, mapping, Dump("pier_20260301.xml", FEBRUARY.records))
    assert ids(database) == LOADED


@pytest.mark.parametrize("visibility", ["load", "chunk"])
@pytest.mark.parametrize("action", ["no action", "cascade"])
def test_rows_of_a_changed_record_that_others_refer_to_stay(
    tmp_path: Path, database: str, action: str, visibility: str
) -> None:
    mapping = pier(tmp_path, visibility=visibility)
    load_dump(database, mapping, JANUARY)
    execute(
        database,
        "create table public.tag (id integer, place integer,"
        f" foreign key (id, place) references pier.row_item on delete {action});"
        "insert into public.tag values (1, 3), (2, 1), (3, 3)",
    )

    load_dump(database, mapping, FEBRUARY)

    assert query(database, "select * from public.tag order by id") == [(1, 3), (2, 1), (3, 3)]
    items = "select row_id, count(*)::int from pier.row_item group by row_id order by row_id"
    assert query(database, items) == [(1, 3), (2, 2), (3, 3), (4, 3)]
    assert kept(database) == [
        "1 rows of row_item that their records no longer have stay, because foreign keys of other tables refer to them"
    ]


def test_who_refers_to_a_row_while_it_is_deleted_waits_and_is_refused(tmp_path: Path, database: str) -> None:
    """Without the lock the row would go after it was found free, and `on delete cascade` would take the user's row."""
    mapping = pier(tmp_path)
    load_dump(database, mapping, JANUARY)
    execute(database, "create table public.boat (id integer references pier.row on delete cascade)")
    waiting = "select count(*)::int from pg_stat_activity where wait_event_type = 'Lock'"
    with psycopg.connect(database) as first, psycopg.connect(database) as holder:
        holder.execute("select from pier.row_item where row_id = 8 for update")  # children go before their roots
        refresh = threading.Thread(target=load_dump, args=(database, mapping, FEBRUARY))
        refresh.start()
        wait_until(lambda: query(database, waiting)[0][0] == 1, "the refresh waited for the row")
        second = threading.Thread(target=_refused, args=(first, "insert into public.boat values (5)"))
        second.start()
        wait_until(lambda: query(database, waiting)[0][0] == 2, "the user waited for the refresh")
        holder.rollback()
        second.join()
        refresh.join()
    assert ids(database) == LOADED
    assert ids(database, "select id from public.boat") == []


def _refused(connection: psycopg.Connection[Any], statement: str) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        connection.execute(statement.encode())


def test_views_grants_and_foreign_keys_outlive_a_refresh(tmp_path: Path, database: str) -> None:
    mapping = pier(tmp_path)
    load_dump(database, mapping, JANUARY)
    role = "reader_" + database.partition("?")[0].rpartition("_")[2]
    execute(
        database,
        f"create role {role}; grant usage on schema pier to {role}; grant select on pier.row, pier.row_item to {role};"
        "create view public.seen as select id, name from pier.row where name = 'flood';"
        "create materialized view public.counted as select count(*)::int as n from pier.row;"
        "create table public.boat (id integer references pier.row on delete cascade);"
        "insert into public.boat values (1), (2)",
    )
    objects = "select oid, 'public.seen'::regclass::oid, relacl::text from pg_class where oid = 'pier.row'::regclass"
    try:
        before = query(database, objects)

        load_dump(database, mapping, FEBRUARY)

        assert query(database, objects) == before
        assert ids(database, "select id from public.seen order by id") == [2, 3]
        execute(database, "refresh materialized view public.counted")
        assert query(database, "select n from public.counted") == [(4,)]
        assert ids(database, "select id from public.boat order by id") == [1, 2]
        with psycopg.connect(database) as connection:
            connection.execute(f"set role {role}".encode())
            assert connection.execute("select count(*) from pier.row join pier.row_item on row_id = id").fetchone()
        with psycopg.connect(database) as connection, pytest.raises(psycopg.errors.ForeignKeyViolation):
            connection.execute("insert into public.boat values (99)")
    finally:
        execute(database, f"drop owned by {role}; drop role {role}")


def test_the_summary_says_what_stays(tmp_path: Path, database: str) -> None:
    mapping = pier(tmp_path)
    load_dump(database, mapping, JANUARY)
    execute(database, "create table public.boat (id integer references pier.row); insert into public.boat values (8)")

    told = loader("load", mapping, *write(tmp_path, [FEBRUARY]), "-w", 1, "--no-space-check", database=database)

    assert told.code == 0, told
    assert "note: 1 row records are missing from the dump but stay" in told.out


GONE = "select id, _gone_since::text from pier.row where _gone_since is not null order by id"


@pytest.mark.parametrize("visibility", ["load", "chunk"])
def test_what_is_gone_is_marked_until_it_comes_again(tmp_path: Path, database: str, visibility: str) -> None:
    """The setting is new on tables that are filled; rows that others refer to are marked like all."""
    load_dump(database, pier(tmp_path), JANUARY)
    execute(
        database,
        "create table public.boat (id integer references pier.row on delete cascade);"
        "insert into public.boat values (6); create view public.names as select * from pier.row",
    )
    mapping = pier(tmp_path, "mark", visibility)

    first = load_dump(database, mapping, FEBRUARY)
    assert query(database, GONE) == [(n, "2026-02-01") for n in (5, 6, 7, 8)]
    assert ids(database) == [*LOADED, 5, 6, 7, 8]
    assert kept(database) == []
    back = [*FEBRUARY.records, (5, ("ebb", ("a", "b", "c"))), (6, ("slack", ("x",)))]
    second = load_dump(database, mapping, Dump("pier_20260301.xml", tuple(back)))
    assert query(database, GONE) == [(7, "2026-02-01"), (8, "2026-02-01")]
    assert query(database, "select name, text from pier.row join pier.row_item on row_id = id where id = 6") == [
        ("slack", "x")
    ]
    counts = "select inserted::int, updated::int, unchanged::int, deleted::int from loader.load where load_id = {}"
    assert query(database, counts.format(first)) == [(0, 3, 1, 4)]
    assert query(database, counts.format(second)) == [(0, 2, 4, 0)]
    assert ids(database, "select id from public.boat") == [6]


KEYS = {
    "text": ("{code: '@k'}", ["a'b", "é", "\\\\", "%s", "{,}"]),
    "bigint": ("{n: {path: '@k', type: bigint}}", ["1", "-2", "9007199254740993", "4", "0"]),
    "date": ("{day: {path: '@k', type: date}}", ["2026-01-01", "2026-01-02", "1999-12-31", "0001-01-01", "2026-01-05"]),
    "two columns": ("{maker: '@m', n: {path: '@k', type: integer}}", ["1", "2", "3", "4", "5"]),
}
KEYED = """\
dataset: quay
snapshot: '_(\\d{{8}})'
deletes: delete
max_delete_pct: 100
visibility: {visibility}
entities:
  ship:
    record: /dump/ship
    key: {key}
    columns: {{name: name}}
    children:
      ship_mate: {{rows: mate, columns: {{name: "."}}}}
"""


@pytest.mark.parametrize(("kind", "visibility"), [*((kind, "load") for kind in KEYS), ("two columns", "chunk")])
def test_keys_of_any_type(tmp_path: Path, database: str, kind: str, visibility: str) -> None:
    key, values = KEYS[kind]
    mapping = tmp_path / "quay.yaml"
    mapping.write_text(KEYED.format(key=key, visibility=visibility))
    names = "select array_agg(name order by name) from quay.ship"
    mates = "select array_agg(distinct name order by name) from quay.ship_mate"

    load_here(database, mapping, [_ships(tmp_path, "20260101", values, "old")])
    load_here(database, mapping, [_ships(tmp_path, "20260201", values[2:], "old", "new")])

    assert query(database, names) == query(database, mates) == [(["new4", "old2", "old3"],)]
    load_here(database, mapping, [_ships(tmp_path, "20260115", values[:4], "late")])
    assert query(database, names) == query(database, mates) == [(["new4", "old2", "old3"],)]


def _ships(folder: Path, day: str, values: Sequence[str], name: str, last: str = "") -> Path:
    """A dump of ships whose names end with the last character's place in five."""
    path = folder / f"quay_{day}.xml"
    first = 5 - len(values) if name == "old" else 0
    rows = []
    for place, value in enumerate(values, start=first):
        called = f"{last if last and place == 4 else name}{place}"
        rows.append(f'<ship m="m{place % 2}" k="{value}"><name>{called}</name><mate>{called}</mate></ship>')
    path.write_text(f"<dump>{''.join(rows)}</dump>", encoding="utf-8")
    return path
