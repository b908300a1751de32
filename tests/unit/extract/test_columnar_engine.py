"""What goes which way through the columnar engine: mappings, prefixes, sizes; and that nothing is lost on the way."""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path

import pytest

from loader.errors import LoaderError
from loader.extract.batch import Limits
from loader.extract.columnar import engine as columnar
from loader.mapping.read import parse_dataset, read_dataset
from loader.source.packing.ranges import Reader
from loader.source.xml.records_of_span import split
from loader.source.xml.scan import scan
from loader.source.xml.tags import RecordPath
from tests.support.nasty import ALL, Nasty
from tests.support.sources import expand
from tests.unit.extract.differential import Engines, batch_of, small_blocks
from tests.unit.extract.discogs_records import CURRENT
from tests.unit.extract.extraction import mapping

DATA = Path(os.environ.get("LOADER_TEST_DATA", "../shared/data"))
DISCOGS = read_dataset("discogs")
SIMPLE = Engines(mapping("columns: {v: v}\nchildren: {kid: {rows: k, columns: {t: .}}}"))
ROWS = Engines(mapping("columns: {name: {path: name, type: varchar(200)}, v: {path: v, type: integer}}"))

ONE, OTHER = b'<one id="%d"><v>x</v></one>', b'<other id="%d"><w>5</w></other>'


@pytest.mark.parametrize(
    ("entity", "record"),
    [
        ("columns: {v: {path: v, repeat: join}}", '<row id="1"><v>1</v><v>2</v></row>'),
        ("columns: {v: {path: v, repeat: array}}", '<row id="1"><v>1</v><v>2</v></row>'),
        ("columns: {v: {path: /dump/@from, type: date}}", '<row id="1"/>'),
        ("key: {id: '@id', from: /dump/@from}\ncolumns: {v: v}", '<row id="1"><v>1</v></row>'),
        ("columns: {v: '@xml:lang'}", '<row id="1" xml:lang="en"/>'),
        ("columns: {v: '@xmlns'}", '<row id="1" xmlns="">x</row>'),
        ("columns: {v: größe}", '<row id="1"><größe>5</größe></row>'),
        ("columns: {v: a_name_that_is_longer}", '<row id="1"><a_name_that_is_longer>5</a_name_that_is_longer></row>'),
    ],
)
def test_what_only_the_general_engine_can_do_goes_to_it_as_a_whole(entity: str, record: str) -> None:
    records = [record.encode(), b'<row id="2"/>']
    outcome = Engines(mapping(entity)).agreed_on(records, (b'<dump from="2020-01-01">', b"</dump>"))
    assert (outcome.left, outcome.extracted.bad) == ([0, 1], [])


@pytest.mark.parametrize(
    ("prefix", "left"),
    [
        (b"<dump>", [1]),
        (b'<?xml version="1.0"?>\n<!-- a --><dump\n a="1">', [1]),
        (b'<dump xmlns="u">', [0, 1]),
        (b'<dump xmlns:p="u">', [0, 1]),
        (b'<!DOCTYPE dump [<!ENTITY e "x">]><dump>', [0, 1]),
    ],
)
def test_what_stands_around_may_change_what_the_records_mean(prefix: bytes, left: list[int]) -> None:
    records = [b'<row id="1"><v>&lt;</v></row>', b'<row id="1"><v>&e;</v></row>']
    assert SIMPLE.agreed_on(records, (prefix, b"</dump>")).left == left


def test_entities_of_one_source() -> None:
    # Records at different depths never share a batch; records of the wrong entity are bad, wherever they come.
    flat = parse_dataset(
        'dataset: two\nentities:\n  one: {record: /dump/one, key: {id: "@id"}, columns: {v: v}}\n'
        '  other: {record: /dump/other, key: {id: "@id"}, columns: {w: {path: w, type: integer}}}'
    )
    engines = Engines(flat, ["one", "other"])
    records = [ONE % 1, OTHER % 2, ONE % 3, OTHER % 4, ONE % 5]
    with small_blocks():
        assert engines.agreed(batch_of(records, paths=[0, 1, 0, 1, 0])).left == []
        assert engines.agreed(batch_of(records, paths=[0, 1, 1, 1, 0])).left == [2]
        assert engines.agreed(batch_of(records[::2])).left == []
        assert engines.agreed(batch_of(records)).left == [1, 3]
        assert engines.agreed(batch_of(records, paths=[0, 1, 0, 1, 0], numbers=[11, 13, 17, 19, 23])).extracted.rows


def test_one_entity_that_needs_the_general_engine_does_not_slow_the_other() -> None:
    engines = Engines(
        parse_dataset(
            "dataset: two\nentities:\n"
            '  one: {record: /dump/one, key: {id: "@id"}, columns: {v: {path: v, repeat: join}}}\n'
            '  other: {record: /dump/other, key: {id: "@id"}, columns: {w: w}}'
        ),
        ["one", "other"],
    )
    with small_blocks():
        assert engines.agreed(batch_of([ONE % 1, OTHER % 2, ONE % 3], paths=[0, 1, 0])).left == [0, 2]


