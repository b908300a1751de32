"""Mistakes in a regular expression of PostgreSQL (an "advanced" one) that are certain without a server.

Python's `re` cannot check it: it accepts `(?P<name>x)` and `x{1,300}`, which PostgreSQL refuses, and refuses
`\\mword\\M`, which PostgreSQL accepts. Expressions that pass here are tried by the server before a load
(loader/render/trial.py).
"""

from __future__ import annotations

import re

_MAX_REPEATS = 255  # the server's RE_DUP_MAX
_BOUND = re.compile(r"\{([0-9]+)(,([0-9]*))?\}")
_GROUPS = ("?:", "?=", "?!", "?<=", "?<!")
_COMMENT = "?#"
_CONSTRAINTS = "^$"
_ESCAPED_CONSTRAINTS = "AmMyYZ"
_ESCAPES = frozenset("abBefnrtvdswDSW" + _ESCAPED_CONSTRAINTS)
_DIGITS = {"x": 1, "u": 4, "U": 8}  # least number of hexadecimal digits that follow
_CLASS = re.compile(r"\[(:[^\]]*:|=[^\]]*=|\.[^\]]*\.)\]")


def pattern_problem(text: str) -> str | None:
    """Why PostgreSQL would refuse an expression; None if that is not certain."""
    try:
        _Reader(text).read()
    except ValueError as error:
        return f"PostgreSQL takes no such regular expression: {error}"
    return None


class _Reader:
    """Reads an expression from left to right; raises ValueError at the first mistake."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._open: list[int] = []
        self._is_atom = False  # whether the last item can be repeated

    def read(self) -> None:
        while self._at < len(self._text):
            self._piece(self._text[self._at])
        if self._open:
            raise ValueError(f"the parenthesis at character {self._open[-1] + 1} is not closed")

    def _piece(self, letter: str) -> None:
        start = self._at
        self._at += 1
        if letter == "(":
            self._group(start)
        elif letter == ")":
            if not self._open:
                raise ValueError(f"the parenthesis at character {start + 1} closes nothing")
            self._open.pop()
            self._is_atom = True
        elif letter == "[":
            self._brackets(start)
        elif letter in "*+?" or (letter == "{" and self._text[self._at : self._at + 1].isdigit()):
            self._repeat(start)
        elif letter == "\\":
            self._escape(start)
        else:
            self._is_atom = letter not in _CONSTRAINTS + "|"

    def _group(self, start: int) -> None:
        rest = self._text[self._at : self._at + 3]
        if rest.startswith(_COMMENT):
            end = self._text.find(")", self._at)
            if end < 0:
                raise ValueError(f"the comment at character {start + 1} is not closed")
            self._at = end + 1
            return
        if rest.startswith("?"):
            kind = next((kind for kind in _GROUPS if rest.startswith(kind)), None)
            if kind is None:
                raise ValueError(f"it has no groups like '({rest[:2]}' (character {start + 1})")
            self._at += len(kind)
        self._open.append(start)
        self._is_atom = False

    def _repeat(self, start: int) -> None:
        if not self._is_atom:
            raise ValueError(f"there is nothing that {self._text[start]!r} at character {start + 1} could repeat")
        if self._text[start] == "{":
            found = _BOUND.match(self._text, start)
            if found is None:
                raise ValueError(f"the bound at character {start + 1} is neither {{m}}, {{m,}} nor {{m,n}}")
            low, high = int(found[1]), int(found[3] or found[1])
            if max(low, high) > _MAX_REPEATS or low > high:
                raise ValueError(f"{found[0]} is no bound; the most is {_MAX_REPEATS}")
            self._at = found.end()
        if self._text[self._at : self._at + 1] == "?":  # a non-greedy quantifier
            self._at += 1
        self._is_atom = False

    def _escape(self, start: int) -> None:
        letter = self._text[self._at : self._at + 1]
        self._at += 1
        digits = _DIGITS.get(letter, 0)
        known = not letter.isalnum() or letter.isdigit() or letter in _ESCAPES or letter == "c" or digits
        if not letter or (letter.isascii() and not known):
            raise ValueError(f"it has no escape \\{letter} (character {start + 1})")
        if digits and not re.compile(rf"[0-9A-Fa-f]{{{digits}}}").match(self._text, self._at):
            raise ValueError(f"\\{letter} at character {start + 1} needs {digits} hexadecimal digits")
        if letter == "c" or digits:
            self._at += max(digits, 1)
        self._is_atom = letter not in _ESCAPED_CONSTRAINTS

    def _brackets(self, start: int) -> None:
        self._at += self._text[self._at : self._at + 1] == "^"
        self._at += self._text[self._at : self._at + 1] == "]"  # a first bracket is literal
        while (letter := self._text[self._at : self._at + 1]) != "]":
            inner = _CLASS.match(self._text, self._at)
            if not letter:
                raise ValueError(f"the bracket at character {start + 1} is not closed")
            self._at = inner.end() if inner else self._at + (2 if letter == "\\" else 1)
        self._at += 1
        self._is_atom = True
