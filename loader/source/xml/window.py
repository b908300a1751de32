"""The part of a decoded stream that is in memory: it grows at the end and is dropped at the front."""

from __future__ import annotations

import re
from collections.abc import Callable

# White space, comments and unmapped elements longer than this are not kept in memory, and end a span.
LONG_GAP = 64 * 1024
# Searching a rare second character with memchr and checking the `<` before it runs at 10-25 GB/s, a search for the pair
# at 1.4. In text full of `!` or `?` the pair search is quicker, from one miss in so many bytes on.
_BYTES_A_MISS = 256
_LT = 0x3C
NEVER = 1 << 62


class Window:
    """Bytes ``[base, end)`` of the stream. Offsets are absolute in the stream, unless a name says ``at``."""

    def __init__(self, read: Callable[[], bytes], data: bytes | bytearray = b"") -> None:
        self.data = data
        self.base = 0
        self.floor = 0  # nothing before this offset will be requested again
        self.before_drop: Callable[[], None] | None = None
        self.giving_up: Callable[[int], None] | None = None  # called before bytes are dropped, up to an offset
        self.doubtful = False  # whether a `<!` or `<?` was passed as text, which a reader may see otherwise
        self._read = read
        self._bang = _Pair(b"!")
        self._query = _Pair(b"?")

    @property
    def end(self) -> int:
        """Offset after the last byte read so far."""
        return self.base + len(self.data)

    def grow(self) -> bool:
        """Read the next block; False at the end of the stream."""
        block = self._read()
        if not block:
            return False
        if not isinstance(self.data, bytearray):
            self.data = bytearray(self.data)
        drop = self.floor - self.base
        if drop > 0:
            if self.before_drop is not None:
                self.before_drop()
            del self.data[:drop]
            self.base += drop
        self.data += block
        return True

    def slice(self, start: int, end: int) -> bytes:
        """The bytes ``[start, end)``, as far as they have been read."""
        return bytes(self.data[start - self.base : end - self.base])

    def peek(self, start: int, length: int) -> bytes:
        """``length`` bytes from ``start``, fewer only at the end of the stream."""
        while self.end < start + length and self.grow():
            pass
        return self.slice(start, start + length)

    def find(self, needle: bytes, start: int, *, keep: bool, limit: int = NEVER) -> int:
        """Offset of the needle at or after ``start``, or -1 if the stream (or ``limit``) ends first.

        Unless ``keep``, bytes that a long search has passed are dropped.
        """
        while True:
            at = self.data.find(needle, start - self.base)
            if at >= 0:
                return self.base + at
            start = max(start, self.end - len(needle) + 1)
            if not keep:
                self.give_up_gap(start)
            if start >= limit or not self.grow():
                return -1

    def search(self, pattern: re.Pattern[bytes], start: int, *, keep: bool) -> int:
        """Offset of the first match of a one-byte pattern, or -1; drops like ``find``."""
        while True:
            found = pattern.search(self.data, start - self.base)
            if found is not None:
                return self.base + found.start()
            start = self.end
            if not keep:
                self.give_up_gap(start)
            if not self.grow():
                return -1

    def give_up_gap(self, offset: int) -> None:
        """Drop the bytes before ``offset`` if these are a long gap."""
        if offset - self.floor > LONG_GAP:
            if self.giving_up is not None:
                self.giving_up(offset)
            self.floor = offset

    def special(self, start: int) -> int:
        """Offset of the next ``<!`` or ``<?`` in the window at or after ``start``, or NEVER."""
        return min(self._bang.next(self, start), self._query.next(self, start))

    def look_again(self) -> None:
        """Forget which specials were seen, because the caller goes back."""
        self._bang = _Pair(b"!")
        self._query = _Pair(b"?")


class _Pair:
    """The next place of ``<`` + one character, remembered so that every byte is scanned once."""

    def __init__(self, second: bytes) -> None:
        self._second = second
        self._hit = -1
        self._looked_to = 0

    def next(self, window: Window, start: int) -> int:
        if self._hit >= start:
            return self._hit
        if self._looked_to < window.end:
            at = self._find(window.data, max(start, self._looked_to) - window.base)
            if at >= 0:
                self._hit = self._looked_to = window.base + at
                self._looked_to += 1
                return self._hit
            self._looked_to = max(start, window.end - 1)
        return NEVER

    def _find(self, data: bytes | bytearray, at: int) -> int:
        probe = at + 1
        for _ in range((len(data) - at) // _BYTES_A_MISS + 1):
            probe = data.find(self._second, probe)
            if probe < 0:
                return -1
            if data[probe - 1] == _LT:
                return probe - 1
            probe += 1
        return data.find(b"<" + self._second, probe - 1)
