"""Numbers that the processes of a command share, in a file without a name, of which nothing remains afterwards."""

from __future__ import annotations

import fcntl
import os
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

# The lock is held for a few instructions, unless its holder is frozen.
LOCK_TRIES, TRY_SECONDS = 50, 0.001


class BusyError(Exception):
    """Another process keeps the numbers locked, and may be frozen: nothing was changed, and a retry is possible."""


class Numbers:
    """Floats, with the initial values ``first``. Copies in other processes, forked or spawned, share them."""

    def __init__(self, *first: float, file: int | None = None) -> None:
        self.file = _new_file() if file is None else file
        self._threads = threading.Lock()  # the system's lock belongs to the process, and does not exclude its threads
        self._form = struct.Struct(f"<{len(first)}d")
        if file is None:
            self._write(first)

    def __reduce__(self) -> tuple[Any, ...]:
        from multiprocessing import reduction

        return _joined, (len(self.read()), reduction.DupFd(self.file))

    def __del__(self) -> None:
        with suppress(AttributeError):  # no file could be opened
            os.close(self.file)

    def read(self) -> tuple[float, ...]:
        """The current values."""
        return self._form.unpack(os.pread(self.file, self._form.size, 0))

    @contextmanager
    def changing(self) -> Iterator[list[float]]:
        """The numbers; changes made in the block take effect at its end, unless it raises. No other
        process changes them meanwhile.

        The lock is the system's: it ends with a process that is killed. A process that is frozen while it holds the
        lock would later write what it has read, so nobody may change anything meanwhile: BusyError.
        """
        if not self._threads.acquire(timeout=LOCK_TRIES * TRY_SECONDS):
            raise BusyError
        try:
            self._lock()
            try:
                numbers = list(self.read())
                yield numbers
                self._write(numbers)
            finally:
                fcntl.lockf(self.file, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def _lock(self) -> None:
        for _ in range(LOCK_TRIES):
            try:
                fcntl.lockf(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                time.sleep(TRY_SECONDS)
        raise BusyError

    def _write(self, numbers: list[float] | tuple[float, ...]) -> None:
        os.pwrite(self.file, self._form.pack(*numbers), 0)


def _new_file() -> int:
    if sys.platform == "linux":
        return os.memfd_create("loader")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _joined(count: int, file: Any) -> Numbers:
    """In a spawned process: the numbers in the file that its parent has passed on."""
    return Numbers(*[0.0] * count, file=file.detach())
