"""On whole documents, however they are cut and read, the records are those that lxml finds."""

from __future__ import annotations

import gzip
import os
import random
from pathlib import Path

import pytest

from loader.source.xml.scan import RecordPath
from tests.support.nasty import GOOD
from tests.support.nasty_build import Nasty, document, row
from tests.support.source_oracle import ROW, canonical_by_lxml, canonical_by_spans, only, scanned, write

DATA = Path(os.environ.get("LOADER_TEST_DATA", "../shared/data"))
CHUNKS = (64, 777, 10_000, 1 << 20)
MUSEUM = b"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE museum SYSTEM "museum.dtd">
<!-- <hall> in a comment -->
<museum xmlns:x="urn:x" open="a &gt; b" quote='"'>
 <about><hall><item n="0"/></hall></about> loose text <![CDATA[<hall>]]>
 <hall name="A">
  <item n="1"/><item n="2" ></item ><item n='3>'><item n="3a"/><item><item/>t</item></item>
  <!-- </item> --><item n="4"><!-- </item> --><![CDATA[</item><item>]]><?p </item> ?>x</item>
 </hall>
 <hall name="A"><item n="5" x:y="z"/></hall>
 <hall name="B"/><hall name="C"><items/><item-x/><item n="6"><items></items></item>
 </hall><x:hall><item n="not"/></x:hall>
 <note>one</note><hall name="C"><note>two</note>
 <item n="7"
/></hall></museum>
<!-- end --><?end?>
"""
MUSEUM_PATHS = (RecordPath("item", ("museum", "hall", "item")), RecordPath("note", ("museum", "note")))
# The others are compressed, hold several documents, or need what the source layer refuses by default.
READABLE = [
    n for n in GOOD if n.name.endswith(".xml") and n.name not in ("documents.xml", "misnamed.xml", "entities.xml")
]


def shuffled(spans: list[object]) -> None:
    random.Random(len(spans)).shuffle(spans)


def noisy_rows(count: int) -> bytes:
    chance = random.Random(3)
    return document(
        *(row(n, "<![CDATA[</row>]]>" * (n % 7 == 0) + "x" * chance.randrange(400)) for n in range(1, count + 1))
    )


@pytest.mark.parametrize("chunk_bytes", CHUNKS)
def test_paths_nesting_comments_and_changing_ancestors(tmp_path: Path, chunk_bytes: int) -> None:
    file = write(tmp_path, MUSEUM)
    spans, summary = scanned(file, MUSEUM_PATHS, chunk_bytes=chunk_bytes)
    expected = canonical_by_lxml(MUSEUM, MUSEUM_PATHS)
    assert [entity for entity, _ in expected].count("item") == 7
    assert canonical_by_spans(file, spans, MUSEUM_PATHS, order=shuffled) == expected
    assert summary.damage is None
    assert summary.root_attributes == {"open": "a > b", "quote": '"'}


def test_what_no_path_matches_is_counted_with_an_example(tmp_path: Path) -> None:
    _, summary = scanned(write(tmp_path, MUSEUM), MUSEUM_PATHS)
    assert summary.other == {
        "/museum/about": (1, '<about><hall><item n="0"/></hall></about>'),
        "/museum/text()": (2, "loose text"),
        "/museum/hall/items": (1, "<items/>"),
        "/museum/hall/item-x": (1, "<item-x/>"),
        "/museum/{urn:x}hall": (1, '<x:hall><item n="not"/></x:hall>'),
        "/museum/hall/note": (1, "<note>two</note>"),
    }


@pytest.mark.parametrize("nasty", READABLE, ids=lambda nasty: nasty.name)
def test_every_odd_input_that_lxml_can_read(tmp_path: Path, nasty: Nasty) -> None:
    paths = (RecordPath("row", ("{urn:tide}dump", "{urn:tide}row")),) if nasty.mapping == "namespace" else (ROW,)
    file = only(nasty.write(tmp_path))
    expected = canonical_by_lxml(nasty.content(), paths)
    assert len(expected) == (nasty.rows or 0) + nasty.duplicates
    for chunk_bytes in (1, 5_000):
        spans, summary = scanned(file, paths, chunk_bytes=chunk_bytes)
        assert summary.damage is None
        assert canonical_by_spans(file, spans, paths) == expected


@pytest.mark.parametrize("level", [0, 1, 6, 9])
@pytest.mark.parametrize("chunk_bytes", [3_000, 150_000])
def test_gzip_spans_in_random_order(tmp_path: Path, level: int, chunk_bytes: int) -> None:
    data = noisy_rows(2_500)
    half = len(data) // 2
    packed = gzip.compress(data[:half], level) + gzip.compress(data[half:], level) + bytes(100)
    file = write(tmp_path, packed, "dump.xml.gz")
    spans, summary = scanned(file, chunk_bytes=chunk_bytes)
    assert summary.damage is None
    assert summary.decoded_bytes == len(data)
    assert canonical_by_spans(file, spans, order=shuffled) == canonical_by_lxml(data)


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("discogs_20200806_artists.xml.gz", ("artists", "artist")),
        ("discogs_20200806_labels.xml.gz", ("labels", "label")),
        ("discogs_20200806_masters.xml.gz", ("masters", "master")),
        ("discogs_20200806_releases.xml.gz", ("releases", "release")),
    ],
)
def test_real_samples(name: str, steps: tuple[str, ...]) -> None:
    path = DATA / "discogs" / name
    if not path.exists():
        pytest.skip("the real samples are not here")
    paths = (RecordPath("record", steps),)
    spans, summary = scanned(only(path), paths, chunk_bytes=50_000)
    assert summary.damage is None
    assert summary.other == {}
    assert canonical_by_spans(only(path), spans, paths, order=shuffled) == canonical_by_lxml(
        gzip.decompress(path.read_bytes()), paths
    )
