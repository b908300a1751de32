"""JSON texts that every server version stores as they are meant."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

_DEEPEST = 500  # levels: both Python and the server, with its default stack, read them
_NUMBER = re.compile(r"-?[0-9]+([.][0-9]+)?([eE][+-]?0*([0-9]{1,3}|1000))?")
_LONGEST_NUMBER = 1000
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def is_json(text: str) -> bool:
    """Whether a text is JSON, as of RFC 8259, of which nothing gets lost: no name stands twice in an object, there are
    no zero characters and no halves of surrogate pairs, numbers are in the range of a numeric.
    """
    if text.count("[") + text.count("{") > _DEEPEST and _depth(text) > _DEEPEST:
        return False
    try:
        _DECODER.decode(text)
    except ValueError:
        return False
    return "\\u" not in text or _has_whole_characters(text)


def _depth(text: str) -> int:
    deepest = depth = 0
    for character in _STRING.sub("", text):
        depth += (character in "[{") - (character in "]}")
        deepest = max(deepest, depth)
    return deepest


def _has_whole_characters(text: str) -> bool:
    """Whether no escape is a zero character or half a character. Outside of strings there are none."""
    awaited = -1  # where the other half of a surrogate pair has to begin
    for found in _ESCAPE.finditer(text):
        code = int(found[1] or "20", 16)
        is_low = 0xDC00 <= code < 0xE000
        if code == 0 or is_low != (found.start() == awaited):
            return False
        if 0 <= awaited < found.start():
            return False
        awaited = found.end() if 0xD800 <= code < 0xDC00 else -1
    return awaited < 0


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _number(text: str) -> None:
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        raise ValueError("a number is too long")


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_number, parse_int=_number, parse_constant=_refuse)
