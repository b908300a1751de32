"""Text of a mapping as SQL constants."""

from __future__ import annotations

import re

import pytest

from loader.config.resources import directory
from loader.database.migrate import routine_files
from loader.render.layout import filled, lines, sentence
from loader.render.names import ident, literal


@pytest.mark.parametrize(
    ("text", "constant"),
    [
        ("it's", "'it''s'"),
        ("a\\b", "E'a\\\\b'"),
        # A line break would be indented with the procedure around it, which changes the value.
        ("two\nlines", "E'two\\nlines'"),
        ("back\\slash\r\n", "E'back\\\\slash\\r\\n'"),
    ],
)
def test_a_constant_stays_on_one_line_and_keeps_its_value(text: str, constant: str) -> None:
    assert literal(text) == constant


_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_CONSTANT = re.compile(r"--[^\n]*|\"[^\"]*\"|(?P<escape>\b[eE])?'(?P<text>(?:[^']|'')*)'")


def test_no_constant_depends_on_how_a_session_reads_backslashes() -> None:
    """Routines are called from psql as well, where standard_conforming_strings may be off."""
    files = [*routine_files(), *(directory("sql") / "dataset").rglob("*.sql")]
    found = [
        f"{path.name}: {match['text']}"
        for path in files
        for match in _CONSTANT.finditer(_TEMPLATE.sub("", path.read_text()))
        if match["text"] and "\\" in match["text"] and not match["escape"]
    ]
    assert found == []


def test_a_comment_is_one_line_however_the_mapping_breaks_it() -> None:
    assert sentence("A comment\n  in two lines\n") == "'A comment in two lines'"


def test_only_names_that_need_it_are_quoted() -> None:
    assert [ident(name) for name in ("title", "user", "Title", "größe", 'a"b')] == [
        "title",
        '"user"',
        '"Title"',
        '"größe"',
        '"a""b"',
    ]


def test_a_list_fills_lines_and_an_item_keeps_its_own() -> None:
    assert filled(["a" * 60, "b" * 60], 4) == "a" * 60 + ",\n    " + "b" * 60
    assert lines(["a", "case\n    b\nend"], 4) == "a,\n    case\n        b\n    end"
