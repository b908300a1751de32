"""A damaged source keeps its whole records and says where it broke; a broken record costs only itself."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from loader.errors import SourceChangedError
from loader.source.packing import stream
from loader.source.packing.ranges import Reader
from loader.source.xml.scan import RecordPath
from tests.support.nasty import DAMAGED, GOOD, REJECTING
from tests.support.nasty_build import Nasty, document, noisy, packed, plain, row
from tests.support.source_oracle import ROW, only, records, scanned, write


def ids_of_good(file_records: list[tuple[str, bytes, bytes]]) -> list[str]:
    """The ids of the records that parse."""
    ids = []
    for _, _, text in file_records:
        try:
            ids.append(etree.fromstring(text)[0].get("id", "none"))
        except etree.XMLSyntaxError:
            continue
    return ids


@pytest.mark.parametrize("nasty", DAMAGED, ids=lambda nasty: nasty.name)
def test_damage_ends_the_scan_behind_whole_records(tmp_path: Path, nasty: Nasty) -> None:
    file = only(nasty.write(tmp_path))
    spans, summary = scanned(file)
    assert summary.damage is not None
    assert len(summary.sha256) == 64
    assert nasty.rows is None or summary.records == nasty.rows
    assert sum(span.records for span in spans) == summary.records
    if nasty.name == "cut.xml":
        found = records(file, spans)
        assert ids_of_good(found) == [str(n) for n in range(1, summary.records + 1)]
        assert 880 < summary.records < 900


@pytest.mark.parametrize(
    "nasty",
    [n for n in DAMAGED if n.name in ("cut.xml.gz", "bit.xml.gz", "junk.xml.gz")],
    ids=lambda n: n.name,
)
def test_damage_without_the_systems_zlib(tmp_path: Path, nasty: Nasty, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "zlib_library", lambda: None)
    file = only(nasty.write(tmp_path))
    spans, summary = scanned(file)
    assert summary.damage is not None
    assert summary.records > 50
    assert ids_of_good(records(file, spans))[:50] == [str(n) for n in range(1, 51)]


@pytest.mark.parametrize("cut", range(1, 200))
def test_a_file_cut_anywhere_is_damaged(tmp_path: Path, cut: int) -> None:
    data = document(row(1), row(2, "<![CDATA[x]]><!-- </row> --><row a='>'>y</row>"), row(3))
    ends = [found.end() for found in re.finditer(rb"</row>(?=\n)", data)]
    file = write(tmp_path, data[: len(data) - cut])
    spans, summary = scanned(file)
    assert (summary.damage is None) == (cut == 1)  # the last byte is a line feed
    assert summary.records == sum(end <= len(data) - cut for end in ends)
    assert ids_of_good(records(file, spans)) == [str(n) for n in range(1, summary.records + 1)]


@pytest.mark.parametrize("nasty", [n for n in REJECTING if n.name != "numbers.xml"], ids=lambda n: n.name)
@pytest.mark.parametrize("chunk_bytes", [1, 120, 100_000])
def test_a_broken_record_costs_only_itself(tmp_path: Path, nasty: Nasty, chunk_bytes: int) -> None:
    file = only(nasty.write(tmp_path))
    spans, summary = scanned(file, chunk_bytes=chunk_bytes)
    assert summary.damage is None
    assert summary.records == (nasty.rows or 0) + nasty.rejects
    assert len(ids_of_good(records(file, spans))) >= (nasty.rows or 0)


@pytest.mark.parametrize(
    ("bad", "lost"),
    [
        ('<label id="2"><subs><label>a</label></subs>', "2"),  # no end tag; what looks like a record is none
        ('<label id="2">\n<subs>\n<label>a</label></subs>', "2"),  # the same, on a line of its own
        ('<label id="2"><subs><label>a</subs></label>', "2"),  # an inner end tag is missing
        ('<label id="2"><subs><label>a</label></label></subs></label>', "2"),  # one too many
        ('<label id="2"><name>cut', "2"),
        ('<label id="2><name>x</name></label>', "2"),
        ('<label id="2"><!-- x</label>', "2"),
        ('<label id="2"><![CDATA[ x</label>', "2"),
        ('<label id="2"><?p x</label>', "2"),
        ('<label id="2"></labelx', "2"),
    ],
)
@pytest.mark.parametrize("layout", ["\n", "\n\t", ""])
def test_a_record_without_its_end_gives_way_to_the_next(tmp_path: Path, bad: str, lost: str, layout: str) -> None:
    good = '<label id="{}"><!-- </label> --><subs><label>sub</label><label/></subs></label>'
    texts = [bad if str(n) == lost else good.format(n) for n in range(1, 6)]
    file = write(tmp_path, ("<labels>" + "".join(layout + text for text in texts) + layout + "</labels>").encode())
    paths = (RecordPath("label", ("labels", "label")),)
    for chunk_bytes in (1, 10_000):
        spans, summary = scanned(file, paths, chunk_bytes=chunk_bytes)
        if not layout and bad.endswith("cut"):  # the next record might as well be meant to be inside
            assert summary.damage is not None
            continue
        assert summary.damage is None
        found = records(file, spans, paths)
        assert len(found) == 5
        assert ids_of_good(found) == [n for n in "12345" if n != lost]


def test_the_last_record_without_its_end(tmp_path: Path) -> None:
    file = write(tmp_path, document(row(1), row(2).replace("</row>", "")))
    spans, summary = scanned(file)
    assert (summary.records, summary.damage) == (2, None)
    assert ids_of_good(records(file, spans)) == ["1"]


def test_too_many_records_without_end_are_damage(tmp_path: Path) -> None:
    file = write(tmp_path, b"<dump>" + b"\n<row>" * 3_000)
    _, summary = scanned(file)
    assert summary.damage is not None
    assert summary.records == 100


@pytest.mark.parametrize("length", [99_900, 100_001, 400_000])
@pytest.mark.parametrize("inside", ["x", "<b>x</b>", "<!-- </row> -->", "<row>x</row>", "<![CDATA[</row>]]>é"])
def test_a_record_beyond_the_limit_is_found_but_not_kept(tmp_path: Path, length: int, inside: str) -> None:
    texts = [row(1), row(2, inside * (length // len(inside.encode()))), row(3)]
    file = write(tmp_path, document(*texts))
    spans, summary = scanned(file, record_limit=100_000, chunk_bytes=1 << 30)
    assert (summary.records, summary.damage) == (3, None)
    assert [record.decode() for _, record, _ in records(file, spans)] == [text.strip() for text in texts]
    oversized = len(texts[1].strip().encode()) > 100_000
    assert [span.records for span in spans] == ([1, 1, 1] if oversized else [3])


def test_the_head_of_a_long_record_is_read_and_the_rest_is_verified(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        packed(document(row(1), row(2, noisy(12_000).hex()), row(3))),
        "a.xml.gz",
    )
    spans, _ = scanned(file, record_limit=1_000_000, chunk_bytes=100)
    with Reader(file) as reader:
        whole = reader.read(spans[1])
        assert len(whole) > 1_000_000
        assert reader.head(spans[1], 50) == whole[:50]
        assert reader.read(spans[2]).startswith(b'<row id="3"')
        with pytest.raises(SourceChangedError, match="is not the file that was planned"):
            reader.head(replace(spans[1], digest=7), 50)


def test_a_long_record_without_an_end_is_damage(tmp_path: Path) -> None:
    file = write(tmp_path, document(row(1), row(2, "x" * 2_000_000)).replace(b"</row>\n</dump>", b""))
    _, summary = scanned(file, record_limit=1_000_000)
    assert summary.damage is not None
    assert "no end is found of the record" in summary.damage.message


def test_a_second_document_is_named(tmp_path: Path) -> None:
    _, summary = scanned(write(tmp_path, plain(2) + plain(2)))
    assert summary.damage is not None
    assert summary.damage.offset == len(plain(2))
    assert "second XML declaration" in summary.damage.message


def test_junk_behind_gzip_is_named(tmp_path: Path) -> None:
    _, summary = scanned(write(tmp_path, packed(plain(9)) + b"\0\0junk", "a.xml.gz"))
    assert summary.records == 9
    assert "not gzip" in str(summary.damage)


def test_a_wrong_checksum_in_the_middle_member(tmp_path: Path) -> None:
    data = noisy(3000)
    members = [bytearray(gzip.compress(data[at : at + 50_000])) for at in range(0, len(data), 50_000)]
    members[2][-6] ^= 1
    _, summary = scanned(write(tmp_path, b"".join(members), "a.xml.gz"))
    assert summary.damage is not None
    assert "check" in summary.damage.message
    assert 100_000 < summary.decoded_bytes <= 150_000


def test_good_inputs_have_no_damage(tmp_path: Path) -> None:
    for nasty in GOOD:
        if nasty.mapping == "base" and not nasty.name.endswith(".zip"):
            _, summary = scanned(only(nasty.write(tmp_path)), (ROW,))
            assert (nasty.name, summary.damage) == (nasty.name, None)
            assert summary.records == (nasty.rows or 0) + nasty.duplicates
