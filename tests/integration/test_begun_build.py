"""How the build of a merge begins: as the last merge has left it, or made anew; again after a server crash."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from loader.errors import DatabaseError
from tests.history import V1, V2, V3, Tide
from tests.running import execute, query
from tests.versions import Content
from tests.working import bring, load_here

COUNTS = "select read::int, updated::int, unchanged::int, duplicate::int from loader.load order by load_id desc limit 1"


def test_what_equalled_its_row_before_the_crash_and_does_not_after_it_is_counted_once(tide: Tide) -> None:
    tide.load("20260101", V1)
    again = tide.dump("20260201", V1)
    number = bring(tide.database, tide.mapping, again, 64)
    noted = f"select count(*) from tide_stage.row_seen join loader.chunk using (chunk_id) where load_id = {number}"
    assert query(tide.database, noted) != [(0,)]
    # A crash empties unlogged tables; meanwhile somebody changes every row by hand.
    execute(tide.database, "truncate tide_build._canary")
    execute(tide.database, "update tide.row set name = 'changed', _hash = gen_random_uuid()")

    assert query(tide.database, f"select loader.restart_build({number})") == [(True,)]
    assert query(tide.database, noted) == [(0,)]
    assert load_here(tide.database, tide.mapping, again, 64) == number

    assert query(tide.database, COUNTS) == [(5, 5, 0, 0)]
    assert query(tide.database, "select count(*) from tide.row where name = 'changed'") == [(0,)]


BUILD = "select relname::text, oid::int, pg_relation_size(oid)::int from pg_class " \
    "where relnamespace = to_regnamespace('tide_build') and relkind = 'r' order by 1"  # fmt: skip


def merge(tide: Tide, day: str, records: Sequence[tuple[int, Content]]) -> int:
    """Load a dump to the very end; the load."""
    tide.load(day, records)
    number = int(query(tide.database, "select max(load_id) from loader.load")[0][0])
    execute(tide.database, f"call loader.finish_load({number})")
    assert query(tide.database, "select id, name from tide.row order by 1") == [(n, name) for n, (name, _) in records]
    return number


def test_a_merge_takes_the_build_that_the_last_one_has_left(months: tuple[Tide, list[object]]) -> None:
    tide, _ = months
    merge(tide, "20260401", V1)
    left = query(tide.database, BUILD)
    assert [(name, size) for name, _, size in left] == [("_canary", 0), ("row", 0), ("row_item", 0)]
    merge(tide, "20260501", V1)
    assert query(tide.database, BUILD) == left


@pytest.mark.parametrize(
    "harm",
    [
        "insert into tide_build.row_item values (1, 1, 'x', 1)",
        "drop table tide_build._canary",
        "drop table tide_build.row_item",
        "drop schema tide_build cascade",
        "alter table tide_build.row drop column name",
        "alter table tide_build.row alter column name set not null",
    ],
)
def test_a_build_that_is_not_as_it_was_left_is_made_anew(months: tuple[Tide, list[object]], harm: str) -> None:
    tide, _ = months
    merge(tide, "20260401", V1)
    execute(tide.database, harm)
    assert not tide.rollback(merge(tide, "20260501", V2))
    merge(tide, "20260601", V3)
    assert [(name, size) for name, _, size in query(tide.database, BUILD)] == [
        ("_canary", 0), ("row", 0), ("row_item", 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        ("alter table tide_build.row add column mine text", 'column tide_build."row".mine'),
        ("create index mine on tide_build.row (name)", "index tide_build.mine"),
        ("create rule mine as on insert to tide_build.row do instead nothing", 'rule mine on tide_build."row"'),
    ],
)
def test_what_somebody_has_put_on_a_build_that_waits_is_named(
    months: tuple[Tide, list[object]], thing: str, name: str
) -> None:
    tide, _ = months
    merge(tide, "20260401", V1)
    execute(tide.database, thing)
    with pytest.raises(DatabaseError, match="something of others") as refused:
        tide.load("20260501", V2)
    assert name in str(refused.value)
