"""How often something is checked: the longer a check takes, the longer the pause after it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Share of the time for checks: at 100,000 chunks, checking four times per second took a quarter of a core.
SHARE = 0.02


class Pace:
    """Tells when the next check is due. ``shortest``: seconds of pause after a check that takes no time. ``at_once``:
    whether the first check is due without a pause.
    """

    def __init__(self, shortest: float, *, at_once: bool = True, clock: Callable[[], float] = time.monotonic) -> None:
        self._shortest = shortest
        self._clock = clock
        self._next = clock() + (0 if at_once else shortest)

    def is_due(self) -> bool:
        """Whether the pause after the last check is over."""
        return self._clock() >= self._next

    def rest(self) -> float:
        """Seconds until the next check is due."""
        return max(0.0, self._next - self._clock())

    @contextmanager
    def look(self) -> Iterator[None]:
        """The block is a check: when it ends, however it does, the pause begins."""
        began = self._clock()
        try:
            yield
        finally:
            ended = self._clock()
            self._next = ended + max(self._shortest, (ended - began) / SHARE)
