"""Threads, if the system has room for them."""

from __future__ import annotations

import threading

from loader.errors import HostError


def start(thread: threading.Thread) -> None:
    """Starts a thread; raises HostError if the system cannot start another one."""
    try:
        thread.start()
    except RuntimeError as error:
        raise HostError(
            f"no thread can be started: {error}",
            hint="this machine is out of memory or of processes (see ulimit -v, ulimit -u); the chunk was given back",
        ) from error
