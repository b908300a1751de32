"""Nothing that the loader did not make is dropped, renamed or emptied, whatever it is called and wherever it stands."""

from __future__ import annotations

import gzip
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from loader.database.connect import connect
from loader.database.manifest import has_manifest
from loader.database.migrate import migrate
from loader.errors import LoaderError
from loader.server.binaries import psql_path
from tests.support.history import V1, V2, V3, Tide
from tests.support.running import execute, loader, query
from tests.support.server import fresh_database
from tests.support.versions import MAPPING
from tests.support.working import bring, load_here
from tests.upgrade.make import CHUNK_BYTES, DAYS, dump, mapping

DB1B20B = Path(__file__).parents[1] / "upgrade" / "db1b20b.sql.gz"
FREE = MAPPING + "max_delete_pct: 100\n"
COMPANIONS = ("stage", "build", "old", "history")

# What a user may have in a schema, by what is told of it.
THINGS = {
    "table {0}.mine": "create table {0}.mine (id integer); insert into {0}.mine values (1)",
    "function {0}.mine()": "create function {0}.mine() returns integer language sql as 'select 1'",
    "view {0}.mine_view": "create view {0}.mine_view as select 1 as one",
    "type {0}.mine_type": "create type {0}.mine_type as enum ('a')",
    "sequence {0}.mine_sequence": "create sequence {0}.mine_sequence",
}


@pytest.fixture(scope="module")
def _two_months(server: str, tmp_path_factory: pytest.TempPathFactory, control_schema: str) -> Iterator[Tide]:
    with fresh_database(server, control_schema) as url:
        tide = Tide(tmp_path_factory.mktemp("tide"), url, FREE)
        tide.load("20260101", V1)
        tide.load("20260201", V2, mode="replace")
        yield tide


@pytest.fixture
def loaded(server: str, _two_months: Tide) -> Iterator[Tide]:
    """Two months, the second of which has replaced the first; without history."""
    with fresh_database(server, _two_months.database) as url:
        yield Tide(_two_months.folder, url, FREE)


def refused(tide: Tide, *names: str) -> str:
    """What a load says that must be refused with these names, before it has written anything."""
    with pytest.raises((LoaderError, psycopg.Error)) as caught:
        tide.load("20260101", V1)
    text = str(caught.value)
    if isinstance(caught.value, psycopg.Error):
        text += str(caught.value.diag.message_detail)
    for name in names:
        assert name in text, text
    return text


@pytest.mark.parametrize("place", COMPANIONS)
def test_a_first_load_leaves_what_stands_in_a_schema_of_the_companions_name(tide: Tide, place: str) -> None:
    schema = f"tide_{place}"
    execute(tide.database, f"create schema {schema}; " + "; ".join(text.format(schema) for text in THINGS.values()))
    refused(tide, *(name.format(schema) for name in THINGS))
    assert query(tide.database, f"select id from {schema}.mine") == [(1,)]
    assert query(tide.database, "select count(*) from loader.dataset") == [(0,)]
    assert query(tide.database, "select count(*) from pg_namespace where nspname like 'tide%'") == [(1,)]


def test_an_empty_schema_that_somebody_has_made_is_used_and_stays_theirs(tide: Tide) -> None:
    execute(tide.database, "create schema tide; comment on schema tide is 'mine'; create schema tide_stage; "
                           "create table tide.notes (id integer); insert into tide.notes values (1)")  # fmt: skip
    tide.load("20260101", V1)
    tide.load("20260201", V2)
    execute(tide.database, "select loader.drop_dataset('tide')")
    left = (
        "select nspname::text, obj_description(oid, 'pg_namespace') from pg_namespace "
        "where nspname like 'tide%' order by 1"
    )
    assert query(tide.database, left) == [("tide", "mine"), ("tide_stage", None)]
    assert query(tide.database, "select * from tide.notes") == [(1,)]


@pytest.mark.parametrize("place", COMPANIONS)
def test_a_schema_whose_owner_could_replace_what_is_in_it_is_refused(tide: Tide, place: str) -> None:
    """The owner may drop procedures that the loader has put there, and make others, which the loader would call."""
    role = f"stranger_{tide.database.rpartition('/')[2].partition('?')[0]}"
    execute(tide.database, f"create role {role}; create schema tide_{place} authorization {role}")
    try:
        text = refused(tide, f"schema tide_{place}: alter schema tide_{place} owner to ")
        assert query(tide.database, "select count(*) from loader.dataset") == [(0,)]
        told = next(line for line in text.splitlines() if f"schema tide_{place}: " in line)
        execute(tide.database, told.partition(": ")[2])
        tide.load("20260101", V1)
    finally:
        execute(tide.database, f"drop role {role}")


