"""How the processes of a command are stopped by SIGTERM and SIGINT: at once, and never later than in a second.

The first signal raises `Stopped` in the main thread, wherever that is: psycopg then cancels the running statement,
transactions are rolled back on the way out, and leases are returned. Nothing is decided in the signal handler. If the
process does not end in this way, because a server or a file system does not answer, a separate thread ends it.
"""

from __future__ import annotations

import _thread
import contextlib
import os
import signal
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)

# Counted from the signal. Workers have to end before their command, and all of them within a second.
WORKER_SECONDS = 0.55
CHILDREN_SECONDS = 0.65  # how long a command waits for its workers
COMMAND_SECONDS = 0.8

# Signals so soon after the first count as the same: a terminal and `make`, or `timeout`, each send one.
ECHO_SECONDS = 0.25


LOOK_SECONDS = 0.05  # between two checks whether the main thread is on its way out


class Stopped(KeyboardInterrupt):
    """The process was told to stop; its unfinished work is undone."""

    def __init__(self) -> None:
        super().__init__()
        if threading.current_thread() is threading.main_thread():  # in other threads, it only ends the thread
            _state.raised = weakref.ref(self)


@dataclass
class _State:
    """The state of stopping. ``seconds``: from the first signal until the process is ended, whatever it does.

    ``raised``: the exception with which the main thread is on its way out. When it no longer exists, something has
    swallowed it, as callbacks and imports do; then it is raised ``again``.
    """

    at: float | None = None
    seconds: float = COMMAND_SECONDS
    last_words: str | None = None
    raised: Callable[[], Stopped | None] = lambda: None
    again: bool = False


_state = _State()


@contextlib.contextmanager
def handled(last_words: str | None = None) -> Iterator[None]:
    """In the block, a signal stops this process; outside of the main thread, nothing changes.

    ``last_words``: the message of a command that has to be cut short; a second signal does so. A worker has none: it
    leaves the second signal to its command.
    """
    global _state  # noqa: PLW0603 - signals are of the process, so is this
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = _state
    _state = _State(seconds=WORKER_SECONDS if last_words is None else COMMAND_SECONDS, last_words=last_words)
    hook = sys.unraisablehook
    sys.unraisablehook = lambda lost: None if lost.exc_type is Stopped else hook(lost)  # it is raised again
    handlers = {number: signal.signal(number, _on_signal) for number in SIGNALS}
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)  # a worker begins while they are blocked
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        sys.unraisablehook = hook
        _state = before


@contextlib.contextmanager
def held_back() -> Iterator[None]:
    """In the block, no signal arrives; it does at the end."""
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def requested() -> bool:
    """Whether this process was told to stop: errors after that may follow from it."""
    return _state.at is not None


def seconds_for_children() -> float:
    """How long a command may wait for its processes to end by themselves, from now on."""
    since = 0.0 if _state.at is None else time.monotonic() - _state.at
    return max(0.0, CHILDREN_SECONDS - since)


def kill_children() -> None:
    """Ends the processes that this one has started with multiprocessing, whatever they do."""
    if "multiprocessing" in sys.modules:
        import multiprocessing

        for child in multiprocessing.active_children():
            child.kill()


@contextlib.contextmanager
def left_to_child() -> Iterator[None]:
    """In the block, Ctrl-C is for the program in the foreground, not for this process, which waits for it."""
    handler = signal.signal(signal.SIGINT, lambda *_: None)  # not SIG_IGN, which the program would inherit
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def check() -> None:
    """Raises Stopped if the process was told to stop, and something has swallowed the exception."""
    if requested():
        raise Stopped


def _on_signal(_number: int, _frame: FrameType | None) -> None:
    state, now = _state, time.monotonic()
    if state.at is None:
        state.at = now
        # Not threading.Thread, because the main thread may hold the locks that it needs.
        _thread.start_new_thread(_see_to_end, (state, now + state.seconds))
        raise Stopped
    if state.again:
        state.again = False
        raise Stopped
    if state.last_words is not None and now > state.at + ECHO_SECONDS:
        _end(state)


def _see_to_end(state: _State, end: float) -> None:
    """Beside the main thread: raises again what was swallowed there, and ends the process when the time is up."""
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, LOOK_SECONDS))
        if state is not _state:
            return  # the block has ended, and perhaps another has begun
        if state.raised() is None:
            state.again = True
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)
    _end(state)


def _end(state: _State) -> None:
    """Ends this process and its workers, whatever they do. The server undoes what was not committed."""
    kill_children()
    with contextlib.suppress(OSError):
        if state.last_words:
            os.write(2, f"{state.last_words}\n".encode())
    os._exit(1)


def _forget() -> None:
    """In a forked process: it is not the command, and sets up its own handling of stops."""
    global _state  # noqa: PLW0603
    _state = _State()
    for number in SIGNALS:
        if signal.getsignal(number) is _on_signal:
            signal.signal(number, signal.SIG_DFL)


os.register_at_fork(after_in_child=_forget)
