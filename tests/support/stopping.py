"""Commands that are told to stop while they wait for something that a test holds."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from tests.support.crashing import WAITING, alive
from tests.support.running import TIMEOUT_S, Process, Run, ended, query, wait_until

# The promise is a second, which `python -m tests.crash.stops` measures. Here other tests run meanwhile; what does not
# end by itself, or is not cut short, takes five seconds (psycopg's cancelling) or minutes (locks, statements).
LIMIT_S = 3.0
ATTEMPTS = 5  # that a chunk has; one more for each that was given back
LEFT = (
    "select 'a chunk is held' from loader.chunk where state = 'leased' "
    "union all select 'a source is held' from loader.source where state = 'planning' "
    "union all select 'an attempt counts' from loader.chunk "
    f"where state = 'ready' and attempt > max_attempts - {ATTEMPTS}"
)
SESSIONS = "select 1 from pg_stat_activity where datname = current_database() and application_name like 'loader%%'"
BACKENDS = "select pid from pg_stat_activity where datname = current_database() and application_name like 'loader%%'"


def stop(process: Process, number: signal.Signals = signal.SIGTERM) -> Run:
    """Signals the command alone, not its workers; how it ended, which it does in time, and by itself."""
    began = time.monotonic()
    process.send_signal(number)
    process.wait(timeout=TIMEOUT_S)
    seconds = time.monotonic() - began
    told = ended(process)
    assert told.code == 1, told
    assert seconds < LIMIT_S, f"{seconds:.2f} s"
    return told


def assert_let_go(database: str) -> None:
    """Nobody holds anything, no attempt was counted, and no session works on."""
    wait_until(lambda: not query(database, SESSIONS), "all sessions had ended")
    assert query(database, LEFT) == []


@contextmanager
def locked(database: str, table: str, mode: str) -> Iterator[None]:
    """In the block others cannot write, or swap, the table."""
    with psycopg.connect(database) as connection:
        connection.execute(f"lock table {table} in {mode} mode".encode())
        yield


def wait_for_a_lock(database: str) -> None:
    """Until a session of the command waits for one."""
    wait_until(lambda: query(database, WAITING)[0][0] > 0, "a session waited for a lock")


@contextmanager
def frozen(database: str) -> Iterator[None]:
    """The server's processes for the loader are stopped in the block. Skips where they are not here, or not ours."""
    pids = [pid for (pid,) in query(database, BACKENDS)]
    if not all(alive(pid) and b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids):
        pytest.skip("the server's processes are not to be seen from here")
    try:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        yield
    except PermissionError:
        pytest.skip("the server's processes belong to another user")
    finally:
        for pid in pids:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGCONT)