@pytest.mark.parametrize(
    ("made", "name"),
    [
        ("create table tide.row (id integer)", 'table tide."row"'),
        ("create view tide.row_item as select 1 as one", "view tide.row_item"),
        ("create table tide.notes (id integer constraint row_pkey primary key)", "index tide.row_pkey"),
        ("create type tide.row as enum ('a')", 'type tide."row"'),
    ],
)
def test_something_in_the_target_with_a_name_of_ours_is_refused(tide: Tide, made: str, name: str) -> None:
    execute(tide.database, f"create schema tide; {made}")
    refused(tide, name)
    assert query(tide.database, "select count(*) from loader.dataset") == [(0,)]


@pytest.mark.parametrize(("first", "second"), [("tide", "tide_stage"), ("tide_old", "tide")])
def test_datasets_whose_schemas_collide_are_refused_in_either_order(
    tide: Tide, tmp_path: Path, first: str, second: str
) -> None:
    tide.mapping.write_text(MAPPING.format(dataset=first))
    tide.load("20260101", V1)
    before = query(tide.database, f"select * from {first}.row order by 1")
    tide.mapping.write_text(MAPPING.format(dataset=second))
    refused(tide, f"is that of the dataset {first}")
    assert query(tide.database, f"select * from {first}.row order by 1") == before
    assert query(tide.database, "select dataset from loader.dataset") == [(first,)]


def test_what_users_put_beside_ours_outlives_everything(loaded: Tide) -> None:
    schemas = ["tide", *(f"tide_{place}" for place in COMPANIONS)]
    bring(loaded.database, loaded.mapping, loaded.dump("20260301", V3), mode="replace")  # makes the schema of builds
    execute(loaded.database, "; ".join(text.format(schema) for schema in schemas for text in THINGS.values()))
    execute(
        loaded.database,
        "comment on table tide_stage.mine is 'Rows of mine on their way into a merge.'; "
        "create function tide_history.mine_as_of(bigint) returns integer language sql return 1",
    )
    everything = (
        "select n.nspname::text, i.type, i.identity from pg_depend as d join pg_namespace as n on n.oid = d.refobjid "
        "cross join lateral pg_identify_object(d.classid, d.objid, 0) as i "
        "where d.refclassid = 'pg_namespace'::regclass and n.nspname like 'tide%' and i.identity ~ 'mine' "
        "order by 1, 2, 3"
    )
    mine = query(loaded.database, everything)
    assert len(mine) == 26

    loaded.load("20260301", V3, mode="replace")
    execute(loaded.database, "call loader.revert('tide'); call loader.revert('tide')")
    loaded.mapping.write_text(MAPPING.format(dataset="tide").replace("name: name", "name: {path: name, comment: new}"))
    loaded.load("20260401", V1)
    load_id = query(loaded.database, "select max(load_id) from loader.load")[0][0]
    loaded.rollback(load_id)
    assert query(loaded.database, everything) == mine
    execute(loaded.database, "select loader.drop_dataset('tide')")
    assert query(loaded.database, everything) == mine
    assert query(loaded.database, "select count(*) from pg_class as c join pg_namespace as n on n.oid = c.relnamespace "
                                  "where n.nspname like 'tide%' and c.relname !~ 'mine'") == [(0,)]  # fmt: skip


@pytest.mark.parametrize(
    "table", ["tide.row_item", "tide_old.row_item", "tide_stage.row_decision", "tide_stage.row_key_log"]
)
def test_a_users_table_under_a_name_of_ours_is_not_taken_for_ours(loaded: Tide, table: str) -> None:
    execute(loaded.database, f"drop table {table}; create table {table} (id integer); insert into {table} values (1)")
    refused(loaded, table)
    assert query(loaded.database, f"select * from {table}") == [(1,)]
    execute(loaded.database, "select loader.drop_dataset('tide')")
    assert query(loaded.database, f"select * from {table}") == [(1,)]


