"""The worker processes of one run: started, replaced if they are killed, stopped.

At most as many begin at once as there are cores: more only displace each other's caches, and a load by 4 workers on 2
cores takes a tenth longer than by 2. The others begin one by one while a core is idle, because workers wait for a
disk, or for a remote server.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection as Pipe
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

from loader.process import stop
from loader.process.cores import Idleness
from loader.process.liveness import Silence

log = logging.getLogger(__name__)

STOP_SECONDS = 10  # time for workers to return their chunks
KILL_SECONDS = 1  # more than a killed process needs; one that hangs in a file system cannot end at all
MIN_SILENCE_SECONDS = 3.0  # many times the pause between two signs of life, so that a busy machine does not seem frozen
MAX_RESTARTS = 20  # workers started in one run to replace others that died
IDLE_SECONDS = 1.0  # how long the cores are observed before another worker begins
IDLE_CORES = 0.25  # idle cores, on average over that time, that make room for another worker


STOPPED = 128 + signal.SIGTERM  # exit code of a process that was told to stop


def name_of(pid: int | None) -> str:
    """The name in the control tables of the worker in a process of this host."""
    return f"{socket.gethostname()}:{pid}"


class Crew:
    """Up to ``size`` worker processes, of which ``first`` begin at once. They end with the block, however it ends.

    ``work``: the function of each of them; it sends signs of life through the pipe. ``patience``: seconds without one
    after which a worker counts as frozen. ``in_copy``: what a forked worker runs first.
    """

    def __init__(
        self,
        work: Callable[[Pipe], None],
        size: int,
        first: int,
        *,
        patience: float,
        in_copy: Callable[[], None],
        idleness: Idleness,
    ) -> None:
        self._idleness = idleness
        self._work, self._in_copy = work, in_copy
        self._first = first
        self._waiting = size - first  # workers that have not begun yet
        self._pool: list[BaseProcess] = []
        self._silences: dict[BaseProcess, Silence] = {}
        self._patience = max(MIN_SILENCE_SECONDS, patience)
        self._restarts = 0
        self.failed = 0
        self.frozen: list[str] = []  # messages about frozen workers that were killed

    def __enter__(self) -> Crew:
        try:
            for _ in range(self._first):
                self._begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            for process in self._pool:
                if process.is_alive():
                    process.terminate()
            end = time.monotonic() + (stop.seconds_for_children() if stop.requested() else STOP_SECONDS)
            for process in self._pool:
                process.join(max(0.0, end - time.monotonic()))
        finally:
            left = [process for process in self._pool if process.is_alive()]
            for process in left:
                process.kill()
            for process in left:
                process.join(KILL_SECONDS)

    def alive(self) -> bool:
        """Whether a worker is running; replaces killed ones, and adds one if a core is idle."""
        for process in list(self._pool):
            if process.is_alive():
                self._end_if_frozen(process)
                continue
            self._pool.remove(process)
            if silence := self._silences.pop(process, None):
                silence.close()
            if process.exitcode == 0:
                self._waiting = 0  # the worker that ended found nothing left to do
                self._patience = MIN_SILENCE_SECONDS  # so the others hold nothing that could be lost, either
                continue
            if (how := _ended_by_others(process.exitcode)) and self._restarts < MAX_RESTARTS:
                log.warning("worker %s was %s, another starts", process.pid, how)
                self._restarts += 1
                self._begin()
            else:
                self.failed += 1
        if self._waiting and self._idleness.since(IDLE_SECONDS) > IDLE_CORES:
            self._waiting -= 1
            self._begin()
            log.debug("a core is idle, another worker starts")
        return bool(self._pool)

    def wait(self, seconds: float) -> None:
        """Waits, but not beyond the end of a worker."""
        wait([process.sentinel for process in self._pool], seconds)
        stop.check()

    def _begin(self) -> None:
        with stop.held_back():  # otherwise there might be an unknown worker that is never stopped
            self._pool.append(self._new())

    def _end_if_frozen(self, process: BaseProcess) -> None:
        """Kills a worker that sends no sign of life: its leases are reclaimed, and another worker takes its place."""
        silence = self._silences.get(process)
        if silence is None or (seconds := silence.seconds()) < self._patience:
            return
        self._silences.pop(process).close()  # reported once, even if it does not end at once
        name = name_of(process.pid)
        text = f"worker {name} sent no heartbeat for {seconds:.0f} s; it is frozen and was killed"
        log.warning("%s", text)
        self.frozen.append(text)
        process.kill()
        process.join(KILL_SECONDS)

    def _new(self) -> BaseProcess:
        forks = can_fork()
        context = multiprocessing.get_context("fork" if forks else "spawn")
        receiver, sender = context.Pipe(duplex=False)
        process: BaseProcess = context.Process(  # type: ignore[attr-defined]  # of one kind or the other
            target=_forked if forks else self._work,
            args=(self._work, self._in_copy, sender) if forks else (sender,),
            daemon=True,
        )
        if forks:
            gc.freeze()  # memory shared with the worker stays shared: collecting garbage would write to it
        process.start()
        sender.close()
        self._silences[process] = Silence(receiver)
        return process


def _ended_by_others(exitcode: int | None) -> str:
    """How somebody else has ended a worker; empty: it has ended by itself."""
    if exitcode is not None and exitcode < 0:
        return f"killed by signal {-exitcode}"
    return "stopped" if exitcode == STOPPED else ""


def can_fork() -> bool:
    """Whether a worker can be forked from this process, which saves all imports.

    Not beside another thread, even of a library, because its locks stay locked in the copy. Nor on macOS, where system
    libraries do not survive a fork.
    """
    return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1


def _forked(work: Callable[[Pipe], None], in_copy: Callable[[], None], sender: Pipe) -> None:
    """The whole life of a forked worker."""
    in_copy()
    work(sender)


def at_once(size: int, count: int, idleness: Idleness) -> int:
    """How many workers begin together on so many cores; the others begin when a core is idle, if that is known."""
    return min(size, count) if idleness.is_known else size