@pytest.mark.parametrize("block_bytes", [1, 100, 1000, 1 << 20])
def test_blocks_of_any_size_give_the_same(block_bytes: int) -> None:
    records = [b'<row id="%d"><v>%s</v><k/></row>' % (number, b"x" * (number * 37 % 400)) for number in range(60)]
    records[7], records[33] = b'<row id="7"><v></row>', b'<row id="33"><new/></row>'
    outcome = SIMPLE.agreed_on(records, block_bytes=block_bytes)
    assert outcome.left == [7, 33]
    assert list(outcome.extracted.unmapped) == ["/dump/row/new"]


def test_after_some_tries_the_rest_of_a_block_is_left() -> None:
    # Of bytes that are not UTF-8 one place is found at a time.
    records = [b'<row id="%d"><v>\xff</v></row>' % number for number in range(9)] + [b'<row id="9"/>']
    with small_blocks(tries=4):
        assert SIMPLE.agreed(batch_of(records)).left == list(range(10))
    assert SIMPLE.agreed_on(records).left == list(range(9))


def test_small_batches_are_for_the_parser_and_large_ones_are_not() -> None:
    record = b'<row id="1"><v>%s</v></row>' % (b"x" * 100)
    count = columnar._SMALLEST // len(record)
    assert SIMPLE.agreed(batch_of([record] * (count - 1))).left == list(range(count - 1))
    assert SIMPLE.agreed(batch_of([record] * (count + 1))).left == []


def test_more_rows_than_there_are_ordinals_at_hand() -> None:
    records = [b'<row id="%d">%s</row>' % (kids, b"<k/>" * kids) for kids in (4095, 4096, 4097, 0)]
    assert SIMPLE.agreed_on(records).left == [2]


def test_a_value_too_long_is_bad_also_among_short_ones() -> None:
    engines = Engines(mapping("columns: {v: v}"), limits=Limits(max_value=60))
    lengths = (1, 59, 60, 61, 62, 1)
    outcome = engines.agreed_on([b'<row id="1"><v>%s</v></row>' % (b"x" * length) for length in lengths])
    assert [(bad.index, bad.reason) for bad in outcome.extracted.bad] == [(3, "too_long"), (4, "too_long")]


def test_a_record_of_many_megabytes_is_for_the_parser() -> None:
    large = b'<row id="1"><v>%s</v></row>' % (b"x" * (2 * columnar._LARGEST_RECORD))
    assert SIMPLE.agreed_on([b'<row id="0"/>', large, b'<row id="2"/>']).left == [1]


def test_values_longer_than_a_piece_of_the_output() -> None:
    values = [b"a" * 200_000, b"", b"b\\" * 70_000, "ä".encode() * 131_072, b"c"]
    assert SIMPLE.agreed_on([b'<row id="1"><v>%s</v><k/></row>' % value for value in values] * 2).left == []


@pytest.mark.parametrize("entity", list(CURRENT))
def test_records_of_the_current_form_are_plain(entity: str) -> None:
    # But for breaks inside of tags, which the samples have for the eye.
    record = re.sub(r"\n(?=[^<>]*>)", "", CURRENT[entity]).encode()
    outcome = Engines(DISCOGS, [entity]).agreed_on([record] * 3, (f"<{entity}s>".encode(), f"</{entity}s>".encode()))
    assert outcome.left == []


@pytest.mark.parametrize("entity", ["artist", "label", "master", "release"])
def test_all_records_of_the_real_samples_are_plain(entity: str) -> None:
    path = DATA / "discogs" / f"discogs_20200806_{entity}s.xml.gz"
    if not path.exists():
        pytest.skip("needs the real samples (LOADER_TEST_DATA)")
    text = gzip.decompress(path.read_bytes())
    tag = entity.encode()
    body = text[text.index(b">") + 1 : text.rindex(b"</")].strip()
    records = re.split(rb"(?<=</%s>)\s*(?=<%s[ >])" % (tag, tag), body)
    outcome = Engines(DISCOGS, [entity]).agreed_on(records, (b"<%ss>" % tag, b"</%ss>" % tag))
    assert (len(records), outcome.left, outcome.extracted.doubts) == (1000, [], {})


def through_both_engines(path: Path) -> int:
    """Read a file as far as it can be read, its rows through both engines; how many records that were."""
    records = 0
    paths = [RecordPath("row", ("dump", "row"))]
    for source in expand([path]):
        spans = list(scan(source, paths, chunk_bytes=100_000))
        with Reader(source) as reader:
            for span in spans:
                data = reader.read(span)
                parts = [data[start:end] for start, end, _ in split(data, span.prefix, paths)]
                records += len(parts)
                ROWS.agreed_on(parts, (span.prefix, span.suffix))
    return records


BASE = [nasty for nasty in ALL if nasty.rows and nasty.mapping == "base"]


@pytest.mark.parametrize("nasty", BASE, ids=lambda nasty: nasty.name)
def test_nasty_inputs(nasty: Nasty, tmp_path: Path) -> None:
    path = tmp_path / nasty.name
    path.write_bytes(nasty.content())
    assert through_both_engines(path)


@pytest.mark.parametrize("path", sorted((DATA / "nasty").glob("*.xml*")), ids=lambda path: path.name)
def test_nasty_inputs_of_others(path: Path) -> None:
    try:
        through_both_engines(path)
    except LoaderError as error:
        pytest.skip(f"refused before the engines see it: {error}")
