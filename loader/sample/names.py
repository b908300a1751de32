"""Artists and labels by number: id, name, and references to them, all computed and never stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from loader.sample.figures import Text
from loader.sample.mixing import Dice
from loader.sample.words import Words, shares

# 2**24 / golden ratio, odd: consecutive rows refer to artists far apart, every stretch to all of them.
_GOLDEN_24 = 10368889
_MASK_24 = 2**24 - 1
_RESIDUES = 1021


@dataclass(frozen=True)
class Plan:
    """How the names of one entity are made.

    A number's residue by ``modulus`` says what kind of name it has: the first ``accented`` residues
    non-ASCII ones, the last ``long`` residues long ones, the others short ones. A column that refers
    to the entity draws residues so that its own mean length and non-ASCII share come out.
    """

    entity: str
    modulus: int
    accented: int
    long: int
    spare: frozenset[int]  # residues nothing refers to: what a next month can delete without harm
    means: tuple[float, float, float]  # characters of a short, a long and a non-ASCII name
    right_mean: float
    id_step: int

    @property
    def kinds(self) -> list[int]:
        """Kind (0 short, 1 long, 2 non-ASCII) of each residue."""
        short = self.modulus - self.accented - self.long
        return [2] * self.accented + [0] * short + [1] * self.long


# Real artists: mean 13.74 characters, 11.5 % non-ASCII. Every dump refers to 194, 355 and 118760 (various,
# unknown and no artist), and none has them: with steps of 7 no id leaves a remainder of 5, as all three do.
ARTISTS = Plan("artist", 26, 3, 11, frozenset({13, 25}), (11.0, 16.75, 13.7), 6.5, 7)
# Real labels: mean 18.49, 4.7 % non-ASCII; releases name the short ones.
LABELS = Plan("label", 64, 3, 36, frozenset({27, 28, 61, 62}), (11.5, 23.4, 18.0), 7.0, 5)


class Names:
    """The artists, or the labels, of a dump with ``count`` of them."""

    def __init__(self, plan: Plan, count: int, seed: int, words: Words, escape: Callable[[str], str]) -> None:
        self.count = max(count, plan.modulus)
        self._plan = plan
        self._seed = seed
        per_residue = 2048 // plan.modulus
        parts = []
        for kind, purpose in enumerate(("short", "long", "accented")):
            number = plan.kinds.count(kind) * per_residue
            mean = plan.means[kind] - plan.right_mean
            share = 1.0 if kind == 2 else 0.0
            parts.append(words.phrases(f"{plan.entity} {purpose}", number, mean, accented=share, end=" "))
        taken = [iter(part) for part in parts]
        self.left = [escape(next(taken[kind])) for _ in range(per_residue) for kind in plan.kinds]
        right = words.phrases(f"{plan.entity} right", len(self.left) - 1, plan.right_mean)
        self.right = [escape(part) for part in right]

    def id(self, number: int) -> int:
        """Return the id of a record, rising with its number, with gaps."""
        return number * self._plan.id_step + 1 + (number * 40503 >> 4 & 3)

    def name(self, number: int) -> str:
        """Return the escaped name of a record."""
        return self.left[number % len(self.left)] + self.right[number % len(self.right)]

    @property
    def period(self) -> int:
        """After so many numbers the kinds of names repeat."""
        return self._plan.modulus

    def is_spare(self, number: int) -> bool:
        """Whether no record refers to this one."""
        return number % self._plan.modulus in self._plan.spare

    def references(self, purpose: str, text: Text) -> Callable[[int], tuple[int, str]]:
        """Return a function from row number to (id, name) of what the row refers to.

        Low numbers are referred to more often, as the square law has it; lengths and non-ASCII share
        of the names are those of ``text``.
        """
        plan, left, right, identify = self._plan, self.left, self.right, self.id
        residues = self._residues(purpose, text)
        groups, modulus = self.count // plan.modulus, plan.modulus
        salt = Dice(self._seed, purpose).below(_MASK_24)

        def refer(row: int) -> tuple[int, str]:
            uniform = row * _GOLDEN_24 + salt & _MASK_24
            group = (uniform * uniform >> 24) * groups >> 24
            number = group * modulus + residues[row % _RESIDUES]
            return identify(number), left[number % len(left)] + right[number % len(right)]

        return refer

    def _residues(self, purpose: str, text: Text) -> list[int]:
        plan = self._plan
        chosen: list[int] = []
        due = 0.0
        for kind, share in enumerate(shares(text.mean, text.accented, plan.means)):
            fitting = [n for n, k in enumerate(plan.kinds) if k == kind and n not in plan.spare]
            due += share * _RESIDUES
            chosen += [fitting[n % len(fitting)] for n in range(int(due + 0.5) - len(chosen))]
        return Dice(self._seed, purpose + " residues").strew(sorted(chosen))
