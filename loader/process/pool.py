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

STOP_SECONDS = 10  # for workers to give their chunks back
KILL_SECONDS = 1  # more than a process that is killed needs; one that hangs in a file system cannot end at all
MIN_SILENCE_SECONDS = 3.0  # many times the pause between two signs of life: a busy machine is not frozen
MAX_RESTARTS = 20  # workers started anew, in one run, for some that died
IDLE_SECONDS = 1.0  # so long a look at the cores takes before another worker begins
IDLE_CORES = 0.25  # on average over that time: enough work for another worker


STOPPED = 128 + signal.SIGTERM  # what a process ends with that was told to stop


def name_of(pid: int | None) -> str:
    """How the worker of a process of this host is named in the manifest."""
    return f"{socket.gethostname()}:{pid}"


class Crew:
    """Up to ``size`` worker processes, of which ``first`` begin at once. When the block ends, by whatever, so do they.

    ``work``: what each of them does; it gives signs of life through the pipe. ``patience``: seconds without one,
    after which a worker is frozen. ``in_copy``: what one that began as a copy of this process does first.
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
        self._waiting = size - first  # workers that have yet to begin
        self._pool: list[BaseProcess] = []
        self._silences: dict[BaseProcess, Silence] = {}
        self._patience = max(MIN_SILENCE_SECONDS, patience)
        self._restarts = 0
        self.failed = 0
        self.frozen: list[str] = []  # what is to be told of workers that were frozen, and killed

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
        """Whether somebody still works; replaces those that were killed, and adds one where a core is idle."""
        for process in list(self._pool):
            if process.is_alive():
                self._end_if_frozen(process)
                continue
            self._pool.remove(process)
            if silence := self._silences.pop(process, None):
                silence.close()
            if process.exitcode == 0:
                self._waiting = 0  # who ended found nothing left to do
                self._patience = MIN_SILENCE_SECONDS  # so the others have nothing either that could be lost
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
        with stop.held_back():  # or there might be a worker that nobody knows, and nobody would stop
            self._pool.append(self._new())

    def _end_if_frozen(self, process: BaseProcess) -> None:
        """Kills a worker that gives no sign of life: what it holds comes back, and another takes its place."""
        silence = self._silences.get(process)
        if silence is None or (seconds := silence.seconds()) < self._patience:
            return
        self._silences.pop(process).close()  # told once, even should it not end at once
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
            gc.freeze()  # what the worker shares with us stays shared: collecting garbage would write to it
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
    """Whether a worker can begin as a copy of this process, which spares it all imports.

    Not beside another thread, of a library either: what that holds locked stays locked in the copy. Nor on macOS,
    where libraries of the system do not survive it.
    """
    return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1


def _forked(work: Callable[[Pipe], None], in_copy: Callable[[], None], sender: Pipe) -> None:
    """The whole life of a worker that began as a copy."""
    in_copy()
    work(sender)


def at_once(size: int, count: int, idleness: Idleness) -> int:
    """How many workers begin together on so many cores; the others do when one is idle, where that is known."""
    return min(size, count) if idleness.is_known else size
