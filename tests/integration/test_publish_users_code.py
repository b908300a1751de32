"""A publication creates users' queries and expressions again, but runs no code of users with its own rights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from loader.config.settings import RunSettings
from loader.database.connect import connect
from loader.load import register
from loader.load.request import LoadRequest
from loader.mapping.read import read_dataset
from tests.support.publishing import Town, all_of, ask, refused, run, value, versions
from tests.support.running import ended, load, loader, running
from tests.support.stopping import wait_for_a_lock

ROLE = """
create role eve; create schema eve authorization eve;
grant usage on schema town to eve; grant select, references on town.person, town.thing to eve;
create table public.ran (place text, by text); grant insert on public.ran to public;
set role eve;
create function eve.note(p_place text, p_by text) returns boolean language sql
    as 'insert into public.ran values (p_place, p_by) returning true';
create function eve.check(p_place text, p_value integer) returns boolean language plpgsql immutable
    as 'begin return eve.note(p_place, current_user); end';
create domain eve.number as integer check (eve.check('domain', value));
create type eve.pair as (number eve.number, name text);
create type eve.span as range (subtype = eve.number, multirange_type_name = eve.spans);
create type eve.size as enum ('1', '2');
reset role;
create type public.around as (numbers eve.number[]);
"""
CONSTANTS = {"array": "'{1}'::eve.number[]", "pair": "'(1,x)'::eve.pair", "span": "'[1,2]'::eve.span",
             "spans": "'{[1,2]}'::eve.spans", "size": "'1'::eve.size", "around": "'({1})'::public.around"}  # fmt: skip
REFUSED = {
    **{f"view eve.of_{name}": f"create view eve.of_{name} as select id, {text} as x from town.person"
       for name, text in CONSTANTS.items()},
    "materialized view eve.filled":
        f"create materialized view eve.filled as select id, {CONSTANTS['array']} as x from town.person",
    "materialized view eve.carried": "",
    "index eve.by_pair":
        f"create materialized view eve.carried as select id from town.person; "
        f"create index by_pair on eve.carried (id) where {CONSTANTS['pair']} is not null",
    "statistics object eve.stats":
        f"create statistics eve.stats on id, ((({CONSTANTS['pair']}).name || id)) from eve.carried",
    "view eve.above": f"create view eve.above as select id, {CONSTANTS['pair']} as x from eve.carried",
}  # fmt: skip
CARRIED = """
create view eve.cast as select id, id::eve.number as number, '1'::eve.number as one from town.person;
create materialized view eve.counted as select count(*) as n, max(id)::eve.number as number from town.person;
create index counted_number on eve.counted ((n::integer::eve.number));
"""


@pytest.fixture
def eve(filled: str) -> Iterator[str]:
    """A database in which a role that may read the tables has noted what of its code ran, and as which role."""
    run(filled, ROLE)
    yield filled
    run(filled, "reset role; drop type public.around; drop owned by eve cascade; drop role eve")


def test_what_would_run_code_of_others_is_refused_and_the_rest_is_carried(eve: str, town: Town) -> None:
    run(eve, f"set role eve; {'; '.join(filter(None, REFUSED.values()))}; {CARRIED} reset role; delete from public.ran")
    blockers = ask(eve, "select publication_blockers from loader.publication_blockers('town')")
    told = refused(eve, town.mapping(), town.dump("B"), "--replace")
    for name in REFUSED.keys() - {"materialized view eve.carried"}:
        assert f"\n  {name} (it has a constant of type " in told, (name, told)
        assert any(line.startswith(f"{name} (") for (line,) in blockers), (name, blockers)
    assert len(blockers) == len(REFUSED) - 1
    assert versions(eve) == all_of("A")
    assert ask(eve, "select * from public.ran where by <> 'eve'") == []

    # What is made after the check is checked again where it is created.
    for carry in ("materialized_view('town', 'eve.filled'::regclass, 'town', 'town_build')",
                  "indexes(array['eve.carried'::regclass::oid], array['eve.counted'::regclass::oid])"):  # fmt: skip
        with pytest.raises(psycopg.Error, match="would run code of others") as raised:
            run(eve, f"select loader.carry_{carry}")
        assert raised.value.sqlstate == "LD008"

    run(eve, "drop materialized view eve.carried, eve.filled cascade")
    run(eve, *(f"drop view eve.of_{name}" for name in CONSTANTS))
    load(eve, town.mapping(), *town.dump("B"), "--replace")
    assert ask(eve, "select distinct by from public.ran") == [("eve",)]
    assert ask(eve, "select n::integer, number from eve.counted") == [(300, 300)]
    assert value(eve, "select to_regclass('eve.counted_number') is not null")

    run(eve, f"set role eve; {REFUSED['view eve.of_pair']}; reset role; delete from public.ran")
    reverted = loader("revert", town.mapping(), database=eve)
    assert (reverted.code, "view eve.of_pair (it has a constant of type eve.pair" in reverted.err) == (1, True), (
        reverted
    )
    assert ask(eve, "select * from public.ran where by <> 'eve'") == []


KEYS = """
create function eve.plus(p_number integer) returns integer language plpgsql immutable
    as 'begin perform eve.note(''index'', current_user); return p_number; end';
