"""The progress bar tells no size that nobody knows, never goes back, and costs the server little."""

from __future__ import annotations

import io
import re
from contextlib import suppress

import pytest

from loader.process.pace import SHARE, Pace
from loader.report.progress import LINE_SECONDS, Progress, Reading

MB = 1_000_000


class Terminal(io.StringIO):
    """A stream that takes a bar."""

    def isatty(self) -> bool:
        return True


def reading(done: int, total: int, xml: int | None = None, *, packed: bool = False) -> Reading:
    return Reading(done * MB, total * MB, (done if xml is None else xml) * MB, done * 10, 0, 2, not packed, packed)


def test_a_packed_file_is_told_by_its_bytes_until_it_is_read_through() -> None:
    progress = Progress(Terminal())
    progress.show(reading(0, 200, packed=True))

    early = progress.line(reading(50, 200, xml=400, packed=True), 10)
    late = progress.line(reading(800, 1000), 20)

    assert " 25% of 200 MB compressed, 40.0 MB/s, " in early
    assert "ETA 0:30" in early
    assert " 80% of 1,000 MB, 40.0 MB/s, " in late
    assert "ETA 0:05" in late


def test_percent_never_goes_back() -> None:
    progress = Progress(Terminal())
    progress.show(reading(0, 100, packed=True))
    shown = [
        progress.line(reading(done, total, packed=packed), 10)
        for done, total, packed in ((50, 100, True), (40, 100, True), (450, 1000, False), (600, 1000, False))
    ]
    assert [int(re.search(r"(\d+)% of", line)[1]) for line in shown] == [50, 50, 50, 60]  # type: ignore[index]
    assert [line.count("#") for line in shown] == [12, 12, 12, 14]


def test_what_goes_on_counts_from_where_it_was() -> None:
    progress = Progress(Terminal())
    progress.show(reading(60, 100))
    assert " 80% of 100 MB, 2.0 MB/s, " in (line := progress.line(reading(80, 100), 10))
    assert "ETA 0:10" in line


def test_nobody_knows_how_long_what_has_not_begun_will_take() -> None:
    progress = Progress(Terminal())
    progress.show(reading(60, 100))
    assert "ETA ?" in progress.line(reading(60, 100), 10)
    assert "ETA 0:00" in progress.line(reading(100, 100), 20)


@pytest.mark.parametrize(
    ("stream", "quiet", "awaited"),
    [(Terminal(), False, True), (io.StringIO(), False, False), (Terminal(), True, False)],
)
def test_nothing_is_asked_that_is_not_shown(stream: io.StringIO, *, quiet: bool, awaited: bool) -> None:
    progress = Progress(stream, quiet=quiet)
    assert progress.is_awaited() is not quiet
    progress.show(reading(0, 100))
    assert progress.is_awaited() is awaited
    assert LINE_SECONDS > 1


def test_dear_looks_are_seldom() -> None:
    now = [100.0]
    pace = Pace(0.25, clock=lambda: now[0])
    assert pace.is_due()

    with pace.look():
        now[0] += 0.001
    assert (pace.is_due(), pace.rest()) == (False, pytest.approx(0.25))
    now[0] += 0.25
    assert pace.is_due()

    with suppress(ValueError), pace.look():
        now[0] += 0.1
        raise ValueError  # the server is away
    now[0] += 0.1 / SHARE - 0.01
    assert not pace.is_due()
    now[0] += 0.02
    assert pace.is_due()


def test_a_pace_may_begin_with_a_rest() -> None:
    now = [0.0]
    pace = Pace(5, at_once=False, clock=lambda: now[0])
    assert (pace.is_due(), pace.rest()) == (False, 5)
