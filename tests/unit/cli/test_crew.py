"""How many workers begin at once, and when another does."""

from __future__ import annotations

import os
import signal
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import cast

import pytest

from loader.process.cores import Idleness, idle_ticks
from loader.process.pool import STOPPED, Crew, at_once
from loader.process.worker_count import SMALL_BYTES, workers_for


class _Worker:
    """A process that is there, and nothing else."""

    exitcode: int | None = None
    pid = 1

    def is_alive(self) -> bool:
        return self.exitcode is None

    def terminate(self) -> None:
        self.exitcode = 0

    def join(self, _seconds: float = 0) -> None:
        pass


class _Idleness(Idleness):
    """Of a machine on which ``idle`` cores have nothing to do."""

    idle = 0.0

    def since(self, seconds: float) -> float:
        return self.idle


class _Pool(Crew):
    """A pool of workers on 2 cores; those that have begun are in ``begun``."""

    def __init__(self, size: int) -> None:
        self.begun: list[_Worker] = []
        self.machine = _Idleness(lambda: 1)
        first = at_once(size, 2, self.machine)
        super().__init__(lambda _: None, size, first, patience=60, in_copy=lambda: None, idleness=self.machine)

    def _new(self) -> BaseProcess:
        self.begun.append(_Worker())
        return cast(BaseProcess, self.begun[-1])


def test_busy_cores_get_no_more_workers_than_there_are_cores() -> None:
    with _Pool(4) as pool:
        assert [pool.alive() for _ in range(3)] == [True] * 3
        assert len(pool.begun) == 2


def test_idle_cores_get_workers_one_after_the_other_up_to_the_number_asked_for() -> None:
    with _Pool(4) as pool:
        pool.machine.idle = 1.5
        counts = []
        for _ in range(4):
            pool.alive()
            counts.append(len(pool.begun))
    assert counts == [3, 4, 4, 4]


def test_no_worker_begins_once_one_has_found_nothing_left_to_do() -> None:
    with _Pool(4) as pool:
        pool.machine.idle, pool.begun[0].exitcode = 1.5, 0
        assert pool.alive()
        assert len(pool.begun) == 2


@pytest.mark.parametrize("exitcode", [-signal.SIGKILL, STOPPED])
def test_who_was_ended_by_others_is_replaced(exitcode: int) -> None:
    with _Pool(2) as pool:
        pool.begun[0].exitcode = exitcode
        assert pool.alive()
        assert (len(pool.begun), pool.failed) == (3, 0)
        for worker in pool.begun:
            worker.exitcode = 1
        assert not pool.alive()
        assert (len(pool.begun), pool.failed) == (3, 2)


def test_all_begin_at_once_where_nobody_tells_how_busy_cores_are() -> None:
    assert at_once(4, 2, Idleness(lambda: None)) == 4


def test_one_worker_does_a_small_load_unless_a_person_gives_a_number() -> None:
    assert [workers_for(size, 4, said=True) for size in (SMALL_BYTES, SMALL_BYTES + 1)] == [4, 4]
    assert [workers_for(size, 4, said=False) for size in (SMALL_BYTES, SMALL_BYTES + 1)] == [1, 4]


def test_idle_seconds_are_counted_for_our_cores_alone(tmp_path: Path) -> None:
    """Ticks of work, niceness, system, idleness, waiting; then those that are not asked for."""
    now, stat, ticks = [100.0], tmp_path / "stat", os.sysconf("SC_CLK_TCK")
    stat.write_text("cpu 9 9 9 9 9 9\ncpu0 5 5 5 100 10 7\ncpu1 5 5 5 100 10 7\ncpu2 5 5 5 100 10 7\nintr 1\n")
    idleness = Idleness(lambda: idle_ticks(stat, {0, 2}), lambda: now[0])
    half = ticks // 2
    stat.write_text(
        f"cpu0 5 5 5 {100 + half} 10 7\ncpu1 5 5 5 {100 + ticks} 10 7\ncpu2 5 5 5 {100 + half} {10 + ticks} 7\n"
    )
    now[0] = 100.5
    assert idleness.since(1.0) == 0.0
    now[0] = 102.0
    assert idleness.since(1.0) == pytest.approx(1.0)
    now[0] = 104.0
    assert idleness.since(1.0) == 0.0
