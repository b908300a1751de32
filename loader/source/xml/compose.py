"""A small dump composed of records that come from several places of a larger one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from loader.source.xml.ancestors import Context, Element
from loader.source.xml.before import Before, given
from loader.source.xml.records_of_span import ancestors_in
from loader.source.xml.tags import RecordPath


def compose(records: Sequence[tuple[Context, bytes]], paths: Sequence[RecordPath]) -> tuple[bytes, list[int]]:
    """The text of a dump, and the byte offsets of its records.

    ``records``: for each, the context of its span, and its own bytes. What it reads of elements before it is given in a
    processing instruction. Elements around records stay open as long as the
    next record is inside the same ones; if its root element or DOCTYPE differs, a new document begins.
    """
    text = bytearray()
    starts = []
    opened: list[Element] = []
    doctype, before = b"", b""
    reads_before = bool(Before(paths).wanted)
    for context, record in records:
        prefix = context.prefix
        if prefix != before or (prefix and not opened):  # a record without ancestors is a document of its own
            ancestors = ancestors_in(prefix, paths)
            kept = _in_common(opened, ancestors.stack) if ancestors.doctype == doctype else 0
            text += b"".join(b"</" + element.name + b">\n" for element in reversed(opened[kept:]))
            if not kept:
                text += ancestors.doctype
            text += b"".join(element.tag + b"\n" for element in ancestors.stack[kept:])
            opened, doctype, before = ancestors.stack, ancestors.doctype, prefix
        text += given(context.values) + b"\n" if reads_before else b""
        starts.append(len(text))
        text += record + b"\n"
    text += b"".join(b"</" + element.name + b">\n" for element in reversed(opened))
    return bytes(text), starts


def _in_common(one: Sequence[Element], other: Sequence[Element]) -> int:
    """How many elements, from the outermost on, have the same start tags."""
    pairs: Iterator[tuple[Element, Element]] = zip(one, other, strict=False)
    return next((depth for depth, (a, b) in enumerate(pairs) if a.tag != b.tag), min(len(one), len(other)))
