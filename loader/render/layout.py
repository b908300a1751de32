"""Lays out lists and comments, so that rendered SQL reads as if written by hand."""

from __future__ import annotations

from collections.abc import Iterable

from loader.render.names import literal

WIDTH = 108  # of a line; statements stand up to twelve columns further to the right inside a procedure


def lines(items: Iterable[str], indent: int) -> str:
    """Items one a line; the first continues the line it is put on."""
    pad = "\n" + " " * indent
    return f",{pad}".join(item.replace("\n", pad) for item in items)


def filled(items: Iterable[str], indent: int) -> str:
    """Items beside each other, on as many lines as it takes."""
    rows = [""]
    for item in items:
        if rows[-1] and indent + len(rows[-1]) + len(item) + 2 > WIDTH:
            rows.append("")
        rows[-1] += f", {item}" if rows[-1] else item
    return (",\n" + " " * indent).join(rows)


def sentence(text: str) -> str:
    """A comment as a string constant on one line, however the mapping breaks it."""
    return literal(" ".join(text.split()))
