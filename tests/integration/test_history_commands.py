"""`loader log`, `loader diff` and `loader rollback`: what people and programs read of what loads changed."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.history import EBB, FLOOD, HISTORY, V1, V2, Tide
from tests.support.running import loader, query
from tests.support.server import fresh_database
from tests.support.versions import MAPPING


@pytest.fixture(scope="module")
def tide(tmp_path_factory: pytest.TempPathFactory, module_database: str) -> Tide:
    """Two months, the second with one key twice."""
    tide = Tide(tmp_path_factory.mktemp("tide"), module_database)
    tide.load("20260101", V1)
    tide.load("20260201", [(1, EBB), *V2])
    return tide


def test_diff_tells_counts_then_records(tide: Tide) -> None:
    told = loader("diff", database=tide.database)

    assert told.code == 0, told
    assert told.out.splitlines() == [
        "load 2 of tide (merge, done)",
        "row:",
        "  insert                              1",
        "  update                              2",
        "    name                              2",
        "    row_item                          2",
        "  delete                              1",
        "",
        "~ row 1: name, row_item  (tide_20260201.xml)",
        "~ row 2: name, row_item  (tide_20260201.xml)",
        "- row 3  (tide_20260101.xml)",
        "+ row 4  (tide_20260201.xml)",
    ]
    assert loader("diff", 2, "--limit", 1, database=tide.database).out.endswith(
        "… and 3 more: --limit N, --csv, --json\n"
    )
    assert "all of its 5 records are new" in loader("diff", 1, database=tide.database).out
    assert loader("diff", "--dataset", tide.mapping, "--entity", "other", database=tide.database).out.endswith(
        "changed nothing\n"
    )
    unknown = loader("diff", 9, database=tide.database)
    assert (unknown.code, "there is no load 9" in unknown.err) == (1, True), unknown


def test_diff_for_programs(tide: Tide) -> None:
    rows = list(csv.DictReader(io.StringIO(loader("diff", 2, "--csv", database=tide.database).out)))
    assert [(row["op"], row["key"], row["columns"], row["record_after"]) for row in rows] == [
        ("update", '{"id": 1}', "name row_item", "2"),
        ("update", '{"id": 2}', "name row_item", "3"),
        ("delete", '{"id": 3}', "", ""),
        ("insert", '{"id": 4}', "", "4"),
    ]
    first = loader("diff", 1, "--csv", database=tide.database)
    assert (first.out.count("\n"), "all of its 5 records are new" in first.err) == (1, True), first
    found = loader("diff", "--json", "--limit", 1, database=tide.database).json
    assert (found["load_id"], found["changes"], len(found["counts"]), len(found["records"])) == (2, "recorded", 5, 1)
    assert found["records"][0]["before"]["row"]["name"] == "ebb"
    assert [item["text"] for item in found["records"][0]["before"]["children"]["row_item"]] == ["a", "b", "c"]


def test_conflicts_of_a_load_are_shown(tide: Tide) -> None:
    told = loader("diff", "--conflicts", database=tide.database).out
    name = "tide_20260201.xml"
    assert told == f"row 1: {name} record 2 goes before {name} record 1 (record: both are of {name})\n"
    assert loader("diff", 1, "--conflicts", database=tide.database).out == "no conflicts\n"
    (found,) = loader("diff", 2, "--conflicts", "--json", database=tide.database).json["conflicts"]
    assert (found["entity"], found["key"], found["loser_record"]) == ("row", {"id": 1}, 1)


def test_log_and_rollback(tmp_path: Path, server: str) -> None:
    with fresh_database(server) as database:
        tide = Tide(tmp_path, database)
        assert loader("log", database=database).code == 1
        tide.load("20260101", V1)
        tide.load("20260201", V2)
        asked = loader("rollback", 2, database=database)
        assert (asked.code, "nobody can be asked" in asked.err) == (2, True), asked
        told = loader("rollback", 2, "--yes", database=database)
        counts = "records restored: 1, changed back: 2, removed: 1"
        assert (told.code, told.out) == (0, f"load 2 was rolled back; {counts}\n"), told
        refused = loader("rollback", 2, "--yes", database=database)
        assert (refused.code, "was already undone by load 3" in refused.err) == (1, True), refused

        lines = loader("log", tide.mapping, database=database).out.splitlines()
        assert lines[0].startswith("load 3 tide rollback of load 2 done, 20")
        assert lines[1] == "  read 3: inserted 1, updated 2, deleted 1"
        assert lines[2].startswith("load 2 tide merge rolled back by load 3, 20")
        assert lines[3:5] == [
            "  read 5: inserted 1, updated 2, deleted 1, unchanged 2",
            "  from tide_20260201.xml, snapshot 2026-02-01, priority 0",
        ]
        found = loader("log", "--json", "--limit", 2, database=database).json
        assert [(load["load_id"], load["state"], load["changes"]) for load in found] == [
            (3, "done", "recorded"), (2, "rolled_back", "recorded"),
        ]  # fmt: skip
        assert found[1]["sources"][0]["name"] == "tide_20260201.xml"
        assert loader("status", database=database).out.startswith(
            "load 3 tide rollback of load 2 done: chunks 0/0 done"
        )
        dropped = loader("drop", tide.mapping, "--yes", database=database)
        assert (dropped.code, "tide_history.row_change: about" in dropped.out) == (0, True), dropped
        assert query(database, "select nspname::text from pg_namespace where nspname ~ '^tide'") == []


def test_what_is_not_recorded_is_told(tmp_path: Path, database: str) -> None:
    tide = Tide(tmp_path, database, MAPPING + "visibility: chunk\n")
    tide.load("20260101", V1)
    tide.load("20260201", [(1, FLOOD)])

    assert "what it changed is not recorded" in loader("diff", database=database).out
    told = loader("rollback", 2, "--yes", database=database)
    assert (told.code, "what it changed is not recorded" in told.err) == (1, True), told
    mapping = tmp_path / "both.yaml"
    mapping.write_text((HISTORY + "visibility: chunk\n").format(dataset="tide"))
    told = loader("load", mapping, *tide.dump("20260301", V1), database=database)
    assert (told.code, "must be load where history is on" in told.err) == (2, True), told


@pytest.mark.parametrize("options", [(), ("--json",), ("--csv",), ("--conflicts",)], ids=" ".join)
def test_output_that_nobody_reads_ends_the_command(tide: Tide, options: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "loader", "diff", "2", *options, "--database", tide.database]

    with os.fdopen(writer, "wb") as closed:
        ended = subprocess.run(command, stdout=closed, stderr=subprocess.PIPE, timeout=60, check=False)

    assert (ended.returncode, ended.stderr) == (0, b"")
