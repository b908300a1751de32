"""Signs of life: a worker gives them as long as its process runs, its command counts how long there were none.

A process that is frozen (stopped by a signal, in a cgroup, swapped out) holds what it holds for ever, and never ends by
itself. How long its work takes says nothing about that, nor do leases tell of a worker that holds none.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection as Pipe

from loader.process.threads import start

BEAT_SECONDS = 0.5
LONGEST_LOOK_SECONDS = 2.0  # what counts of the time between two looks: the command itself may have been frozen


def begin(sender: Pipe, parent: int | None) -> None:
    """Gives signs of life from now on, beside what this process does; stops it when its parent is gone."""
    start(threading.Thread(target=_beat, args=(sender, parent), name="signs of life", daemon=True))


def _beat(sender: Pipe, parent: int | None) -> None:
    while parent is None or os.getppid() == parent:
        try:
            sender.send_bytes(b".")
        except OSError:
            break  # nobody listens any more
        time.sleep(BEAT_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)


class Silence:
    """How long a worker has given no sign of life, as far as the command was there to hear it."""

    def __init__(self, receiver: Pipe, clock: Callable[[], float] = time.monotonic) -> None:
        self._receiver = receiver
        self._clock = clock
        self._looked = clock()
        self._seconds = 0.0

    def seconds(self) -> float:
        """Seconds of silence until now; to be asked again and again."""
        now = self._clock()
        since, self._looked = now - self._looked, now
        self._seconds = 0.0 if self._heard() else self._seconds + min(since, LONGEST_LOOK_SECONDS)
        return self._seconds

    def _heard(self) -> bool:
        heard = False
        try:
            while self._receiver.poll():
                self._receiver.recv_bytes()
                heard = True
        except EOFError:
            return True  # it has ended, which others notice
        return heard

    def close(self) -> None:
        """Does not listen any more."""
        self._receiver.close()
