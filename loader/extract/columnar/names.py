"""Names as integers: elements and attributes that a mapping knows, found for all tags of a block at once."""

from __future__ import annotations

import random
from collections.abc import Iterable

import numpy as np

from loader.extract.columnar.arrays import Codes, Ints, Words

LONGEST = 16  # bytes of a name: two machine words
PADDING = 24  # bytes that must follow a buffer, so that words can be read at its end

_WORD = 8
_MASK = 2**64 - 1
_MIX = 0x9E3779B97F4A7C15  # odd, so that no second word is lost by the multiplication
_SLOT_BITS = 12


def words_of(buffer: bytearray) -> Words:
    """The machine word that begins at each byte of a buffer, little-endian."""
    words: Words = np.ndarray((len(buffer) - _WORD + 1,), np.dtype("<u8"), buffer, 0, (1,))
    return words


class Names:
    """Numbers names from 1 on; 0 is an unknown name.

    A name's bytes are moved to the top of one or two words, which makes them comparable; a multiplication that
    was chosen so that no two known names meet finds the one that it can be, and a comparison decides.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.names = ("", *sorted(set(names)))
        encoded = [name.encode() for name in self.names[1:]]
        if any(len(name) > LONGEST for name in encoded):
            raise ValueError(f"a name is longer than {LONGEST} bytes")
        kind = np.min_scalar_type(len(self.names))
        self.code = {name: number for number, name in enumerate(self.names)}
        self._first = np.array([0, *(_first(name) for name in encoded)], np.uint64)
        self._second = np.array([0, *(_top(name[_WORD:]) for name in encoded)], np.uint64)
        self._length = np.array([0, *map(len, encoded)], np.int64)
        mixed = [int(value) for value in self._first[1:]]
        factor = _factor(mixed)
        self._factor = np.uint64(factor)
        self._shift = np.uint64(64 - _SLOT_BITS)
        self._slots = np.zeros(1 << _SLOT_BITS, kind)
        for number, value in enumerate(mixed, 1):
            self._slots[(value * factor & _MASK) >> (64 - _SLOT_BITS)] = number

    def find(self, words: Words, begin: Ints, length: Ints) -> Codes:
        """The number of the name at each place; ``length`` in bytes, at least 1."""
        first = words[begin]
        first <<= _missing_bits(length)
        long = np.flatnonzero(length > _WORD)
        second = words[begin[long] + _WORD]
        second <<= _missing_bits(length[long] - _WORD)
        first[long] ^= second * np.uint64(_MIX)
        code: Codes = self._slots[(first * self._factor) >> self._shift]
        known = self._first[code] == first
        known &= self._length[code] == length
        known[long] &= self._second[code[long]] == second
        code *= known
        return code


def _missing_bits(length: Ints) -> Words:
    """How far a word must be shifted so that only its first ``length`` bytes remain, at its top."""
    bits = np.minimum(length, _WORD)
    bits *= -8
    bits += 64
    return bits.view(np.uint64)


def _top(part: bytes) -> int:
    """Up to eight bytes as `find` has them: a little-endian word, at its top."""
    part = part[:_WORD]
    return int.from_bytes(part, "little") << (64 - 8 * len(part)) if part else 0


def _first(name: bytes) -> int:
    return (_top(name) ^ (_top(name[_WORD:]) * _MIX)) & _MASK


def _factor(values: list[int]) -> int:
    """An odd number that, multiplied, sends all values to different slots."""
    if len(set(values)) != len(values):
        raise ValueError("two names look alike")
    chance = random.Random(0)  # always the same, so that a program can be repeated
    for _ in range(100_000):
        factor = chance.getrandbits(64) | 1
        if len({(value * factor & _MASK) >> (64 - _SLOT_BITS) for value in values}) == len(values):
            return factor
    raise ValueError("there are too many names")