def test_a_users_table_is_not_taken_for_a_slot(loaded: Tide) -> None:
    execute(loaded.database, "create table tide_stage.row_s0 (id integer)")
    with pytest.raises(psycopg.Error, match=r"the table tide_stage\.row_s0 is in the way") as caught:
        execute(loaded.database, "select loader.prepare_slot('tide', 0)")
    assert caught.value.sqlstate == "LD020"
    execute(loaded.database, "insert into tide_stage.row_s0 values (1); select loader.clear_slot('tide', 0)")
    assert query(loaded.database, "select * from tide_stage.row_s0") == [(1,)]


def test_a_copy_of_a_table_of_ours_is_not_ours(loaded: Tide) -> None:
    execute(loaded.database, "create table tide.copied (like tide.row including all)")
    execute(loaded.database, "drop table tide.row; alter table tide.copied rename to row; "
                             "alter index tide.copied_pkey rename to row_pkey")  # fmt: skip
    refused(loaded, 'tide."row": the comment on its key is missing')


def test_roles_are_given_nothing_that_users_made(loaded: Tide) -> None:
    roles = ("tide_t_owner", "tide_t_worker", "tide_t_reader")
    execute(loaded.database, "; ".join(text.format("tide_stage") for text in THINGS.values()))
    execute(loaded.database, "comment on table tide_stage.mine is 'x'; comment on function tide_stage.mine() is 'y'")
    for role in roles:
        execute(loaded.database, f"create role {role} nologin")
    try:
        database = query(loaded.database, "select current_database()::text")[0][0]
        execute(loaded.database, f"grant create on database {database} to tide_t_owner")
        execute(loaded.database, "select loader.set_roles('tide_t')")
        owners = (
            "select c.relname::text, pg_get_userbyid(c.relowner)::text = 'tide_t_owner' from pg_class as c "
            "where c.relnamespace = 'tide_stage'::regnamespace and c.relname in ('mine', 'row_decision') order by 1"
        )
        assert query(loaded.database, owners) == [("mine", False), ("row_decision", True)]
        assert query(loaded.database, "select proowner::regrole::text = 'tide_t_owner' from pg_proc "
                                      "where proname = 'mine'") == [(False,)]  # fmt: skip
    finally:
        execute(loaded.database, f"drop owned by {', '.join(roles)} cascade; drop role {', '.join(roles)}")


def test_a_schema_of_somebody_elses_is_not_taken_for_the_control_schema(empty_database: str) -> None:
    execute(
        empty_database,
        "create schema loader; comment on schema loader is 'mine'; create table loader.dataset (id integer)",
    )
    with connect(empty_database) as connection:
        for name in ("dataset", "load", "migration"):
            connection.execute(sql.SQL("create table if not exists loader.{} (x integer)").format(sql.Identifier(name)))
            assert not has_manifest(connection)
            with pytest.raises(LoaderError, match=f"objects that the loader did not make: table loader.{name}"):
                migrate(connection)
            connection.execute(sql.SQL("drop table loader.{}").format(sql.Identifier(name)))
    assert query(empty_database, "select obj_description('loader'::regnamespace, 'pg_namespace')") == [("mine",)]


BUILT_ON_THE_CONTROL_SCHEMA = {
    "column loader.load.note": "alter table loader.load add note text; comment on column loader.load.note is 'mine'",
    "default value for mine.defaults.x": "create table mine.defaults (x boolean default loader.is_date('x'))",
    "default value for mine.generated.y":
        "create table mine.generated (x text, y boolean generated always as (loader.is_date(x)) stored)",
    "default value for mine.numbered.x":
        "create table mine.numbered (x bigint default nextval('loader.load_load_id_seq'))",
    "domain constraint day_check on mine.day": "create domain mine.day as text check (loader.is_date(value))",
    "extension hstore": "create extension hstore schema loader",
    "function mine.counts()": "create function mine.counts() returns bigint begin atomic; "
                              "select count(*) from loader.load; end",
    "function mine.take(loader.load)": "create function mine.take(loader.load) returns int return 1",
    "index loader.mine_idx": "create index mine_idx on loader.event (kind, at)",
    "index mine.indexed_is_date_idx":
        "create table mine.indexed (x text); create index on mine.indexed (loader.is_date(x))",
    "materialized view mine.loads": "create materialized view mine.loads as select * from loader.load",
    "policy mine on mine.watched":
        "create table mine.watched (x int); "
        "create policy mine on mine.watched using (exists (select from loader.load))",
    "table constraint checked_x_check on mine.checked":
        "create table mine.checked (x text check (loader.is_date(x)))",
    "table constraint noted_load_fkey on mine.noted":
        "create table mine.noted (load bigint references loader.load)",
    "table column mine.rows.load": "create table mine.rows (load loader.load[])",
    "table loader.mine": "create table loader.mine (id integer); comment on table loader.mine is 'commented'",
    "table mine.heir": "create table mine.heir () inherits (loader.event)",
    "table mine.typed": "create table mine.typed of loader.chunk_counts",
    "trigger frozen on mine.frozen": "create table mine.frozen (x int); create trigger frozen before insert "
                                     "on mine.frozen for each statement execute function loader.refuse_write()",
    "trigger mine on loader.event": "create trigger mine before update on loader.event for each row "
                                    "execute function suppress_redundant_updates_trigger()",
    "type loader.kind": "create type loader.kind as enum ('a')",
    "view mine.is_day": "create view mine.is_day as select loader.is_date('x')",
    "view mine.status": "create view mine.status as select * from loader.load_status",
}  # fmt: skip


