"""Which values of a column are proven to fit: as arrays where that is possible, the others one by one."""

from __future__ import annotations

import datetime
from decimal import Decimal
from functools import cached_property, lru_cache

import numpy as np

from loader.extract.columnar.arrays import Bytes, Flags, Ints, Words
from loader.extract.columnar.forms import MOST_DIGITS, Forms
from loader.extract.columnar.names import top
from loader.extract.screen import Screen
from loader.mapping.bounds import KEY_NUMBER

_MOST_COMPARED = 16  # values of an enum; each costs a pass
_DIGITS = {"smallint": 5, "integer": 10, "bigint": 19}
_EXPONENTS = {"real": 12, "double precision": 280}  # with so small ones, numbers of few digits are in range
_MARGIN = datetime.timedelta(days=2)  # more than any two time zones differ


class Proof:
    """The values of a block, as places in a buffer: ``size`` bytes of data, then literals."""

    def __init__(self, buffer: Bytes, words: Words, size: int) -> None:
        self._buffer, self._words, self._size = buffer, words, size
        self._forms = Forms(buffer, words)

    def doubtful(self, screen: Screen, begin: Ints, length: Ints) -> Ints:
        """The indexes of the values that are not proven to fit. Literals are not examined."""
        given = np.flatnonzero(begin < self._size)
        if len(given) < len(begin):
            begin, length = begin[given], length[given]
        if screen.pattern is not None or len(screen.enum) > _MOST_COMPARED:
            left = np.arange(len(begin))
        else:
            left = np.flatnonzero(~self._proven(screen, begin, length))
        if not len(left):
            return left
        texts = self.texts(begin[left], length[left])
        passing = {text: screen.passes(text.decode()) for text in set(texts)}
        return given[left[[not passing[text] for text in texts]]]

    def equal(self, begin: Ints, length: Ints, text: bytes) -> Flags:
        """Which values equal a text; eight bytes are compared per step."""
        equal: Flags = length == len(text)
        for offset in range(0, len(text), 8):
            part = text[offset : offset + 8]
            word = self._words[np.minimum(begin + offset, len(self._words) - 1) if offset else begin]
            equal &= word << np.uint64(64 - 8 * len(part)) == np.uint64(top(part))
        return equal

    @cached_property
    def _raw(self) -> bytes:
        return self._buffer[: self._size].tobytes()

    def texts(self, begin: Ints, length: Ints) -> list[bytes]:
        """The texts of values in the data."""
        raw = self._raw
        end = begin + length
        texts = [raw[first:last] for first, last in zip(begin.tolist(), end.tolist(), strict=True)]
        return [text.translate(None, b"\0") for text in texts] if b"\0" in raw else texts

    def _proven(self, screen: Screen, begin: Ints, length: Ints) -> Flags:
        proven = self._within(screen, begin, length) if screen.has_bounds else self.has_form(screen, begin, length)
        if screen.enum:
            allowed = np.zeros(len(begin), np.bool_)
            for text in screen.enum:
                allowed |= self.equal(begin, length, text.encode())
            proven &= allowed
        return proven

    def has_form(self, screen: Screen, begin: Ints, length: Ints) -> Flags:
        """Which values have the form of the type."""
        kind = screen.kind
        if screen.is_text:
            return length <= screen.size if screen.size else np.ones(len(begin), np.bool_)
        if kind in _DIGITS:
            return self._forms.integers(begin, length, digits=_DIGITS[kind])
        if kind in {"numeric", KEY_NUMBER}:
            proven = self._forms.decimals(begin, length)
            return proven & self._without_zeros(begin, length) if kind == KEY_NUMBER else proven
        if kind in _EXPONENTS:
            return self._forms.floats(begin, length, most=_EXPONENTS[kind])
        if kind == "uuid":
            return self._forms.uuids(begin, length)
        if kind == "boolean":
            proven = self.equal(begin, length, b"true")
            for text in (b"false", b"1", b"0"):
                proven |= self.equal(begin, length, text)
            return proven
        if kind == "date":
            proven = self._forms.days(begin, length)[0]
            proven &= length == 10
            return proven
        if kind in {"timestamp", "timestamptz"}:
            return self._forms.moments(begin, length, zoned=kind == "timestamptz")[0]
        return np.zeros(len(begin), np.bool_)

    def _without_zeros(self, begin: Ints, length: Ints) -> Flags:
        """Which numbers have a digit other than 0 at their end, or are short and have no point."""
        last = self._buffer[begin + np.maximum(length, 1) - 1]
        found: Flags = (last > ord("0")) & (last <= ord("9"))
        return found

    def _within(self, screen: Screen, begin: Ints, length: Ints) -> Flags:
        """Which values have the form of the type and are certainly within their bounds."""
        kind = screen.kind
        limits = _limits(screen)
        if limits is None:
            return np.zeros(len(begin), np.bool_)
        low, high = limits
        if kind in {*_DIGITS, *_EXPONENTS, "numeric", KEY_NUMBER}:
            numbers = self._forms.numbers(begin, length)
            proven = numbers.exact & self.has_form(screen, begin, length)
            proven &= (low <= numbers.value) & (numbers.value <= high)
            return proven
        if kind == "date":
            proven, day = self._forms.days(begin, length)
            proven &= length == 10
        else:
            proven, day = self._forms.moments(begin, length, zoned=kind == "timestamptz")
        return proven & (low <= day) & (day <= high)


@lru_cache(maxsize=4096)
def _limits(screen: Screen) -> tuple[float, float] | None:
    """The bounds as numbers: a value between them is within the rule's. None: only its text tells."""
    found = []
    for text, bound, none, sign in (
        (screen.minimum, screen.bounds[0], -np.inf, 1),
        (screen.maximum, screen.bounds[1], np.inf, -1),
    ):
        if text is None:
            found.append(none)
        elif isinstance(bound, int | Decimal):
            if len(Decimal(bound).as_tuple().digits) > MOST_DIGITS or abs(Decimal(bound)) >= 10**MOST_DIGITS:
                return None
            found.append(float(bound))
        elif isinstance(bound, datetime.date):
            try:
                day = bound if screen.kind == "date" else bound + sign * _MARGIN
            except OverflowError:
                return None
            found.append(float((day.year * 100 + day.month) * 100 + day.day))
        else:
            return None
    return found[0], found[1]
