"""A limit on what all workers of a command together send to the server: rows, or bytes of XML, per second."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from loader.config.rate import Rate
from loader.process.shared import BusyError, Numbers

# Time spent on work, not on waiting, is credited, but not more than this, so that no burst follows a long pause.
CREDIT_SECONDS = 2.0
_NAP_SECONDS = 0.1  # between two checks whether to stop


class Clock(Protocol):
    """What tells the time and lets it pass, as the module ``time`` does."""

    def monotonic(self) -> float: ...
    def sleep(self, seconds: float, /) -> None: ...


class Meter:
    """The token bucket that the workers of a command share: the time at which everything sent so far is allowed."""

    def __init__(self, rate: Rate, clock: Clock = time) -> None:
        self.rate = rate
        self.paid = Numbers(clock.monotonic())


class Throttle:
    """A worker's side of a meter. ``pause`` is called while it waits, and may raise to stop it."""

    def __init__(self, meter: Meter, pause: Callable[[], None], clock: Clock = time) -> None:
        self._meter = meter
        self._pause = pause
        self._clock = clock

    def pay(self, rows: int, size: int) -> None:
        """Waits until so many rows, or bytes, may be sent. Call it while no transaction is open."""
        rate = self._meter.rate
        until = self._book((rows if rate.unit == "rows" else size) / rate.per_second)
        while (left := until - self._clock.monotonic()) > 0:
            self._pause()
            self._clock.sleep(min(left, _NAP_SECONDS))

    def _book(self, seconds: float) -> float:
        """Adds to the bucket; returns the time at which that is allowed. Waits while another worker keeps it locked: a
        frozen one is killed by its command.
        """
        while True:
            with suppress(BusyError), self._meter.paid.changing() as numbers:
                numbers[0] = max(numbers[0], self._clock.monotonic() - CREDIT_SECONDS) + seconds
                return numbers[0]
            self._pause()
