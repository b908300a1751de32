"""The known name that a wrong one was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def nearest(word: str, known: Iterable[str]) -> str:
    """The known name that is most similar to a word, '' if none is similar."""
    from difflib import get_close_matches  # late: only a mistake needs it

    by_small_letters = {name.lower(): name for name in known}
    found = get_close_matches(word.lower(), by_small_letters, n=1)
    return by_small_letters[found[0]] if found else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The question to append to a message about an unknown name; '' if no name is similar."""
    name = nearest(word, known)
    return f"; did you mean {name}?" if name else ""


def unknown(words: Sequence[str], known: Iterable[str]) -> str:
    """Unknown names as words of a message, with the question which name was meant."""
    return ", ".join(words) + (did_you_mean(words[0], known) if len(words) == 1 else "")
