"""One command measured: wall time, CPU of client and server, memory, write-ahead log."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import tempfile
import time
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tests.bench.processes import group_memory
from tests.bench.server import Server, database_size

POLL_SECONDS = 0.05
MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took: seconds, bytes. ``memory`` is the highest sum of what its processes held at one time."""

    wall: float
    client_cpu: float
    server_cpu: float
    memory: int
    wal: int
    database: int

    @property
    def cpu(self) -> float:
        """CPU seconds in all."""
        return self.client_cpu + self.server_cpu


@dataclass(frozen=True, slots=True)
class Run:
    """A measured load: by whom, in which round, of how much."""

    name: str
    number: int
    cost: Cost
    xml_bytes: int
    records: int
    rows: int

    def as_json(self) -> dict[str, Any]:
        """As JSON-able data."""
        return asdict(self) | {"cpu": self.cost.cpu}


class CommandError(Exception):
    """A measured command failed; the message ends with what it said."""


def measure(command: Sequence[str], server: Server, url: str, *, endings: Collection[int] = (0,)) -> tuple[Cost, str]:
    """Runs a command that loads into the database of ``url``; returns its cost and what it printed.

    ``endings``: the exit codes of a command that has done its work.

    The checkpoint afterwards counts as the server's CPU, not as wall time: the command does not wait for it.
    """
    server_before, wal_before = server.cpu(), server.wal()
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, start_new_session=True,
        )  # fmt: skip
        try:
            status, usage, memory = _wait(process.pid)
        except BaseException:
            os.killpg(process.pid, signal.SIGTERM)  # it is in a session of its own: no Ctrl-C reaches it
            process.wait()
            raise
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode not in endings:
            raise CommandError(f"{' '.join(command)} ended with {process.returncode}:\n{errors.read()[-2000:]}")
        said = output.read()
    server.checkpoint()
    client = usage.ru_utime + usage.ru_stime
    wal = server.wal() - wal_before
    return Cost(wall, client, server.cpu() - server_before, memory, wal, database_size(url)), said


def _wait(pid: int) -> tuple[int, resource.struct_rusage, int]:
    """Waits for a process; its status, its usage with all that it waited for, the highest memory of its group."""
    memory = 0
    while True:
        ended, status, usage = os.wait4(pid, os.WNOHANG)  # not Popen.wait: the usage comes with the end only here
        if ended:
            return status, usage, memory
        memory = max(memory, group_memory(pid))
        time.sleep(POLL_SECONDS)
