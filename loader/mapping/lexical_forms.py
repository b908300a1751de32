"""The documented form of each type, the same as in `sql/control/types/is_<type>.sql`: which texts are its values.

Values of `bytea` and `jsonb` are read by loader/mapping/values/conversion.py.
"""

from __future__ import annotations

import datetime
import re
from contextlib import suppress
from decimal import Decimal

WHITE_SPACE = " \t\r\n"  # as XML defines it; str.strip() alone would remove more
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?"
_ZONE = r"(Z|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)?"
_WHOLE = re.compile(r"[+-]?0*[0-9]{1,19}")
_DIGITS = r"([0-9]+([.][0-9]*)?|[.][0-9]+)"
_DECIMAL = re.compile(rf"[+-]?{_DIGITS}([eE][+-]?0*([0-9]{{1,3}}|1000))?")
_FLOAT = re.compile(rf"[+-]?{_DIGITS}([eE][+-]?0*[0-9]{{1,4}})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = {
    "timestamp": re.compile(rf"({_DATE.pattern})[T ]{_TIME}"),
    "timestamptz": re.compile(rf"({_DATE.pattern})[T ]{_TIME}{_ZONE}"),
}
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_BYTES = re.compile(r"\\x([0-9a-f]{2})*")
_BITS = {"smallint": 15, "integer": 31, "bigint": 63}
_MAX_DIGITS = 1000  # characters of a number
# What is not rounded to infinity or to zero: in between. (Of the second pair, only the first digits.)
FLOATS = {
    "real": (
        Decimal("7.00649232162408535461864791644958065640130970938257885878534141944895541342930300743319094181060791015625E-46"),
        Decimal("340282356779733661637539395458142568448"),
    ),
    "double precision": (Decimal("2.470328229206232720882844E-324"), Decimal("1.797693134862315807937289E308")),
}  # fmt: skip


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
    if kind in FLOATS:
        return _is_float(value, *FLOATS[kind])
    if kind == "boolean":
        return value in {"true", "false", "1", "0"}
    if kind == "date":
        return _is_day(value)
    if kind in _MOMENT:
        found = _MOMENT[kind].fullmatch(value)
        return found is not None and _is_day(found[1])
    return (_UUID if kind == "uuid" else _BYTES).fullmatch(value) is not None


def _is_float(value: str, least: Decimal, most: Decimal) -> bool:
    if value in {"INF", "+INF", "-INF", "NaN"}:
        return True
    if len(value) > _MAX_DIGITS or not _FLOAT.fullmatch(value):
        return False
    number = Decimal(value)
    return not number or least < number.copy_abs() < most  # abs() would round


def _is_day(text: str) -> bool:
    if _DATE.fullmatch(text):
        with suppress(ValueError):
            datetime.date.fromisoformat(text)
            return True
    return False
