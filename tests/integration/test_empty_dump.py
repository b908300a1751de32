"""A dump with the right root and no record: a delta of nothing is loaded, a snapshot of it deletes nothing unasked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.running import load, loader, query

MAPPING = """\
dataset: tide
deletes: DELETES
max_delete_pct: 100
snapshot: '_(\\d{8})'
entities:
  row: {record: /dump/row, key: {id: "@id"}}
"""
ROWS = "select array_agg(id order by id) from tide.row"


def mapped(folder: Path, deletes: str) -> Path:
    path = folder / "tide.yaml"
    path.write_text(MAPPING.replace("DELETES", deletes))
    return path


def dump(folder: Path, date: str, body: str) -> Path:
    path = folder / f"tide_{date}.xml"
    path.write_text(f"<dump>{body}</dump>")
    return path


def test_a_delta_of_nothing_is_loaded(tmp_path: Path, database: str) -> None:
    mapping = mapped(tmp_path, "ignore")
    load(database, mapping, dump(tmp_path, "20260101", '<row id="1"/><row id="2"/>'))

    told = loader("load", mapping, dump(tmp_path, "20260102", "<!-- a quiet day -->"), "-w", 1, database=database)

    assert told.code == 0, told
    assert "note: tide_20260102.xml holds no record" in told.out
    assert "load 2 (merge) is done, nothing has changed: 0 records" in told.out
    assert query(database, ROWS) == [(["1", "2"],)]


@pytest.mark.parametrize("mode", ["--merge", "--replace"])
def test_a_snapshot_of_nothing_deletes_nothing_unasked(tmp_path: Path, database: str, mode: str) -> None:
    """Whatever max_delete_pct says."""
    mapping = mapped(tmp_path, "delete")
    load(database, mapping, dump(tmp_path, "20260101", '<row id="1"/><row id="2"/>'))
    empty = dump(tmp_path, "20260102", "")

    told = loader("load", mapping, empty, mode, "-w", 1, database=database)

    assert (told.code, "--allow-deletes" in told.err) == (1, True), told
    assert query(database, ROWS) == [(["1", "2"],)]
    assert load(database, mapping, empty, mode, "--allow-deletes")["empty"] == ["tide_20260102.xml"]
    assert query(database, ROWS) == [(None,)]


def test_a_first_load_of_nothing_makes_empty_tables(tmp_path: Path, database: str) -> None:
    assert load(database, mapped(tmp_path, "delete"), dump(tmp_path, "20260101", ""))["read"] == 0
    assert query(database, ROWS) == [(None,)]


def test_other_elements_in_place_of_records_are_refused(tmp_path: Path, database: str) -> None:
    told = loader("load", mapped(tmp_path, "ignore"), dump(tmp_path, "20260101", '<line id="1"/>'), database=database)

    assert (told.code, "no record was found in tide_20260101.xml" in told.err) == (1, True), told
