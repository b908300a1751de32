"""Operations: dropping, uninstalling, logs, privileges, a full disk, and merges that keep the tables."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from loader.database.refusal import refusal
from loader.database.sqlstates import MENDABLE
from loader.errors import UsageError
from tests.support.publishing import TABLES, Town, all_of, ask, run, value, versions
from tests.support.running import load, loader

RELATIONS = (
    "select c.oid::regclass::text, c.oid from pg_class as c where c.relnamespace = 'town'::regnamespace order by 1"
)
LEFT_OVER = "select nspname::text from pg_namespace where nspname ~ '^(town|loader)' order by 1"


def test_a_merge_never_changes_a_tables_oid(filled: str, town: Town) -> None:
    before = ask(filled, RELATIONS)
    load(filled, town.mapping(), *town.dump("B"), "--merge", "--priority", 1)
    assert versions(filled) == all_of("B")
    assert ask(filled, RELATIONS) == before


# Notes of users: those on what is dropped are not to go along, those on another dataset's loads keep nobody from it.
NOTES = """
insert into loader.dataset (dataset, target_schema, stage_schema, build_schema, old_schema, mapping, mapping_hash)
values ('other', 'o', 'o_stage', 'o_build', 'o_old', '{}', '');
create table public.note (
    load_id bigint references loader.load on delete cascade,
    source_id bigint references loader.source on delete set null,
    dataset text references loader.dataset on delete cascade
);
insert into public.note values (1, null, null), (null, 1, null), (null, null, 'other')
"""


def test_drop_lists_and_asks_and_takes_everything(filled: str, town: Town) -> None:
    load(filled, town.mapping("enforce"), *town.dump("B"), "--replace")
    told = loader("drop", town.mapping(), database=filled)
    assert (told.code, "--yes" in told.err) == (2, True), told
    assert [line.split(":")[0] for line in told.out.splitlines() if line.startswith("town.")] == [
        f"town.{table}" for table in ("thing", "person_book", "person")
    ]
    assert "town.person: about 300 rows" in told.out
    assert versions(filled) == all_of("B")
    told = loader("drop", town.mapping(), "--yes", database=filled)
    assert told.code == 0, told
    assert ask(filled, LEFT_OVER) == [("loader",)]
    assert [
        value(filled, f"select count(*) from loader.{t}") for t in ("load", "source", "chunk", "event", "dataset")
    ] == [0] * 5
    assert load(filled, town.mapping(), *town.dump("C"))["state"] == "done"


def test_what_others_built_stops_drop_and_uninstall_and_nothing_is_gone(filled: str, town: Town) -> None:
    load(filled, town.mapping("enforce"), *town.dump("B"), "--replace")
    run(filled, "create view public.v as select * from town.person")
    before = ask(filled, RELATIONS)
    for command in (("drop", town.mapping()), ("uninstall",)):
        told = loader(*command, "--yes", database=filled)
        assert (told.code, "view public.v\n" in told.err) == (1, True), told
        assert "CASCADE" not in told.err
        assert ask(filled, RELATIONS) == before
    run(filled, "drop view public.v; create table town.mine (n integer)", NOTES)
    told = loader("drop", town.mapping(), "--yes", database=filled)
    assert (told.code, told.err.splitlines()[1:3]) == (
        1, ["  foreign key note_load_id_fkey on public.note", "  foreign key note_source_id_fkey on public.note"]
    ), told  # fmt: skip
    run(filled, "delete from public.note where dataset is null")
    assert loader("drop", town.mapping(), "--yes", database=filled).code == 0
    assert value(filled, "select count(*) from public.note") == 1
    run(filled, "drop table public.note")
    assert ask(filled, RELATIONS) == [("town.mine", value(filled, "select 'town.mine'::regclass::oid"))]


@pytest.mark.parametrize(
    ("make", "name"),
    [
        ("create view public.v as select * from loader.load_status", "public.v"),
        ("create table loader.notes (n integer)", "notes"),
        ("create function loader.mine() returns integer language sql as 'select 1'", "mine()"),
        ("create function public.of_row(loader.load) returns integer language sql as 'select 1'", "of_row("),
        ("create table public.refers (l bigint references loader.load)", "refers"),
    ],
)
def test_uninstall_takes_nothing_of_others_along(filled: str, make: str, name: str) -> None:
    run(filled, make)
    told = loader("uninstall", "--yes", database=filled)
    assert (told.code, name in told.err) == (1, True), told
    assert value(filled, "select count(*) from town.person") == 300


def test_uninstall_leaves_nothing(filled: str) -> None:
    told = loader("uninstall", database=filled)
    assert (told.code, "schema loader" in told.out) == (2, True), told
    assert loader("uninstall", "--yes", database=filled).code == 0
    assert ask(filled, LEFT_OVER) == []
    assert loader("status", database=filled).out == "no load yet\n"


def test_every_line_of_the_log_tells_load_source_and_chunk(database: str, town: Town, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    load(database, town.mapping(), *town.dump("A"), "-vv", "--log-json", "--log-file", log)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert all({"time", "level", "load", "source", "chunk", "message"} <= set(line) for line in lines)
    assert all(line["time"].endswith("Z") for line in lines)
    chunks = {line["chunk"] for line in lines if line["chunk"] is not None}
    assert chunks == {c for (c,) in ask(database, "select chunk_id from loader.chunk")}
    assert all(line["load"] == 1 and line["source"] in ("people.xml", "things.xml") for line in lines if line["chunk"])
    assert any(line["load"] == 1 and line["chunk"] is None for line in lines)

    text = tmp_path / "log.txt"
    load(database, town.mapping(), *town.dump("B"), "--replace", "-vv", "--log-file", text)
    assert all(" load=" in line and " source=" in line and " chunk=" in line for line in text.read_text().splitlines())
    assert any("load=2 source=people.xml chunk=" in line for line in text.read_text().splitlines())


def test_a_log_file_that_cannot_be_written_is_a_usage_error(database: str, town: Town, tmp_path: Path) -> None:
    told = loader("load", town.mapping(), *town.dump("A"), "--log-file", tmp_path / "no" / "log", database=database)
    assert (told.code, "cannot be written" in told.err) == (2, True), told


def test_a_role_without_create_gets_a_clear_error(empty_database: str, town: Town) -> None:
    """The role is taken by a session setting: not every server lets any role in."""
    database = empty_database
    name = value(database, "select current_database()")
    run(database, f"create role {name}")
    options = f"-c role={name}"
    try:
        joint = "&" if "?" in database else "?"
        limited = f"{database}{joint}options={options.replace(' ', '%20').replace('=', '%3D')}"
        told = loader("load", town.mapping(), *town.dump("A"), database=limited)
        assert told.code == 1, told
        assert f"the role {name} may not create schemas in the database {name}" in told.err
        assert "needs CREATE on the database" in told.err
        run(database, f"grant create on database {name} to {name}")
        assert load(limited, town.mapping(), *town.dump("A"))["state"] == "done"
        load(limited, town.mapping(), *town.dump("B"), "--replace")
        assert loader("revert", town.mapping(), database=limited).code == 0
        assert value(
            database, f"select count(*) from pg_tables where tableowner = '{name}' and schemaname = 'town'"
        ) == len(TABLES)
    finally:
        run(database, f"drop owned by {name} cascade; drop role {name}")


def test_a_full_disk_is_explained_and_the_load_stays_open() -> None:
    error = psycopg.errors.DiskFull("could not extend file: No space left on device")
    told = refusal(error, "load 1")
    assert "could not extend file" in str(told)
    assert "disk is full" in str(told)
    assert not isinstance(told, UsageError)
    assert str(told.context["sqlstate"]).startswith(MENDABLE)
