"""Marks that no value contains, and substitutes for characters that COPY would misread, until its text is finished."""

from __future__ import annotations

import numpy as np

from loader.extract.columnar.arrays import Bytes, Ints

# XML forbids these characters.
_BACKSLASH, _ROW, _FIELD = 0x1C, 0x1E, 0x1F
NULL = b"\x1cN"
ESCAPES = {ord("\\"): b"\x1c\x1c", ord("\t"): b"\x1ct", ord("\n"): b"\x1cn", ord("\r"): b"\x1cr"}

# One pass at the end: marks become what COPY expects, and padding of references is deleted.
_FINAL = bytes.maketrans(b"\x1c\x1e\x1f", b"\\\n\t")
_NOTHING = b"\0"


def escaped(value: bytes) -> bytes:
    """A value in COPY's format, with 0x1C for the backslashes."""
    for character, escape in ESCAPES.items():
        value = value.replace(bytes((character,)), escape)
    return value


def finished(text: Bytes, ends: Ints, width: int) -> bytes:
    """COPY text of values, ``width`` per row; the byte after each value, at ``ends``, becomes its mark."""
    raw = text.tobytes()
    if any(character in raw for character in ESCAPES):
        text[ends], text[ends[width - 1 :: width]] = _FIELD, _ROW
        return escaped(text.tobytes()).translate(_FINAL, _NOTHING)
    text[ends], text[ends[width - 1 :: width]] = ord("\t"), ord("\n")
    # A few passes over all bytes are quicker than a lookup for each of them.
    for mark, final in ((_BACKSLASH, ord("\\")), (_FIELD, ord("\t"))):
        text ^= (text == mark).view(np.uint8) * np.uint8(mark ^ final)
    raw = text.tobytes()
    return raw.replace(_NOTHING, b"") if _NOTHING in raw else raw
