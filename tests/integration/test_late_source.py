"""Dumps that arrive late: an older one changes nothing that a newer one has decided, if only by leaving it as it is."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path

import pytest

from tests.support.running import counted, load, loader, query
from tests.support.server import fresh_database
from tests.support.versions import MAPPING, Dump, write

# Key 1 is the same in January and March, another in February; key 2 changes each month; key 3 is only in February.
JANUARY = Dump("tide_20260101.xml", ((1, ("ebb", ("a",))), (2, ("ebb", ()))))
FEBRUARY = Dump("tide_20260201.xml", ((1, ("flood", ("b", "c"))), (2, ("flood", ())), (3, ("flood", ()))))
MARCH = Dump("tide_20260301.xml", ((1, ("ebb", ("a",))), (2, ("slack", ()))))
NEWEST = [(1, "ebb"), (2, "slack"), (3, "flood")]


@pytest.mark.parametrize(
    "order", list(permutations((JANUARY, FEBRUARY, MARCH))), ids=lambda o: "-".join(d.name[9:11] for d in o)
)
def test_the_order_in_which_dumps_arrive_does_not_matter(
    tmp_path: Path, database: str, order: tuple[Dump, ...]
) -> None:
    mapping = tmp_path / "tide.yaml"
    mapping.write_text(MAPPING.format(dataset="tide"))
    for number, dump in enumerate(order):
        (path,) = write(tmp_path / str(number), [dump])
        load(database, mapping, path, "--merge")

    assert query(database, "select id, name from tide.row order by id") == NEWEST
    assert query(database, "select text from tide.row_item where row_id = 1 order by ordinal") == [("a",)]


@pytest.mark.parametrize("twice", [("ebb", "flood"), ("flood", "ebb")], ids=" then ".join)
def test_counts_of_a_late_dump_do_not_depend_on_the_chunks_of_a_newer_one(
    tmp_path: Path, database: str, twice: tuple[str, ...]
) -> None:
    """The newer dump has a key twice, once as it was: in one chunk that is seen at once, in two only at the end."""
    newer = Dump("tide_20260301.xml", tuple((1, (name, ())) for name in twice))
    late = Dump("tide_20260201.xml", ((1, (twice[-1], ())),))
    counts = []
    for dataset, size in (("tide", "64"), ("ocean", "16MB")):
        mapping = tmp_path / f"{dataset}.yaml"
        mapping.write_text(MAPPING.format(dataset=dataset))
        (january,) = write(tmp_path / dataset, [Dump("tide_20260101.xml", ((1, ("ebb", ())),))])
        load(database, mapping, january, "--merge")
        for dump in (newer, late):
            load(database, mapping, *write(tmp_path / dataset, [dump]), "--merge", "--chunk-bytes", size)
        query_counts = "select inserted::int, updated::int, unchanged::int, duplicate::int from loader.load"
        counts.append(query(database, f"{query_counts} where dataset = '{dataset}' order by load_id"))

    assert counts[0] == counts[1]
    assert counts[0][-1] == (0, 0, 1, 0)


def test_two_contents_of_one_name_and_date_are_refused_unless_one_was_replaced(tmp_path: Path, database: str) -> None:
    mapping = tmp_path / "tide.yaml"
    mapping.write_text(MAPPING.format(dataset="tide"))
    (january,) = write(tmp_path / "first", [JANUARY])
    (other,) = write(tmp_path / "other", [Dump(JANUARY.name, MARCH.records)])
    load(database, mapping, january)

    refused = loader("load", mapping, other, "--no-space-check", "-w", 1, database=database)
    assert refused.code == 2
    assert "loaded before with other content" in refused.err
    assert "--snapshot" in refused.err

    load(database, mapping, other, "--replace")
    assert counted(load(database, mapping, other))["unchanged"] == len(MARCH.records)
    assert loader("load", mapping, january, "--no-space-check", "-w", 1, database=database).code == 2


@pytest.mark.parametrize("key", ['{id: {path: "@id", type: integer}}', "generated"], ids=["key", "generated"])
def test_a_file_that_was_packed_anew_is_the_same_file(tmp_path: Path, database: str, key: str) -> None:
    """Of each way to pack it, and of other content under the name, which is refused before a load begins."""
    mapping = tmp_path / "tide.yaml"
    row = "{record: /dump/row, key: " + key + ", columns: {name: name}}"
    mapping.write_text("dataset: tide\nsnapshot: _(\\d{8})\nentities:\n  row: " + row + "\n")
    content = b"<dump><row id='1'><name>a</name></row><row id='1'><name>b</name></row></dump>"
    packings: dict[str, Callable[[bytes], tuple[bytes, bytes]]] = {
        "gz": lambda data: (gzip.compress(data, mtime=1), gzip.compress(data, 1, mtime=2)),
        "xz": lambda data: (lzma.compress(data), lzma.compress(data, check=lzma.CHECK_SHA256)),
        "bz2": lambda data: (bz2.compress(data, 1), bz2.compress(data, 9)),
    }
    for month, (ending, pack) in enumerate(packings.items(), 1):
        dump = tmp_path / f"tide_2026{month:02}01.xml.{ending}"
        first, again = pack(content)
        dump.write_bytes(first)
        load(database, mapping, dump, "--merge")
        (before,) = query(database, "select sha256, content from loader.source order by source_id desc limit 1")
        assert first != again
        dump.write_bytes(again)
        assert counted(load(database, mapping, dump, "--merge"))["inserted"] == 0
        assert query(database, "select sha256, content from loader.source order by source_id desc limit 1") == [before]
        dump.write_bytes(pack(content.replace(b"b", b"c"))[0])
        refused = loader("load", mapping, dump, "--merge", "--no-space-check", "-w", 1, database=database)
        assert (refused.code, "loaded before with other content" in refused.err) == (2, True)
    assert query(database, "select count(*), max(name) from tide.row") == [(1 if key != "generated" else 2, "b")]
    assert query(database, "select count(*) from loader.load") == [(6,)]


@pytest.fixture(scope="module")
def _after_a_failed_load(
    server: str, control_schema: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("failed")
    mapping = folder / "tide.yaml"
    mapping.write_text(MAPPING.format(dataset="tide"))
    with fresh_database(server, control_schema) as url:
        load(url, mapping, *write(folder / "january", [JANUARY]), "--merge")
        (damaged,) = write(folder / "damaged", [MARCH])
        damaged.write_bytes(damaged.read_bytes().replace(b"slack", b"wrong").replace(b"</dump>", b"<row id='9'"))
        load(url, mapping, damaged, "--merge", code=1)
        yield url, mapping


@pytest.fixture
def after_a_failed_load(server: str, _after_a_failed_load: tuple[str, Path]) -> Iterator[tuple[str, Path]]:
    """January is loaded; a damaged dump of March, in which key 1 is as in January and key 2 another, has failed.

    The database and the mapping.
    """
    template, mapping = _after_a_failed_load
    with fresh_database(server, template) as url:
        yield url, mapping


def test_what_a_failed_load_has_left_behind_loses_to_the_mended_dump(
    tmp_path: Path, after_a_failed_load: tuple[str, Path]
) -> None:
    database, mapping = after_a_failed_load
    load(database, mapping, *write(tmp_path / "mended", [MARCH]), "--merge")

    assert query(database, "select id, name from tide.row order by id") == [(1, "ebb"), (2, "slack")]


def test_what_a_failed_load_found_unchanged_is_no_decision(
    tmp_path: Path, after_a_failed_load: tuple[str, Path]
) -> None:
    database, mapping = after_a_failed_load
    load(database, mapping, *write(tmp_path / "february", [FEBRUARY]), "--merge")

    assert query(database, "select id, name from tide.row order by id") == [(1, "flood"), (2, "flood"), (3, "flood")]
