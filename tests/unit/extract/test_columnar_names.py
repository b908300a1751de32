"""A name is known when all of its bytes are those of a known one, whatever its hash."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest

from loader.extract.columnar import names as module
from loader.extract.columnar.names import LONGEST, PADDING, Names, words_of

KNOWN = ["a", "ab", "abcdefg", "abcdefgh", "abcdefghi", "abcdefghijklmno", "abcdefghijklmnop", "id", "name"]
NAMES = Names(KNOWN)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def found(names: Sequence[bytes]) -> list[str]:
    """The known names that are found, '' for others; each name is followed by something else at once."""
    length = np.array([len(name) for name in names])
    begin = np.cumsum(length) - length
    codes = NAMES.find(words_of(bytearray(b"".join(names) + b"\0" * PADDING)), begin, length)
    return [NAMES.names[code] for code in codes]


def test_known_names_are_found_side_by_side() -> None:
    assert found([name.encode() for name in KNOWN * 2]) == KNOWN * 2


def test_beginnings_ends_and_neighbours_of_names_are_not_found() -> None:
    others = [name[:-1] for name in KNOWN if name[:-1] not in {"", *KNOWN}]
    others += [
        f"{name}{more}" for name in KNOWN for more in ("x", "\0", " ", "abcdefghijklmnop") if name + more not in KNOWN
    ]
    others += (
        [name.upper() for name in KNOWN] + [f"x{name[1:]}" for name in KNOWN] + [f"{name[:-1]}\x7f" for name in KNOWN]
    )
    assert set(found([name.encode() for name in others])) == {""}


@pytest.mark.parametrize("length", [1, 2, 7, 8, 9, 15, 16, 17, 40])
def test_names_that_fall_into_the_slot_of_a_known_one_are_told_apart(length: int) -> None:
    # There are 4,096 slots: of so many names some dozens hit those of the known ones.
    chance = random.Random(length)
    others = {"".join(chance.choices(LETTERS, k=length)) for _ in range(20_000)} - set(KNOWN)
    assert set(found([name.encode() for name in others])) == {""}


def test_names_made_to_have_the_hash_of_a_known_one_are_told_apart() -> None:
    known = b"abcdefghijklmnop"
    assert len(known) == LONGEST
    target, chance, made = module._first(known), random.Random(0), []
    for _ in range(200):
        second = "".join(chance.choices(LETTERS, k=8)).encode()
        first = target ^ (int.from_bytes(second, "little") * module._MIX & module._MASK)
        made.append(first.to_bytes(8, "little") + second)
    assert {module._first(name) for name in made} == {target}
    assert set(found(made)) == {""}


def test_names_too_long_for_two_words_are_refused() -> None:
    with pytest.raises(ValueError, match="longer than 16 bytes"):
        Names(["a", "abcdefghijklmnopq"])
