"""The cores that this process may use: their number, and how idle they have been (on Linux)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection
from pathlib import Path

_STAT = Path("/proc/stat")
_IDLE, _WAITING = 4, 5  # positions, in a core's line, of the ticks without work, and of those spent waiting for a disk


def count() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Idleness:
    """How idle the cores are between two readings.

    ``ticks`` returns for how many clock ticks they had nothing to do so far; None if the system does not report it.
    """

    def __init__(
        self, ticks: Callable[[], int | None] | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._tell, self._clock = ticks or idle_ticks, clock
        self._looked = clock()
        self._ticks = self._tell()

    @property
    def is_known(self) -> bool:
        """Whether this system reports it."""
        return self._ticks is not None

    def since(self, seconds: float) -> float:
        """Idle cores on average since the last reading; 0 if that was less than so many seconds ago."""
        now = self._clock()
        if now - self._looked < seconds or self._ticks is None:
            return 0.0
        ticks = self._tell() or self._ticks
        idle = (ticks - self._ticks) / os.sysconf("SC_CLK_TCK") / (now - self._looked)
        self._looked, self._ticks = now, ticks
        return idle


def idle_ticks(stat: Path = _STAT, numbers: Collection[int] | None = None) -> int | None:
    """Clock ticks that some cores (this process's own) had nothing to do so far; None if the system does not report
    it.
    """
    try:
        lines = [line.split() for line in stat.read_text(encoding="ascii").splitlines()]
        names = {f"cpu{number}" for number in (os.sched_getaffinity(0) if numbers is None else numbers)}
    except (OSError, AttributeError):
        return None
    own = (fields for fields in lines if fields and fields[0] in names)
    return sum(int(fields[_IDLE]) + int(fields[_WAITING]) for fields in own)
