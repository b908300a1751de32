"""What is proven for a column at once is what is proven value by value, at the borders of types and rules."""

from __future__ import annotations

import random

import pytest

from loader.extract.portable_pattern import portable
from tests.support.border_values import TYPES, border_values
from tests.unit.extract.differential import Engines
from tests.unit.extract.extraction import mapping

RULES = (
    "integer, minimum: -5, maximum: 12",
    "bigint, maximum: '9223372036854775806'",
    "bigint, maximum: '9007199254740992'",
    "numeric, minimum: '0.10', maximum: '12345678.9'",
    "smallint, minimum: 7",
    "real, minimum: '0.1', maximum: '12345678.9'",
    "double, minimum: -0.127, maximum: '1e280'",
    "uuid, minimum: a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    "date, minimum: 2000-02-29, maximum: 2024-12-31",
    "timestamp, minimum: '2024-02-29T10:00:00.1'",
    "timestamptz, minimum: '1999-12-31T23:00:00Z', maximum: '2024-02-29T10:00:00+05:30'",
    "text, pattern: '[A-Z]{2}[0-9]+|x\\d?', required: true",
    "varchar(6), enum: [open, shut, abcdef, '']",
)
TEXTS = border_values(random.Random(11))


@pytest.mark.parametrize("kind", [*TYPES, *RULES])
def test_columns_are_proven_as_their_values_are(kind: str) -> None:
    both = Engines(mapping(f"columns: {{v: {{path: v, type: {kind}}}}}"))
    records = [f'<row id="{number}"><v>{text}</v></row>'.encode() for number, text in enumerate(TEXTS, 1)]
    outcome = both.agreed_on([*records, b'<row id="0"/>'])
    assert outcome.extracted.data
    assert outcome.extracted.doubts


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"[A-Z]{2}\d+", "AB12", "AB"),
        ("a|b+", "bbb", "ab"),
        ("^x.?$", "x\n", "x\n\n"),
        ("(?:ab){2}c?", "abab", "ab"),
        (r"\w[^a-c]\.", "yä.", "ya."),
    ],
)
def test_a_portable_pattern_is_matched_here(pattern: str, good: str, bad: str) -> None:
    regex = portable(pattern)
    assert regex is not None
    assert regex.fullmatch(good)
    assert not regex.fullmatch(bad)


@pytest.mark.parametrize(
    "pattern",
    [
        r"\mword\M", "[[:alpha:]]", "(?=a)b", r"(a)\1", "(a+)+b", "(a|a)*b", "a*b*c*d", "a?" * 7, "[^\\d]", "a{,3}",
        "(a", "a)", "a)|(b", "(a?){9}", r"\u0041", "(?i)a", "[a&&b]", "[]a]", "*", "a**",
    ],
)  # fmt: skip
def test_other_patterns_are_left_to_the_server(pattern: str) -> None:
    assert portable(pattern) is None
