"""A rate as people write it: rows, or bytes of XML, per second."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from loader.config.units import IN_SETTINGS
from loader.errors import UsageError

_RATE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(rows|[KMG]?B)(?:/s)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second: ``rows`` written into tables, or ``bytes`` of XML loaded."""

    unit: Literal["rows", "bytes"]
    per_second: float


def read_rate(text: str) -> Rate:
    """A rate as people write it: 50000rows, 20MB (powers of 1024), both a second. UsageError for anything else."""
    found = _RATE.fullmatch(text.strip())
    value = float(found[1]) if found else 0.0
    if found is None or not value:
        raise UsageError(f"max_rate is rows or bytes a second, as in 50000rows or 20MB, not {text!r}")
    unit = found[2].upper()
    return Rate("rows", value) if unit == "ROWS" else Rate("bytes", value * IN_SETTINGS[unit])
