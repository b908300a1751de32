"""The screen: proves that all typed values of a block have their type's lexical form, safely within range.

Values that do not pass are not wrong yet: text staging, in SQL, decides about them. Values that pass are accepted by
every server version, so the forms here are narrower than the documented ones near the limits of a range.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from loader.extract.encode import FIELD, MISSING, NULL
from loader.mapping.bounds import KEY_NUMBER

_YEAR = r"(?!0000)[0-9]{4}"
_DAY = r"(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?!02)(?:0[1-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31"
_DATE = rf"{_YEAR}-(?:{_DAY})"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
_ZONE = r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
_SPACE = r"[ \t\r\n]*"

_FORMS = {
    "integer": r"[+-]?0{0,100}[0-9]{1,9}",  # 2,147,483,647 has ten digits: SQL decides about those with ten
    "bigint": r"[+-]?0{0,100}[0-9]{1,18}",
    "numeric": r"[+-]?[0-9]{1,500}(?:\.[0-9]{1,490})?",  # text staging accepts 1,000 characters
    KEY_NUMBER: r"[+-]?[0-9]{1,500}(?:\.[0-9]{0,489}[1-9])?",
    "boolean": r"true|false|1|0",
    "date": _DATE,
    "timestamp": rf"{_DATE}[T ]{_TIME}",
    "timestamptz": rf"{_DATE}[T ]{_TIME}{_ZONE}",
}
_COMPILED = {kind: re.compile(f"{_SPACE}(?:{form}){_SPACE}") for kind, form in _FORMS.items()}

# Nearly all blocks only have plain short numbers. Two passes over the bytes prove that, in an eighth of the time of a
# regular expression: nothing is left without digits and separators, and no run of digits is too long.
_TOO_LONG = {"integer": b"0" * 10, "bigint": b"0" * 19}
_DIGITS = b"0123456789"
_ALLOWED = _DIGITS + f"{NULL}{MISSING}{FIELD}".encode()
_ALL_ZERO = bytes.maketrans(_DIGITS, b"0" * len(_DIGITS))


def is_clean(screens: Mapping[tuple[str, bool], Sequence[str]]) -> bool:
    """Whether all values pass; ``screens`` has values (joined by FIELD) by (type, part of the key)."""
    return all(_passes(kind, is_key, values) for (kind, is_key), values in screens.items() if values)


def passes(kind: str, values: Iterable[str]) -> bool:
    """Whether all of some values, none of them NULL, have the safe form of the type."""
    return all(map(_check(kind), values))


def _passes(kind: str, is_key: bool, values: Sequence[str]) -> bool:
    text = FIELD.join(values)
    if is_key and (NULL in text or MISSING in text):
        return False
    if kind in _TOO_LONG and _only_short_numbers(text.encode(), _TOO_LONG[kind]):
        return True
    return passes(kind, set(text.split(FIELD)) - {NULL, MISSING})


def _only_short_numbers(text: bytes, too_long: bytes) -> bool:
    return not text.translate(None, _ALLOWED) and too_long not in text.translate(_ALL_ZERO)


def _check(kind: str) -> Callable[[str], bool]:
    if kind == "text":
        return lambda value: True
    if kind.startswith("bytes"):
        size = int(kind[len("bytes(") : -1])
        return lambda value: len(value) <= size // 4 or len(value.encode()) <= size
    if kind.startswith("varchar"):
        length = int(kind[len("varchar(") : -1])
        return lambda value: len(value) <= length
    form = _COMPILED[kind]
    return lambda value: form.fullmatch(value) is not None
