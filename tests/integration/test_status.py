"""What `loader status` says, as text, as JSON and again and again."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg

from tests.support.publishing import Town, refused, run
from tests.support.running import ended, load, loader, running


def test_status_of_loads_and_sources(filled: str, town: Town) -> None:
    load(filled, town.mapping(), *town.dump("A"), "--merge")
    told = loader("status", database=filled)
    assert told.code == 0
    lines = told.out.splitlines()
    assert lines[0].startswith(
        "load 2 town merge done: chunks 2/2 done, 0 ready, 0 leased, 0 dead; read 600 = inserted 0"
    )
    assert "unchanged 600" in lines[0]
    assert lines[1].startswith("load 1 town replace done: chunks 2/2 done")
    assert "inserted 600" in lines[1]
    assert "  people.xml planned: 1/1 chunks; read 300 = inserted 0 + updated 0 + unchanged 300" in told.out


def test_status_as_json_holds_the_balance(filled: str) -> None:
    found = json.loads(loader("status", "--json", database=filled).out)
    assert set(found) >= {"loads", "sources", "workers", "rejects", "errors"}
    for row in (*found["loads"], *found["sources"]):
        parts = ("inserted", "updated", "unchanged", "duplicate", "rejected")
        assert row["read"] == sum(row[part] for part in parts) > 0
    assert [source["name"] for source in found["sources"]] == ["people.xml", "things.xml"]


def test_status_of_a_load_that_waits_and_watching_it_end(filled: str, town: Town) -> None:
    with psycopg.connect(filled) as session:
        session.execute("lock table town.thing in access share mode")
        refused(filled, town.mapping(), town.dump("B"), "--replace", "--set", "publish_wait=0")
    assert loader("status", database=filled).out.startswith("load 2 town replace built: chunks 2/2 done")
    with running("status", "--watch", database=filled) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("load 2 town replace built")
        run(filled, "call loader.finish_load(2)")
        told = ended(process)
    assert told.code == 0
    assert "load 2 town replace done" in told.out


def test_status_of_an_unknown_or_empty_place(database: str, filled: str, town: Town) -> None:
    told = loader("status", database=database)
    assert (told.code, told.out) == (0, "no load yet\n"), told
    other = town.folder / "other.yaml"
    other.write_text(Path(town.mapping()).read_text().replace("dataset: town", "dataset: village"))
    assert loader("status", other, database=filled).out == "no load yet\n"


def test_a_manifest_that_another_program_made_is_said_with_the_way_out(filled: str) -> None:
    run(filled, "drop view loader.reject_summary")

    told = loader("status", database=filled)

    assert (told.code, "`loader migrate` brings it up to date" in told.err) == (1, True), told
    assert loader("migrate", database=filled).code == 0
    assert loader("status", database=filled).code == 0
