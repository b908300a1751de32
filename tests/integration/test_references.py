"""References between the tables: counted by `loader check`, kept by foreign keys as the dataset says."""

from __future__ import annotations

import json

import psycopg
import pytest

from tests.support.publishing import COUNT, Town, all_of, ask, refused, value, versions
from tests.support.running import load, loader

KEYS = (
    "select conrelid::regclass::text, confrelid::regclass::text, convalidated from pg_constraint "
    "where contype = 'f' and connamespace = 'town'::regnamespace order by 1"
)
PAIRS = [("town.person_book", "town.person"), ("town.thing", "town.person")]


def _keys(valid: bool) -> list[tuple[str, str, bool]]:
    return [(*pair, valid) for pair in PAIRS]


def test_check_counts_what_dangles(database: str, town: Town) -> None:
    load(database, town.mapping(), *town.dump("A", lost=8))
    told = loader("check", town.mapping(), "--json", database=database)
    assert told.code == 0
    expected = sorted(str(10_000 + n) for n in range(1, 9))[:5]
    assert json.loads(told.out) == [
        {"table": "person_book", "columns": ["person_id"], "references": "person", "dangling": 0, "examples": None},
        {"table": "thing", "columns": ["owner_id"], "references": "person", "dangling": 8, "examples": expected},
    ]
    text = loader("check", town.mapping(), database=database).out
    assert f"thing(owner_id) -> person: 8 dangling, for example {', '.join(expected)}" in text


def test_check_without_the_referenced_table_counts_every_row(database: str, town: Town) -> None:
    load(database, town.mapping(), town.dump("A")[1])
    told = json.loads(loader("check", town.mapping(), "--json", database=database).out)
    assert [line["dangling"] for line in told if line["table"] == "thing"] == [COUNT]


@pytest.mark.parametrize(("mode", "valid"), [("not_valid", False), ("enforce", True)])
def test_foreign_keys_survive_replace_and_merge(database: str, town: Town, mode: str, valid: bool) -> None:
    for version, options in (("A", ()), ("B", ("--replace",)), ("C", ("--merge", "--priority", "1"))):
        load(database, town.mapping(mode), *town.dump(version), *options)
        assert ask(database, KEYS) == _keys(valid), version
    load(database, town.mapping("report"), *town.dump("D"), "--replace")
    assert ask(database, KEYS) == []
    with psycopg.connect(database) as connection, pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("select 1 from town_build.person")


def test_not_valid_keys_bear_dangling_rows_but_no_new_ones(database: str, town: Town) -> None:
    load(database, town.mapping("not_valid"), *town.dump("A", lost=3))
    assert ask(database, KEYS) == _keys(False)
    with psycopg.connect(database) as connection, pytest.raises(psycopg.errors.ForeignKeyViolation):
        connection.execute("update town.thing set owner_id = 77777 where id = 100")


def test_enforce_refuses_what_dangles_and_another_setting_goes_on(filled: str, town: Town) -> None:
    told = refused(filled, town.mapping("enforce"), town.dump("B", lost=3), "--replace")
    assert "thing(owner_id) -> person: 3 rows, for example 10001, 10002, 10003" in told
    assert versions(filled) == all_of("A")
    summary = load(
        filled, town.mapping("enforce"), *town.dump("B", lost=3), "--replace", "--set", "foreign_keys=not_valid"
    )
    assert (summary["load"], ask(filled, KEYS)) == (2, _keys(False))


def test_enforce_looks_at_the_tables_that_stay(filled: str, town: Town) -> None:
    load(filled, town.mapping("enforce"), *town.dump("B"), "--replace")
    people, things = town.dump("C", count=COUNT - 10)
    told = refused(filled, town.mapping("enforce"), [people], "--replace")
    assert "thing(owner_id) -> person: 10 rows" in told
    assert versions(filled) == all_of("B")
    assert loader("cancel", town.mapping("enforce"), database=filled).code == 0
    load(filled, town.mapping("enforce"), things, "--replace")
    assert versions(filled) == {**all_of("B"), "thing": ["C"]}
    load(filled, town.mapping("enforce"), people, "--replace")
    assert versions(filled) == all_of("C")
    assert ask(filled, KEYS) == _keys(True)


def test_a_merge_that_is_given_up_leaves_the_keys(filled: str, town: Town) -> None:
    load(filled, town.mapping("enforce"), *town.dump("B"), "--replace")
    options = ("--merge", "--priority", "1", "--set", "visibility=chunk")
    refused(filled, town.mapping("enforce"), town.dump("C", lost=3), *options)
    assert ask(filled, KEYS) == []
    assert loader("cancel", town.mapping("enforce"), database=filled).code == 0
    assert ask(filled, KEYS) == _keys(False)
    assert value(filled, "select count(*) from town.thing where version = 'C'") == COUNT
