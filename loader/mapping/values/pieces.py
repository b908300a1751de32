"""Texts that hold several values, cut into these."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from loader.mapping.lexical_forms import WHITE_SPACE
from loader.mapping.pattern import pattern_problem
from loader.mapping.tables import Split

Pieces = Callable[[str], list[str]]


def split_problems(split: Split) -> Iterator[str]:
    """What is wrong with a separator."""
    if not split.is_pattern:
        return
    if problem := pattern_problem(split.text):
        yield problem
        return
    try:
        pattern = re.compile(split.text)
    except re.error as error:
        yield f"Python takes no such regular expression: {error}"
        return
    if pattern.match(""):
        yield "must not match an empty text"


def splitter(separator: str, *, is_pattern: bool, strips: bool) -> Pieces:
    """Cuts a text. A first and a last piece are dropped if they are empty; with ``strips``, also if they are white
    space.
    """
    pattern = re.compile(separator if is_pattern else re.escape(separator), re.ASCII)

    def pieces(text: str) -> list[str]:
        found, end = [], 0
        for between in pattern.finditer(text):
            found.append(text[end : between.start()])
            end = between.end()
        found.append(text[end:])
        first = int(not kept(found[0]))
        return found[first:] if len(found) == first or kept(found[-1]) else found[first:-1]

    def kept(piece: str) -> str:
        return piece.strip(WHITE_SPACE) if strips else piece

    return pieces
