"""Signs of life: a worker sends them as long as its process runs, and its command measures how long there were none.

A frozen process (stopped by a signal, in a cgroup, swapped out) keeps its leases for ever, and never ends by itself.
The duration of its work does not reveal this, nor do leases reveal a frozen worker that holds none.
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
LONGEST_LOOK_SECONDS = 2.0  # the most that counts between two checks: the command itself may have been frozen


def begin(sender: Pipe, parent: int | None) -> None:
    """Sends signs of life from now on, beside the process's work; stops the process when its parent has vanished."""
    start(threading.Thread(target=_beat, args=(sender, parent), name="signs of life", daemon=True))


def _beat(sender: Pipe, parent: int | None) -> None:
    while parent is None or os.getppid() == parent:
        try:
            sender.send_bytes(b".")
        except OSError:
            break  # the reader is closed
        time.sleep(BEAT_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)


class Silence:
    """How long a worker has sent no sign of life, as far as the command was able to receive it."""

    def __init__(self, receiver: Pipe, clock: Callable[[], float] = time.monotonic) -> None:
        self._receiver = receiver
        self._clock = clock
        self._looked = clock()
        self._seconds = 0.0

    def seconds(self) -> float:
        """Seconds of silence until now; to be called repeatedly."""
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
            return True  # it has ended, which is noticed elsewhere
        return heard

    def close(self) -> None:
        """Stops listening."""
        self._receiver.close()
