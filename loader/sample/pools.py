"""Pools of prepared values with exact proportions, picked by row number so that every pass is exact, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from loader.sample.figures import Text
from loader.sample.form import Form
from loader.sample.mixing import Dice
from loader.sample.words import Words, shares

# Pairs of coprime sizes: a text is made of a left and a right part, and row numbers meet the same
# pair again only after left x right rows.
SMALL = (512, 509)
MEDIUM = (1024, 1021)
LARGE = (4096, 4093)
# A single pool; coprime to the deck of 1,000 so that a shape does not always meet the same value.
SINGLE = 2039
CATNOS = 8191
# Between the parts of a title; one of them lasts for 16.7 million rows.
_JOINTS = " -/+:~_*.,!?"
_CONSONANTS = "BCDFGHKLMNPRSTVW"

_SITES = {
    "http://www.": 35, "https://www.facebook.com/": 16, "http://www.myspace.com/": 11,
    "https://twitter.com/": 9, "https://soundcloud.com/": 9, "https://en.wikipedia.org/wiki/": 8,
    "https://www.youtube.com/user/": 7, "http://": 5,
}  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """Texts in two parts, escaped for a form; ``left[n % len(left)] + right[n % len(right)]``."""

    left: list[str]
    right: list[str]

    def text(self, row: int) -> str:
        """Return the text of a row number; ``""`` where the left part is, for some are not filled."""
        left = self.left[row % len(self.left)]
        return left and left + self.right[row % len(self.right)]

    def element(self, tag: str, row: int) -> str:
        """Return the text in an element; nothing if the value is empty."""
        text = self.text(row)
        return f"<{tag}>{text}</{tag}>" if text else ""


@dataclass(frozen=True)
class Titles:
    """Titles in two parts with a separator between them: distinct for 200 million rows."""

    left: list[str]
    right: list[str]

    def joint(self, row: int) -> str:
        """Return the separator of the parts; another one each time all pairs were used."""
        return _JOINTS[row // (len(self.left) * len(self.right)) % len(_JOINTS)]

    def text(self, row: int) -> str:
        """Return the title of a row number."""
        return f"{self.left[row % len(self.left)]}{self.joint(row)}{self.right[row % len(self.right)]}"


@dataclass(frozen=True)
class Pools:
    """Makes pools of values, each from the seed and a purpose of its own."""

    seed: int
    words: Words
    form: Form

    def weighted(self, purpose: str, weights: Mapping[str, float], size: int = SINGLE) -> list[str]:
        """Return a shuffled pool in which every value has its share of the weights."""
        total = fsum(weights.values())
        values: list[str] = []
        due = 0.0
        for value, weight in weights.items():
            due += weight * size / total
            values += [value] * (int(due + 0.5) - len(values))
        return Dice(self.seed, purpose).strew(values)

    def filled(self, purpose: str, values: Sequence[str], share: float, size: int = SINGLE) -> list[str]:
        """Return a shuffled pool with ``values`` in turn for ``share`` of it, and ``""`` for the rest."""
        wanted = int(share * size + 0.5)
        pool = [values[number % len(values)] for number in range(wanted)] + [""] * (size - wanted)
        return Dice(self.seed, purpose + " filled").strew(pool)

    def phrases(self, purpose: str, text: Text, size: int = SINGLE) -> list[str]:
        """Return a pool of free phrases with these figures; ``""`` where a value is not filled."""
        wanted = max(1, int(text.filled * size + 0.5))
        values = self.words.phrases(purpose, wanted, text.mean, accented=text.accented)
        return self.filled(purpose, values, text.filled, size)

    def blend(
        self,
        purpose: str,
        text: Text,
        short: Sequence[str],
        long: Sequence[str],
        accented: Sequence[str] = ("",),
    ) -> list[str]:
        """Return a pool of known values mixed so that length and non-ASCII share are those of ``text``."""
        means = [sum(map(len, values)) / len(values) for values in (short, long, accented)]
        wanted = int(text.filled * SINGLE + 0.5)
        of_short, _, of_accented = shares(text.mean, text.accented, means)
        counts = int(of_short * wanted + 0.5), int(of_accented * wanted + 0.5)
        picks = [short[n % len(short)] for n in range(counts[0])]
        picks += [accented[n % len(accented)] for n in range(counts[1])]
        picks += [long[n % len(long)] for n in range(wanted - len(picks))]
        return self.filled(purpose, sorted(picks), text.filled)

    def pair(self, purpose: str, text: Text, sizes: tuple[int, int] = MEDIUM) -> Pair:
        """Return two-part phrases."""
        half = text.mean / 2
        first = self.words.phrases(purpose + " left", sizes[0], half, accented=text.accented, end=" ")
        second = self.words.phrases(purpose + " right", sizes[1], half)
        return Pair([self.form.text(part) for part in first], [self.form.text(part) for part in second])

    def titles(self, purpose: str, text: Text) -> Titles:
        """Return two-part titles."""
        pair = self.pair(purpose, text, LARGE)
        return Titles([part[:-1] for part in pair.left], pair.right)

    def addresses(self, purpose: str, text: Text) -> Pair:
        """Return web addresses; the left part is the site."""
        sites = list(self.weighted(purpose, _SITES, MEDIUM[0]))
        rest = text.mean - sum(map(len, sites)) / len(sites)
        paths = self.words.phrases(purpose + " path", MEDIUM[1], rest, accented=text.accented)
        return Pair(sites, [self.form.text(path.lower().replace(" ", "-")) for path in paths])

    def catnos(self, purpose: str, text: Text, *, none: float) -> list[str]:
        """Return catalogue numbers, escaped for attributes; ``none`` of them say "none"."""
        codes = int((1 - none) * CATNOS + 0.5)
        mean = (text.mean - none * len("none")) / (1 - none)
        letters = self.words.codes(purpose + " letters", codes, mean / 2, alphabet=_CONSONANTS, end=" ")
        digits = self.words.codes(purpose + " digits", codes, mean / 2, accented=text.accented / (1 - none))
        numbers = [self.form.attribute(word + digit) for word, digit in zip(letters, digits, strict=True)]
        return self.filled(purpose, numbers + ["none"] * (CATNOS - codes), 1, CATNOS)

    def runouts(self, purpose: str, text: Text) -> Pair:
        """Return texts that are etched and printed on records, escaped for attributes."""
        marks = self.words.codes(
            purpose + " mark",
            MEDIUM[0],
            text.mean / 2,
            alphabet=_CONSONANTS + "-/",
            accented=text.accented,
            end=" ",
        )
        digits = self.words.codes(purpose + " digits", MEDIUM[1], text.mean / 2)
        return Pair([self.form.attribute(mark) for mark in marks], [self.form.attribute(digit) for digit in digits])

    def prose(self, purpose: str, text: Text) -> Pair:
        """Return two-part prose; where a text is not filled the left part is ``""``."""
        half = text.mean / 2
        wanted = int(text.filled * SMALL[0] + 0.5)
        first = self.words.prose(purpose + " left", wanted, half, accented=text.accented, end=" ")
        second = self.words.prose(purpose + " right", SMALL[1], half)
        lead = self.filled(purpose, [self.form.text(part) for part in first], text.filled, SMALL[0])
        return Pair(lead, [self.form.text(part) for part in second])
