"""A bound on what all workers of a command bring to the server together: rows, or bytes of XML, a second."""

from __future__ import annotations

import fcntl
import os
import re
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from loader.errors import UsageError

_RATE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(rows|[KMG]?B)(?:/s)?", re.IGNORECASE)
_BYTES = {"B": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}
# Time that was spent on work, not on waiting, counts for later, but no more of it than this: after a long rest no burst
# is to follow.
CREDIT_SECONDS = 2.0
_NAP_SECONDS = 0.1  # between two looks whether to stop
_PAID = struct.Struct("<d")


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
    """The account that the workers of a command share: a small file, which holds when all that was brought is paid.

    A file, and not a lock of Python's: the system lets go of its lock when a worker is killed.
    """

    def __init__(self, rate: Rate) -> None:
        import tempfile  # late: few commands are bounded, and all read settings

        self.rate = rate
        handle, path = tempfile.mkstemp(prefix="loader-rate-")
        self.path = Path(path)
        os.write(handle, _PAID.pack(time.monotonic()))
        os.close(handle)

    def close(self) -> None:
        """Removes the file."""
        self.path.unlink(missing_ok=True)


class Throttle:
    """A worker's side of a meter. ``pause`` is called while it waits, and may raise to stop it."""

    def __init__(self, rate: Rate, path: Path, pause: Callable[[], None]) -> None:
        self._rate = rate
        self._path = path
        self._pause = pause

    @classmethod
    def of(cls, rate: Rate | None, meter: Path | None, pause: Callable[[], None]) -> Throttle | None:
        """That of a worker; None where nothing is bounded."""
        return cls(rate, meter, pause) if rate and meter else None

    def pay(self, rows: int, size: int) -> None:
        """Waits until so many rows, or bytes, may be brought. To be called while no transaction is open."""
        cost = (rows if self._rate.unit == "rows" else size) / self._rate.per_second
        until = self._book(cost)
        while (left := until - time.monotonic()) > 0:
            self._pause()
            time.sleep(min(left, _NAP_SECONDS))

    def _book(self, seconds: float) -> float:
        """Adds to the account; the moment at which that is paid."""
        with open(self._path, "r+b", buffering=0) as file:
            fcntl.lockf(file, fcntl.LOCK_EX)
            (paid,) = _PAID.unpack(file.read(_PAID.size))
            paid = max(paid, time.monotonic() - CREDIT_SECONDS) + seconds
            file.seek(0)
            file.write(_PAID.pack(paid))
        return float(paid)
