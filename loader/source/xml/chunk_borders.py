"""Where one chunk ends and the next begins: records are gathered into spans."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from operator import itemgetter

import xxhash

from loader.source.packing.ranges import signed_digest
from loader.source.xml.ancestors import Context
from loader.source.xml.span import Content, Span
from loader.source.xml.walk import Run
from loader.source.xml.window import LONG_GAP, Window

_END = itemgetter(1)


class Gatherer:
    """Gathers records into spans of at most ``chunk_bytes``, unless a single record is longer.

    A span also ends where its ancestors change in something on which rows depend (its context is that of its first
    record), at a long gap, and around a record whose end was guessed. ``keeping``: spans have their content, except
    those of a single record beyond ``chunk_bytes``. ``oversized``: by their starts, the digests of records whose bytes
    the window has dropped.
    """

    def __init__(
        self,
        window: Window,
        point: Callable[[int], bytes | None],
        chunk_bytes: int,
        oversized: dict[int, int],
        *,
        keeping: bool = False,
    ) -> None:
        self.total = 0
        self._window = window
        self._point = point
        self._chunk_bytes = chunk_bytes
        self._oversized = oversized
        self._number = 0
        self._records = 0
        self._start = self._end = self._hashed = 0
        self._sound = True
        self._context = Context(b"", b"")
        self._seek: bytes | None = None
        self._digest = xxhash.xxh3_64()
        self._keeping = keeping
        self._pieces: list[bytes] = []
        self._found: list[tuple[int, int, int]] = []
        window.before_drop = self._hash

    def add(self, run: Run) -> Iterator[Span]:
        """Add the next records; yields the spans that are complete before the last of them."""
        found, context, sound = run
        first = 0
        while first < len(found):
            start, end, _ = found[first]
            if self._records and (
                end - self._start > self._chunk_bytes
                or (context is not self._context and context.meaning != self._context.meaning)
                or start - self._end > LONG_GAP
                or not sound
                or not self._sound
            ):
                complete = self.close()
                if complete is not None:
                    yield complete
            if not self._records:
                self._start = self._hashed = start
                self._context, self._sound = context, sound
                self._seek = self._point(start)
            last = max(first + 1, bisect_right(found, self._start + self._chunk_bytes, first, key=_END))
            self._records += last - first
            self._end = found[last - 1][1]
            if self._keeping:
                self._found += found[first:last]
            first = last

    def close(self) -> Span | None:
        """The span that was being gathered, if any."""
        if not self._records:
            return None
        digest = self._oversized.pop(self._start, None)
        if digest is None:
            self._hash()
            digest = self._digest.intdigest()
        self._number += 1
        span = Span(
            number=self._number,
            start=self._start,
            end=self._end,
            first_record=self.total + 1,
            records=self._records,
            prefix=self._context.prefix,
            suffix=self._context.suffix,
            seek=self._seek,
            digest=signed_digest(digest),
            content=self._content(),
            values=self._context.values,
        )
        self.total += self._records
        self._records = 0
        self._digest.reset()
        return span

    def _content(self) -> Content | None:
        pieces, found = self._pieces, self._found
        self._pieces, self._found = [], []
        if not self._keeping or self._end - self._start > self._chunk_bytes:
            return None
        return Content(pieces, self._start, found if self._sound else None)

    def _hash(self) -> None:
        """Hash, and keep, the bytes gathered since the last call, because the window is about to drop them."""
        if self._records and self._end > self._hashed and self._start not in self._oversized:
            base = self._window.base
            with memoryview(self._window.data) as view, view[self._hashed - base : self._end - base] as part:
                self._digest.update(part)
                if self._keeping and self._end - self._start <= self._chunk_bytes:
                    self._pieces.append(bytes(part))
            self._hashed = self._end
