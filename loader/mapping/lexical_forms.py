"""The documented form of each type, the same as in `sql/control/types/is_<type>.sql`: which texts are its values."""

from __future__ import annotations

import datetime
import re
from contextlib import suppress

WHITE_SPACE = " \t\r\n"  # as XML defines it; str.strip() alone would remove more
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?"
_ZONE = r"(Z|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)?"
_WHOLE = re.compile(r"[+-]?0*[0-9]{1,19}")
_DECIMAL = re.compile(r"[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = {
    "timestamp": re.compile(rf"({_DATE.pattern})[T ]{_TIME}"),
    "timestamptz": re.compile(rf"({_DATE.pattern})[T ]{_TIME}{_ZONE}"),
}
_BITS = {"integer": 31, "bigint": 63}
_MAX_DIGITS = 1000  # of a numeric


def fits(kind: str, text: str) -> bool:
    """Whether a text is a value of a type. An empty text is a value of text only; otherwise it means NULL."""
    if kind == "text":
        return True
    if kind.startswith("varchar("):
        return len(text) <= int(kind[len("varchar(") : -1])
    value = text.strip(WHITE_SPACE)
    if kind in _BITS:
        limit = 1 << _BITS[kind]
        return _WHOLE.fullmatch(value) is not None and -limit <= int(value) < limit
    if kind == "numeric":
        return _DECIMAL.fullmatch(value) is not None and len(value) <= _MAX_DIGITS
    if kind == "boolean":
        return value in {"true", "false", "1", "0"}
    if kind == "date":
        return _is_day(value)
    found = _MOMENT[kind].fullmatch(value)
    return found is not None and _is_day(found[1])


def _is_day(text: str) -> bool:
    if _DATE.fullmatch(text):
        with suppress(ValueError):
            datetime.date.fromisoformat(text)
            return True
    return False
