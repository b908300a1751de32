"""Names as integers: elements and attributes of a mapping, found for all tags of a block at once."""

from __future__ import annotations

import random
from collections.abc import Iterable

import numpy as np

from loader.extract.columnar.arrays import Codes, Ints, Words

LONGEST = 16  # bytes of a name: two machine words
PADDING = 24  # padding after a buffer, so that words can be read at its end

_WORD = 8
_MASK = 2**64 - 1
_MIX = 0x9E3779B97F4A7C15  # odd, so that the multiplication loses no second word
_SLOT_BITS = 12


def words_of(buffer: bytearray) -> Words:
    """The machine word that begins at each byte of a buffer, little-endian."""
    words: Words = np.ndarray((len(buffer) - _WORD + 1,), np.dtype("<u8"), buffer, 0, (1,))
    return words


class Names:
    """Numbers names from 1 on; 0 is an unknown name.

    A name's bytes are moved to the top of one or two words, which makes them comparable. A multiplication that maps all
    known names to different slots finds the only candidate, and a comparison decides.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.names = ("", *sorted(set(names)))
        encoded = [name.encode() for name in self.names[1:]]
        if any(len(name) > LONGEST for name in encoded):
            raise ValueError(f"a name is longer than {LONGEST} bytes")
        kind = np.min_scalar_type(len(self.names))
        self.code = {name: number for number, name in enumerate(self.names)}
        mixed = [_first(name) for name in encoded]
        factor = _factor(mixed)
        self._factor = np.uint64(factor)
        self._shift = np.uint64(64 - _SLOT_BITS)
        # By slot, so that one index finds everything about a name.
        self._slots = np.zeros(1 << _SLOT_BITS, kind)
        self._first = np.zeros(1 << _SLOT_BITS, np.uint64)
        self._second = np.zeros(1 << _SLOT_BITS, np.uint64)
        self._length = np.zeros(1 << _SLOT_BITS, np.int64)
        for number, (name, value) in enumerate(zip(encoded, mixed, strict=True), 1):
            slot = (value * factor & _MASK) >> (64 - _SLOT_BITS)
            self._slots[slot], self._first[slot] = number, value
            self._second[slot], self._length[slot] = top(name[_WORD:]), len(name)

    def find(self, words: Words, begin: Ints, length: Ints) -> Codes:
        """The number of the name at each place; ``length`` in bytes, at least 1."""
        first = words[begin]
        first <<= _missing_bits(length)
        long = np.flatnonzero(length > _WORD)
        second = words[begin[long] + _WORD]
        second <<= _missing_bits(length[long] - _WORD)
        first[long] ^= second * np.uint64(_MIX)
        # Saves the cast of an index.
        slot = ((first * self._factor) >> self._shift).view(np.int64)
        code: Codes = self._slots[slot]
        known = self._first[slot] == first
        known &= self._length[slot] == length
        known[long] &= self._second[slot[long]] == second
        code *= known
        return code


def _missing_bits(length: Ints) -> Words:
    """By how much a word must be shifted so that only its first ``length`` bytes remain, at its top."""
    bits = np.minimum(length, _WORD)
    bits *= -8
    bits += 64
    return bits.view(np.uint64)


def top(part: bytes) -> int:
    """Up to eight bytes in the form that `find` uses: a little-endian word, at its top."""
    part = part[:_WORD]
    return int.from_bytes(part, "little") << (64 - 8 * len(part)) if part else 0


def _first(name: bytes) -> int:
    return (top(name) ^ (top(name[_WORD:]) * _MIX)) & _MASK


def _factor(values: list[int]) -> int:
    """An odd factor that maps all values to different slots."""
    if len(set(values)) != len(values):
        raise ValueError("two names look alike")
    chance = random.Random(0)  # a fixed seed, so that runs are reproducible
    for _ in range(100_000):
        factor = chance.getrandbits(64) | 1
        if len({(value * factor & _MASK) >> (64 - _SLOT_BITS) for value in values}) == len(values):
            return factor
    raise ValueError("there are too many names")
