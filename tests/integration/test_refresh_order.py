"""Whole dumps in any order: what the newest of them holds, and lacks, stands."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from tests.support.running import execute, loader, query
from tests.support.versions import MAPPING, Dump, State, write
from tests.support.working import load_here

# Key 1 is the same in January and March, another in February; 2 changes each month; 3 is only in February, 4 only in
# January, 5 not in February, 6 not in March; 7 never changes.
JANUARY = Dump(
    "tide_20260101.xml",
    (
        (1, ("ebb", ("a",))), (2, ("ebb", ())), (4, ("ebb", ("d",))), (5, ("ebb", ("e", "f"))), (6, ("ebb", ("g",))),
        (7, ("ebb", ("h",))),
    ),
)  # fmt: skip
FEBRUARY = Dump(
    "tide_20260201.xml",
    ((7, ("ebb", ("h",))), (1, ("flood", ("b", "c"))), (2, ("flood", ())), (3, ("flood", ())), (6, ("flood", ("g",)))),
)
MARCH = Dump(
    "tide_20260301.xml",
    ((1, ("ebb", ("a",))), (2, ("slack", ())), (5, ("ebb", ("e", "f"))), (7, ("ebb", ("h",)))),
)
ORDERS = list(permutations((JANUARY, FEBRUARY, MARCH)))
KEPT = {3: ("flood", ()), 4: ("ebb", ("d",)), 6: ("flood", ("g",))}


def tables(database: str, dataset: str) -> State:
    """What the tables hold."""
    roots = query(database, f"select id, name from {dataset}.row")
    items = query(database, f"select row_id, text from {dataset}.row_item order by row_id, ordinal")
    assert {row_id for row_id, _ in items} <= {row_id for row_id, _ in roots}
    return {key: (name, tuple(text for row_id, text in items if row_id == key)) for key, name in roots}


@pytest.mark.parametrize("deletes", ["delete", "ignore"])
@pytest.mark.parametrize("visibility", ["load", "chunk"])
def test_the_order_of_whole_dumps_does_not_matter(tmp_path: Path, database: str, visibility: str, deletes: str) -> None:
    settings = f"visibility: {visibility}\ndeletes: {deletes}\nmax_delete_pct: 100\n"
    found = {}
    for number, order in enumerate(ORDERS):
        dataset = f"tide{number}"
        mapping = tmp_path / f"{dataset}.yaml"
        mapping.write_text(MAPPING.format(dataset=dataset) + settings)
        for dump in order:
            load_here(database, mapping, write(tmp_path / "dumps", [dump]), chunk_bytes=100, mode="merge")
        found[" ".join(dump.name[5:13] for dump in order)] = tables(database, dataset)

    newest = dict(MARCH.records) | (KEPT if deletes == "ignore" else {})
    assert found == dict.fromkeys(found, newest)


PARTS = """\
dataset: {dataset}
snapshot: '_(\\d{{8}})'
deletes: {deletes}
max_delete_pct: 100
entities:
  row: {{record: /dump/row, key: {{id: "@id"}}, columns: {{name: name}}}}
  note: {{record: /dump/note, key: generated, columns: {{text: "."}}}}
