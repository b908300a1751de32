"""Invented words, made into names, titles and prose of a wanted length and non-ASCII share."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

from loader.sample.mixing import Dice

# 1,200 words, the common ones short and used most, compress like the texts of real dumps.
_VOCABULARY = 1200
_ONSETS = [
    "b", "br", "c", "ch", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "pr", "qu",
    "r", "s", "sh", "st", "t", "th", "tr", "v", "w", "y", "z",
]  # fmt: skip
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "ee", "io", "ou"]
_CODAS = ["", "", "", "l", "m", "n", "r", "s", "t", "nd", "ng", "st", "ck"]

# Lengths around a mean of 1 as in titles and notes: many short, few long.
_SPREAD = (
    *(0.31, 0.42, 0.5, 0.57, 0.63, 0.69, 0.75, 0.81, 0.87, 0.93),
    *(0.99, 1.05, 1.12, 1.19, 1.27, 1.36, 1.47, 1.62, 1.84, 2.61),
)
_SHORT_WORDS_OF_PROSE = 7  # on average, after which a sentence or a line may end

_LATIN = str.maketrans("aeioucnsyz", "äéíøüçñšýž")
_TYPOGRAPHY = str.maketrans("aeiou.", "àèìòù…")
_LETTERS = "abcdefghijklmnopqrstuvwyz"
_SCRIPTS = (
    str.maketrans(_LETTERS, "абцдефгхийклмнопкрстувшыз"),
    str.maketrans(_LETTERS, "αβγδεφγηιικλμνοπκρστυβωυζ"),
    str.maketrans(_LETTERS, "アブクドエフグヒイジケルムノオペラリスツウヴワヤズ"),
)


class Words:
    """A vocabulary and texts built from it; equal seeds build equal texts."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._words = _vocabulary(Dice(seed, "vocabulary"))

    def phrases(self, purpose: str, count: int, mean: float, *, accented: float = 0.0, end: str = "") -> list[str]:
        """Return ``count`` capitalised phrases, ``mean`` characters long on average (``end`` included)."""
        dice = Dice(self._seed, purpose)
        seen: set[str] = set()
        phrases = []
        for length in _lengths(dice, count, mean, len(end) + 1):
            phrase = self._phrase(dice, length - len(end))
            for _ in range(8):  # very short ones run out: then a repeated one is as good
                if phrase not in seen:
                    break
                phrase = self._phrase(dice, length - len(end))
            seen.add(phrase)
            phrases.append(phrase + end)
        _accent(dice, phrases, accented, whole=True)
        return phrases

    def prose(self, purpose: str, count: int, mean: float, *, accented: float = 0.0, end: str = "") -> list[str]:
        """Return ``count`` texts of sentences and lines, ``mean`` characters long on average."""
        dice = Dice(self._seed, purpose)
        texts = [self._sentences(dice, length - len(end)) + end for length in _lengths(dice, count, mean, len(end) + 1)]
        _accent(dice, texts, accented, whole=False)
        return texts

    def codes(
        self,
        purpose: str,
        count: int,
        mean: float,
        *,
        accented: float = 0.0,
        alphabet: str = "0123456789",
        end: str = "",
    ) -> list[str]:
        """Return ``count`` strings of ``alphabet`` such as numbers and video keys."""
        dice = Dice(self._seed, purpose)
        codes = [
            "".join([alphabet[dice.below(len(alphabet))] for _ in range(length - len(end))]) + end
            for length in _lengths(dice, count, mean, len(end) + 1)
        ]
        _accent(dice, codes, accented, whole=False)
        return codes

    def keys(self, purpose: str, count: int, length: int, alphabet: str) -> list[str]:
        """Return ``count`` strings of exactly ``length`` characters of ``alphabet``."""
        dice = Dice(self._seed, purpose)
        return ["".join([alphabet[dice.below(len(alphabet))] for _ in range(length)]) for _ in range(count)]

    def _word(self, dice: Dice) -> str:
        uniform = dice.below(_VOCABULARY)
        return self._words[uniform * uniform * uniform // (_VOCABULARY * _VOCABULARY)]

    def _phrase(self, dice: Dice, length: int) -> str:
        text = self._word(dice).capitalize()
        while len(text) < length:
            text += " " + self._word(dice).capitalize()
        return _cut(text, length)

    def _sentences(self, dice: Dice, length: int) -> str:
        text = self._word(dice).capitalize()
        while len(text) < length:
            chance = dice.below(_SHORT_WORDS_OF_PROSE * 3)
            if chance == 0:
                text += ".\r\n" + self._word(dice).capitalize()
            elif chance == 1:
                text += ". " + self._word(dice).capitalize()
            else:
                text += (", " if chance == 2 else " ") + self._word(dice)
        return _cut(text, length)


def _vocabulary(dice: Dice) -> list[str]:
    words: list[str] = []
    seen = set()
    while len(words) < _VOCABULARY:
        # The first hundred words have one syllable, the last ones up to four.
        syllables = 1 + dice.below(1 + min(3, (len(words) + 200) // 300))
        word = "".join(
            _ONSETS[dice.below(len(_ONSETS))] + _VOWELS[dice.below(len(_VOWELS))] + _CODAS[dice.below(len(_CODAS))]
            for _ in range(syllables)
        )
        if word not in seen:
            seen.add(word)
            words.append(word)
    return words


def _lengths(dice: Dice, count: int, mean: float, least: int) -> list[int]:
    """Return ``count`` lengths of at least ``least`` whose mean is ``mean``, in random order."""
    factors = [_SPREAD[number % len(_SPREAD)] for number in range(count)]
    # Not sum(), which adds otherwise from Python 3.12 on.
    scale = max(0.0, mean - least) * count / fsum(factors)
    lengths = []
    carried = 0.5
    for factor in factors:
        carried += scale * factor
        lengths.append(least + int(carried))
        carried -= int(carried)
    dice.shuffle(lengths)
    return lengths


def _cut(text: str, length: int) -> str:
    """Return the first ``length`` characters, never with white space at the end."""
    text = text[:length]
    return text if not text[-1].isspace() else text[:-1] + "a"


def _accent(dice: Dice, texts: list[str], share: float, *, whole: bool) -> None:
    """Make ``share`` of the texts non-ASCII, in place, every text keeping its length."""
    wanted = int(share * len(texts) + 0.5)
    for turn in range(wanted):
        # Evenly spread, so that a part of a pass has the same share.
        number = (2 * turn + 1) * len(texts) // (2 * wanted)
        texts[number] = _accented(dice, texts[number], whole=whole)


def _accented(dice: Dice, text: str, *, whole: bool) -> str:
    if whole and dice.below(3) == 0:
        changed = text.lower().translate(_SCRIPTS[dice.below(len(_SCRIPTS))])
    else:
        start = dice.below(len(text))
        table = _LATIN if whole else _TYPOGRAPHY
        changed = text[:start] + text[start : start + 6].translate(table) + text[start + 6 :]
    if changed.isascii():
        kept = text.rstrip()
        changed = kept[:-1] + "é" + text[len(kept) :]
    return changed


def shares(mean: float, accented: float, means: Sequence[float]) -> tuple[float, float, float]:
    """Return the shares of short, long and non-ASCII items, of these ``means``, that give the first two."""
    short, long, non_ascii = means
    plain_mean = (mean - accented * non_ascii) / (1 - accented)
    of_short = min(1.0, max(0.0, (long - plain_mean) / (long - short)))
    return (1 - accented) * of_short, (1 - accented) * (1 - of_short), accented
