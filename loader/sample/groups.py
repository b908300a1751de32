"""Which releases share a master: fixed places in the deck, so that both sides compute the same answer."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from loader.sample.deck import DECK, before
from loader.sample.mixing import Dice

# The number of releases per master: how many masters of 133 have so many. 133 masters and 600 releases with a master
# per 1,000 releases are the proportions of the dumps of 2026 (2.6 M, 11.4 M and 19.5 M).
_SIZES = {1: 34, 2: 32, 3: 18, 4: 12, 5: 9, 6: 7, 8: 6, 10: 5, 13: 4, 18: 3, 32: 3}
_MEMBERS = 600


class Groups:
    """Masters by number and the releases that belong to them."""

    def __init__(self, seed: int) -> None:
        sizes = [size for size, masters in sorted(_SIZES.items(), reverse=True) for _ in range(masters)]
        sizes[0] += _MEMBERS - sum(sizes)
        self.per_deck = len(sizes)
        # A master's main release comes before its other releases: a dump that ends inside a deck has
        # the main release of every master that its releases name.
        self.main_places = [rank * DECK // self.per_deck for rank in range(self.per_deck)]
        self.master_of: list[int | None] = [None] * DECK
        for rank, place in enumerate(self.main_places):
            self.master_of[place] = rank
        self._place_others(Dice(seed, "masters"), sizes)
        # The last masters of the deck are those with one release.
        self._first_alone = sizes.index(1)

    def _place_others(self, dice: Dice, sizes: Sequence[int]) -> None:
        """Put the other releases of each master anywhere after its main release."""
        free = [place for place in range(DECK) if self.master_of[place] is None]
        for rank in reversed(range(self.per_deck)):
            behind = bisect_left(free, self.main_places[rank])
            for _ in range(sizes[rank] - 1):
                place = free.pop(behind + dice.below(len(free) - behind))
                self.master_of[place] = rank

    def masters(self, releases: int) -> int:
        """Return how many masters a dump of so many releases has."""
        return before(self.main_places, releases)

    def main_release(self, master: int) -> int:
        """Return the number of a master's main release."""
        deck, rank = divmod(master, self.per_deck)
        return deck * DECK + self.main_places[rank]

    def master(self, release: int) -> int | None:
        """Return the number of a release's master, if it has one."""
        deck, place = divmod(release, DECK)
        rank = self.master_of[place]
        return None if rank is None else deck * self.per_deck + rank

    def is_alone(self, master: int) -> bool:
        """Whether the main release is the master's only one."""
        return master % self.per_deck >= self._first_alone
