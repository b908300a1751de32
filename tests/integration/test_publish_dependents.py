"""What users have built on the tables survives a replace, or the replace is refused with the list."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.support.publishing import Town, all_of, ask, refused, run, value, versions
from tests.support.running import load, loader
from tests.support.working import bring

VIEWS = """
create view public.plain as select id, version from town.person;
create view public.guarded with (security_barrier) as select id from town.person where version <> 'none';
create view public.upper as select count(*) as n, min(p.version) as version from public.plain as p;
create view public.joined as select t.id, p.version as person, t.version as thing, b.title
    from town.thing as t join town.person as p on p.id = t.owner_id join town.person_book as b on b.person_id = p.id;
comment on view public.plain is 'a user''s';
"""


def test_views_stay_bound_with_their_options_and_grants(filled: str, town: Town) -> None:
    run(filled, VIEWS, "create role reader_of_views; grant select on public.plain to reader_of_views")
    before = ask(filled, "select 'public.plain'::regclass::oid, 'public.upper'::regclass::oid")
    try:
        load(filled, town.mapping(), *town.dump("B"), "--replace")
        assert value(filled, "select distinct version from public.plain") == "B"
        assert ask(filled, "select n, version from public.upper") == [(300, "B")]
        assert ask(filled, "select distinct person, thing from public.joined") == [("B", "B")]
        assert value(filled, "select reloptions from pg_class where relname = 'guarded'") == ["security_barrier=true"]
        assert value(filled, "select has_table_privilege('reader_of_views', 'public.plain', 'select')")
        assert value(filled, "select obj_description('public.plain'::regclass)") == "a user's"
        assert ask(filled, "select 'public.plain'::regclass::oid, 'public.upper'::regclass::oid") == before
    finally:
        run(filled, "drop owned by reader_of_views; drop role reader_of_views")


def test_a_materialized_view_shows_the_new_rows_with_its_index_and_grant(filled: str, town: Town) -> None:
    run(
        filled,
        "create role reader_of_mv; create materialized view public.books as "
        "select p.id, p.version, count(*) as n from town.person as p join town.person_book as b on b.person_id = p.id "
        "group by 1, 2; create unique index books_id on public.books (id); "
        "grant select on public.books to reader_of_mv; "
        "create view public.on_books as select version from public.books; "
        "comment on materialized view public.books is 'x'",
    )
    try:
        load(filled, town.mapping(), *town.dump("B"), "--replace")
        assert ask(filled, "select distinct version from public.books") == [("B",)]
        assert ask(filled, "select distinct version from public.on_books") == [("B",)]
        assert ask(filled, "select indexname::text from pg_indexes where tablename = 'books'") == [("books_id",)]
        assert value(filled, "select has_table_privilege('reader_of_mv', 'public.books', 'select')")
        run(filled, "refresh materialized view concurrently public.books")
        load(filled, town.mapping(), *town.dump("A"), "--replace")
        assert ask(filled, "select distinct version from public.on_books") == [("A",)]
        assert value(filled, "select to_regnamespace('town_build') is null")
    finally:
        run(filled, "drop owned by reader_of_mv; drop role reader_of_mv")


def test_functions_of_a_materialized_view_run_with_the_rights_of_its_owner(filled: str, town: Town) -> None:
    """Its query, and the expressions of its indexes: who may read a table must not act as the role that loads."""
    run(
        filled,
        "create role owner_of_mv; create schema mv authorization owner_of_mv; "
        "grant usage on schema town to owner_of_mv; "
        "grant select (id, version) on town.person to owner_of_mv; set role owner_of_mv; "
        "create table mv.called (place text, by text); grant insert on mv.called to public; "
        "create function mv.note(p_place text, p_id bigint) returns bigint language plpgsql as 'begin "
        "insert into mv.called values (p_place, current_user); return p_id; end'; "
        "create function mv.key(p_id bigint) returns bigint language plpgsql immutable as 'begin "
        "return mv.note(''index'', p_id); end'; "
        "create materialized view mv.people as select mv.note('query', p.id) as id, p.version from town.person as p; "
        "create index people_id on mv.people (mv.key(id)); delete from mv.called; reset role",
    )
    try:
        load(filled, town.mapping(), *town.dump("B"), "--replace")
        called = ask(filled, "select distinct place, by from mv.called order by 1")
        assert called == [("index", "owner_of_mv"), ("query", "owner_of_mv")]
        assert ask(filled, "select distinct version from mv.people") == [("B",)]
        given = "select has_any_column_privilege('owner_of_mv', 'town.thing', 'select'), "
        assert ask(filled, f"{given} has_column_privilege('owner_of_mv', 'town.person', 'name', 'select')") == [
            (False,) * 2
        ]

        run(filled, "revoke select on town.person from owner_of_mv")
        told = loader("load", town.mapping(), *town.dump("A"), "--replace", database=filled)
        assert (told.code, "view mv.people does not fit the new tables: permission denied" in told.err) == (1, True), (
            told
        )
        assert loader("cancel", "town", database=filled).code == 0
    finally:
        run(filled, "drop owned by owner_of_mv; drop role owner_of_mv")


def test_grants_are_those_of_the_tables_before(filled: str, town: Town) -> None:
    run(
        filled,
        "create role reader; create role chief; grant usage on schema town to reader, chief; "
        "grant select on town.thing to chief with grant option; set role chief; "
        "grant select on town.thing to reader with grant option; set role reader; "
        "grant select on town.thing to public; "
        "reset role; grant select (id, version) on town.person to reader; "
        "grant insert on town.thing to public; "
        "alter default privileges grant delete on tables to reader",
    )
    grants = "select c.relname::text, g.grantee, g.privilege, g.column_name, g.is_grantable, g.grantor " \
        "from pg_class as c join loader.list_grants(array(select oid from pg_class)) as g on g.relation_oid = c.oid " \
        "where c.relnamespace = 'town'::regnamespace and c.relkind = 'r' order by 1, 2, 3, 4"  # fmt: skip
    before = ask(filled, grants)
    try:
        load(filled, town.mapping(), *town.dump("B"), "--replace")
        assert len(before) == 6
        assert ask(filled, grants) == before
        run(filled, "grant update on town.person to chief")
        assert loader("revert", town.mapping(), database=filled).code == 0
        assert ("person", "chief", "UPDATE", None, False, None) in ask(filled, grants)
    finally:
        run(filled, "drop owned by reader, chief; alter default privileges revoke delete on tables from reader",
            "drop role reader, chief")  # fmt: skip


def test_foreign_keys_of_users_come_back_and_delete_nothing(filled: str, town: Town) -> None:
    run(
        filled,
        "create table public.mine (id integer references town.person on delete cascade, "
        "thing integer, constraint loader_like foreign key (thing) references town.thing "
        "deferrable initially deferred);"
        "insert into public.mine select n, n from generate_series(1, 300) as n;"
        "create table public.loose (id integer); insert into public.loose values (999);"
        "alter table public.loose add foreign key (id) references town.person not valid;"
        'create table public."x add constraint y" (id integer constraint "a FOREIGN KEY b" references town.person, '
        f"thing integer constraint loader_{'0f' * 16} references town.thing)",
    )
    keys = (
        "select conname::text, confrelid::regclass::text, confdeltype::text, convalidated, condeferred "
        "from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace order by 1"
    )
    before = ask(filled, keys)
    load(filled, town.mapping(), *town.dump("B"), "--replace")
    assert ask(filled, keys) == before
    assert len(before) == 5
    assert value(filled, "select count(*) from public.mine") == 300
    run(filled, "delete from town.person where id = 7")
    assert value(filled, "select count(*) from public.mine") == 299


def test_a_foreign_key_that_no_longer_holds_is_reported(filled: str, town: Town) -> None:
    run(
        filled,
        "create table public.mine (id integer constraint mine_key references town.person);"
        "insert into public.mine values (300)",
    )
    told = load(filled, town.mapping(), *town.dump("B", count=200), "--replace", "--allow-deletes")
    assert any("mine_key" in error["message"] for error in told["errors"]), told
    assert not value(filled, "select convalidated from pg_constraint where conname = 'mine_key'")
    assert ask(filled, "select state from loader.dependent") == [("failed",)]


def test_indexes_statistics_and_storage_survive(filled: str, town: Town) -> None:
    run(
        filled,
        "create index my_index on town.person using btree (lower(name)) include (id) "
        "where version <> ' ON town.person USING '",
        "comment on index town.my_index is 'mine'",
        "create unique index my_key on town.thing (id, version)",
        "create statistics public.my_statistics (dependencies) on id, version from town.thing",
        "alter table town.thing set (fillfactor = 80, autovacuum_enabled = false)",
        "create table public.other (id integer, version text)",
    )
    definitions = "select indexdef from pg_indexes where schemaname = 'town' order by indexname"
    before = ask(filled, definitions)
    load(filled, town.mapping(), *town.dump("B"), "--replace")
    assert ask(filled, definitions) == before
    assert value(filled, "select obj_description('town.my_index'::regclass)") == "mine"
    assert sorted(value(filled, "select reloptions from pg_class where oid = 'town.thing'::regclass")) == [
        "autovacuum_enabled=false", "fillfactor=80",
    ]  # fmt: skip
    assert value(filled, "select count(*) from pg_statistic_ext_data join pg_statistic_ext on oid = stxoid "
                         "where stxname = 'my_statistics' and stxrelid = 'town.thing'::regclass") == 1  # fmt: skip


TRIGGER_FUNCTION = "create function public.f() returns trigger language plpgsql as 'begin return new; end';"
NOT_CARRIED = {
    "column town.person.mine": (
        "alter table town.person add mine text generated always as (upper(name)) stored",
        "alter table town.person drop mine",
    ),
    "trigger": (
        TRIGGER_FUNCTION + "create trigger watch before insert on town.person execute function public.f()",
        "drop trigger watch on town.person",
    ),
    "policy": ("create policy mine on town.person using (true)", "drop policy mine on town.person"),
    "row level security": (
        "alter table town.thing enable row level security",
        "alter table town.thing disable row level security",
    ),
    "function": (
        "create function public.atomic() returns bigint begin atomic select count(*) from town.person; end",
        "drop function public.atomic()",
    ),
    "publication": ("create publication mine for table town.person", "drop publication mine"),
    "column public.holder": ("create table public.holder (row town.person)", "drop table public.holder"),
    "constraint": (
        "alter table town.person add constraint mine check (id > 0)",
        "alter table town.person drop constraint mine",
    ),
    "rule": (
        "create rule mine as on delete to town.person do also select 1",
        "drop rule mine on town.person",
    ),
    "materialized view public.mixed": (
        "create view public.v as select * from town.thing; create materialized view public.mixed as "
        "select p.id from town.person as p join public.v on v.id = p.id",
        "drop materialized view public.mixed",
    ),
}


def test_what_cannot_be_carried_is_listed_and_the_same_command_goes_on(filled: str, town: Town) -> None:
    run(filled, "set client_min_messages = error", *(make for make, _ in NOT_CARRIED.values()))
    told = refused(filled, town.mapping(), town.dump("B"), "--replace")
    for kind in NOT_CARRIED:
        assert f"\n  {kind}" in told, told
    assert versions(filled) == all_of("A")
    for kind, (_, unmake) in reversed(NOT_CARRIED.items()):
        if kind != "trigger":
            run(filled, unmake)
    told = refused(filled, town.mapping(), town.dump("B"), "--replace")
    assert next(line for line in told.splitlines() if line.startswith("  ")) == "  trigger watch on town.person", told
    run(filled, NOT_CARRIED["trigger"][1])
    summary = load(filled, town.mapping(), *town.dump("B"), "--replace")
    assert (summary["load"], summary["state"]) == (2, "done")
    assert versions(filled) == all_of("B")


@pytest.mark.parametrize("late", ["index", "view", "materialized view"])
def test_what_a_user_makes_between_build_and_publication_is_not_lost(filled: str, town: Town, late: str) -> None:
    with psycopg.connect(filled) as reader:
        reader.execute("set transaction isolation level repeatable read; select 1")
        told = refused(filled, town.mapping(), town.dump("B"), "--replace", "--set", "publish_wait=0")
        assert str(reader.info.backend_pid) in told
    target = {"index": "index late on town.person (name)", "view": "view public.late as select * from town.person",
              "materialized view": "materialized view public.late as select * from town.person"}[late]  # fmt: skip
    run(filled, f"create {target}")
    if late == "materialized view":
        assert "public.late (it is new)" in refused(filled, town.mapping(), town.dump("B"), "--replace")
        assert versions(filled) == all_of("A")
        run(filled, "drop materialized view public.late")
    load(filled, town.mapping(), *town.dump("B"), "--replace")
    assert versions(filled) == all_of("B")
    if late == "index":
        assert value(filled, "select to_regclass('town.late') is not null")
    if late == "view":
        assert ask(filled, "select distinct version from public.late") == [("B",)]


def test_a_materialized_view_that_is_refreshed_before_the_publication_stays_as_new(filled: str, town: Town) -> None:
    """It may read tables of users, too, and never shows an older state of these again."""
    run(
        filled,
        "create role owner_of_mv; create schema mv authorization owner_of_mv; "
        "grant usage on schema town to owner_of_mv; grant select on town.person to owner_of_mv; set role owner_of_mv; "
        "create table mv.mine (x integer)",
        *(f"create materialized view mv.{name} as select min(p.version) as version, "
          "(select count(*) from mv.mine) as mine from town.person as p" for name in ("plain", "quick", "emptied")),
        "create unique index on mv.quick (version, mine)",
    )  # fmt: skip
    try:
        with psycopg.connect(filled) as reader:
            reader.execute("set transaction isolation level repeatable read; select 1")
            refused(filled, town.mapping(), town.dump("B"), "--replace", "--set", "publish_wait=0")
        run(
            filled,
            "set role owner_of_mv",
            "insert into mv.mine values (1)",
            "refresh materialized view mv.plain",
            "refresh materialized view concurrently mv.quick",
            "refresh materialized view mv.emptied with no data",
        )
        assert ask(filled, "select * from mv.plain") == [("A", 1)]
        load(filled, town.mapping(), *town.dump("B"), "--replace")
        assert ask(filled, "select * from mv.plain union all select * from mv.quick") == [("B", 1)] * 2
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="has not been populated"):
            ask(filled, "select * from mv.emptied")
    finally:
        run(filled, "drop owned by owner_of_mv; drop role owner_of_mv")


def test_a_revert_refuses_materialized_views_that_a_user_has_created_again(filled: str, town: Town) -> None:
    """Otherwise, they are filled without any lock for which readers wait."""
    run(
        filled,
        "create materialized view public.mine as select min(p.version) as version, "
        "(select count(*) from pg_locks as l join pg_class as c on c.oid = l.relation and c.relname = 'person' "
        "where l.pid = pg_backend_pid() and l.mode = 'AccessExclusiveLock') as locks from town.person as p",
    )
    load(filled, town.mapping(), *town.dump("B"), "--replace")
    run(filled, "call loader.revert('town')")
    assert ask(filled, "select * from public.mine") == [("A", 0)]
    run(filled, "alter materialized view public.mine rename column locks to other")
    told = loader("revert", town.mapping(), database=filled)
    assert told.code == 1
    assert "other queries now than at the last publication" in told.err
    assert "\n  materialized view public.mine" in told.err, told
    run(filled, "drop materialized view public.mine", "create view public.mine as select min(version) from town.person")
    run(filled, "call loader.revert('town')")
    assert ask(filled, "select * from public.mine") == [("B",)]


def test_temporary_tables_of_the_session_do_not_stand_for_those_of_the_dataset(filled: str, town: Town) -> None:
    run(filled, "create materialized view public.read as select min(p.version) as version from town.person as p")
    assert bring(filled, town.mapping(), [Path(path) for path in town.dump("B")], mode="replace") == 2
    with psycopg.connect(filled, autocommit=True) as session:
        session.execute("create temporary table person (id integer, version text)")
        for call, version in (("finish_load(2)", "A"), ("finish_load(2)", "B"), ("revert('town')", "A")):
            session.execute(f"call loader.{call}".encode())
            assert ask(filled, "table public.read") == [(version,)]
