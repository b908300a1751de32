"""The key of a record that cannot be loaded is what its bytes prove, or nothing."""

from __future__ import annotations

import pytest

from loader.extract.key_proof import KeyProof
from loader.mapping.read import parse_dataset
from loader.source.xml.ancestors import Context

ATTRIBUTE = "{id: {path: '@id', type: integer}}"
ELEMENT = "{id: {path: id, type: integer}}"
TEXT = "{name: {path: name, null_if: none}}"
NUMBER = "{id: {path: '@id', type: numeric}}"
DAY = "{day: {path: day, type: date}}"
DEEP = "{day: {path: of/@day, type: date}}"
TWO = "{id: {path: '@id', type: integer}, name: {path: '@name'}}"
LONE = b"<dump>"


def proof(key: str) -> KeyProof:
    text = f"dataset: d\nentities:\n  row:\n    record: /dump/row\n    key: {key}\n    columns: {{t: t}}\n"
    return KeyProof(parse_dataset(text), ["row"])


@pytest.mark.parametrize(
    ("key", "record", "expected"),
    [
        (ATTRIBUTE, b'<row id="7"><t>x</u></row>', {"id": 7}),
        (ATTRIBUTE, b'<row a="1 id=\'8\'" id="007">', None),
        (ATTRIBUTE, b'<row a=">" id="007"><t', {"id": 7}),
        (ATTRIBUTE, b'<row id="7" id="8"><t/></row>', None),
        (ATTRIBUTE, b'<row a=">" id="7" id="8"><t/></row>', None),
        (ATTRIBUTE, b'<row id="7><t>x</t></row>', None),
        (ATTRIBUTE, b"<row id=7><t>x</t></row>", None),
        (ATTRIBUTE, b'<row id="99999999999"><t>x</u></row>', None),
        (ATTRIBUTE, b'<row id="&#55;"><t>x</u></row>', {"id": 7}),
        (ATTRIBUTE, b'<row id="-0000000007"><t>x</u></row>', {"id": -7}),
        (ATTRIBUTE, b'<row id="7" x="&"><t/></row>', {"id": 7}),
        (ATTRIBUTE, b'<row id="7&"><t/></row>', None),
        (ATTRIBUTE, b'<row id=""><t>x</u></row>', None),
        (ATTRIBUTE, b'<row><row id="7"></row>', None),
        (ELEMENT, b"<row><id>7</id><t>x</u></row>", {"id": 7}),
        (ELEMENT, b"<row><t>x</t><id>7</id><t>x</u></row>", {"id": 7}),
        (ELEMENT, b"<row><t>x</u><id>7</id></row>", None),
        (ELEMENT, b"<row><t><u>x</t></u><id>7</id></row>", None),
        (ELEMENT, b"<row><t>x<id>7</id></row>", None),
        (ELEMENT, b"<row><!-- <id>7</id> --><t>x</u></row>", None),
        (ELEMENT, b"<row><id>7</id><t>x</u><id>8</id></row>", None),
        (TEXT, b"<row><name>a\xff</name><t>x</u></row>", None),
        (TEXT, "<row><name>\u00fc b</name><t>x</u></row>".encode(), {"name": "\u00fc b"}),
        (TEXT, b"<row><name>a &amp; b\\</name><t>x</u></row>", {"name": "a & b\\"}),
        (TEXT, b"<row><name>a & b</name></row>", None),
        (TEXT, b"<row><name>none</name><t>x</u></row>", None),
        (NUMBER, b'<row id="1.50"><t>x</u></row>', {"id": "1.50"}),
        (NUMBER, b'<row id="1e5"><t>x</u></row>', {"id": "1e5"}),
        (NUMBER, b'<row id="1,5"><t>x</u></row>', None),
        (DAY, b"<row><day> 2026-01-01 </day><t>x</u></row>", {"day": "2026-01-01"}),
        (DAY, b"<row><day>2026-02-30</day><t>x</u></row>", None),
        (TWO, b'<row name="n" id="7"><t>x</u></row>', {"id": 7, "name": "n"}),
        (TWO, b'<row id="7"><t>x</u></row>', None),
        ("generated", b"<row><t>x</u></row>", None),
    ],
)
def test_a_damaged_record(key: str, record: bytes, expected: dict[str, object] | None) -> None:
    assert proof(key).key(record, 0, Context(LONE, b"</dump>"), reason="malformed") == expected


def test_a_whole_record_is_asked_by_an_engine() -> None:
    record = b'<row><of day="2026-01-01"/><t>x</t><t>y</t></row>'
    assert proof(DEEP).key(record, 0, Context(LONE, b"</dump>"), reason="repeated") == {"day": "2026-01-01"}
    assert proof(DEEP).key(record, 0, Context(LONE, b"</dump>"), reason="malformed") is None
    odd = record.replace(b"01-01", b"02-30")
    assert proof(DEEP).key(odd, 0, Context(LONE, b"</dump>"), reason="repeated") is None, "that is not a date"
    spaced = b"<row><id> 7\n</id><t>a</t><t>b</t></row>"
    assert proof(ELEMENT).key(spaced, 0, Context(b'<dump xmlns="">', b"</dump>"), reason="repeated") == {"id": 7}


def test_what_may_deceive() -> None:
    record = b"<row><id>7</id><t>x</u></row>"
    assert proof(ELEMENT).key(record, 0, Context(b'<dump xmlns="urn:x">', b"</dump>"), reason="malformed") is None
    assert proof(ELEMENT).key(record, 0, Context(LONE, b"</dump>"), reason="too_large", whole=False) is None
    head = b'<row id="7"><t>x'
    assert proof(ATTRIBUTE).key(head, 0, Context(LONE, b"</dump>"), reason="too_large", whole=False) == {"id": 7}
