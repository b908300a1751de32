"""The rows tell everything the records say: order, NULL against '', entities, non-ASCII, deep sub-tracks."""

from __future__ import annotations

import gzip
import os
import re
from collections import defaultdict
from pathlib import Path

import pytest
from lxml import etree

from loader.extract.batch import Extracted
from loader.extract.lxml.engine import LxmlEngine
from loader.mapping.read import read_dataset
from tests.support.walking import compare
from tests.unit.extract.discogs_records import CURRENT, RELEASE
from tests.unit.extract.extraction import Row, batch, rows_of

DISCOGS = read_dataset("discogs")
SAMPLES = Path(os.environ.get("LOADER_TEST_DATA", "../shared/data")) / "discogs"
ENTITIES = ["artist", "label", "master", "release"]

KEYS = {"artist": "10", "label": "20", "master": "30", "release": "42"}


def samples(entity: str) -> list[bytes]:
    """The records of a real file of 2020, as they stand in it."""
    path = SAMPLES / f"discogs_20200806_{entity}s.xml.gz"
    if not path.exists():
        pytest.skip("needs the real samples (LOADER_TEST_DATA)")
    text = gzip.decompress(path.read_bytes())
    body = text[text.index(b">") + 1 : text.rindex(b"</")].strip()
    tag = entity.encode()
    return re.split(rb"(?<=</%s>)\s*(?=<%s[ >])" % (tag, tag), body)


def rows_by_key(extracted: Extracted, entity: str) -> dict[str, dict[str, list[Row]]]:
    """The rows of each record, by table."""
    result: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for table in DISCOGS.entity_tables(entity):
        for row in rows_of(DISCOGS, extracted, table.name):
            result[row[table.key[0].name] or ""][table.name].append(row)
    return result


@pytest.mark.parametrize("entity", ENTITIES)
def test_all_records_of_the_real_samples_are_told_by_their_rows(entity: str) -> None:
    records = samples(entity)
    extracted = LxmlEngine(DISCOGS, [entity]).extract(
        batch(records, b"<%ss>" % entity.encode(), b"</%ss>" % entity.encode())
    )
    assert (len(records), extracted.bad, extracted.unmapped, extracted.doubts) == (1000, [], {}, {})
    rows = rows_by_key(extracted, entity)
    assert len(rows) == len(records)
    for record in records:
        element = etree.fromstring(record)
        key = element.get("id") or str(element.findtext("id"))
        compare(DISCOGS, entity, element, rows[key], key)


@pytest.mark.parametrize("entity", ENTITIES)
def test_a_record_of_the_current_form_is_told_by_its_rows(entity: str) -> None:
    record = CURRENT[entity].encode()
    tag = entity.encode()
    extracted = LxmlEngine(DISCOGS, [entity]).extract(batch([record], b"<%ss>" % tag, b"</%ss>" % tag))
    assert (extracted.bad, extracted.unmapped) == ([], {})
    compare(DISCOGS, entity, etree.fromstring(record), rows_by_key(extracted, entity)[KEYS[entity]], KEYS[entity])


def test_the_current_records_together_fill_every_table() -> None:
    filled = set()
    for entity in ENTITIES:
        tag = entity.encode()
        engine = LxmlEngine(DISCOGS, [entity])
        filled |= set(engine.extract(batch([CURRENT[entity].encode()], b"<%ss>" % tag, b"</%ss>" % tag)).rows)
    assert {table.name for table in DISCOGS.tables} - filled == {"label_image", "master_image"}


def test_children_stand_in_the_order_of_the_document() -> None:
    extracted = LxmlEngine(DISCOGS, ["release"]).extract(batch([RELEASE.encode()], b"<releases>", b"</releases>"))
    rows = rows_of(DISCOGS, extracted, "release_sub_track_extra_artist")
    assert [(row["track_ordinal"], row["sub_track_ordinal"], row["ordinal"], row["name"]) for row in rows] == [
        ("2", "2", "1", "T"),
        ("2", "2", "2", "U"),
    ]
    (release,) = rows_of(DISCOGS, extracted, "release")
    assert (release["_source"], release["_record"]) == ("7", "1")
    assert {row["_rec"] for row in rows} == {str((7 << 40) + 1)}


def test_both_forms_of_members_give_the_same_rows() -> None:
    new = "<artist><id>1</id><members><name id='2'>A</name><name id='3'>B</name></members></artist>"
    old = re.sub(r"<name id='(.)'>", r"<id>\1</id>\g<0>", new)
    engine = LxmlEngine(DISCOGS, ["artist"])
    one, other = (engine.extract(batch([r.encode()], b"<artists>", b"</artists>")) for r in (old, new))
    assert one.data["artist_member"] == other.data["artist_member"]
    assert one.unmapped == other.unmapped == {}


def test_master_id_zero_means_none() -> None:
    record = b'<release id="1"><master_id is_main_release="false">0</master_id></release>'
    extracted = LxmlEngine(DISCOGS, ["release"]).extract(batch([record], b"<releases>", b"</releases>"))
    (row,) = rows_of(DISCOGS, extracted, "release")
    assert (row["master_id"], row["is_main_release"]) == (None, "false")
