"""The dump of the next month: which records are changed, added or deleted; all others stay the same to the byte."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from loader.sample.catalogue import Catalogue
from loader.sample.deck import DECK
from loader.sample.mixing import Permutation
from loader.sample.names import Names

_FOLLOWS_ITS_MASTER = 2  # the kind of a release that is its master's only one


@dataclass(frozen=True)
class Month:
    """How much differs from the month before, in per cent of each entity's records."""

    change: float = 0.0
    add: float = 0.0
    delete: float = 0.0


class Tiers:
    """Kinds of numbers that repeat with a period: how many of a kind there are, and which one a number is."""

    def __init__(self, kinds: Sequence[int]) -> None:
        self._kinds = kinds
        self._places = {kind: [n for n, k in enumerate(kinds) if k == kind] for kind in sorted(set(kinds))}

    def rank(self, number: int) -> tuple[int, int]:
        """Return the kind of a number, and how many smaller ones are of that kind."""
        period, place = divmod(number, len(self._kinds))
        kind = self._kinds[place]
        places = self._places[kind]
        return kind, period * len(places) + bisect_left(places, place)

    def size(self, kind: int, count: int) -> int:
        """Return how many of the first ``count`` numbers are of a kind."""
        period, rest = divmod(count, len(self._kinds))
        places = self._places.get(kind, [])
        return period * len(places) + bisect_left(places, rest)


class Deletions:
    """Exactly ``wanted`` of ``count`` numbers, those of kind 0 first, then those of kind 1.

    Kind 0 are records that nothing refers to: as long as they suffice, no reference breaks.
    """

    def __init__(self, tiers: Tiers, count: int, wanted: int, seed: int, purpose: str) -> None:
        self._tiers = tiers
        first = min(wanted, tiers.size(0, count))
        self.taken = (first, min(wanted - first, tiers.size(1, count)))
        self._orders = [Permutation(tiers.size(kind, count), seed, f"{purpose} {kind}") for kind in (0, 1)]

    def __contains__(self, number: object) -> bool:
        assert isinstance(number, int)
        kind, rank = self._tiers.rank(number)
        return kind < len(self.taken) and self._orders[kind](rank) < self.taken[kind]


class Changes:
    """What happens to each record of one entity; ``count`` records were there the month before.

    ``changed`` and ``deleted`` are counts; a record picked for both is deleted.
    """

    def __init__(self, root: str, seed: int, *, count: int, added: int, changed: int, deleted: int) -> None:
        self.count, self.added, self.deleted = count, added, deleted
        self._changed = changed
        self._order = Permutation(count, seed, f"changed {root}")
        self.is_deleted: Callable[[int], bool] = lambda number: False

    @property
    def written(self) -> int:
        """Records in the dump."""
        return self.count + self.added - self.deleted

    def operation(self, number: int) -> str:
        """Return ``unchanged``, ``changed``, ``added`` or ``deleted``."""
        if number >= self.count:
            return "added"
        if self.is_deleted(number):
            return "deleted"
        return "changed" if self._order(number) < self._changed else "unchanged"


def share_of(count: int, percent: float) -> int:
    """Return how many records ``percent`` of ``count`` are."""
    return int(count * percent / 100 + 0.5)


def plans(catalogue: Catalogue, month: Month) -> dict[str, Changes]:
    """Return entity -> what happens to its records."""
    masters, gone = _masters(catalogue, month)
    return {
        "artist": _named(catalogue.artists, "artist", catalogue.seed, month),
        "label": _named(catalogue.labels, "label", catalogue.seed, month),
        "master": masters,
        "release": _releases(catalogue, month, gone),
    }


def _named(names: Names, root: str, seed: int, month: Month) -> Changes:
    """Plan the artists or labels: nothing refers to the spare ones."""
    tiers = Tiers([0 if names.is_spare(residue) else 1 for residue in range(names.period)])
    gone = Deletions(tiers, names.count, share_of(names.count, month.delete), seed, f"deleted {root}")
    return _changes(root, seed, names.count, share_of(names.count, month.add), month=month, gone=gone)


def _changes(root: str, seed: int, count: int, added: int, *, month: Month, gone: Deletions) -> Changes:
    changes = Changes(
        root, seed, count=count, added=added, changed=share_of(count, month.change), deleted=sum(gone.taken)
    )
    if changes.deleted:
        changes.is_deleted = gone.__contains__
    return changes


def _masters(catalogue: Catalogue, month: Month) -> tuple[Changes, Deletions]:
    """Plan the masters: those with one release go first, and their release goes with them."""
    groups, count = catalogue.groups, catalogue.masters
    tiers = Tiers([0 if groups.is_alone(rank) else 1 for rank in range(groups.per_deck)])
    gone = Deletions(tiers, count, share_of(count, month.delete), catalogue.seed, "deleted master")
    added = groups.masters(catalogue.releases + share_of(catalogue.releases, month.add)) - count
    return _changes("master", catalogue.seed, count, added, month=month, gone=gone), gone


def _releases(catalogue: Catalogue, month: Month, masters: Deletions) -> Changes:
    """Plan the releases: a main release stays as long as its master."""
    groups, count = catalogue.groups, catalogue.releases
    kinds = [0] * DECK
    for rank, place in enumerate(groups.main_places):
        kinds[place] = _FOLLOWS_ITS_MASTER if groups.is_alone(rank) else 1
    along = masters.taken[0]
    wanted = max(0, share_of(count, month.delete) - along)
    chosen = Deletions(Tiers(kinds), count, wanted, catalogue.seed, "deleted release")
    changes = _changes("release", catalogue.seed, count, share_of(count, month.add), month=month, gone=chosen)

    def is_deleted(number: int) -> bool:
        master = groups.master(number)
        if master is not None and groups.is_alone(master):
            return master in masters
        return number in chosen

    if along:
        changes.deleted += along
        changes.is_deleted = is_deleted
    return changes
