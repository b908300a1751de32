"""The worker processes of one run: started, replaced when they are killed, stopped.

No more begin at once than there are cores: beyond that they only take each other's caches away, and a load by 4 on
2 cores takes a tenth longer than by 2. The others begin one after the other while a core is idle, because workers
wait for a disk, or for a server elsewhere.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from dataclasses import replace
from multiprocessing.process import BaseProcess
from types import FrameType

from loader import cores, work
from loader.assignment import Assignment
from loader.database.connect import forget_inherited

log = logging.getLogger(__name__)

STOP_SECONDS = 10  # for workers to give their chunks back
MAX_RESTARTS = 20  # workers started anew, in one run, for some that died
IDLE_SECONDS = 1.0  # so long a look at the cores takes before another worker begins
IDLE_CORES = 0.25  # on average over that time: enough work for another worker
SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Crew:
    """Up to ``size`` worker processes. SIGTERM and SIGINT stop them; a second signal kills them."""

    def __init__(self, assignment: Assignment, size: int) -> None:
        self._idleness = cores.Idleness()
        at_once = min(size, cores.count()) if self._idleness.is_known else size
        self._assignment = replace(assignment, others=at_once - 1)
        self._at_once = at_once
        self._waiting = size - at_once  # workers that have yet to begin
        self._crew: list[BaseProcess] = []
        self._restarts = 0
        self._wake = threading.Event()
        self.stopped = False
        self.failed = 0

    def __enter__(self) -> Crew:
        self._handlers = {n: signal.signal(n, self._on_signal) for n in SIGNALS}
        self._crew = [self._new() for _ in range(self._at_once)]
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._crew:
            if process.is_alive():
                process.terminate()
        for process in self._crew:
            process.join(STOP_SECONDS)
            if process.is_alive():
                process.kill()
                process.join()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def alive(self) -> bool:
        """Whether somebody still works; replaces those that were killed, and adds one where a core is idle."""
        for process in list(self._crew):
            if process.is_alive():
                continue
            self._crew.remove(process)
            if process.exitcode == 0 or self.stopped:
                self._waiting = 0  # who ended found nothing left to do
                continue
            if process.exitcode is not None and process.exitcode < 0 and self._restarts < MAX_RESTARTS:
                log.warning("worker %s was killed by signal %s, another starts", process.pid, -process.exitcode)
                self._restarts += 1
                self._crew.append(self._new())
            else:
                self.failed += 1
        if self._waiting and self._idleness.since(IDLE_SECONDS) > IDLE_CORES:
            self._waiting -= 1
            self._crew.append(self._new())
            log.debug("a core is idle, another worker starts")
        return bool(self._crew) and not self.stopped

    def wait(self, seconds: float) -> None:
        """Waits, but not beyond a signal or the end of the last worker."""
        end = time.monotonic() + seconds
        while not self.stopped and any(p.is_alive() for p in self._crew) and (left := end - time.monotonic()) > 0:
            self._wake.wait(min(left, 0.05))

    def _new(self) -> BaseProcess:
        if not can_fork():
            process: BaseProcess = multiprocessing.get_context("spawn").Process(
                target=work.run, args=(self._assignment,), daemon=True
            )
            process.start()
            return process
        process = multiprocessing.get_context("fork").Process(target=_forked, args=(self._assignment,), daemon=True)
        gc.freeze()  # what the worker shares with us stays shared: collecting garbage would write to it
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # our handlers are not the worker's
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        return process

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self.stopped:
            for process in self._crew:
                process.kill()
        self.stopped = True
        self._wake.set()


def can_fork() -> bool:
    """Whether a worker can begin as a copy of this process, which spares it all imports.

    Not beside another thread, of a library either: what that holds locked stays locked in the copy. Nor on macOS,
    where libraries of the system do not survive it.
    """
    return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1


def _forked(assignment: Assignment) -> None:
    """The whole life of a worker that began as a copy."""
    forget_inherited()
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    work.run(assignment)
