"""What rows consist of besides the bytes of the records: NULL, defaults, ordinals, record numbers, origins."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from loader.extract.columnar.arrays import Flags, Ints
from loader.extract.columnar.escapes import NULL, escaped
from loader.extract.columnar.names import PADDING
from loader.mapping.tables import Table

_MOST = 4096  # ordinals; the general engine reads a record with more rows of one table in one parent row

_NUMBERS = b"".join(b"%d" % number for number in range(1, _MOST + 1))
_NUMBER_LENGTH = np.array([0, *(len(str(number)) for number in range(1, _MOST + 1))])
_NUMBER_PLACE = np.cumsum(_NUMBER_LENGTH) - _NUMBER_LENGTH


class Literals:
    """The bytes that follow a block's data in its buffer, and where they are."""

    most = _MOST

    def __init__(self, offset: int, tables: Sequence[Table], origins: Sequence[tuple[str, str, str]]) -> None:
        """``offset``: number of bytes of the data; ``origins``: for each record its `_rec`,
        generated key, system columns.
        """
        pieces = [b"\0" * PADDING]
        self._size, self._end = offset, offset + PADDING
        self._pieces = pieces
        self._texts: dict[str | None, tuple[int, int]] = {None: self._add(NULL)}
        for table in tables:
            for column in (*table.key, *table.columns):
                if column.default is not None and column.default not in self._texts:
                    self._texts[column.default] = self._add(escaped(column.default.encode()))
        self._ordinals = self._add(_NUMBERS)[0]
        self.numbers = self._add_all([rec for rec, _, _ in origins])
        alike = not origins or origins[0][0] == origins[0][1]  # all are of one source, so the first one tells
        self.keys = self.numbers if alike else self._add_all([key for _, key, _ in origins])
        self.origins = self._add_all([system for _, _, system in origins])
        self._add(b"." + b"\0" * PADDING)  # the bytes after a value are examined with it, so they must be plain
        self._first, self._made = len(self._pieces), self._end

    def content(self) -> bytes:
        """What to append to the data."""
        return b"".join(self._pieces)

    def made(self) -> bytes:
        """What to append to that: values that have been made meanwhile."""
        return b"".join(self._pieces[self._first :])

    def make(self, text: str) -> tuple[int, int]:
        """The slice of a value that is not in the data."""
        return self._add(escaped(text.encode()))

    def are_values(self, begin: Ints) -> Flags:
        """Which slices are values, and not NULL, defaults or numbers."""
        return (begin < self._size) | (begin >= self._made)

    @property
    def none(self) -> tuple[int, int]:
        """The slice of NULL."""
        return self._texts[None]

    def ordinal(self, values: Ints) -> tuple[Ints, Ints]:
        """Slices of numbers from 1 to `most`."""
        return _NUMBER_PLACE[values] + self._ordinals, _NUMBER_LENGTH[values]

    def instead(self, where: Flags, begin: Ints, length: Ints, text: str | None) -> tuple[Ints, Ints]:
        """The slices, with a literal (None: NULL) in some places."""
        if not where.any():
            return begin, length
        place, size = self._texts[text]
        return np.where(where, place, begin), np.where(where, size, length)

    def spread(self, row: Ints, begin: Ints, length: Ints, count: int, text: str | None) -> tuple[Ints, Ints]:
        """Slices for ``count`` rows: those given at their rows, a literal (None: NULL) at all others."""
        place, size = self._texts[text]
        begins, lengths = np.full(count, place), np.full(count, size)
        begins[row], lengths[row] = begin, length
        return begins, lengths

    def _add(self, piece: bytes) -> tuple[int, int]:
        place = self._end
        self._pieces.append(piece)
        self._end += len(piece)
        return place, len(piece)

    def _add_all(self, texts: Sequence[str]) -> tuple[Ints, Ints]:
        """ASCII texts, one per record."""
        length = np.array(list(map(len, texts)), np.int64)
        place, _ = self._add("".join(texts).encode())
        return np.cumsum(length) - length + place, length
