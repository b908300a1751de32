"""Fixtures: samples of which the words are invented once."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from loader.sample.words import Words

# Only for tests that are not about words: these take two thirds of a small sample's time, and depend on the seed alone.
INVENTED = ("phrases", "prose", "codes", "keys")


@pytest.fixture(scope="module")
def words_once() -> Iterator[None]:
    """Samples of one seed share their words while the tests of a module run, and with those of other such modules."""
    with pytest.MonkeyPatch.context() as patch:
        for name in INVENTED:
            patch.setattr(Words, name, _invented_once(name))
        yield


@functools.cache
def _invented_once(name: str) -> Callable[..., list[str]]:
    return _once(getattr(Words, name))


def _once(invent: Callable[..., list[str]]) -> Callable[..., list[str]]:
    words = functools.cache(Words)

    @functools.cache
    def kept(seed: int, *given: Any, **named: Any) -> list[str]:
        return invent(words(seed), *given, **named)

    def copied(self: Words, *given: Any, **named: Any) -> list[str]:
        return [*kept(self._seed, *given, **named)]

    return copied
