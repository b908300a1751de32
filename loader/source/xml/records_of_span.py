"""The records inside a span, found by the same walk that planned it."""

from __future__ import annotations

from collections.abc import Sequence

from loader.source.xml.ancestors import Ancestors
from loader.source.xml.tags import RecordPath
from loader.source.xml.walk import Walker
from loader.source.xml.window import Window


def split(data: bytes, prefix: bytes, paths: Sequence[RecordPath]) -> list[tuple[int, int, int]]:
    """(start, end, index of its path) of each record in a span's bytes; the prefix contains the ancestors.

    Whatever does not end in the span belongs to its last record, which a parser then rejects.
    """
    walker = _inside(prefix, paths)
    walker.window = Window(_nothing, data)
    spans: list[tuple[int, int, int]] = []
    for found, _, _ in walker.runs():
        spans += found
    return spans


def ancestors_in(prefix: bytes, paths: Sequence[RecordPath]) -> Ancestors:
    """The elements that the prefix of a span opens, with its DOCTYPE."""
    return _inside(prefix, paths).ancestors


def _inside(prefix: bytes, paths: Sequence[RecordPath]) -> Walker:
    walker = Walker(Window(_nothing, prefix), paths, fragment=True)
    for _ in walker.runs():
        pass  # a prefix holds only start tags
    return walker


def _nothing() -> bytes:
    return b""
