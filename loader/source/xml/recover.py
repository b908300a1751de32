"""Where a record most likely ends whose end tag cannot be found; used only when everything else has failed."""

from __future__ import annotations

import re
from typing import NamedTuple

from loader.config.units import MIB
from loader.source.xml.tags import ATTRIBUTE, NAME, SPACE, attributes
from loader.source.xml.window import Window

# A tag, the opening of a comment and the like, or a `<` that is neither.
_TOKEN = re.compile(rb"<(?:(/?)(" + NAME + rb")(?:[ \t\r\n/][^<>]*)?>|(!--|!\[CDATA\[|\?))?")
_CLOSER = {b"!--": b"-->", b"![CDATA[": b"]]>", b"?": b"?>"}
_WELL_FORMED = re.compile(rb"<" + NAME + rb"(?:" + SPACE + rb"+" + ATTRIBUTE + rb")*" + SPACE + rb"*/?>")
_SPACE_BEFORE = re.compile(rb"[ \t\r\n]*\Z")
_LOOK_BACK = 64
_TRIES = 100  # records whose end is guessed; more of them mean a damaged source
_RESCANNED = 64 * MIB  # bytes scanned again while guessing, beyond the bytes read
_SLASH = 0x2F
_DEPTH = 10_000  # deeper than any valid record: such a file is hostile, and nothing is guessed
_NEAR = 64  # how many levels up a mismatched end tag may close an element


class Recovery:
    """Guesses where unclosed records end; bounded, because each attempt may scan up to the record limit again."""

    def __init__(self) -> None:
        self._tries = self._rescanned = 0

    def end_of(self, window: Window, start: int, body: int, record: bytes, parent: bytes) -> int:
        """Offset of the end of the record whose start tag is ``[start, body)``, or -1."""
        self._tries += 1
        self._rescanned += window.end - start
        if self._tries > _TRIES or self._rescanned > _RESCANNED + window.end:
            return -1
        base = window.base
        at = boundary(window.data, start - base, body - base, record, parent)
        window.look_again()
        return base + at if at >= 0 else -1


def boundary(data: bytes | bytearray, start: int, body: int, record: bytes, parent: bytes) -> int:
    """Index in ``data`` where the unclosed record at ``start`` ends; -1 if that is not clear.

    It ends where a recovering parser closes it; before a start tag that looks like the record's own, if the file puts
    each record on a new line, or if that tag is a child of the record (records are not nested), or after a mismatch; or
    before the parent's end tag.
    """
    own = _look(data, start, body)
    opened = [record]
    broken = ambiguous = False
    sibling = -1  # a record that may follow without the usual white space
    position = body
    while (found := _TOKEN.search(data, position)) and len(opened) < _DEPTH:
        position = found.end()
        slash, name, special = found.groups()
        if special and (closed := data.find(_CLOSER[special], position)) >= 0:
            position = closed + len(_CLOSER[special])
        elif not name:
            broken = True
        elif slash:
            if name != opened[-1] and name == parent:
                clear = len(opened) == 1 or not ambiguous
                return _whole(data, sibling, found.start(), record) or (found.start() if clear else -1)
            broken = broken or name != opened[-1]
            _close(opened, name)
            if not opened:
                return position
        else:
            if name == record:
                look = _look(data, found.start(), position)
                alike, placed = look.named_like(own), broken or len(opened) == 1
                if alike and look.space == own.space and (placed or b"\n" in own.space):
                    return _whole(data, sibling, found.start(), record) or found.start()
                sibling = found.start() if alike and placed and sibling < 0 else sibling
                ambiguous = True
            if data[position - 2] != _SLASH:
                opened.append(name)
    return -1


def _whole(data: bytes | bytearray, start: int, end: int, record: bytes) -> int:
    """``start`` if there seems to be one record up to ``end``, else 0."""
    is_filled = start > 0 and data[start:end].rstrip().endswith(b"</" + record + b">")
    return start if is_filled else 0


class _Look(NamedTuple):
    """What distinguishes records from other elements of the same name: preceding white space, names of attributes."""

    space: bytes
    attributes: list[bytes] | None  # None: the tag is malformed

    def named_like(self, other: _Look) -> bool:
        known = self.attributes is not None and other.attributes is not None
        return not known or self.attributes == other.attributes


def _look(data: bytes | bytearray, start: int, body: int) -> _Look:
    before = _SPACE_BEFORE.search(data[max(0, start - _LOOK_BACK) : start])
    tag = bytes(data[start:body])
    names = [name for name, _ in attributes(tag)] if _WELL_FORMED.fullmatch(tag) else None
    return _Look(before[0] if before else b"", names)


def _close(opened: list[bytes], name: bytes) -> None:
    """Close the innermost element of that name; the record itself only if it is the innermost."""
    if name == opened[-1]:
        opened.pop()
    elif name in opened[max(1, len(opened) - _NEAR) :]:
        while opened.pop() != name:
            pass