create function eve.to_number(p_size eve.size) returns integer language plpgsql immutable
    as 'begin perform eve.note(''cast'', current_user); return p_size::text::integer; end';
create cast (eve.size as integer) with function eve.to_number(eve.size) as implicit;
create table eve.cast (size eve.size constraint cast_key references town.person);
create table eve.indexed (id integer constraint index_key references town.person);
create table eve.plain (id eve.number constraint plain_key references town.person);
create index on eve.indexed ((eve.plus(1) + id));
create table eve.parent (id integer constraint heir_key references town.person);
create table eve.heir (check (eve.plus(3) > 0)) inherits (eve.parent);
create table eve.heir_of_index () inherits (eve.plain);
create table eve.near (id integer constraint far_key references town.person);
create server far foreign data wrapper nothing; create foreign table eve.far () inherits (eve.near) server far;
insert into eve.cast values ('1'); insert into eve.indexed values (1); insert into eve.plain values (1);
insert into eve.parent values (1);
"""
PARTS = """
create table public.divided (id integer constraint part_key references town.person) partition by list (id);
create table eve.part partition of public.divided default;
alter table eve.part owner to eve; set role eve; alter table eve.part add check (eve.plus(4) > 0); reset role;
"""


def test_keys_whose_tables_would_run_code_of_others_are_not_validated(eve: str, town: Town) -> None:
    run(eve, "grant usage on schema loader to eve; grant references on loader.load to eve; "
             "create foreign data wrapper nothing; grant usage on foreign data wrapper nothing to eve",
             f"set role eve; {KEYS} "
             "create table eve.noted (load bigint constraint noted_key references loader.load); "
             "create index on eve.noted ((eve.plus(2) + load)); reset role; delete from public.ran")  # fmt: skip
    told = load(eve, town.mapping(), *town.dump("B"), "--replace")
    valid = ask(
        eve,
        "select conname::text, convalidated from pg_constraint where conrelid::regclass::text ~ '^eve' "
        "and contype = 'f' and confrelid = 'town.person'::regclass",
    )
    assert dict(valid) == {
        "cast_key": False,
        "far_key": False,
        "heir_key": False,
        "index_key": False,
        "plain_key": True,
    }
    stays = ask(eve, "select message from loader.event where kind = 'foreign_key_unchecked'")
    assert ["would run code of others as" in message for (message,) in stays] == [True] * 4, told
    run(eve, PARTS)
    merged = loader("load", town.mapping(), *town.dump("C"), "--merge", "--priority", "1", database=eve)
    assert merged.code == 1
    for key in (
        'cast_key on eve."cast"',
        "index_key on eve.indexed",
        "heir_key on eve.parent",
        "far_key on eve.near",
        "part_key on public.divided",
    ):
        assert f"foreign key {key}: drop the key, or what uses " in merged.err, merged
    assert "eve.plain" not in merged.err
    assert ask(eve, "select list_noted from loader.list_noted('town')") == [("foreign key noted_key on eve.noted",)]
    assert ask(eve, "select * from public.ran where by <> 'eve'") == []


def test_nobody_adds_code_to_a_table_with_a_key_while_a_merge_may_read_it(eve: str) -> None:
    """A merge checks the table first, and reads it later, perhaps after it has waited for a lock."""
    run(eve, "set role eve; create table eve.plain (id integer references town.person)")
    with psycopg.connect(eve) as merge, psycopg.connect(eve, autocommit=True, options="-c lock_timeout=50") as own:
        merge.execute("select loader.lock_for_writes(1)")
        own.execute("set role eve; insert into eve.plain values (1)")
        for code in ("create table eve.heir (check (eve.check('heir', 1))) inherits (eve.plain)",
                     "create index on eve.plain ((eve.check('index', 1)))",
                     "create statistics eve.told on (eve.check('statistics', 1)), id from eve.plain"):  # fmt: skip
            with pytest.raises(psycopg.errors.LockNotAvailable):
                own.execute(code.encode())


def test_a_chunk_does_not_read_a_table_with_a_key_that_would_run_code_of_others(eve: str, town: Town) -> None:
    """With visibility: chunk, rows are deleted while the load runs, and others may add keys after it has begun."""
    people = Path(town.dump("C")[0])
    people.write_text(people.read_text().replace('<book version="C">c</book>', ""))
    mapping = town.mapping(extra="visibility: chunk\n")
    request = LoadRequest(
        read_dataset(mapping), RunSettings(), eve, [people], workers=1, mode="merge", priority=1, check_space=False
    )
    with connect(eve) as connection:
        register.register(connection, request)
    run(
        eve,
        "grant references on town.person_book to eve",
        "set role eve; create table eve.part (id integer, place integer,"
        " constraint part_key foreign key (id, place) references town.person_book);"
        "create table eve.heir (check (eve.check('chunk', 1))) inherits (eve.part); reset role; delete from public.ran",
    )
    told = refused(eve, mapping, [str(people)], "--merge", "--priority", "1", "--set", "max_attempts=1")
    assert 'foreign key part_key on eve.part: drop the key, or what uses function eve."check"' in told, told
    assert ask(eve, "select * from public.ran where by <> 'eve'") == []
    with psycopg.connect(eve) as merge, psycopg.connect(eve, autocommit=True, options="-c lock_timeout=50") as own:
        merge.execute("select loader.lock_referrers(array['town.person_book'::regclass::oid])")
        own.execute("set role eve; insert into eve.heir select 1, 1 where false")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            own.execute("create index on eve.part ((eve.check('index', 1)))")


def test_a_check_for_repair_does_not_read_a_table_to_which_code_of_others_is_added_meanwhile(
    eve: str, town: Town
) -> None:
    """It looks for such code first, and reads the table later; who has locked the table comes in between."""
    run(
        eve,
        "insert into town.person_book select person_id, 99, title, version from town.person_book limit 1",
        "grant references on town.person_book to eve; set role eve; create table eve.part (id integer, place integer,"
        " constraint part_key foreign key (id, place) references town.person_book)",
    )
    with psycopg.connect(eve) as own:
        own.execute("set role eve; lock table eve.part in access exclusive mode")
        with running("repair", town.mapping(), "--check", database=eve) as process:
            wait_for_a_lock(eve)
            own.execute("create table eve.heir (check (eve.check('repair', 1))) inherits (eve.part)")
            own.commit()
            told = ended(process)
    assert "foreign keys to the tables were added while the load waited for locks" in told.out, told
