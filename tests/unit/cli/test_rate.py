"""A bound on what workers bring together: what it may be, what it costs to wait, who shares it."""

from __future__ import annotations

import pytest

from loader.config.given import read_setting
from loader.config.rate import Rate
from loader.errors import UsageError
from loader.process.throttle import CREDIT_SECONDS, Meter, Throttle


class Clock:
    """Time that passes only while somebody sleeps, or works."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def meter(clock: Clock) -> Meter:
    return Meter(Rate("rows", 1000), clock)


def throttle(meter: Meter, clock: Clock) -> Throttle:
    return Throttle(meter, lambda: None, clock)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50000rows", Rate("rows", 50_000)),
        (" 2.5 Rows/s ", Rate("rows", 2.5)),
        ("20MB", Rate("bytes", 20 << 20)),
        ("512 kb/s", Rate("bytes", 512 << 10)),
        ("7b", Rate("bytes", 7)),
    ],
)
def test_a_rate_is_rows_or_bytes(text: str, expected: Rate) -> None:
    assert read_setting("max_rate", text) == expected


@pytest.mark.parametrize("text", ["", "0rows", "-1MB", "20", "20 TB", "rows", "1e3rows", "20MB/h", "nanMB"])
def test_what_is_no_rate_is_refused_with_examples(text: str) -> None:
    with pytest.raises(UsageError, match="as in 50000rows or 20MB"):
        read_setting("max_rate", text)


@pytest.mark.parametrize("chunk", [10, 100, 3000])
@pytest.mark.parametrize("workers", [1, 2, 4])
def test_workers_together_bring_what_they_may_and_no_less(clock: Clock, meter: Meter, workers: int, chunk: int) -> None:
    pool = [throttle(meter, clock) for _ in range(workers)]
    began, work = clock.now, 0.4 * chunk / 1000  # what comes between two payments is no time lost
    for number in range(30_000 // chunk):
        pool[number % workers].pay(chunk, 1 << 30)
        clock.now += work

    assert 30_000 / (clock.now - work - began) == pytest.approx(1000, rel=0.03)


def test_a_rest_is_not_made_up_for_by_a_burst(clock: Clock, meter: Meter) -> None:
    clock.now += 3600
    began = clock.now
    throttle(meter, clock).pay(10_000, 0)

    assert clock.now - began == pytest.approx(10 - CREDIT_SECONDS)


def test_bytes_are_paid_where_bytes_are_bounded(clock: Clock) -> None:
    began = clock.now
    throttle(Meter(Rate("bytes", 1 << 20), clock), clock).pay(10**9, 5 << 20)

    assert clock.now - began == pytest.approx(5, abs=0.01)


def test_who_is_told_to_stop_does_not_wait_for_its_turn(clock: Clock, meter: Meter) -> None:
    def pause() -> None:
        if clock.now > 1001:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        Throttle(meter, pause, clock).pay(10**6, 0)
    assert clock.now < 1002
