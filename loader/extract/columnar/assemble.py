"""COPY text assembled from slices of the buffer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from loader.extract.columnar.arrays import Bytes, Ints
from loader.extract.columnar.columns import TableRows
from loader.extract.columnar.escapes import finished

_PIECE = 128 * 1024  # bytes assembled at a time: their indexes stay in the processor's second cache


def assemble(buffer: Bytes, table: TableRows) -> bytes:
    """The rows of a table as COPY text, every line complete."""
    width = len(table.fields)
    begins = np.empty((table.count, width), np.int64)
    sizes = np.empty((table.count, width), np.int64)
    for position, (places, lengths) in enumerate(table.fields):
        begins[:, position] = places
        sizes[:, position] = lengths
    begin, size = begins.ravel(), sizes.ravel()
    size += 1  # for the mark after each value
    end = np.cumsum(size)
    text = np.empty(int(end[-1]), np.uint8)
    # The distance of the first byte of each value from the last byte of the value before it.
    step = begin.copy()
    step[1:] -= begin[:-1]
    step[1:] -= size[:-1]
    step += 1
    for first, last in _pieces(end):
        start = int(end[first - 1]) if first else 0
        place = np.ones(int(end[last - 1]) - start, np.int64)
        place[end[first : last - 1] - start] = step[first + 1 : last]
        place[0] = begin[first]
        _gather(buffer, place, text[start : start + len(place)])
    end -= 1
    return finished(text, end, width)


def _pieces(end: Ints) -> Iterator[tuple[int, int]]:
    """Runs of values of about _PIECE bytes; a longer value is one of its own."""
    first = 0
    while first < len(end):
        done = int(end[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(end, done + _PIECE, "right")))
        yield first, last
        first = last


def _gather(buffer: Bytes, step: Ints, out: Bytes) -> None:
    """Copy bytes, each given by its distance from the one before."""
    np.cumsum(step, out=step)
    np.take(buffer, step, out=out, mode="wrap")  # nothing wraps; the other modes take longer
