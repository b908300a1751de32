"""Reproducible chance: the same seed gives the same dump on every machine and Python."""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from math import gcd
from typing import TypeVar

Item = TypeVar("Item")

_MASK = 2**64 - 1
_STRETCH = 60  # items


def mix(value: int) -> int:
    """Scramble an integer into 64 bits (the finaliser of SplitMix64)."""
    value = (value + 0x9E3779B97F4A7C15) & _MASK
    value = ((value ^ value >> 30) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ value >> 27) * 0x94D049BB133111EB) & _MASK
    return value ^ value >> 31


class Dice:
    """A stream of numbers that depends on a seed and a purpose, so that a new pool changes no other."""

    def __init__(self, seed: int, purpose: str) -> None:
        state = mix(seed)
        for byte in purpose.encode():
            state = mix(state ^ byte)
        self._state = state

    def below(self, limit: int) -> int:
        """Return a number from 0 to ``limit`` - 1, which is below 2**31."""
        # A linear congruential step: a pool takes many thousands, and its low bits are not used.
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) & _MASK
        return (self._state >> 33) % limit

    def shuffle(self, items: MutableSequence[Item]) -> None:
        """Put ``items`` into another order, in place."""
        for last in range(len(items) - 1, 0, -1):
            other = self.below(last + 1)
            items[last], items[other] = items[other], items[last]

    def strew(self, items: Sequence[Item]) -> list[Item]:
        """Return ``items`` in an order in which every stretch contains about the same mixture.

        Equal items have to be adjacent. Rare tables use only a short stretch of a pool, where a plain shuffle
        would miss the proportions.
        """
        stretches = max(1, len(items) // _STRETCH)
        strewn = []
        for first in range(stretches):
            stretch = list(items[first::stretches])
            self.shuffle(stretch)
            strewn += stretch
        return strewn


class Permutation:
    """A one-to-one mapping of 0 … size - 1 onto itself, computed and never stored.

    Taking the numbers whose image is below *n* picks exactly *n* of them, evenly spread; a larger *n*
    keeps the smaller pick.
    """

    def __init__(self, size: int, seed: int, purpose: str) -> None:
        dice = Dice(seed, purpose)
        self._size = max(size, 1)
        self._offset = dice.below(self._size)
        # Near the golden ratio, so that neighbours are far apart afterwards and every stretch is picked from alike.
        self._step = max(1, self._size * 618 // 1000)
        while gcd(self._step, self._size) != 1:
            self._step += 1

    def __call__(self, number: int) -> int:
        return (number * self._step + self._offset) % self._size
