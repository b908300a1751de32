"""What a command says of its load is kept with the load, and reaches the database."""

from __future__ import annotations

from pathlib import Path

from tests.support.running import load, query

MAPPING = """\
dataset: tide
deletes: delete
history: on
entities:
  row: {record: /dump/row, key: {id: "@id"}, columns: {day: {path: "@day", type: date}}, policy: newest}
"""
KEPT = {"visibility", "deletes", "max_delete_pct", "history", "replace_above_pct", "allow_deletes"}
SETTINGS = """
select settings -> 'visibility', settings -> 'deletes', settings -> 'history', settings -> 'max_delete_pct',
    settings -> 'replace_above_pct', mapping #>> '{entities,0,policy}'
from loader.dataset
"""


def test_a_load_keeps_what_its_command_said(tmp_path: Path, database: str) -> None:
    mapping, dump = tmp_path / "tide.yaml", tmp_path / "tide.xml"
    mapping.write_text(MAPPING)
    dump.write_text('<dump><row id="1" day="2026-11-22"/></dump>')

    load(database, mapping, dump)

    assert query(database, SETTINGS) == [("load", "delete", "on", 10, 35, "newest")]
    told = ("--set", "deletes=ignore", "--set", "history=off", "--allow-deletes")
    load(database, mapping, dump, *told, LOADER_MAX_DELETE_PCT="2.5")
    load(database, mapping, dump, "--set", "replace_above_pct=0", "--set", "history=off", "--set", "visibility=chunk")

    options = [row[0] for row in query(database, "select options from loader.load order by load_id")]
    assert [{key: given[key] for key in given.keys() & KEPT} for given in options] == [
        {},
        {"deletes": "ignore", "history": "off", "allow_deletes": True, "max_delete_pct": 2.5},
        {"replace_above_pct": 0, "history": "off", "visibility": "chunk"},
    ]
