"""A bound on what all workers of a command bring to the server together: rows, or bytes of XML, a second."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from loader.errors import UsageError
from loader.process.shared import BusyError, Numbers

_RATE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(rows|[KMG]?B)(?:/s)?", re.IGNORECASE)
_BYTES = {"B": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}
# Time that was spent on work, not on waiting, counts for later, but no more of it than this: after a long rest no burst
# is to follow.
CREDIT_SECONDS = 2.0
_NAP_SECONDS = 0.1  # between two looks whether to stop


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
    return Rate("rows", value) if unit == "ROWS" else Rate("bytes", value * _BYTES[unit])


class Meter:
    """The account that the workers of a command share: when all that was brought is paid."""

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self.paid = Numbers(time.monotonic())


class Throttle:
    """A worker's side of a meter. ``pause`` is called while it waits, and may raise to stop it."""

    def __init__(self, meter: Meter, pause: Callable[[], None]) -> None:
        self._meter = meter
        self._pause = pause

    def pay(self, rows: int, size: int) -> None:
        """Waits until so many rows, or bytes, may be brought. To be called while no transaction is open."""
        rate = self._meter.rate
        until = self._book((rows if rate.unit == "rows" else size) / rate.per_second)
        while (left := until - time.monotonic()) > 0:
            self._pause()
            time.sleep(min(left, _NAP_SECONDS))

    def _book(self, seconds: float) -> float:
        """Adds to the account; the moment at which that is paid. Waits while another worker keeps it locked: one that
        is frozen is killed by its command.
        """
        while True:
            with suppress(BusyError), self._meter.paid.changing() as numbers:
                numbers[0] = max(numbers[0], time.monotonic() - CREDIT_SECONDS) + seconds
                return numbers[0]
            self._pause()
