"""How often something is looked at: the longer a look takes, the longer the rest behind it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Of the time, looks may take so much: at 100,000 chunks, looking four times a second took a quarter of a core.
SHARE = 0.02


class Pace:
    """Tells when the next look is due. ``shortest``: seconds of rest behind a look that takes no time. ``at_once``:
    whether the first look is due before any rest.
    """

    def __init__(self, shortest: float, *, at_once: bool = True, clock: Callable[[], float] = time.monotonic) -> None:
        self._shortest = shortest
        self._clock = clock
        self._next = clock() + (0 if at_once else shortest)

    def is_due(self) -> bool:
        """Whether the rest behind the last look is over."""
        return self._clock() >= self._next

    def rest(self) -> float:
        """Seconds until the next look is due."""
        return max(0.0, self._next - self._clock())

    @contextmanager
    def look(self) -> Iterator[None]:
        """The block is a look: when it ends, by whatever, the rest begins."""
        began = self._clock()
        try:
            yield
        finally:
            ended = self._clock()
            self._next = ended + max(self._shortest, (ended - began) / SHARE)
