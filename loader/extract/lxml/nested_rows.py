"""Rows inside of rows, to any depth: found by a stack, because trees are deeper than calls and loops can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml.etree import _Element

from loader.extract.lxml.gates import select

_Paths = Sequence[tuple[str, ...]]


def nested(row: _Element, paths: _Paths, ordinal: int) -> Iterator[tuple[_Element, int, int]]:
    """The elements of all rows inside of a row, in document order, each with the ordinal of the row around it and its
    depth. ``paths``: from a row to those inside it; ``ordinal``: of the row, which those of the others follow.
    """
    around = [(_inside(row, paths), ordinal)]
    while around:
        rows, parent = around[-1]
        element = next(rows, None)
        if element is None:
            around.pop()
            continue
        ordinal += 1
        yield element, parent, len(around) + 1
        around.append((_inside(element, paths), ordinal))


def _inside(element: _Element, paths: _Paths) -> Iterator[_Element]:
    """What some paths select, none of which leads into the elements of another, in document order."""
    if paths == ((),):
        yield element
        return
    further: dict[_Element, list[tuple[str, ...]]] = {}
    for step, *rest in paths:
        for child in select(element, step):
            further.setdefault(child, []).append(tuple(rest))
    children = further if len(paths) == 1 else [child for child in element if child in further]
    for child in children:
        yield from _inside(child, tuple(further[child]))
