"""`loader repair` compares all rows with what the files say, whatever their hashes, and mends what differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.running import checksum, execute, load, loader, query
from tests.support.versions import MAPPING, Dump, write
from tests.support.working import load_here

DUMP = Dump("pier_20260101.xml", tuple((n, ("ebb", ("a", "b", "c"))) for n in range(1, 41)))
DAMAGE = (
    "delete from pier.row_item where row_id between 11 and 20;"  # emptied by hand
    "update pier.row_item set text = 'x' where row_id = 1 and ordinal = 2;"
    "insert into pier.row_item values (2, 4, 'more');"
    "update pier.row set name = 'changed' where id in (3, 4);"
    "update pier.row set _hash = gen_random_uuid() where id = 5;"
    "delete from pier.row where id = 6;"
    "insert into pier.row select 99, name, _source, _record, _hash from pier.row where id = 7"
)
FOUND = {
    "row": {"missing": 1, "differing": 3, "surplus": 1},
    "row_item": {"missing": 30, "differing": 1, "surplus": 1},
}


def pier(folder: Path, policy: str = "newest") -> Path:
    path = folder / "pier.yaml"
    text = MAPPING.format(dataset="pier").replace("    columns:", f"    policy: {policy}\n    columns:", 1)
    path.write_text(text)
    return path


def test_what_differs_is_counted_then_mended(tmp_path: Path, database: str) -> None:
    mapping, (dump,) = pier(tmp_path), write(tmp_path, [DUMP])
    load_here(database, mapping, [dump], chunk_bytes=1000)
    before = checksum(database, mapping)
    execute(database, DAMAGE)
    merged = load(database, mapping, dump, "--merge")
    assert (merged["inserted"], merged["updated"]) == (1, 0), "a merge goes by the hashes"
    execute(database, "delete from pier.row where id = 6")
    damaged = checksum(database, mapping)

    told = loader("repair", mapping, "--check", "--json", "-w", "1", database=database)

    assert (told.code, told.json) == (1, FOUND)
    assert checksum(database, mapping)["row_item"] == damaged["row_item"]
    mended = loader("repair", mapping, dump, "-w", "1", database=database)
    assert mended.code == 0, mended
    assert (
        "note: corrected: row 1 missing, 3 differing, 1 surplus; row_item 30 missing, 1 differing, 1 surplus"
        in mended.out
    )
    assert checksum(database, mapping) == before
    again = loader("repair", mapping, "--check", "-w", "1", database=database)
    assert again.code == 0, again
    assert "mends" not in again.out
    writes = "select count(*)::int from pier.row where _source = (select max(source_id) from loader.source)"
    load_here(database, mapping, [dump], options={"repair": "mend", "deletes": "ignore"}, mode="merge")
    assert query(database, writes) == [(0,)], "what is as it should be is not written"


def test_rows_that_others_refer_to_are_not_called_mended(tmp_path: Path, database: str) -> None:
    mapping, (dump,) = pier(tmp_path), write(tmp_path, [DUMP])
    load_here(database, mapping, [dump], chunk_bytes=100_000)
    execute(
        database,
        "insert into pier.row select 99, name, _source, _record, _hash from pier.row where id = 7; "
        "create table public.note (id integer references pier.row on delete cascade); "
        "insert into public.note values (99)",
    )

    told = loader("repair", mapping, dump, "-w", "1", database=database)

    assert "note: corrected, except for rows that stay: row 1 surplus" in told.out, told
    assert query(database, "select count(*)::int from public.note join pier.row using (id)") == [(1,)]


@pytest.mark.parametrize("policy", ["keep_all", "fill"])
def test_what_is_made_of_several_versions_is_mended(tmp_path: Path, database: str, policy: str) -> None:
    mapping, (dump,) = pier(tmp_path, policy), write(tmp_path, [DUMP])
    load_here(database, mapping, [dump], chunk_bytes=100_000)
    before = checksum(database, mapping)
    execute(database, "truncate pier.row_item; update pier.row set name = 'changed' where id = 3")

    number = load_here(database, mapping, [dump], 100_000, options={"repair": "mend"}, mode="merge")

    assert checksum(database, mapping) == before
    assert query(database, f"select updated::int, unchanged::int from loader.load where load_id = {number}") == [
        (40, 0)
    ]


def test_a_file_of_which_no_row_is_left_is_compared_too(tmp_path: Path, database: str) -> None:
    """Where it is not there any more, that is said. What a complete load has decided about needs no older file."""
    mapping, paths = pier(tmp_path), write(tmp_path, [DUMP, Dump("quay_20260201.xml", ((41, ("slack", ("d",))),))])
    older = write(tmp_path, [Dump("pier_20251201.xml", ((61, ("ebb", ())),))])
    load_here(database, mapping, older)
    for path in paths:
        options = {"deletes": "delete", "max_delete_pct": 100} if path is paths[0] else {}
        load_here(database, mapping, [path], options=options)
    older[0].unlink()
    before = checksum(database, mapping)
    execute(database, "delete from pier.row where id > 40; delete from pier.row_item where row_id > 40")
    told = loader("repair", mapping, "-w", "1", database=database)
    assert (told.code, checksum(database, mapping)) == (0, before), told
    execute(database, "delete from pier.row where id > 40")
    paths[1].unlink()
    told = loader("repair", mapping, "-w", "1", "--check", database=database)
    assert "no row is left of quay_20260201.xml, and it is not compared" in told.err, told


REPLACED = """\
dataset: quay
snapshot: '_(\\d{8})'
max_delete_pct: 100
entities:
  row: {record: /dump/row, key: {id: "@id"}, columns: {name: {path: name, pattern: "[a-z]+"}}}
  note: {record: /dump/note, files: "both*", key: {id: "@id"}}
