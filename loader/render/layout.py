"""Lays out lists and comments, so that rendered SQL reads as if written by hand."""

from __future__ import annotations

from collections.abc import Iterable

from loader.render.names import literal

WIDTH = 108  # of a line; statements are indented by up to twelve columns inside a procedure


def lines(items: Iterable[str], indent: int) -> str:
    """Items one per line; the first continues the current line."""
    pad = "\n" + " " * indent
    return f",{pad}".join(item.replace("\n", pad) for item in items)


def filled(items: Iterable[str], indent: int) -> str:
    """Items side by side, on as many lines as necessary."""
    rows = [""]
    for item in items:
        if rows[-1] and indent + len(rows[-1]) + len(item) + 2 > WIDTH:
            rows.append("")
        rows[-1] += f", {item}" if rows[-1] else item
    return (",\n" + " " * indent).join(rows)


def sentence(text: str) -> str:
    """A comment as a string constant on one line, whatever its line breaks in the mapping."""
    return literal(" ".join(text.split()))
