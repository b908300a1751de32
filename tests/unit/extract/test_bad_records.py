"""A bad record costs itself and no other, and says what is wrong with it."""

from __future__ import annotations

import pytest

from loader.extract.batch import Batch, Limits
from loader.extract.lxml import engine as engine_module
from loader.extract.lxml.engine import LxmlEngine
from loader.mapping.read import parse_dataset
from tests.unit.extract.extraction import batch, extract, mapping, rows_of, values

ROW = mapping("columns: {v: v}\nchildren: {kid: {rows: k, columns: {t: .}}}")


def good(number: int) -> bytes:
    return b'<row id="%d"><v>%d</v><k>a</k><k>b</k></row>' % (number, number)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (b'<row id="0"><v>x</w></row>', "mismatch"),
        (b'<row id="0"><v>a < b</v></row>', "StartTag"),
        (b'<row id="0"><v>a & b</v></row>', "EntityRef"),
        (b'<row id="0"><v>&nbsp;</v></row>', "nbsp"),
        (b'<row id="0"><v>\xff\xfe</v></row>', ""),
        (b'<row id="0"><v>\xed\xa0\x80</v></row>', ""),
        (b'<row id="0"><v>a\x00b</v></row>', ""),
        (b'<row id="0"><v>a\x1db</v></row>', "29"),
        (b'<row id="0"><v>&#0;</v></row>', "invalid xmlChar value 0"),
        (b'<row id="0"><v>&#29;</v></row>', "invalid xmlChar value 29"),
        ("<row id='0'><v>\uffff</v></row>".encode(), ""),
        (b'<row id="0" id="1"/>', "redefined"),
        (b'<row id="0"><p:v/></row>', "Namespace prefix p"),
        (b'<row id="0"/><row id="9"/>', "found 2 elements"),
        (b"<other/>", "expected one row"),
        (b'<row id="0"><v>x</v>', ""),
        (b'</dump><dump><row id="0"/>', ""),
        (b"", "found 0 elements"),
    ],
)
def test_a_malformed_record_is_left_out_alone(record: bytes, message: str) -> None:
    extracted = extract(ROW, good(1), good(2), record, good(4), good(5))
    assert [(bad.index, bad.reason) for bad in extracted.bad] == [(2, "malformed")]
    assert message in extracted.bad[0].message
    assert values(ROW, extracted, "id") == ["1", "2", "4", "5"]
    assert [row["_record"] for row in rows_of(ROW, extracted, "row")] == ["1", "2", "4", "5"]
    assert values(ROW, extracted, "row_id", "kid") == ["1", "1", "2", "2", "4", "4", "5", "5"]


def test_the_place_of_the_fault_is_one_in_the_record() -> None:
    record = b'<row id="0">\n<v>x</w></row>'
    extracted = extract(ROW, record, prefix=b"<?pi?>\n<dump\n>")
    assert extracted.bad[0].message == "Opening and ending tag mismatch: v and w (line 2, column 9)"


def test_all_bad_records_of_many_are_found_and_all_others_kept() -> None:
    records = [b"<row>" if number % 97 == 5 else good(number) for number in range(1, 1001)]
    extracted = extract(ROW, *records)
    assert [bad.index for bad in extracted.bad] == [n - 1 for n in range(1, 1001) if n % 97 == 5]
    assert values(ROW, extracted, "id") == [str(n) for n in range(1, 1001) if n % 97 != 5]


def test_faults_that_cancel_out_are_found() -> None:
    # Together these two are well-formed, one element; alone neither is.
    one, other = b'<row id="1"><v><![CDATA[</v></row>', b'<row id="2"><v>]]></v></row>'
    extracted = extract(ROW, one, other, good(4))
    assert [bad.index for bad in extracted.bad] == [0, 1]
    assert values(ROW, extracted, "id") == ["4"]


def test_nothing_of_a_bad_record_is_counted() -> None:
    extracted = extract(ROW, b'<row id="1"><x/><v>1</v><v>2</v></row>', b'<row id="2"><x/></row>')
    assert len(extracted.bad) == 1
    assert extracted.unmapped == {"/dump/row/x": (1, "")}
    assert extracted.rows == {"row": 1}


def test_a_record_too_deep_for_the_parser_is_bad() -> None:
    deep = b'<row id="1">' + b"<x>" * 3000 + b"</x>" * 3000 + b"</row>"
    extracted = extract(ROW, deep, good(2))
    assert [(bad.index, bad.reason) for bad in extracted.bad] == [(0, "too_deep")]
    assert values(ROW, extracted, "id") == ["2"]


def test_a_value_over_the_limit_is_bad() -> None:
    engine = LxmlEngine(ROW, ["row"], Limits(max_value=1000))
    records = [b'<row id="1"><v>%s</v></row>' % (b"x" * size) for size in (1000, 1001, 5)]
    extracted = engine.extract(batch(records))
    assert [(bad.index, bad.reason) for bad in extracted.bad] == [(1, "too_long")]
    assert [len(value or "") for value in values(ROW, extracted, "v")] == [1000, 5]


