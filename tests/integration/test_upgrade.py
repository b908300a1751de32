"""Databases of an older program: what was under way goes on, what had been given up stays so."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest
from psycopg.types.json import Jsonb

from loader.database import migrate
from loader.database.connect import connect
from loader.errors import DatabaseError
from loader.mapping.canonical import digest
from loader.mapping.read import parse_dataset
from tests.support.running import execute, loader, query
from tests.support.versions import MAPPING

# A load that had come half its way when the program was updated.
HALF_A_LOAD = """
insert into loader.dataset (
    dataset, target_schema, stage_schema, build_schema, old_schema, mapping, mapping_hash, rendered_hash
) values ('d', 'd', 'd_stage', 'd_build', 'd_old', '{}', 'hash', 'rendered');
insert into loader.load (dataset, mode, mapping_hash) values ('d', 'merge', 'hash');
insert into loader.source (load_id, dataset, name, location, size, planner, planner_pid)
values (1, 'd', 'a.xml', '/a.xml', 100, 'somebody', 1);
insert into loader.chunk (load_id, source_id, number, start_byte, end_byte, first_record, records)
select 1, 1, n, n * 100, n * 100 + 100, n * 10 + 1, 10 from generate_series(1, 10) as n;
update loader.chunk set state = 'done', read = 10, inserted = 10 where number = 1;
insert into loader.chunk_attempt (chunk_id, attempt, lease_token, worker, backend_pid, started_at, outcome)
values (1, 1, nextval('loader.lease_token'), 'somebody', 1, now(), 'done');
insert into loader.event (kind, message) values ('load_started', 'it begins')
"""

GONE = {"loaded_hash", "start_byte", "end_byte", "prefix", "suffix", "seek"}  # columns that became others
RENAMED = {  # columns of loader.source
    "planner": "worker", "planner_pid": "backend_pid", "plan_token": "lease_token", "planned_until": "leased_until",
}  # fmt: skip


@pytest.fixture
def database(empty_database: str) -> str:
    """Nothing is installed yet."""
    return empty_database


def migrated(database: str) -> list[str]:
    with connect(database) as connection:
        return migrate.migrate(connection)


def begin_with_version_1(database: str) -> list[migrate.Migration]:
    """The first version of the schema, with half a load in it; the migrations that are still to come."""
    first, *later = migrate.available()
    with psycopg.connect(database) as connection:
        connection.execute(first.path.read_bytes())
        connection.execute(
            "insert into loader.migration (version, name, sha256) values (0, 'routines', 'older'), (1, %s, %s)",
            (first.path.name, first.sha256),
        )
        connection.execute(HALF_A_LOAD.encode())
    return later


@pytest.mark.parametrize(("state", "claimed"), [("open", 2), ("cancelled", None), ("failed", None)])
def test_what_had_been_given_up_before_is_not_claimed(database: str, state: str, claimed: int | None) -> None:
    begin_with_version_1(database)
    with psycopg.connect(database) as connection:
        connection.execute("update loader.load set state = %s", (state,))
        connection.execute(
            "update loader.chunk set state = 'leased', lease_token = 1, leased_until = '2020-01-01' where number = 3"
        )
    migrated(database)

    first = "select min(chunk_id) from loader.claim_chunk(1, 'another')"
    assert query(database, first) == [(claimed,)]
    left = "select count(*) from loader.chunk where state = 'leased'"
    assert query(database, left) == [(0 if claimed is None else 1,)]


def test_data_of_version_1_are_kept(database: str) -> None:
    later = begin_with_version_1(database)
    tables = ("dataset", "load", "source", "chunk", "chunk_attempt", "event")
    before = {
        table: query(database, f"select to_jsonb(t)::text from loader.{table} as t order by 1") for table in tables
    }
    assert [len(found) for found in before.values()] == [1, 1, 1, 10, 1, 1]
    assert query(database, "select to_regclass('loader.publication')") == [(None,)]

    assert migrated(database) == [*(f"applied {each.path.name}" for each in later), "replaced the routines"]
    for table in tables:
        found = query(database, f"select to_jsonb(t)::text from loader.{table} as t order by 1")
        for (now,), (then,) in zip(found, before[table], strict=True):
            kept = {RENAMED.get(name, name): value for name, value in json.loads(then).items() if name not in GONE}
            assert {name: json.loads(now)[name] for name in kept} == kept
    places = "select number, place, weight, encode(locator, 'hex'), context from loader.chunk order by 1 limit 1"
    assert query(database, places) == [(1, "bytes 100 to 200", 100, f"{100:016x}{200:016x}", None)]
    assert query(database, "select version from loader.migration order by version") == [
        (0,), (1,), *((each.version,) for each in later)
    ]  # fmt: skip
    assert query(database, "select count(*) from loader.publication") == [(0,)]
    assert query(database, "select chunk_id from loader.claim_chunk(1, 'another')") == [(2,)]


def test_a_view_of_users_on_columns_that_go_is_told_by_name(database: str) -> None:
    begin_with_version_1(database)
    with psycopg.connect(database) as connection:
        connection.execute("create view public.speed as select sum(end_byte - start_byte) as bytes from loader.chunk")

    with pytest.raises(DatabaseError, match=r"read columns of loader\.chunk that go: public\.speed") as told:
        migrated(database)

    assert "drop them" in told.value.hint
    with psycopg.connect(database) as connection:
        connection.execute("drop view public.speed")
    assert migrated(database)


def test_what_databases_keep_of_the_policy_priority_says_newest(database: str) -> None:
    """With the digest that the program makes of such a mapping, so that its tables are not those of another one."""
    text = MAPPING.format(dataset="d").replace("    columns:", '    policy: priority  # "é"\n    columns:', 1)
    newest = parse_dataset(text.replace("priority", "newest"))
    canonical = newest.canonical()
    canonical["entities"][0] |= {"policy": "priority", "comment": 'a\n"\u00e9\u2028\u0001\\/'}
    was = digest(canonical)
    begin_with_version_1(database)
    names = [migration.path.stem[5:] for migration in migrate.available()]
    *before, renaming = migrate.available()[: names.index("mappings_say_newest") + 1]
    with psycopg.connect(database) as connection:
        for migration in before[1:]:
            connection.execute(migration.path.read_bytes())
        connection.execute("insert into loader.mapping_version values (%s, 'd', %s)", (was, Jsonb(canonical)))
        connection.execute(
            "update loader.dataset set mapping = %s, mapping_hash = %s, loaded_hash = %s, mapping_text = %s",
            (Jsonb(canonical), was, was, text),
        )
        connection.execute(
            "update loader.load set mapping_hash = %s, options = %s", (was, Jsonb({"previous_hash": was}))
        )
        connection.execute(renaming.path.read_bytes())
        now = digest(canonical | {"entities": [canonical["entities"][0] | {"policy": "newest"}]})
        kept = connection.execute(
            "select d.mapping_hash, d.loaded_hash, v.mapping_hash, l.mapping_hash, l.options ->> 'previous_hash', "
            "d.mapping_text, d.mapping = v.mapping "
            "from loader.dataset as d, loader.mapping_version as v, loader.load as l"
        ).fetchall()
    assert kept == [(now,) * 5 + (text.replace("priority", "newest"), True)]


def test_rows_of_an_entity_are_of_the_last_mapping_that_replaced_them(database: str) -> None:
    """Before version 0.2.0, a replace counted for all entities, also for those of which it had no file."""
    text = MAPPING.format(dataset="d") + "  other: {record: /others/other, key: {id: '@id'}}\n"
    first, second = (parse_dataset(each) for each in (text, text.replace("name: name", "title: name")))
    begin_with_version_1(database)
    names = [migration.path.stem[5:] for migration in migrate.available()]
    *before, last = migrate.available()[: names.index("loaded_entity") + 1]
    replaced = (
        "insert into loader.load (load_id, dataset, mode, state, mapping_hash, options) overriding system value "
        "values (%s, 'd', 'replace', 'done', %s, %s)"
    )
    source = (
        "insert into loader.source (load_id, dataset, name, location, size, entities) values (%s, 'd', 'x', 'x', 1, %s)"
    )
    with psycopg.connect(database) as connection:
        for migration in before[1:]:
            connection.execute(migration.path.read_bytes())
        for each in (first, second):
            values = (each.hash, Jsonb(each.canonical()))
            connection.execute("insert into loader.mapping_version values (%s, 'd', %s)", values)
        connection.execute("update loader.dataset set mapping_hash = %s, loaded_hash = mapping_hash", (second.hash,))
        connection.execute(replaced, (11, first.hash, Jsonb({"previous_hash": None})))
        connection.execute(source, (11, ["row", "other"]))
        connection.execute(replaced, (12, second.hash, Jsonb({"previous_hash": first.hash})))
        connection.execute(source, (12, ["other"]))
        connection.execute("update loader.dataset set loaded_hash = %s", (second.hash,))
        connection.execute(last.path.read_bytes())
        made = connection.execute("select entity, mapping_hash from loader.loaded_entity order by 1").fetchall()
        kept = connection.execute("select mapping_hash, digests from loader.mapping_version").fetchall()
        back = "select load_id, options -> 'loaded_before' from loader.load where mode = 'replace' order by 1"
        options = connection.execute(back).fetchall()
    assert made == [("other", second.hash), ("row", first.hash)]
    assert dict(kept) == {each.hash: each.digests for each in (first, second)}
    was = {"dataset": "d", "entity": "other", "mapping_hash": first.hash, "hashed_by_mapping": True}
    assert options == [(11, []), (12, [was])]


def test_a_load_brings_a_database_of_version_1_up_to_date_by_itself(tmp_path: Path, database: str) -> None:
    begin_with_version_1(database)
    execute(database, "update loader.load set state = 'cancelled'")  # otherwise no update would strand it
    mapping, dump = tmp_path / "tide.yaml", tmp_path / "tide.xml"
    mapping.write_text(MAPPING.format(dataset="tide"))
    dump.write_text('<dump><row id="1"><name>ebb</name></row></dump>')
    told = loader("load", mapping, dump, database=database)
    assert told.code == 0, told
    assert query(database, "select id, name from tide.row") == [(1, "ebb")]
