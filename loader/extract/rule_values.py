"""Values as Python objects that are ordered as the server orders them: for minimum and maximum."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from uuid import UUID

from loader.mapping.bounds import KEY_NUMBER

_ZONE = re.compile(r"(?:Z|([+-])([0-9]{2}):?([0-9]{2})?)$")


def comparable(kind: str, text: str) -> object | None:
    """A text that has the form of a type as a value of it; None if Python cannot compare values of the type."""
    read = _READ.get(kind)
    if read is not None:
        with suppress(ValueError, OverflowError):  # a moment outside of the years 1 to 9999
            return read(text)
    return None


def _moment(text: str) -> datetime.datetime:
    day, time = text[:10], text[11:]
    fraction = time.partition(".")[2]
    hour, minute, second = (*map(int, time.partition(".")[0].split(":")), 0)[:3]
    year, month, date = map(int, day.split("-"))
    return datetime.datetime(year, month, date, hour, minute, second, int(fraction.ljust(6, "0")[:6]))


def _moment_with_zone(text: str) -> datetime.datetime:
    zone = _ZONE.search(text[11:])
    if zone is None:
        return _moment(text)
    moment = _moment(text[: 11 + zone.start()])
    if zone[1] is None:
        return moment
    offset = datetime.timedelta(hours=int(zone[2]), minutes=int(zone[3] or 0))
    return moment - offset if zone[1] == "+" else moment + offset


def _float(text: str) -> Decimal | None:
    """Numbers that are in order stay so when they are rounded. (The server puts NaN behind all others.)"""
    return None if text == "NaN" else Decimal(text)


_READ: Mapping[str, Callable[[str], object]] = {
    "smallint": int,
    "integer": int,
    "bigint": int,
    "numeric": Decimal,
    KEY_NUMBER: Decimal,
    "real": _float,
    "double precision": _float,
    "uuid": UUID,
    "date": datetime.date.fromisoformat,
    "timestamp": _moment,
    "timestamptz": _moment_with_zone,
}