"""
MONTHS = {
    "a_20260101": '<row id="1"/><row id="2"/><note>one</note><note>two</note>',
    "a_20260301": '<row id="1"/><row id="2"><name>new</name></row><note>one</note><note>new</note>',
    "b_20260301": '<row id="3"/><note>three</note>',
}


@pytest.mark.parametrize(
    ("deletes", "order"),
    [
        ("delete", "a_20260101 a_20260301 b_20260301"), ("mark", "a_20260101 a_20260301 b_20260301"),
        ("delete", "a_20260101 b_20260301 a_20260301"),
    ],
)  # fmt: skip
def test_dumps_of_one_date_do_not_delete_what_the_others_found_unchanged(
    tmp_path: Path, database: str, deletes: str, order: str
) -> None:
    mapping = tmp_path / "tide.yaml"
    mapping.write_text(PARTS.format(dataset="tide", deletes=deletes))
    for name in order.split():
        file = tmp_path / f"{name}.xml"
        file.write_text(f"<dump>{MONTHS[name]}</dump>")
        load_here(database, mapping, [file], mode="merge")

    there = "where _gone_since is null" if deletes == "mark" else ""
    assert query(database, f"select id from tide.row {there} order by id") == [("1",), ("2",), ("3",)]
    assert query(database, f"select text from tide.note {there} order by text") == [("new",), ("one",), ("three",)]
    keeps = "select loader.keeps_rows('tide', array['row'], 0, '2026-03-01')"
    execute(database, "delete from tide.row where id <> '1'")
    assert query(database, keeps) == [(True,)]


def test_a_file_without_a_date_counts_where_others_of_its_load_come_late(tmp_path: Path, database: str) -> None:
    mapping = tmp_path / "tide.yaml"
    mapping.write_text(MAPPING.format(dataset="tide") + "deletes: delete\n")
    months = [Dump("a_20260301.xml", ((1, ("ebb", ())),)), Dump("a_20260101.xml", ((2, ("late", ())),))]
    newest, late, dateless = write(tmp_path, [*months, Dump("b.xml", ((2, ("slack", ())),))])
    load_here(database, mapping, [newest])
    load_here(database, mapping, [late, dateless], mode="merge")

    assert tables(database, "tide") == {1: ("ebb", ()), 2: ("slack", ())}


def test_what_a_full_dump_lacked_stays_gone_when_it_is_loaded_again_beside_an_older_file(
    tmp_path: Path, database: str
) -> None:
    mapping = tmp_path / "tide.yaml"
    mapping.write_text(MAPPING.format(dataset="tide") + "deletes: delete\n")
    names = ("a_20260301.xml", "b_20260101.xml", "c_20260201.xml")
    newest, older, late = write(tmp_path, [Dump(name, ((n, ("ebb", ())),)) for n, name in enumerate(names)])
    for files in ([newest], [newest, older], [late]):
        load_here(database, mapping, files, mode="merge")

    assert tables(database, "tide") == {0: ("ebb", ())}


@pytest.mark.parametrize("visibility", ["load", "chunk"])
def test_what_was_replaced_decides_nothing_any_more(tmp_path: Path, database: str, visibility: str) -> None:
    """After a replace by January, February is loaded as if March had never been."""
    mapping = tmp_path / "tide.yaml"
    mapping.write_text(
        f"{MAPPING.format(dataset='tide')}visibility: {visibility}\ndeletes: delete\nmax_delete_pct: 100\n"
    )
    january, february, march = write(tmp_path, [JANUARY, FEBRUARY, MARCH])
    load_here(database, mapping, [march])
    load_here(database, mapping, [january], mode="replace")
    load_here(database, mapping, [february], mode="merge")

    assert tables(database, "tide") == dict(FEBRUARY.records)


NUMBERS = """\
dataset: {dataset}
snapshot: '_(\\d{{8}})'
entities:
  row:
    record: /dump/row
    key: {{k: {{path: "@k", type: numeric}}}}
    columns: {{a: {{path: a, type: numeric}}}}
    children: {{row_b: {{rows: b, columns: {{b: {{path: ., type: numeric}}}}}}}}
"""
READ = """
    select r.k::text, r.a::text, b.row_k::text, b.b::text
    from {0}.row as r join {0}.row_b as b on b.row_k = r.k order by b.ordinal
"""


def test_numbers_read_as_in_the_newest_dump(tmp_path: Path, database: str) -> None:
    """Numbers may be equal and yet read differently: 1.0 and 1.00."""
    files = []
    for day, number in (("20260101", "1.0"), ("20260201", "1.00")):
        files.append(tmp_path / f"n_{day}.xml")
        files[-1].write_text(f'<dump><row k="{number}"><a>{number}</a><b>{number}</b><b>2</b></row></dump>')
    ways = [
        ("deletes: ignore", "merge", (0, 1)), ("deletes: ignore", "merge", (1, 0)), ("deletes: ignore", "merge", (1,)),
        ("visibility: chunk", "merge", (0, 1)), ("history: on", "merge", (0, 1)), ("history: on", "replace", (0, 1)),
    ]  # fmt: skip
    found = []
    for number, (setting, mode, order) in enumerate(ways):
        mapping = tmp_path / f"n{number}.yaml"
        mapping.write_text(NUMBERS.format(dataset=f"n{number}") + setting)
        for place in order:
            load_here(database, mapping, [files[place]], mode=mode)
        found.append(query(database, READ.format(f"n{number}")))

    assert found == [[("1", "1.00", "1", "1.00"), ("1", "1.00", "1", "2")]] * len(ways)
    for dataset in ("n4", "n5"):
        changed = f"select columns from {dataset}_history.row_change where op = 'update'"
        assert query(database, changed) == [(["a", "row_b"],)]
    execute(database, "update n0.row set a = 1; update n0.row_b set b = 2.0 where b = 2")
    assert told_by_repair(database, tmp_path / "n0.yaml") == {"row": 1, "row_b": 1}


def told_by_repair(database: str, mapping: Path) -> dict[str, int]:
    """How many rows of each table differ from their records."""
    told = loader("repair", mapping, "--check", "--json", database=database)
    return {table: counts["differing"] for table, counts in told.json.items()}
