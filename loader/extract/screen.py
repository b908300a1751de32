"""The screen: proves that values fit their columns, so that they can be copied unchanged into typed tables.

A value that does not pass is not wrong yet: text staging, in SQL, decides about its record. A value that passes has its
type's documented form, and keeps the rules of its column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from loader.extract.encode import FIELD, MISSING, NULL
from loader.extract.portable_pattern import LONGEST_MATCHED, portable
from loader.extract.rule_values import comparable
from loader.mapping.bounds import KEY_NUMBER, longest_entry, screened_type
from loader.mapping.lexical_forms import FLOATS, WHITE_SPACE, fits
from loader.mapping.tables import Column, Table
from loader.mapping.values.conversion import UNFIT

_SIZED = re.compile(r"(bytes|varchar)\(([0-9]+)\)")
_MINUS_ZERO = re.compile(r"\s*-[0.]+(?![0-9.I])")  # SQL makes it 0
_KEY_NUMBER = re.compile(r"[+-]?[0-9]{1,500}(?:\.[0-9]{0,489}[1-9])?")

# Nearly all blocks only have plain short numbers. Two passes over the bytes prove that, in an eighth of the time of a
# look at each value: nothing is left without digits and separators, and no run of digits is too long.
_TOO_LONG = {"smallint": b"0" * 5, "integer": b"0" * 10, "bigint": b"0" * 19}
_DIGITS = b"0123456789"
_ALLOWED = _DIGITS + f"{NULL}{MISSING}{FIELD}".encode()
_ALL_ZERO = bytes.maketrans(_DIGITS, b"0" * len(_DIGITS))


@dataclass(frozen=True)
class Screen:
    """What is asked of the values of a column. ``kind``: a type, KEY_NUMBER, or bytes(n); ``given``: NULL does not
    pass; ``converted``: neither does what is marked as unfit. The others are the rules of the column; a rule that only
    the server can apply lets no value pass.
    """

    kind: str = "text"
    given: bool = False
    converted: bool = False
    enum: tuple[str, ...] = ()
    pattern: str | None = None
    minimum: str | None = None
    maximum: str | None = None

    @property
    def has_rules(self) -> bool:
        """Whether more than the type decides about a value."""
        return bool(self.enum or self.pattern is not None or self.has_bounds)

    @property
    def has_bounds(self) -> bool:
        """Whether a value can be too small or too large."""
        return self.minimum is not None or self.maximum is not None

    @cached_property
    def size(self) -> int:
        """Most characters or bytes of a text, for the kinds that limit them."""
        sized = _SIZED.fullmatch(self.kind)
        return int(sized[2]) if sized else 0

    @cached_property
    def is_text(self) -> bool:
        """Whether white space around a value belongs to it."""
        return self.kind == "text" or self.size > 0

    def passes(self, value: str) -> bool:
        """Whether a value, not NULL, certainly fits."""
        if (self.converted and UNFIT in value) or not self._fits(value):
            return False
        value = value if self.is_text else value.strip(WHITE_SPACE)
        if self.enum and value not in self.enum:
            return False
        if self.pattern is not None and not self._matches(value):
            return False
        return not self.has_bounds or self._is_within(value)

    def _fits(self, value: str) -> bool:
        if self.kind == KEY_NUMBER:
            return _KEY_NUMBER.fullmatch(value.strip(WHITE_SPACE)) is not None
        if self.kind.startswith("bytes"):
            return len(value) <= self.size // 4 or len(value.encode()) <= self.size
        return fits(self.kind, value) and not (self.kind in FLOATS and _MINUS_ZERO.match(value))

    @cached_property
    def _regex(self) -> re.Pattern[str] | None:
        return portable(self.pattern or "")

    def _matches(self, value: str) -> bool:
        regex = self._regex
        return regex is not None and len(value) <= LONGEST_MATCHED and regex.fullmatch(value) is not None

    @cached_property
    def bounds(self) -> tuple[object, object]:
        """Minimum and maximum as values that can be compared; None where there is none, or no comparison."""
        return self._bound(self.minimum), self._bound(self.maximum)

    def _bound(self, text: str | None) -> object:
        return None if text is None else comparable(self.kind, text)

    def _is_within(self, value: str) -> bool:
        number = comparable(self.kind, value)
        low, high = self.bounds
        if number is None or (self.minimum is not None and low is None) or (self.maximum is not None and high is None):
            return False
        return (low is None or low <= number) and (high is None or number <= high)  # type: ignore[operator]


def screens_of(table: Table, column: Column, tables: Sequence[Table]) -> tuple[Screen | None, Screen | None]:
    """What is asked of a column's value, and of each item of an array; None: nothing. ``tables``: all of the entity."""
    kind = screened_type(table, column, tables) or "text"
    given = column.required or (table.is_root and column in table.key)
    rules = {
        "converted": column.is_converted,
        "enum": column.enum,
        "pattern": column.pattern,
        "minimum": column.minimum,
        "maximum": column.maximum,
    }
    if column.repeat != "array":
        return _unless_empty(Screen(kind, given, **rules)), None  # type: ignore[arg-type]
    longest = longest_entry(table, column)
    whole = Screen("text" if longest is None else f"bytes({longest})", given)
    item = "text" if column.type == "bytea" else column.type
    return _unless_empty(whole), _unless_empty(Screen(item, **rules))  # type: ignore[arg-type]


def _unless_empty(screen: Screen) -> Screen | None:
    return None if screen == Screen() else screen


def passes(kind: str, values: Iterable[str]) -> bool:
    """Whether all of some values, none of them NULL, certainly have the form of a type."""
    return all(map(Screen(kind).passes, values))


def doubtful_rows(screen: Screen, rows: Sequence[str]) -> list[int]:
    """The indexes of the rows with a value that does not pass; a row is its values, joined by FIELD."""
    text = FIELD.join(rows)
    plain = not (screen.given or screen.has_rules or screen.converted) and screen.kind in _TOO_LONG
    if plain and _only_short_numbers(text.encode(), _TOO_LONG[screen.kind]):
        return []
    values = set(text.split(FIELD))
    bad = {value for value in values - {NULL, MISSING} if not screen.passes(value)}
    if screen.given:
        bad |= values & {NULL, MISSING}
    return [index for index, row in enumerate(rows) if not bad.isdisjoint(row.split(FIELD))] if bad else []


def _only_short_numbers(text: bytes, too_long: bytes) -> bool:
    return not text.translate(None, _ALLOWED) and too_long not in text.translate(_ALL_ZERO)
