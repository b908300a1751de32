"""`loader revert` swaps the two last versions, with what users have built on them, and refuses where it must."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from loader.database.connect import connect
from tests.support.publishing import Town, all_of, ask, refused, run, value, versions
from tests.support.running import ended, load, loader, running, wait_until

# What becomes of the version before, and what a revert says of it.
ALTERED = {
    "alter table town_old.thing drop version": "town_old.thing.version: the column is missing",
    "alter table town_old.thing drop version; alter table town_old.thing add version text":
        "town_old.thing.version: the column has no comment",
    "alter table town_old.thing alter version type varchar(9)": "town_old.thing.version: the column has another type",
}  # fmt: skip


def test_revert_goes_back_and_forth_with_the_dependents(filled: str, town: Town) -> None:
    run(
        filled,
        "create view public.v as select version from town.person",
        "create materialized view public.mv as select id, version from town.person",
        "create unique index mv_id on public.mv (id)",
        "create table public.mine (id integer constraint mine_key references town.person on delete cascade)",
        "insert into public.mine values (1), (300)",
        "create index my_index on town.thing (version)",
        "create statistics public.my_statistics on id, version from town.thing",
    )
    load(filled, town.mapping("enforce"), *town.dump("B"), "--replace")
    load(filled, town.mapping("enforce"), *town.dump("B"), "--merge")  # which changes nothing
    run(
        filled,
        "create table public.broken (id integer constraint broken_key references town.person)",
        "insert into public.broken values (299)",
        "set session_replication_role = replica",  # beside what keeps people from writing there
        "update town_old.person set id = 1000 where id = 299",
        "update town_old.person_book set person_id = 1000 where person_id = 299",
        "update town_old.thing set owner_id = 1000 where owner_id = 299",
    )
    checksums = loader("checksum", town.mapping("enforce"), database=filled).out
    for version in "ABAB":
        told = loader("revert", town.mapping("enforce"), database=filled)
        assert told.code == 0, told
        assert versions(filled) == all_of(version)
        assert versions(filled, "town_old") == all_of("B" if version == "A" else "A")
        assert ask(filled, "select distinct version from public.v") == [(version,)]
        assert ask(filled, "select distinct version from public.mv") == [(version,)]
        assert ask(filled, "select indexname::text from pg_indexes where tablename = 'mv'") == [("mv_id",)]
        assert value(filled, "select to_regclass('town.my_index') is not null")
        assert value(filled, "select stxrelid::regclass::text from pg_statistic_ext") == "town.thing"
        assert ask(
            filled,
            "select confrelid::regclass::text, convalidated, confdeltype::text from pg_constraint "
            "where conname = 'mine_key'",
        ) == [("town.person", True, "c")]
        assert value(filled, "select count(*) from public.mine") == 2
        # One that only B lets hold: told, and validated when it holds again.
        assert ("broken_key on public.broken no longer holds" in told.err) == (version == "A"), told
        assert value(filled, "select convalidated from pg_constraint where conname = 'broken_key'") == (version == "B")
    assert loader("checksum", town.mapping("enforce"), database=filled).out == checksums
    assert value(filled, "select to_regnamespace('town_old_aside') is null")
    run(filled, "update town.person set version = version")
    load(filled, town.mapping("enforce"), *town.dump("C"), "--replace")
    for written in (
        "truncate town_old.person_book",
        "delete from town_old.person",
        "update town_old.thing set id = id",
    ):
        with pytest.raises(psycopg.Error, match="is of the previous version, which a revert brings back"):
            run(filled, written)
    with connect(filled) as connection:
        for altered, said in ALTERED.items():
            with connection.transaction(force_rollback=True):
                connection.execute(altered.encode())
                with pytest.raises(psycopg.Error, match="the previous tables of town are not as") as caught:
                    connection.execute("call loader.revert('town')")
            assert (caught.value.sqlstate, str(caught.value.diag.message_detail).startswith(said)) == ("LD034", True)
    assert versions(filled, "town_old") == all_of("B")
    assert ask(filled, "select distinct version from public.mv") == [("C",)]


def test_revert_refuses_when_there_is_nothing_kept(filled: str, town: Town) -> None:
    told = loader("revert", town.mapping(), database=filled)
    assert (told.code, "no previous tables to go back to" in told.err) == (1, True), told
    load(filled, town.mapping(), *town.dump("B"), "--replace", "--set", "keep_old=false")
    assert value(filled, "select to_regnamespace('town_old') is null")
    told = loader("revert", town.mapping(), database=filled)
    assert (told.code, "were not kept" in told.err) == (1, True), told
    assert versions(filled) == all_of("B")


def test_revert_refuses_when_a_merge_has_written(filled: str, town: Town) -> None:
    load(filled, town.mapping(), *town.dump("B"), "--replace")
    load(filled, town.mapping(), *town.dump("C"), "--merge", "--priority", 1)
    told = loader("revert", town.mapping(), database=filled)
    assert (told.code, "no previous tables to go back to" in told.err) == (1, True), told
    assert versions(filled) == all_of("C")


def test_revert_refuses_when_a_merge_that_was_given_up_has_written(filled: str, town: Town) -> None:
    load(filled, town.mapping(), *town.dump("B"), "--replace")
    load(filled, town.mapping(), *town.dump("C"), "--merge", "--priority", 1, "--set", "visibility=chunk")
    run(filled, "update loader.load set state = 'cancelled' where load_id = 3")
    told = loader("revert", town.mapping(), database=filled)
    assert (told.code, "later loads (3) depend" in told.err) == (1, True), told


def test_what_is_built_on_the_old_version_is_named_and_stays(filled: str, town: Town) -> None:
    load(filled, town.mapping(), *town.dump("B"), "--replace")
    run(filled, "create view public.before as select * from town_old.person")
    assert "public.before" in refused(filled, town.mapping(), town.dump("C"), "--replace").replace(
        "view before", "public.before"
    )
    assert value(filled, "select count(*) from public.before") == 300
    run(filled, "drop view public.before")
    assert load(filled, town.mapping(), *town.dump("C"), "--replace")["load"] == 3


def test_only_the_entities_of_the_load_are_swapped_and_taken_back(filled: str, town: Town) -> None:
    run(
        filled,
        "create view public.v as select p.version as p, t.version as t "
        "from town.person as p join town.thing as t using (id)",
    )
    load(filled, town.mapping("enforce"), town.dump("B")[0], "--replace")
    assert versions(filled) == {"person": ["B"], "person_book": ["B"], "thing": ["A"]}
    assert ask(filled, "select distinct p, t from public.v") == [("B", "A")]
    assert value(filled, "select to_regnamespace('town_build') is null")
    assert value(filled, "select to_regclass('town_old.thing') is null")
    assert loader("revert", town.mapping("enforce"), database=filled).code == 0
    assert versions(filled) == all_of("A")
    assert ask(filled, "select distinct p, t from public.v") == [("A", "A")]


def test_a_revert_leaves_merges_of_other_entities_alone(filled: str, town: Town) -> None:
    """What they have decided goes on to count; one that belongs to both stands against the revert."""
    deletes = town.mapping(extra="deletes: delete\nmax_delete_pct: 60\n")
    load(filled, deletes, *town.dump("A"), "--replace", "--snapshot", "2026-01-01")
    load(filled, deletes, town.dump("B")[1], "--replace", "--snapshot", "2026-01-01")
    load(filled, deletes, town.dump("A", 200)[0], "--merge", "--snapshot", "2026-03-01")
    states = "select state from loader.load order by load_id desc limit 1"
    for _ in range(2):
        assert loader("revert", deletes, database=filled).code == 0
        assert value(filled, states) == "done"
    load(filled, deletes, town.dump("C")[0], "--merge", "--snapshot", "2026-02-01")
    assert value(filled, "select count(*) from town.person") == 200

    load(filled, deletes, town.dump("A")[0], town.dump("B")[1], "--merge", "--snapshot", "2026-01-01")
    told = loader("revert", deletes, database=filled)
    assert (told.code, "later loads (6" in told.err) == (1, True), told


def test_a_merge_into_tables_of_an_entity_that_the_mapping_has_changed_since_is_refused(
    filled: str, town: Town
) -> None:
    """A replace with a changed mapping had files of another entity only."""
    path = Path(town.mapping())
    path.write_text(path.read_text().replace("name: name, ", "name: name, title: title, "))
    load(filled, path, town.dump("B")[1], "--replace")
    told = loader("load", path, town.dump("B")[0], "--merge", "--snapshot", "2026-01-01", database=filled)
    assert (told.code, "tables.person.columns.title: added\n  --replace builds" in told.err) == (2, True), told
    assert ask(filled, "select state from loader.load where state in ('open', 'built')") == []
    load(filled, path, town.dump("C")[1], "--merge", "--snapshot", "2026-01-02")
    bad = Path(town.dump("B")[0])
    bad.write_text(bad.read_text().replace('id="7"', 'id="7x"'))  # of a rejected record no row of before is kept
    load(filled, path, bad, "--replace", "--snapshot", "2026-01-01", code=3)
    assert value(filled, "select count(*) from town.person") == 299
    load(filled, path, town.dump("C")[0], "--merge", "--snapshot", "2026-01-02")
    assert versions(filled) == all_of("C")


def test_a_revert_brings_back_the_mapping_that_the_rows_were_made_under(filled: str, town: Town) -> None:
    before, path = Path(town.mapping()).read_text(), Path(town.mapping())
    changed = before.replace("name: name, ", "name: nickname, ")
    path.write_text(changed)
    load(filled, path, *town.dump("B"), "--replace")
    for now, other in ((before, changed), (changed, before)):
        assert loader("revert", path, database=filled).code == 0
        for text, entities in ((now, []), (other, ["person"])):
            path.write_text(text)
            assert loader("migrate", path, database=filled).code == 0
            assert value(filled, "select loader.changed_entities('town')") == entities


def test_a_revert_never_takes_what_a_materialized_view_reads_of_a_user_back(filled: str, town: Town) -> None:
    """Not even what a user refreshes while the revert waits for a reader."""
    run(
        filled,
        "create table public.mine (x integer)",
        *(f"create materialized view public.{name} as select min(p.version) as version, "
          "(select count(*) from public.mine) as mine from town.person as p" for name in ("plain", "quick", "emptied")),
        "create unique index on public.quick (version, mine)",
        "create materialized view public.failing as "
        "select 1 / (4 - (select count(*) from public.mine)) from town.person limit 1",
        "create view public.between as select version from town.person",
        "create materialized view public.indirect as select min(version) from public.between",
    )  # fmt: skip
    load(filled, town.mapping(), *town.dump("B"), "--replace")
    run(
        filled,
        "insert into public.mine values (1)",
        "refresh materialized view public.plain",
        "refresh materialized view concurrently public.quick",
        "refresh materialized view public.emptied with no data",
    )
    both = "select * from public.plain union all select * from public.quick"
    with psycopg.connect(filled) as reader:
        reader.execute("select 1 from town.person")
        with running("revert", town.mapping(), database=filled) as waiting:
            wait_until(
                lambda: bool(ask(filled, "select 1 from pg_stat_activity where wait_event = 'PgSleep'")), "waits"
            )
            run(filled, "insert into public.mine values (2)", "refresh materialized view public.plain")
            reader.rollback()
            assert ended(waiting).code == 0
    assert ask(filled, both) == [("A", 2), ("A", 1)]
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="has not been populated"):
        ask(filled, "select * from public.emptied")
    stale = "select count(*) from loader.event where kind = 'view_stale' and message like '%public.indirect%'"
    assert value(filled, stale) == 2
    run(filled, "insert into public.mine values (3)")
    assert loader("revert", town.mapping(), database=filled).code == 0
    assert ask(filled, both) == [("B", 3)] * 2
    run(filled, "insert into public.mine values (4)")
    told = loader("revert", town.mapping(), database=filled)
    assert told.code == 1
    assert "the materialized view public.failing does not fit the tables that come: division by zero" in told.err, told
    assert "drop it, then give the same command again" in told.err, told
    assert versions(filled) == all_of("B")
    run(filled, "drop materialized view public.failing")
    assert loader("revert", town.mapping(), database=filled).code == 0
    assert ask(filled, both) == [("A", 4)] * 2
    run(filled, "alter materialized view public.plain rename to other")
    assert "materialized view public.other (it is new)" in loader("revert", town.mapping(), database=filled).err
    run(filled, "alter materialized view public.other rename to plain")
    assert loader("revert", town.mapping(), database=filled).code == 0
    load(filled, town.mapping(), *town.dump("B"), "--replace")
    assert value(filled, "select count(*) from pg_matviews where matviewname like '\\_mv%'") == 3