def test_a_value_of_twenty_megabytes_is_no_problem() -> None:
    extracted = extract(ROW, b'<row id="1"><v>%s</v></row>' % (b"x" * 20_000_000))
    assert extracted.bad == []
    assert extracted.data["row"].count(b"x") == 20_000_000


def test_declared_entities_are_replaced_and_cannot_swell() -> None:
    prefix = b'<!DOCTYPE dump [<!ENTITY e "caf\xc3\xa9"><!ENTITY big "%s">]><dump>' % (b"x" * 10_000)
    swollen = b'<row id="2"><v>' + b"&big;" * 200_000 + b"</v></row>"
    extracted = extract(ROW, b'<row id="1"><v>a &e; b</v></row>', swollen, good(3), prefix=prefix)
    assert values(ROW, extracted, "v") == ["a café b", "3"]
    assert [bad.index for bad in extracted.bad] == [1]


def test_no_file_and_no_address_is_ever_read() -> None:
    prefix = b'<!DOCTYPE dump [<!ENTITY f SYSTEM "file:///etc/hostname">]><dump>'
    extracted = extract(ROW, b'<row id="1"><v>&f;</v></row>', good(2), prefix=prefix)
    assert [bad.index for bad in extracted.bad] == [0]
    include = b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/hostname" parse="text"/>'
    extracted = extract(ROW, b'<row id="1"><v>' + include + b"</v></row>")
    assert values(ROW, extracted, "v") == [""]


def test_blocks_of_any_size_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    strange = b'<row id="0"><x p="q">e</x><v>a<i r="s"/></v></row>'
    records = [b"<row>" if number % 7 == 0 else good(number) for number in range(60)] + [strange] * 9
    results = []
    for size in (1, 100, 1000, 10**6):
        monkeypatch.setattr(engine_module, "BLOCK_BYTES", size)
        results.append(extract(ROW, *records))
    assert all(result == results[0] for result in results)


def test_an_engine_is_not_changed_by_what_it_read() -> None:
    engine = LxmlEngine(ROW, ["row"])
    engine.extract(batch([good(1)]))  # a column is told of with its first value
    first = engine.extract(batch([good(1), b'<row id="2"><x/></row>']))
    engine.extract(batch([b"<row>", b'<row id="x"/>']))
    assert engine.extract(batch([good(1), b'<row id="2"><x/></row>'])) == first


def test_no_records_give_no_rows() -> None:
    extracted = extract(ROW)
    assert (extracted.data, extracted.doubts, extracted.rows, extracted.bad) == ({}, {}, {}, [])


def test_numbers_and_hashes_are_those_given() -> None:
    numbered = Batch([good(1), good(2)], ["a" * 32, "b" * 32], b"<dump>", b"</dump>", source=3, numbers=[5, 9])
    extracted = LxmlEngine(ROW, ["row"]).extract(numbered)
    rows = rows_of(ROW, extracted, "row")
    assert [(row["_source"], row["_record"], row["_hash"]) for row in rows] == [
        ("3", "5", "a" * 32),
        ("3", "9", "b" * 32),
    ]
    assert values(ROW, extracted, "_rec", "kid") == [str((3 << 40) + n) for n in (5, 5, 9, 9)]
    following = Batch([good(1), good(2)], ["a" * 32, "b" * 32], b"<dump>", b"</dump>", source=3, first=41)
    assert values(ROW, LxmlEngine(ROW, ["row"]).extract(following), "_record") == ["41", "42"]


def test_entities_of_one_source_are_told_apart_by_their_paths() -> None:
    dataset = parse_dataset(
        """\
dataset: d
entities:
  one: {record: /r/in/a, key: {id: "@id"}, children: {one_k: {rows: k, columns: {v: .}}}}
  two: {record: /r/in/b, key: generated, columns: {v: v, day: /r/@day}}
"""
    )
    records = [b'<a id="x"><k>1</k></a>', b"<b><v>2</v></b>", b'<a id="y"/>', b"<a/>", b"<b/>"]
    around = Batch(records, ["0" * 32] * 5, b'<r day="d"><in>', b"</in></r>", source=1, paths=[0, 1, 0, 1, 0])
    extracted = LxmlEngine(dataset, ["one", "two"]).extract(around)
    assert values(dataset, extracted, "id", "one") == ["x", "y"]
    assert values(dataset, extracted, "one_id", "one_k") == ["x"]
    assert [(row["record_id"], row["v"], row["day"]) for row in rows_of(dataset, extracted, "two")] == [
        (str((1 << 40) + 2), "2", "d")
    ]
    assert [bad.index for bad in extracted.bad] == [3, 4]
