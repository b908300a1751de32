"""Numbers that processes share: no change is lost, and who dies or freezes holds up nobody for ever."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.context import ForkContext, SpawnContext

import pytest

from loader.config.rate import Rate
from loader.database.breaker import OPEN_AFTER, Circuit
from loader.database.connect import Connection
from loader.errors import ServerGoneError, ServerUnavailableError
from loader.process.shared import BusyError, Numbers
from loader.process.throttle import Meter, Throttle
from tests.support.running import TIMEOUT_S

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


@contextmanager
def held(numbers: Numbers, number: int) -> Iterator[int]:
    """In the block another process has taken the lock, and the signal; its number."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(numbers.file), str(number)],
        pass_fds=[numbers.file],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield holder.pid
    finally:
        os.kill(holder.pid, signal.SIGKILL)
        holder.communicate(timeout=TIMEOUT_S)


def test_who_dies_with_the_lock_holds_up_nobody() -> None:
    numbers = Numbers(1)
    with held(numbers, signal.SIGKILL):
        with numbers.changing() as found:
            found[0] = 2
        assert numbers.read() == (2,)


def test_nobody_goes_on_without_the_lock() -> None:
    numbers = Numbers(1)
    with held(numbers, signal.SIGSTOP), pytest.raises(BusyError), numbers.changing() as found:
        found[0] = 2
    assert numbers.read() == (1,)


def test_changes_of_all_threads_add_up() -> None:
    numbers = Numbers(0, 0)
    inside = threading.Barrier(2)

    def change() -> None:
        inside.wait()
        add(numbers)

    threads = [threading.Thread(target=change) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert numbers.read()[0] == 2 * CHANGES


def test_a_thread_keeps_out_the_others() -> None:
    numbers = Numbers(1)
    with ThreadPoolExecutor(1) as pool, numbers.changing(), pytest.raises(BusyError):
        pool.submit(numbers.changing().__enter__).result()


def test_who_pays_waits_for_an_account_that_is_held_and_can_be_stopped() -> None:
    meter, asked = Meter(Rate("rows", 1e9)), []
    before = meter.paid.read()

    def pause() -> None:
        asked.append(meter.paid.read())
        if len(asked) == 2:
            raise InterruptedError

    with held(meter.paid, signal.SIGSTOP), pytest.raises(InterruptedError):
        Throttle(meter, pause).pay(10, 0)
    assert asked == [before, before]
    Throttle(meter, lambda: None).pay(10, 0)
    assert meter.paid.read() > before


def test_a_breaker_whose_record_is_held_lets_nobody_try_and_ends_in_time() -> None:
    now = [100.0]
    circuit = Circuit(60, clock=lambda: now[0])

    def away() -> Connection:
        raise ServerUnavailableError("away")

    for _ in range(OPEN_AFTER):
        assert circuit.tried(away) is None
        now[0] += 10
    record = circuit._numbers.read()
    with held(circuit._numbers, signal.SIGSTOP):
        assert circuit.tried(away) is None
        now[0] += 60
        with pytest.raises(ServerGoneError, match="has not answered for 90 s"):
            circuit.tried(away)
    assert circuit._numbers.read() == record


def test_nothing_stays_open() -> None:
    numbers = Numbers(1)
    file = numbers.file
    del numbers
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(file)