"""


def test_what_a_replace_left_out_does_not_come_back(tmp_path: Path, database: str) -> None:
    """Though the replace kept a row of the file before, as it rejected the record."""
    mapping = tmp_path / "quay.yaml"
    mapping.write_text(REPLACED)
    older, newer, both = (tmp_path / f"{name}.xml" for name in ("q_20260101", "q_20260201", "both_20260101"))
    older.write_text('<dump><row id="1"/><row id="2"><name>kept</name></row><row id="3"/></dump>')
    newer.write_text('<dump><row id="1"/><row id="2"><name>0</name></row></dump>')
    both.write_text(older.read_text().replace("</dump>", '<note id="1"/></dump>'))
    load_here(database, mapping, [older])
    load_here(database, mapping, [newer], mode="replace")

    told = loader("repair", mapping, "-w", "1", database=database)

    assert told.code == 3, told
    assert "every row matches its record" in told.out
    assert "q_20260101.xml is not compared: a load has replaced it, and kept" in told.err
    assert query(database, "select id from quay.row order by id") == [("1",), ("2",)]
    load_here(database, mapping, [both], mode="replace")
    load_here(database, mapping, [newer], mode="replace")
    told = loader("repair", mapping, "-w", "1", database=database)
    assert told.code == 2
    assert "both_20260101.xml was loaded before row was replaced, and note was not" in told.err


def test_files_that_are_not_there_are_asked_for(tmp_path: Path, database: str) -> None:
    mapping, (dump,) = pier(tmp_path), write(tmp_path, [DUMP])
    load_here(database, mapping, [dump], chunk_bytes=100_000)
    dump.unlink()

    told = loader("repair", mapping, "--check", database=database)

    assert told.code == 1, told
    assert "give the files: loader repair pier PATH" in told.err
    dump.write_bytes(Dump("", DUMP.records[:-1]).data)
    assert "a later --snapshot DATE takes this one" in loader("repair", mapping, dump, database=database).err
    assert load(database, mapping, dump, "--snapshot", "2026-01-02")["unchanged"] == len(DUMP.records) - 1


def test_an_open_load_is_no_repair(tmp_path: Path, database: str) -> None:
    mapping, dumps = pier(tmp_path), write(tmp_path, [DUMP])
    load_here(database, mapping, dumps, chunk_bytes=100_000)
    execute(database, "select loader.start_load('pier', 'merge', null, array['pier_20260101.xml:1'])")

    told = loader("repair", mapping, *dumps, database=database)

    assert told.code == 1, told
    assert "load 2 of pier is open" in told.err
