"""A rate: rows, or bytes of XML, per second."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from loader.config.units import IN_SETTINGS


@dataclass(frozen=True, slots=True)
class Rate:
    """``rows`` written into tables, or ``bytes`` of XML loaded, per second."""

    unit: Literal["rows", "bytes"]
    per_second: float


class RowsOrBytes:
    """A rate as text: 50000rows, 20MB (powers of 1024), both per second."""

    values = "rows or bytes per second, as in `50000rows` or `20MB`"
    schema: ClassVar[dict[str, Any]] = {"type": "string"}

    _FORM = r"([0-9]+(?:\.[0-9]+)?)\s*(rows|[KMG]?B)(?:/s)?"

    def read(self, text: str) -> Rate:
        """The rate; raises ValueError for anything else."""
        found = re.fullmatch(self._FORM, text.strip(), re.IGNORECASE)
        value = float(found[1]) if found else 0.0
        if found is None or not value:
            raise ValueError(f"must be rows or bytes per second, as in 50000rows or 20MB, not {text!r}")
        unit = found[2].upper()
        return Rate("rows", value) if unit == "ROWS" else Rate("bytes", value * IN_SETTINGS[unit])

    def written(self, value: Rate) -> str:
        """With its unit."""
        return f"{value.per_second:g}{'rows' if value.unit == 'rows' else 'B'}"