def test_uninstall_names_all_that_others_have_built_on_the_control_schema(loaded: Tide) -> None:
    """It is dropped as a whole, so whatever depends on anything in it would go along."""
    found = "select f from loader.foreign_objects() as f"
    assert query(loaded.database, found) == []  # what depends on it of datasets is the loader's

    execute(loaded.database, "create schema mine; " + "; ".join(BUILT_ON_THE_CONTROL_SCHEMA.values()))
    assert {name for (name,) in query(loaded.database, found)} == set(BUILT_ON_THE_CONTROL_SCHEMA)

    told = loader("uninstall", "--yes", database=loaded.database)
    assert told.code == 1
    assert "table mine.heir" in told.err
    assert query(loaded.database, "select count(*) from mine.heir, loader.dataset") == [(0,)]


def test_an_older_database_is_recorded_and_what_its_program_did_not_make_is_left_alone(
    server: str, tmp_path: Path
) -> None:
    with fresh_database(server) as url:
        with psycopg.connect(url) as connection:
            connection.execute(gzip.decompress(DB1B20B.read_bytes()))
        execute(url, "; ".join(text.format("lake_stage") for text in THINGS.values()))
        with connect(url) as connection:
            told = migrate(connection)
        assert [line for line in told if "did not make it" in line] == [
            f"left alone, as the loader did not make it: {name.format('lake_stage')}" for name in sorted(THINGS)
        ]
        unknown = (
            "select c.relname::text from pg_class as c where c.relnamespace::regnamespace::text ~ '^(lake|tide|pond)' "
            "and c.relkind in ('r', 'p', 'v', 'm') and c.oid not in (select object_oid from loader.owned_objects()) "
            "union select p.proname::text from pg_proc as p "
            "where p.pronamespace::regnamespace::text ~ '^(lake|tide|pond)' "
            "and p.oid not in (select object_oid from loader.owned_objects()) order by 1"
        )
        assert query(url, unknown) == [("mine",), ("mine_view",)]
        dumps = [dump(tmp_path, "lake", DAYS[4])]
        load_here(url, mapping(tmp_path, "lake"), dumps, chunk_bytes=CHUNK_BYTES, mode="replace")
        execute(url, "call loader.revert('lake')")
        assert query(url, "select id from lake_stage.mine") == [(1,)]


def test_a_copy_of_the_database_knows_what_is_the_loaders(loaded: Tide, server: str) -> None:
    execute(loaded.database, "create materialized view public.names as select name from tide.row")
    loaded.load("20260301", V3, mode="replace")
    version = query(loaded.database, "show server_version_num")[0][0]
    programs = psql_path(int(version) // 10000).parent
    with fresh_database(server) as other:
        execute(other, "create table public.first (id integer)")  # so that no number is what it was
        dump = subprocess.run([programs / "pg_dump", loaded.database], capture_output=True, check=True)
        subprocess.run([programs / "psql", "-qX1", "-v", "ON_ERROR_STOP=1", other], input=dump.stdout, check=True,
                       stdout=subprocess.DEVNULL, env=os.environ)  # fmt: skip
        copy = Tide(loaded.folder, other, FREE)
        execute(other, "call loader.revert('tide'); call loader.revert('tide')")
        assert query(other, "select * from public.names order by 1") == query(
            loaded.database, "select * from public.names order by 1"
        )
        copy.load("20260401", V1)
        copy.load("20260501", V2, mode="replace")
        assert query(other, "select count(*) from tide.row") == [(len(V2),)]
