"""Spans as pieces, and back: the position of a span and what surrounds it, as bytes that only XML understands."""

from __future__ import annotations

import json
import struct

from loader.errors import SourceError
from loader.source.protocol import Piece
from loader.source.xml.ancestors import Context
from loader.source.xml.span import Content, Span

# migrations/0020_pieces.sql changes databases of earlier versions to these forms.
_RANGE = struct.Struct(">qq")  # first byte, byte after the last; the seek point follows
_LENGTH = struct.Struct(">i")  # of the prefix, which follows, and then the suffix
_VALUES = b"\0"  # after the suffix, if there are values, which follow as JSON


def piece_of(span: Span) -> Piece:
    """The piece that a span becomes."""
    context = _LENGTH.pack(len(span.prefix)) + span.prefix + span.suffix if span.prefix else None
    if context and span.values:
        context += _VALUES + json.dumps(span.values).encode()
    return Piece(
        span.number, span.first_record, span.records, span.end - span.start, f"bytes {span.start} to {span.end}",
        _RANGE.pack(span.start, span.end) + (span.seek or b""), context, span.digest, span.content,
    )  # fmt: skip


def span_of(piece: Piece) -> Span:
    """The span that a piece was made of."""
    if piece.locator is None or piece.digest is None:
        raise SourceError("the chunk was planned by hand: where its records are was not said")
    start, end = _RANGE.unpack_from(piece.locator)
    prefix, suffix, _, values = context_of(piece.context)
    content = piece.content if isinstance(piece.content, Content) else None
    seek = piece.locator[_RANGE.size :] or None
    return Span(
        piece.number, start, end, piece.first_record, piece.records, prefix, suffix, seek, piece.digest, content, values
    )  # fmt: skip


def context_of(packed: bytes | None) -> Context:
    """What surrounds the records of a piece."""
    if not packed:
        return Context(b"", b"")
    (length,) = _LENGTH.unpack_from(packed)
    behind = _LENGTH.size + length
    suffix, _, values = packed[behind:].partition(_VALUES)
    return Context(packed[_LENGTH.size : behind], suffix, values=json.loads(values) if values else {})
