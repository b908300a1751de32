"""How many rows each record has: the same deck of 1,000 shapes repeatedly, so that totals are exact."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate, pairwise

from loader.sample.figures import ROWS
from loader.sample.mixing import Dice

DECK = 1000
# Each tenth of the deck is a fair sample of the whole: a dump that ends inside a deck is fair as well.
_TENTHS = 10


class Rows:
    """The rows of one child table: parent's place in the deck -> global row numbers.

    Row numbers never depend on the size of the dump, and they run through without gaps, so a value
    picked by row number comes in exact proportions.
    """

    def __init__(self, counts: Sequence[int]) -> None:
        self.counts = counts
        self.starts = list(accumulate(counts, initial=0))
        self.total = self.starts.pop()

    def of(self, deck: int, place: int) -> range:
        """Return the row numbers of the parent at ``place`` of a deck."""
        start = deck * self.total + self.starts[place]
        return range(start, start + self.counts[place])

    def per_parent(self, parents: Rows) -> list[int]:
        """Return the rows of each parent of the parents, whose rows these rows belong to."""
        sums = [*self.starts, self.total]
        ends = [*parents.starts, parents.total]
        return [sums[after] - sums[before] for before, after in pairwise(ends)]


def deal(table: str, seed: int) -> Rows:
    """Deal the rows of a child table of the root."""
    ordered = sorted(_expand(ROWS[table]))
    ordered = [0] * (DECK - len(ordered)) + ordered
    dice = Dice(seed, table)
    tenths = [ordered[first::_TENTHS] for first in range(_TENTHS)]
    dice.shuffle(tenths)
    for tenth in tenths:
        dice.shuffle(tenth)
    return Rows([count for tenth in tenths for count in tenth])


def deal_nested(table: str, seed: int, parents: Rows, places: Sequence[int]) -> Rows:
    """Deal the rows of a deeper table to parents at some ``places``: all parents of a place or none.

    In real dumps a release has credits on all its tracks or on none, and that is what compresses well.
    """
    counts = _expand(ROWS[table])
    Dice(seed, table).shuffle(counts)
    dealt = [0] * parents.total
    for place in choose(parents, places, len(counts)):
        for row in parents.of(0, place):
            if counts:
                dealt[row] = counts.pop()
    return Rows(dealt)


def choose(rows: Rows, places: Sequence[int], wanted: int) -> list[int]:
    """Choose from ``places``, evenly, so many that they have ``wanted`` rows or a few more."""
    share = wanted / sum(rows.counts[place] for place in places)
    chosen: list[int] = []
    due, left = 0.0, wanted
    for place in places:
        due += share * rows.counts[place]
        if due >= rows.counts[place] / 2 and left > 0:
            chosen.append(place)
            due -= rows.counts[place]
            left -= rows.counts[place]
    taken = set(chosen)
    for place in places:
        if left > 0 and place not in taken:
            chosen.append(place)
            left -= rows.counts[place]
    return chosen


def places_with(rows: Rows, least: int, most: int) -> list[int]:
    """Return the places that have ``least`` to ``most`` rows."""
    return [place for place, count in enumerate(rows.counts) if least <= count <= most]


def before(places: Sequence[int], count: int) -> int:
    """Return how many of the ascending deck ``places`` lie in the first ``count`` records of a dump."""
    decks, rest = divmod(count, DECK)
    return decks * len(places) + bisect_left(places, rest)


def _expand(histogram: str) -> list[int]:
    counts = []
    for entry in histogram.split():
        rows, parents = map(int, entry.split(":"))
        counts += [rows] * parents
    return counts
