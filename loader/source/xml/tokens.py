"""The next token outside records: where it starts and its kind."""

from __future__ import annotations

import re
from typing import Literal

from loader.source.xml.window import LONG_GAP, Window

Kind = Literal["start", "end", "text", "cdata", "aside", "doctype", "stray", "long gap", "end of stream"]
_SPACES = re.compile(rb"[ \t\r\n]*")
_LONGEST = len(b"<![CDATA[")
_KINDS: tuple[tuple[re.Pattern[bytes], Kind], ...] = (
    (re.compile(rb"</"), "end"),
    (re.compile(rb"<[^!?/]"), "start"),
    (re.compile(rb"<!--|<\?"), "aside"),
    (re.compile(rb"<!\[CDATA\["), "cdata"),
    (re.compile(rb"<!DOCTYPE"), "doctype"),
    (re.compile(rb"<"), "stray"),
)


def next_token(window: Window, position: int, held: int | None) -> tuple[int, Kind]:
    """Skip white space from ``position``. While a record that ends at ``held`` is held back, a long gap is a token."""
    while True:
        spaces = _SPACES.match(window.data, position - window.base)
        position = window.base + spaces.end() if spaces else position
        if position < window.end:
            break
        if held is None:
            window.give_up_gap(position)
        elif position - held > LONG_GAP:
            return position, "long gap"
        if not window.grow():
            return position, "end of stream"
    head = window.peek(position, _LONGEST)
    return position, next((kind for opener, kind in _KINDS if opener.match(head)), "text")
