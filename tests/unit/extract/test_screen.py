"""The screen lets through only what every server version accepts as the type, and always lets plain values through."""

from __future__ import annotations

import pytest

from loader.extract.lxml import engine
from loader.extract.screen import Screen, doubtful_rows
from tests.unit.extract.extraction import extract, mapping

ACCEPTED = {
    "integer": ["0", "7", "007", "-0", "+5", "2147483647", "-2147483648", " 42\n", "0" * 50 + "1"],
    "bigint": ["9223372036854775807", "-9223372036854775808", "-1", "\t5"],
    "numeric": ["1", "-1.50", "+0.0", "9" * 400, " 5 ", "1.", ".5", "+.5", "-0.", "0" * 998 + ".5"],
    "double precision": ["1e-50", "-0.5", "-INF", "NaN", "0", "0.0", "1.7976931348623157e308", "-1e-3", "-000.5"],
    "real": ["3.4e38", "1e-45", "-0.01", "INF"],
    "smallint": ["32767", "-32768", " 7 "],
    "uuid": ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", " A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11 "],
    "boolean": ["true", "false", "1", "0", " true "],
    "date": ["1999-01-31", "2000-02-29", "2024-02-29", "2026-11-30", "0001-01-01", "9999-12-31", " 1999-03-29 "],
    "timestamp": ["1999-01-31T23:59:59", "1999-01-31 00:00:00.123456", "2000-02-29T10:00", "1999-01-31 00:00:00.5"],
    "timestamptz": [
        "1999-01-31T23:59:59Z",
        "1999-01-31 00:00:00.5+14:00",
        "1999-01-31T00:00:00-05:30",
        "1999-01-31T23:59:59",
        "1999-01-31T23:59+15",
        "1999-01-31T23:59:59-1559",
    ],
    "varchar(3)": ["", "abc", "äöü", "🎵🎵🎵"],
}
DOUBTED = {
    "integer": [
        "2147483648",
        "-2147483649",
        "9999999999",
        "1e3",
        "0x10",
        "1_000",
        "NaN",
        "٣",
        "\uff11",
        "1 2",
        "--1",
        "+-1",
        "-",
        "1\x00",
        "\x0b1",
        "1\u00a0",
    ],
    "bigint": ["9223372036854775808", "-9223372036854775809", "1" * 20, "1.0"],
    "numeric": [
        "NaN",
        "Infinity",
        "1e1001",
        "1e",
        "0x1F",
        ".",
        "-",
        "+.",
        "1,5",
        "9" * 1001,
        "1_0",
        "1.2.3",
        "1..",
        "1-1",
    ],
    "double precision": ["1e309", "1e-400", "-0", "-0.0", " -.0", "-0e7", "Infinity", "1e", "1_0", "0x1"],
    "real": ["3.5e38", "7e-46", "-0"],
    "smallint": ["32768", "-32769", "1.0"],
    "uuid": ["{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}", "a0eebc999c0b4ef8bb6d6bb9bd380a11", "x"],
    "boolean": ["t", "TRUE", "yes", "on", "2", "true1", "00"],
    "date": [
        "1999-02-29",
        "1900-02-29",
        "1999-02-30",
        "1999-04-31",
        "1999-00-10",
        "1999-01-00",
        "1999-13-01",
        "0000-01-01",
        "today",
        "19990101",
        "1999/01/31",
        "1999-1-31",
        "1999-01-311",
    ],
    "timestamp": [
        "1999-01-31T24:00:00",
        "1999-01-31T23:60:00",
        "1999-01-31T23:59:60",
        "1999-01-31",
        "1999-01-31T23:59:59Z",
        "1999-01-31t23:59:59",
        "1999-01-31T23:59:59.",
        "1999-01-31T23:59:59.1234567",
        "now",
    ],
    "timestamptz": [
        "1999-01-31T23:59:59+16:00",
        "1999-01-31T23:59:59.1234567Z",
        "1999-01-31T23:59:59+10:60",
        "1999-01-31T23:59:59z",
        "1999-01-31T23:59:59 Z",
        "1999-01-31T23:59:59+1:00",
    ],
    "varchar(3)": ["abcd", "abc "],
}


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind in ACCEPTED for value in ACCEPTED[kind]])
def test_plain_values_pass(kind: str, value: str) -> None:
    assert doubtful_rows(Screen(kind), [value]) == []


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind in DOUBTED for value in DOUBTED[kind]])
def test_doubtful_values_do_not_pass(kind: str, value: str) -> None:
    assert doubtful_rows(Screen(kind), [value]) == [0]


@pytest.mark.parametrize("kind", ACCEPTED)
def test_a_batch_is_clean_when_all_its_values_pass(kind: str) -> None:
    dataset = mapping(f"columns: {{a: {{path: '@a', type: {kind}}}, b: {{path: b, type: {kind}}}}}")
    fine = [f'<row id="1" a="{value.strip()}"><b>{value}</b></row>' for value in ACCEPTED[kind]]
    assert not extract(dataset, *fine, '<row id="2"><b/></row>').doubts
    doubts = [value for value in DOUBTED[kind] if value.isprintable()]
    for value in doubts:
        extracted = extract(dataset, *fine, f'<row id="2"><b>{value}</b></row>')
        assert extracted.doubts, value
        assert value.encode() in extracted.doubts["row"]


@pytest.mark.parametrize(
    ("values", "clean"), [("<v>1</v><v/><v>22</v>", True), ("<v>1</v><v>x</v>", False), ("", True)]
)
def test_the_elements_of_an_array_are_screened(values: str, clean: bool) -> None:
    dataset = mapping("columns: {v: {path: v, type: integer, repeat: array}, w: {path: w, type: date, repeat: array}}")
    assert (not extract(dataset, f'<row id="1">{values}</row>').doubts) is clean


@pytest.mark.parametrize(
    ("number", "clean"),
    [("1", True), ("-1.05", True), ("+0", True), ("100", True), ("1.0", False), ("1.50", False), ("-0.00", False)],
)
def test_a_numeric_key_has_no_zeros_at_its_end(number: str, clean: bool) -> None:
    dataset = mapping('key: {id: {path: "@id", type: numeric}}')
    assert (not extract(dataset, f'<row id="{number}"/>').doubts) is clean


@pytest.mark.parametrize(
    ("key", "record", "clean"),
    [
        ('{id: {path: "@id", type: integer}}', "<row/>", False),
        ('{id: {path: "@id", type: integer}}', '<row id=""/>', False),
        ('{id: {path: "@id", type: integer}}', '<row id="x"/>', False),
        ('{id: {path: "@id", type: integer}}', '<row id="5"/>', True),
        ('{id: "@id"}', "<row/>", False),
        ('{id: "@id"}', '<row id=""/>', True),
        ('{id: "@id", two: "@b"}', '<row id="1"/>', False),
        ('{id: {path: "@id", null_if: x}}', '<row id="x"/>', False),
        ("generated", "<row/>", True),
    ],
)
def test_a_key_that_is_null_is_never_clean(key: str, record: str, clean: bool) -> None:
    dataset = mapping(f"key: {key}")
    assert (not extract(dataset, record).doubts) is clean


def test_a_doubtful_value_in_any_block_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BLOCK_BYTES", 1)
    dataset = mapping("columns: {v: {path: v, type: integer}}")
    records = [f'<row id="{number}"><v>{"5" * 11 if number == 3 else 5}</v></row>' for number in range(20)]
    assert extract(dataset, *records).doubts
