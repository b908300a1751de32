"""Dates and times in other forms than the server's: as XML Schema has them, or as a picture says."""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Callable, Iterator

XSD = "xsd"

_DAY = r"(?P<YYYY>[0-9]{4})-(?P<MM>[0-9]{2})-(?P<DD>[0-9]{2})"
_TIME = r"(?P<HH24>[0-9]{2}):(?P<MI>[0-9]{2})(?::(?P<SS>[0-9]{2})(?:[.](?P<FF>[0-9]+))?)?"
_ZONE = r"(?P<zone>Z|[+-](?:0[0-9]|1[0-5])(?::?[0-5][0-9])?)?"
_PARTS = {"YYYY": 4, "MM": 2, "DD": 2, "HH24": 2, "MI": 2, "SS": 2, "FF": 0}
_NEEDED_BY = {"MI": "HH24", "SS": "MI", "FF": "SS"}
_PIECE = re.compile(r'YYYY|MM|DD|HH24|MI|SS|FF|"([^"]*)"|T|[^\w"]|(?P<unknown>\w+|")')
_MOST_DECIMALS = 6


def picture_problems(picture: str, kind: str) -> Iterator[str]:
    """What is wrong with a picture for values of a type."""
    found = list(_PIECE.finditer(picture))
    for piece in found:
        if piece["unknown"]:
            yield (
                f"{piece[0]!r} is no part of a date; known are {', '.join(_PARTS)} and xsd alone, "
                "and other letters stand in double quotes"
            )
            return
    parts = [piece[0] for piece in found if piece[0] in _PARTS]
    for part in parts:
        if parts.count(part) > 1:
            yield f"{part} occurs twice"
            return
        if part in _NEEDED_BY and _NEEDED_BY[part] not in parts:
            yield f"{part} needs {_NEEDED_BY[part]}"
        if kind == "date" and part not in {"YYYY", "MM", "DD"}:
            yield f"a date has no {part}; the type timestamp has"
            return
    if missing := [part for part in ("YYYY", "MM", "DD") if part not in parts]:
        yield f"{', '.join(missing)} is missing"
    for one, following in itertools.pairwise(found):
        if one[0] == "FF" and (following[0] in _PARTS or (following[1] or "")[:1].isdigit()):
            yield "FF, which has any number of digits, must not be followed by digits"


def date_reader(kind: str, form: str | None, *, rounds: bool) -> Callable[[str], str]:
    """Rewrites values of a type; raises ValueError for what is none. ``form``: XSD or a picture, None: the usual one.
    ``rounds``: more decimals than the server keeps are rounded to the nearest, ties to even.
    """
    pattern = _pattern(kind, form)
    latest = 24 if form == XSD else 23

    def read(text: str) -> str:
        found = pattern.fullmatch(text)
        if found is None:
            raise ValueError("another form")
        parts = found.groupdict()
        day = datetime.date(int(parts["YYYY"]), int(parts["MM"]), int(parts["DD"]))
        if kind == "date":
            return day.isoformat()
        hour, minute, second = (int(parts.get(name) or 0) for name in ("HH24", "MI", "SS"))
        micros = _micros(parts.get("FF") or "", rounds=rounds)
        if hour > latest or (hour == 24 and (minute or second or micros)):
            raise ValueError("no time")
        try:
            moment = datetime.datetime(day.year, day.month, day.day, hour % 24, minute, second)
            moment += datetime.timedelta(days=hour // 24, microseconds=micros)
        except OverflowError as error:
            raise ValueError("after the year 9999") from error
        return moment.isoformat() + (parts.get("zone") or "")

    return read


def _pattern(kind: str, form: str | None) -> re.Pattern[str]:
    if form == XSD or form is None:
        zone = _ZONE if kind == "timestamptz" or (form == XSD and kind == "date") else ""
        return re.compile(_DAY + ("" if kind == "date" else f"[T ]{_TIME}") + zone)
    pattern = ""
    for piece in _PIECE.finditer(form):
        if piece[0] in _PARTS:
            width = _PARTS[piece[0]]
            pattern += f"(?P<{piece[0]}>[0-9]{{{width}}})" if width else f"(?P<{piece[0]}>[0-9]+)"
        else:
            pattern += re.escape(piece[0] if piece[1] is None else piece[1])
    return re.compile(pattern)


def _micros(decimals: str, *, rounds: bool) -> int:
    """Decimals of a second as microseconds, which may be a million."""
    kept, rest = int(decimals[:_MOST_DECIMALS].ljust(_MOST_DECIMALS, "0")), decimals[_MOST_DECIMALS:].rstrip("0")
    if not rest:
        return kept
    if not rounds:
        raise ValueError("too many decimals")
    return kept + (rest > "5" or (rest == "5" and kept % 2 == 1))
