"""Kinds of settings: how values are read from text, and how pages and the schema of mappings describe them.

A kind raises ValueError with words that follow the name of the setting: "must be true or false, not 'perhaps'". The
classes are plain, because `loader --help` waits for this module, and creating a dataclass takes longer than reading it.
"""

from __future__ import annotations

import math
import re
from typing import Any, ClassVar, Protocol

from loader.config.units import IN_SETTINGS, in_units
from loader.nearest import did_you_mean


class Kind(Protocol):
    """The notation of a setting."""

    @property
    def values(self) -> str:
        """Its possible values, for a page."""

    @property
    def schema(self) -> dict[str, Any]:
        """Its possible values in a mapping, as JSON Schema."""

    def read(self, text: str) -> Any:
        """The value of a text; raises ValueError with the valid values."""

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
            raise ValueError(f"must be one of {', '.join(self.words)}, not {text!r}{did_you_mean(text, self.words)}")
        return text

    def written(self, value: str) -> str:
        """The word."""
        return value


class Flag:
    """True or false."""

    _WORDS = (("true", "1", "yes", "on", "y", "t"), ("false", "0", "no", "off", "n", "f"))
    values = "`true`, `false`"
    schema: ClassVar[dict[str, Any]] = {"type": "boolean"}

    def read(self, text: str) -> bool:
        """Whether the text means true."""
        for answer, words in zip((True, False), self._WORDS, strict=True):
            if text.lower() in words:
                return answer
        raise ValueError(f"must be true or false, not {text!r}")

    def written(self, value: bool) -> bool:
        """As in JSON."""
        return value


class Number:
    """A number from ``lowest`` to ``highest``, a whole one if ``kind`` is int; ``unit``: what it counts."""

    def __init__(self, lowest: float, highest: float, unit: str = "", kind: type[float] = float) -> None:
        self._bounds, self._kind = (lowest, highest), kind
        self.values = f"{lowest:,g} to {highest:,.0f} {unit}".strip()
        limits = {"minimum": lowest, "maximum": highest}
        self.schema: dict[str, Any] = {"type": "integer" if kind is int else "number", **limits}

    def read(self, text: str) -> float:
        """The number, as an int if it is whole, for storing and showing it."""
        lowest, highest = self._bounds
        value = number(text, self._kind)
        if not lowest <= value <= highest:
            raise ValueError(f"must be a number from {lowest:g} to {highest:,g}, not {value:g}")
        return self.written(value)

    def written(self, value: float) -> float:
        """Without a decimal point if it is whole."""
        return int(value) if value == int(value) else value


class Size:
    """A number of bytes, such as 65536, 64KB or 16MB (powers of 1024)."""

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
        """With the largest unit that needs no fraction."""
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
    """A finite, non-negative number, a whole one if ``kind`` is int; raises ValueError for anything else."""
    try:
        value = kind(text)
    except ValueError as error:
        raise ValueError(f"must be a {'whole ' if kind is int else ''}number, not {text!r}") from error
    if not math.isfinite(value):
        raise ValueError(f"must be a finite number, not {text!r}")
    if value < 0:
        raise ValueError(f"cannot be negative: {text}")
    return value
