"""Numbers with other separators than the server's, or with decimals that their type has not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_EVEN, Context, Decimal

from loader.mapping.lexical_forms import fits

WHOLE = ("smallint", "integer", "bigint")
NUMBERS = (*WHOLE, "numeric", "real", "double precision")
_FULL = Context(prec=5000)  # digits, more than a number in the form of a numeric has


def separator_problems(decimal: str, thousands: str | None) -> Iterator[tuple[str, str]]:
    """What is wrong with separators, each with its key."""
    for key, mark in (("decimal", decimal), ("thousands", thousands)):
        if mark is not None and (len(mark) != 1 or mark.isalnum() or mark in "+-"):
            yield key, "must be one character, neither a letter nor a digit or a sign"
    if decimal == thousands:
        yield "thousands", "is the decimal point, too"


def number_reader(kind: str, decimal: str, thousands: str | None, *, rounds: bool) -> Callable[[str], str]:
    """Rewrites numbers; raises ValueError for what is none. ``rounds``: decimals of whole numbers are rounded to the
    nearest one, ties to even.
    """
    grouped = f"[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})+|" if thousands else ""
    point = re.escape(decimal)
    pattern = re.compile(rf"[+-]?(?:(?:{grouped}[0-9]+)(?:{point}[0-9]*)?|{point}[0-9]+)(?:[eE][+-]?[0-9]+)?")
    inner = "numeric" if rounds else kind

    def read(text: str) -> str:
        value = text
        if pattern.fullmatch(text):
            value = text.replace(thousands, "") if thousands else text
            value = value.replace(decimal, ".")
        elif text not in {"INF", "+INF", "-INF", "NaN"}:
            raise ValueError("another form")
        if not fits(inner, value):
            raise ValueError("no number of the type")
        if rounds:
            value = f"{Decimal(value).to_integral_value(ROUND_HALF_EVEN, _FULL):f}"
            if not fits(kind, value):
                raise ValueError("no number of the type")
        return value

    return read
