"""COPY text put together from slices of the buffer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from loader.extract.columnar.arrays import Bytes, Ints
from loader.extract.columnar.columns import TableRows

_FIELD, _ROW = 0x1F, 0x1E  # XML forbids them, so no value has them
_PIECE = 64 * 1024  # bytes put together at a time: their places stay in the processor's second cache

# One pass at the end: marks become what COPY reads, and what references left over disappears.
_FINAL = bytes.maketrans(b"\x1c\x1e\x1f", b"\\\n\t")
_NOTHING = b"\0"


def assemble(buffer: Bytes, table: TableRows) -> bytes:
    """The rows of a table as COPY text, every line complete."""
    width = len(table.fields)
    begins = np.empty((table.count, width), np.int64)
    sizes = np.empty((table.count, width), np.int64)
    for position, (places, lengths) in enumerate(table.fields):
        begins[:, position] = places
        sizes[:, position] = lengths
    begin, size = begins.ravel(), sizes.ravel()
    size += 1  # for the mark behind each value
    end = np.cumsum(size)
    text = np.empty(int(end[-1]), np.uint8)
    for first, last in _pieces(end):
        _gather(buffer, begin[first:last], size[first:last], text[end[first] - size[first] : end[last - 1]])
    end -= 1
    text[end] = _FIELD
    text[end[width - 1 :: width]] = _ROW
    return _escaped(text.tobytes())


def _pieces(end: Ints) -> Iterator[tuple[int, int]]:
    """Runs of values of about _PIECE bytes; a longer value is one of its own."""
    first = 0
    while first < len(end):
        done = int(end[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(end, done + _PIECE, "right")))
        yield first, last
        first = last


def _gather(buffer: Bytes, begin: Ints, size: Ints, out: Bytes) -> None:
    """Copy slices, one behind the other: each byte comes from behind the one before, but where a slice begins."""
    place = np.ones(len(out), np.int64)
    place[0] = begin[0]
    place[np.cumsum(size[:-1])] = begin[1:] - begin[:-1] - size[:-1] + 1
    np.cumsum(place, out=place)
    np.take(buffer, place, out=out, mode="wrap")  # nothing wraps; the other modes take longer


def _escaped(text: bytes) -> bytes:
    for character, escape in ((b"\\", b"\x1c\x1c"), (b"\t", b"\x1ct"), (b"\n", b"\x1cn")):
        if character in text:
            text = text.replace(character, escape)
    return text.translate(_FINAL, _NOTHING)
