"""Kinds of settings: how the value of each is read from text, and what pages and the schema of mappings say of it.

A kind raises ValueError with words that follow the name of the setting: "must be true or false, not 'perhaps'".
Plain classes: `loader --help` waits for this module, and a dataclass takes longer to be made than all of it to be read.
"""

from __future__ import annotations

import math
import re
from typing import Any, ClassVar, Protocol

from loader.config.units import IN_SETTINGS, in_units


class Kind(Protocol):
    """How a setting is written."""

    @property
    def values(self) -> str:
        """What it may be, for a page."""

    @property
    def schema(self) -> dict[str, Any]:
        """What a mapping may say, as JSON Schema."""

    def read(self, text: str) -> Any:
        """The value that is meant; ValueError says what would be right."""

    def written(self, value: Any) -> Any:
        """The text, number or word that is read as ``value``."""


class Choice:
    """One of some words."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.values = ", ".join(f"`{word}`" for word in words)
        self.schema: dict[str, Any] = {"enum": list(words), "type": "string"}

    def read(self, text: str) -> str:
        """The word."""
        if text not in self.words:
            raise ValueError(f"must be one of {', '.join(self.words)}, not {text!r}")
        return text

    def written(self, value: str) -> str:
        """The word."""
        return value


class Flag:
    """Whether something is so."""

    _WORDS = (("true", "1", "yes", "on", "y", "t"), ("false", "0", "no", "off", "n", "f"))
    values = "`true`, `false`"
    schema: ClassVar[dict[str, Any]] = {"type": "boolean"}

    def read(self, text: str) -> bool:
        """Whether the text says yes."""
        for answer, words in zip((True, False), self._WORDS, strict=True):
            if text.lower() in words:
                return answer
        raise ValueError(f"must be true or false, not {text!r}")

    def written(self, value: bool) -> bool:
        """As JSON has it."""
        return value


class Number:
    """A number from ``lowest`` to ``highest``, a whole one where ``kind`` is int; ``unit``: what it counts."""

    def __init__(self, lowest: float, highest: float, unit: str = "", kind: type[float] = float) -> None:
        self._bounds, self._kind = (lowest, highest), kind
        self.values = f"{lowest:,g} to {highest:,.0f} {unit}".strip()
        limits = {"minimum": lowest, "maximum": highest}
        self.schema: dict[str, Any] = {"type": "integer" if kind is int else "number", **limits}

    def read(self, text: str) -> float:
        """The number, as an int where it is whole: so it is kept and shown."""
        lowest, highest = self._bounds
        value = number(text, self._kind)
        if not lowest <= value <= highest:
            raise ValueError(f"must be a number from {lowest:g} to {highest:,g}, not {value:g}")
        return self.written(value)

    def written(self, value: float) -> float:
        """Without a point where it is whole."""
        return int(value) if value == int(value) else value


class Size:
    """So many bytes, as 65536, 64KB or 16MB (powers of 1024)."""

    def __init__(self, lowest: int, highest: int) -> None:
        self._bounds = lowest, highest
        self.values = f"{in_units(lowest)} to {in_units(highest)}"
        self.schema: dict[str, Any] = {"anyOf": [{"type": "integer"}, {"type": "string"}]}

    def read(self, text: str) -> int:
        """Bytes."""
        found = re.fullmatch(r"(-?[0-9.]+)\s*([KMG]?B|[KMG])?", text.strip().upper())
        if found is None:
            raise ValueError(f"must be a size, as 64KB or 16MB, not {text!r}")
        value = int(number(found[1]) * IN_SETTINGS[found[2] or "B"])
        lowest, highest = self._bounds
        if not lowest <= value <= highest:
            raise ValueError(f"must be between {in_units(lowest)} and {in_units(highest)}, not {text.strip()}")
        return value

    def written(self, value: int) -> str:
        """With the largest unit that holds it without a fraction."""
        return in_units(value).replace(" ", "")


class DatePattern:
    """A regular expression with one group, for the date in the name of a file."""

    values = "an expression"
    schema: ClassVar[dict[str, Any]] = {"type": "string"}

    def read(self, text: str) -> str:
        """The expression."""
        try:
            groups = re.compile(text).groups
        except re.error as error:
            raise ValueError(f"must be a regular expression, but {text!r} is not: {error}") from error
        if groups != 1:
            raise ValueError(f"must have one group, for the date, but {text!r} has {groups}")
        return text

    def written(self, value: str) -> str:
        """The expression."""
        return value


def number(text: str, kind: type[float] = float) -> float:
    """A finite number that is not negative, a whole one where ``kind`` is int; ValueError for anything else."""
    try:
        value = kind(text)
    except ValueError as error:
        raise ValueError(f"must be a {'whole ' if kind is int else ''}number, not {text!r}") from error
    if not math.isfinite(value):
        raise ValueError(f"must be a finite number, not {text!r}")
    if value < 0:
        raise ValueError(f"cannot be negative: {text}")
    return value
