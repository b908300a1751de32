"""Numbers that processes share: no change is lost, and who dies or freezes holds up nobody."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from multiprocessing.context import ForkContext, SpawnContext

import pytest

from loader.shared import Numbers
from tests.running import TIMEOUT_S

PROCESSES, CHANGES = 3, 300
# Takes the lock of the file that it has inherited, and ends, or stays, with it.
HOLDER = """
import fcntl, os, signal, sys
fcntl.lockf(int(sys.argv[1]), fcntl.LOCK_EX)
print("held", flush=True)
os.kill(os.getpid(), int(sys.argv[2]))
"""


def add(numbers: Numbers) -> None:
    """Adds to the first, and takes from the second."""
    for _ in range(CHANGES):
        with numbers.changing() as found:
            found[0] += 1
            found[1] -= 0.5


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_changes_of_all_processes_add_up(method: str) -> None:
    context: ForkContext | SpawnContext = multiprocessing.get_context(method)  # type: ignore[assignment]
    numbers = Numbers(0, 1e9)
    processes = [context.Process(target=add, args=(numbers,)) for _ in range(PROCESSES if method == "fork" else 1)]
    for process in processes:
        process.start()
    add(numbers)
    for process in processes:
        process.join()

    total = CHANGES * (len(processes) + 1)
    assert numbers.read() == (total, 1e9 - total / 2)


def test_a_change_that_fails_is_none() -> None:
    numbers = Numbers(1)

    def fails() -> None:
        with numbers.changing() as found:
            found[0] = 2
            raise KeyError

    with pytest.raises(KeyError):
        fails()
    assert numbers.read() == (1,)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_who_dies_or_is_frozen_with_the_lock_holds_up_nobody(number: signal.Signals) -> None:
    numbers = Numbers(1)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(numbers.file), str(int(number))],
        pass_fds=[numbers.file],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with numbers.changing() as found:
            found[0] = 2
        assert numbers.read() == (2,)
    finally:
        os.kill(holder.pid, signal.SIGKILL)
        holder.communicate(timeout=TIMEOUT_S)


def test_nothing_stays_open() -> None:
    numbers = Numbers(1)
    file = numbers.file
    del numbers
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(file)
