"""A span: the run of whole records that becomes a chunk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a span, in pieces, and its records as the walk found them (None if the end of one was guessed)."""

    pieces: list[bytes]
    start: int
    found: list[tuple[int, int, int]] | None

    @property
    def records(self) -> list[tuple[int, int, int]] | None:
        """The records in the bytes: start, end, index of the path; None: they are to be split as a reader would."""
        base = self.start
        return None if self.found is None else [(start - base, end - base, path) for start, end, path in self.found]

    def data(self) -> bytes:
        """All bytes, once: the pieces are released."""
        data = b"".join(self.pieces)
        self.drop()
        return data

    def drop(self) -> None:
        """Release the bytes."""
        self.pieces.clear()


@dataclass(frozen=True, slots=True)
class Span:
    """A run of whole records of one source.

    ``start`` and ``end`` are byte offsets in the decoded stream: uncompressed, and transcoded to UTF-8 if the file has
    another encoding. ``prefix`` + record bytes + ``suffix`` is a well-formed document if the records are. ``values``:
    what the records read of elements before them. ``seek``
    tells a Reader where to enter a compressed file (None: at its beginning). ``digest`` is the xxh3_64 of the bytes, as
    a signed 64-bit integer. ``content``: the bytes, if the scan keeps them.
    """

    number: int
    start: int
    end: int
    first_record: int
    records: int
    prefix: bytes
    suffix: bytes
    seek: bytes | None
    digest: int
    content: Content | None = field(default=None, compare=False, repr=False)
    values: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
