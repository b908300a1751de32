"""Regular expressions that mean the same to PostgreSQL and to Python, and that Python matches quickly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

LONGEST_MATCHED = 256  # characters of a value; with _MOST_VARIABLE, this limits how long a match can take
_MOST_VARIABLE = 2  # quantifiers that leave the number of repetitions open
_MOST_CHOICES = 64  # ways through alternatives and optional items

# One item of an expression. What is missing here is left to the server: classes like [[:alpha:]], \y, lookaheads,
# references. \d, \s and \w match ASCII characters only, which the server's classes contain in every locale.
_PUNCTUATION = r"\\[ -/:-@\[-`{-~]"
_RANGE = r"[^\\\]\[&|~-](?:-[^\\\]\[&|~-])?"
_SET_ITEM = rf"(?:\\[dsw]|{_PUNCTUATION}|{_RANGE})"
_ITEM = re.compile(
    r"(?P<open>\((?:\?:)?(?!\?))"
    r"|(?P<close>\))"
    r"|(?P<bar>\|)"
    r"|(?P<anchor>[\^$])"
    rf"|(?P<atom>\[(?!\^){_SET_ITEM}+-?\]|\[\^(?:{_RANGE})+\]"
    rf"|\\[dsw]|{_PUNCTUATION}|\.|[^\\\[\](){{}}|^$*+?.])"
    r"|(?P<quantifier>[*+?]\??|\{[0-9]+(?:,[0-9]*)?\}\??)"
)


@lru_cache(maxsize=256)
def portable(pattern: str) -> re.Pattern[str] | None:
    """The expression for Python's fullmatch, if it certainly matches only what PostgreSQL matches; otherwise None."""
    place, variable, choices, source = 0, 0, 1, ""
    groups = [_Group()]
    last = ""  # the kind of the item before: only an atom or a simple group can be repeated
    while place < len(pattern):
        found = _ITEM.match(pattern, place)
        if found is None:
            return None
        kind, text = str(found.lastgroup), found[0]
        if kind == "open":
            groups.append(_Group())
        elif kind == "close":
            inner = groups.pop()
            if not groups:
                return None
            choices *= inner.branches
            groups[-1].is_simple &= inner.is_simple
            kind = "group" if inner.is_simple else "other group"
        elif kind == "bar":
            groups[-1].branches += 1
            groups[-1].is_simple = False
        elif kind == "quantifier":
            optional = text.startswith("?")
            # Repeating what has alternatives or repetitions itself could take exponential time.
            if last not in {"atom", "group"} and not (last == "other group" and optional):
                return None
            fixed = text.startswith("{") and "," not in text
            variable += not (fixed or optional)
            choices *= 1 + optional
            groups[-1].is_simple &= fixed
        source += r"\Z" if text == "$" else text
        last, place = kind, found.end()
    choices *= groups[0].branches
    if len(groups) > 1 or variable > _MOST_VARIABLE or choices > _MOST_CHOICES:
        return None
    return re.compile(source, re.ASCII | re.DOTALL)


@dataclass(slots=True)
class _Group:
    """A group that is being read: the number of its alternatives, and whether it may be repeated."""

    branches: int = 1
    is_simple: bool = True
