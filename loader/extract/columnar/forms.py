"""The forms of types, compared for all values of a column at once, eight bytes in a step.

Each function says which values certainly have a form. It may miss some, such as those with white space around them; for
these, loader.extract.screen examines each text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from loader.extract.columnar.arrays import Bytes, Flags, Ints, Words

_ZEROS, _HIGH, _CARRY, _LOW, _DOTS, _SEVENS = (
    np.uint64(int(pair * 8, 16)) for pair in ("30", "F0", "06", "0F", "2E", "7F")
)
_PLUS, _MINUS, _DOT, _SPACE, _T, _Z, _E, _ZERO = b"+-. TZe0"
_LARGEST_FIRST = {5: ord("2"), 10: ord("1"), 19: ord("8")}  # digits of the largest number of a type → the first one
_IS_HEX = np.array([chr(byte) in "0123456789abcdefABCDEF" for byte in range(256)])
_UUID_DASHES = (8, 13, 18, 23)
_UUID_DIGITS = np.array([place for place in range(36) if place not in _UUID_DASHES])
_SEPARATED = np.uint64(0xFF0000FF00000000)  # YYYY-MM-
_DASHES = np.uint64(0x1D00001D00000000)  # from - to 0, at these places
_OF_TIME = np.uint64(0x0000FF0000FF0000)  # HH:MM:SS
_COLONS = np.uint64(0x00000A00000A0000)
_YEAR = np.uint64(0x0F0F0F0F)
_TWO_DIGITS = np.uint64(0xFFFF)
_DAYS = np.zeros(256, np.int64)
_DAYS[1:13] = 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
Floats: TypeAlias = npt.NDArray[np.float64]
MOST_DIGITS = 15  # of a number that a float holds exactly


@dataclass(frozen=True, slots=True)
class Numbers:
    """Which values are numbers in plain notation, and their values; only those with ``exact`` are meaningful."""

    plain: Flags
    value: Floats
    exact: Flags


class Forms:
    """The values of a block. ``words``: the machine word that begins at each byte."""

    def __init__(self, data: Bytes, words: Words) -> None:
        self._data, self._words = data, words

    def integers(self, begin: Ints, length: Ints, *, digits: int) -> Flags:
        """Whole numbers with a sign or without, of up to so many digits: those with one less are all in range. With
        as many, the first digit decides, which is smaller than that of the largest number, or 1 if that is 2.
        """
        _, begin, length = self._unsigned(begin, length)
        found = self._digits(begin, length)
        found &= length <= digits
        longest = length == digits
        if longest.any():
            found &= ~longest | (self._data[begin] <= _LARGEST_FIRST[digits])
        return found

    def floats(self, begin: Ints, length: Ints, *, most: int) -> Flags:
        """Numbers of up to 24 characters beside their sign, with exponents from ``-most`` to ``most``; but not -0."""
        found = self.decimals(begin, length) & self._may_be_stored(begin, length)
        rest = np.flatnonzero(~found & (length > 0))
        if len(rest):
            first, size = begin[rest], length[rest]
            exponent = self._exponents(first, size)
            some = np.flatnonzero(exponent)
            fits = self._mantissas(first, size - exponent)
            if len(some):
                place = first[some] + size[some] - exponent[some] + 1
                _, place, digits = self._unsigned(place, exponent[some] - 1)
                value, _ = self._value(place, digits)
                fits[some] &= self._short_digits(place, digits) & (value <= most)
            found[rest] = fits & self._may_be_stored(first, size - exponent)
        return found

    def _may_be_stored(self, begin: Ints, length: Ints) -> Flags:
        """Which numbers are certainly not -0."""
        last = self._data[begin + np.maximum(length, 1) - 1]
        second = self._data[begin + 1]
        zero: Flags = (self._data[begin] == _MINUS) & ((second == _ZERO) | (second == _DOT))
        zero &= (last == _ZERO) | (last == _DOT)
        return ~zero

    def _exponents(self, begin: Ints, length: Ints) -> Ints:
        """How many of the last five characters are an exponent, with its e."""
        size = np.zeros(len(begin), np.int64)
        for distance in range(2, 6):
            mark = self._data[begin + np.maximum(length - distance, 0)] | 0x20
            size[(mark == _E) & (length > distance)] = distance
        return size

    def _mantissas(self, begin: Ints, length: Ints) -> Flags:
        """Digits with a sign or without, and at most one point, of up to 24 characters."""
        _, begin, length = self._unsigned(begin, length)
        found: Flags = (length > 0) & (length <= 24)
        points = np.zeros(len(begin), np.int64)
        for offset in (0, 8, 16):
            some = np.flatnonzero(found & (length > offset))
            if len(some):
                fits, dots = self._decimal(begin[some] + offset, np.minimum(length[some] - offset, 8))
                found[some] &= fits
                points[some] += dots != 0
        found &= (points < 2) & (length > points)
        return found

    def uuids(self, begin: Ints, length: Ints) -> Flags:
        """8-4-4-4-12 hexadecimal digits."""
        found: Flags = length == 36
        first = begin[found]
        fits = _IS_HEX[self._data[first[:, None] + _UUID_DIGITS]].all(axis=1)
        for place in _UUID_DASHES:
            fits &= self._data[first + place] == _MINUS
        found[found] = fits
        return found

    def decimals(self, begin: Ints, length: Ints) -> Flags:
        """Numbers of up to sixteen characters beside their sign, with at most one point."""
        _, begin, length = self._unsigned(begin, length)
        first, dots = self._decimal(begin, np.minimum(length, 8))
        first &= length <= 16
        first &= length > (dots != 0)
        long = np.flatnonzero(first & (length > 8))
        if len(long):
            second, more = self._decimal(begin[long] + 8, length[long] - 8)
            first[long] = second & ((dots[long] == 0) | (more == 0))
        return first

    def numbers(self, begin: Ints, length: Ints) -> Numbers:
        """Numbers of up to sixteen characters, and what they are."""
        plain = self.decimals(begin, length)
        negative, begin, length = self._unsigned(begin, length)
        length = np.where(plain, length, 1)
        head = np.minimum(length, 8)
        value, places = self._value(begin, head)
        long = np.flatnonzero(length > 8)
        if len(long):
            tail = length[long] - 8
            second, more = self._value(begin[long] + 8, tail)
            pointed = places[long] >= 0
            # With the point in the first word, all of the second are places after it.
            digits = np.where(more >= 0, tail - 1, tail)
            value[long] = value[long] * _POWERS[digits] + second
            places[long] = np.where(pointed, places[long] + tail, more)
        exact = plain & (length - (places >= 0) <= MOST_DIGITS)
        result = value / _POWERS[np.maximum(places, 0)]
        result[negative] *= -1
        return Numbers(plain, result, exact)

    def days(self, begin: Ints, length: Ints) -> tuple[Flags, Ints]:
        """Dates as YYYY-MM-DD at the beginning of values, and as numbers YYYYMMDD."""
        found: Flags = length >= 10
        word = self._words[begin]
        word ^= _DASHES
        found &= _all_digits(word)
        found &= (word & _SEPARATED) == (_ZEROS & _SEPARATED)
        found &= (word & _YEAR) != 0
        rest = self._words[begin + 8] & _TWO_DIGITS
        found &= _all_digits(rest | (_ZEROS & ~_TWO_DIGITS))
        year = _pair(word, 0) * 100 + _pair(word, 16)
        month, day = _pair(word, 40), _pair(rest, 0)
        found &= day > 0
        found &= day <= _DAYS[month]
        leap = np.flatnonzero(found & (month == 2) & (day == 29))
        if len(leap):
            years = year[leap]
            found[leap] = (years % 4 == 0) & ((years % 100 != 0) | (years % 400 == 0))
        return found, (year * 100 + month) * 100 + day

    def moments(self, begin: Ints, length: Ints, *, zoned: bool) -> tuple[Flags, Ints]:
        """YYYY-MM-DDTHH:MM:SS, with or without a fraction, and Z or an offset +HH:MM; and their dates as numbers."""
        found, day = self.days(begin, length)
        found &= length >= 19
        mark = self._data[begin + 10]
        found &= (mark == _T) | (mark == _SPACE)
        word = self._words[begin + 11]
        word ^= _COLONS
        found &= _all_digits(word)
        found &= (word & _OF_TIME) == (_ZEROS & _OF_TIME)
        found &= _pair(word, 0) < 24
        found &= _pair(word, 24) < 60
        found &= _pair(word, 48) < 60
        rest = length - 19
        if zoned:
            rest = rest - self._zones(begin, length)
        fraction = np.flatnonzero(found & (rest != 0))
        if len(fraction):
            place, size = begin[fraction] + 19, rest[fraction]
            of_some = (self._data[place] == _DOT) & (size >= 2) & (size <= 7)
            found[fraction] = of_some & self._short_digits(place + 1, size - 1)
        return found, day

    def _zones(self, begin: Ints, length: Ints) -> Ints:
        """The lengths of the zones at the ends of values."""
        end = begin + length
        size: Ints = (self._data[end - 1] == _Z).astype(np.int64)
        other = np.flatnonzero((size == 0) & (length >= 25))
        if len(other):
            word = self._words[end[other] - 8] >> np.uint64(16)  # +HH:MM
            sign = (word & np.uint64(0xFF)).view(np.int64)
            colon = (word >> np.uint64(24)) & np.uint64(0xFF) == np.uint64(ord(":"))
            hours, minutes = (word >> np.uint64(8)) & _TWO_DIGITS, (word >> np.uint64(32)) & _TWO_DIGITS
            digits = _all_digits((hours | (minutes << np.uint64(16))) | (_ZEROS << np.uint64(32)))
            fits = colon & digits & (_pair(hours, 0) < 16) & (_pair(minutes, 0) < 60)
            size[other] = 6 * (fits & ((sign == _PLUS) | (sign == _MINUS)))
        return size

    # Digits

    def _unsigned(self, begin: Ints, length: Ints) -> tuple[Flags, Ints, Ints]:
        """Which values are negative; all values without their signs."""
        first = self._data[begin]
        negative = first == _MINUS
        signed = (first == _PLUS) | negative
        if not signed.any():
            return negative, begin, length
        return negative, begin + signed, length - signed

    def _digits(self, begin: Ints, length: Ints) -> Flags:
        """Which values are up to 24 digits."""
        found = self._short_digits(begin, np.minimum(length, 8))
        long = np.flatnonzero(found & (length > 8))
        if len(long):
            first, size = begin[long], length[long]
            found[long] = _all_digits(self._words[first + size - 8]) & (size <= 24)
            longer = long[size > 16]
            if len(longer):
                found[longer] &= _all_digits(self._words[begin[longer] + 8])
        return found

    def _short_digits(self, begin: Ints, length: Ints) -> Flags:
        """Which values are one to eight digits."""
        found = _all_digits(self._padded(begin, length))
        found &= length > 0
        found &= length <= 8
        return found

    def _decimal(self, begin: Ints, length: Ints) -> tuple[Flags, Words]:
        """Which values of up to eight bytes are digits and at most one point; a bit in the place of each point."""
        word = self._padded(begin, length)
        dots = _dots(word)
        word ^= (dots >> np.uint64(7)) * np.uint64(0x1E)
        found = _all_digits(word)
        found &= (dots & (dots - np.uint64(1))) == 0
        found &= length > 0
        return found, dots

    def _value(self, begin: Ints, length: Ints) -> tuple[Floats, Ints]:
        """Digits with at most one point as numbers without it, and how many digits follow the point; -1: none."""
        word = self._padded(begin, length)
        dots = _dots(word)
        places = np.full(len(word), -1, np.int64)
        pointed = np.flatnonzero(dots)
        if len(pointed):
            mark, digits = dots[pointed], word[pointed]
            before = (mark >> np.uint64(7)) - np.uint64(1)
            behind = ~((mark << np.uint64(1)) - np.uint64(1))
            # The digits before the point move one place on, over the point.
            word[pointed] = (digits & behind) | ((digits & before) << np.uint64(8)) | np.uint64(0x30)
            places[pointed] = 7 - (np.frexp(mark.astype(np.float64))[1].astype(np.int64) - 1) // 8
        word &= _LOW
        word = (word * np.uint64(2561)) >> np.uint64(8)
        word &= np.uint64(0x00FF00FF00FF00FF)
        word = (word * np.uint64(6553601)) >> np.uint64(16)
        word &= np.uint64(0x0000FFFF0000FFFF)
        word = (word * np.uint64(42949672960001)) >> np.uint64(32)
        return word.astype(np.float64), places

    def _padded(self, begin: Ints, length: Ints) -> Words:
        """Values of one to eight bytes as words, with zeros as digits before them; others as anything."""
        # In two steps, because a shift by 64 does nothing.
        bits = (np.clip(length, 1, 8) << 3).view(np.uint64)
        word = self._words[begin]
        word <<= np.uint64(64) - bits
        word |= (_ZEROS >> (bits - np.uint64(4))) >> np.uint64(4)
        return word


_POWERS = 10.0 ** np.arange(20)


def _all_digits(word: Words) -> Flags:
    """Which words are eight digits."""
    found: Flags = (word & _HIGH) == _ZEROS
    found &= ((word + _CARRY) & _HIGH) == _ZEROS
    return found


def _dots(word: Words) -> Words:
    """The top bit of each byte that is a point."""
    other = word ^ _DOTS
    return ~(((other & _SEVENS) + _SEVENS) | other | _SEVENS)


def _pair(word: Words, shift: int) -> Ints:
    """The number of two digits at a bit of each word."""
    tens = (word >> np.uint64(shift)) & np.uint64(0x0F)
    ones = (word >> np.uint64(shift + 8)) & np.uint64(0x0F)
    return (tens * np.uint64(10) + ones).view(np.int64)
