"""A chunk: a piece of a source that a worker has claimed, and its form in the queue's routines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from loader.source.protocol import Piece

# The arguments of of_row, in its order.
COLUMNS: LiteralString = (
    "chunk_id, source_id, lease_token, number, first_record, records, weight, place, locator, context, digest"
)
# A parameter of type loader.piece, filled by piece_values.
PIECE: LiteralString = "loader.make_piece(%s, %s, %s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Chunk:
    """A claimed chunk, with the ``token`` of its lease."""

    chunk_id: int
    source_id: int
    token: int
    piece: Piece


def of_row(row: Sequence[Any]) -> Chunk:
    """The chunk of a row of COLUMNS, as returned by loader.claim_chunk."""
    chunk_id, source_id, token, *piece = row
    return Chunk(chunk_id, source_id, token, Piece(*piece))


def piece_values(piece: Piece) -> tuple[object, ...]:
    """The values for PIECE."""
    return (
        piece.number, piece.first_record, piece.records, piece.weight, piece.place, piece.locator, piece.context,
        piece.digest,
    )  # fmt: skip
