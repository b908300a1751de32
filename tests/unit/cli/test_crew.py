"""How many workers begin at once, and when another does."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from loader.config.logs import LogSettings
from loader.config.settings import RunSettings
from loader.mapping.read import read_dataset
from loader.process import cores
from loader.process.pool import STOPPED, Crew
from loader.queue.assignment import Assignment
from loader.queue.worker import worker_pool


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


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A machine of 2 cores; ``idle`` of them have nothing to do. Every pool's workers are in ``begun``."""
    state = SimpleNamespace(idle=0.0, known=True, begun=[])

    def begin(_pool: Crew) -> _Worker:
        state.begun.append(_Worker())
        return state.begun[-1]  # type: ignore[no-any-return]

    monkeypatch.setattr(cores, "count", lambda: 2)
    monkeypatch.setattr(cores.Idleness, "is_known", property(lambda _: state.known))
    monkeypatch.setattr(cores.Idleness, "since", lambda *_: state.idle)
    monkeypatch.setattr(Crew, "_new", begin)
    return state


def _pool(size: int) -> Crew:
    return worker_pool(Assignment("", read_dataset("discogs"), 1, RunSettings(), LogSettings()), size)


def test_busy_cores_get_no_more_workers_than_there_are_cores(machine: Any) -> None:
    with _pool(4) as pool:
        assert [pool.alive() for _ in range(3)] == [True] * 3
        assert len(machine.begun) == 2


def test_idle_cores_get_workers_one_after_the_other_up_to_the_number_asked_for(machine: Any) -> None:
    with _pool(4) as pool:
        machine.idle = 1.5
        counts = []
        for _ in range(4):
            pool.alive()
            counts.append(len(machine.begun))
    assert counts == [3, 4, 4, 4]


def test_no_worker_begins_once_one_has_found_nothing_left_to_do(machine: Any) -> None:
    with _pool(4) as pool:
        machine.idle, machine.begun[0].exitcode = 1.5, 0
        assert pool.alive()
        assert len(machine.begun) == 2


@pytest.mark.parametrize("exitcode", [-signal.SIGKILL, STOPPED])
def test_who_was_ended_by_others_is_replaced(machine: Any, exitcode: int) -> None:
    with _pool(2) as pool:
        machine.begun[0].exitcode = exitcode
        assert pool.alive()
        assert (len(machine.begun), pool.failed) == (3, 0)
        for worker in machine.begun:
            worker.exitcode = 1
        assert not pool.alive()
        assert (len(machine.begun), pool.failed) == (3, 2)


def test_all_begin_at_once_where_nobody_tells_how_busy_cores_are(machine: Any) -> None:
    machine.known = False
    with _pool(4):
        assert len(machine.begun) == 4


def test_idle_seconds_are_counted_for_our_cores_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ticks of work, niceness, system, idleness, waiting; then those that are not asked for."""
    now, stat, ticks = [100.0], tmp_path / "stat", os.sysconf("SC_CLK_TCK")
    monkeypatch.setattr(cores, "_STAT", stat)
    monkeypatch.setattr(cores.os, "sched_getaffinity", lambda _: {0, 2}, raising=False)
    monkeypatch.setattr(cores.time, "monotonic", lambda: now[0])
    stat.write_text("cpu 9 9 9 9 9 9\ncpu0 5 5 5 100 10 7\ncpu1 5 5 5 100 10 7\ncpu2 5 5 5 100 10 7\nintr 1\n")
    idleness = cores.Idleness()
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
