"""What a command costs with all of its processes: memory at its peak, and processor time (Linux tells)."""

from __future__ import annotations

import re
import resource
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.running import TIMEOUT_S, Run, command, environment

LOOK_S = 0.01


@dataclass(frozen=True)
class Cost:
    """How a command ended, the memory that its processes had together at most (bytes), its CPU seconds."""

    told: Run
    peak: int
    cpu: float
    processes: int


def cost(*arguments: object, database: str, **options: Any) -> Cost:
    """Run a command to its end; ``options``: of Popen."""
    before = _cpu()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen(
            command(arguments),
            env=environment(database, {}),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            **options,
        )
        end, peak, most = time.monotonic() + TIMEOUT_S, 0, 0
        while process.poll() is None:
            assert time.monotonic() < end, "it takes too long"
            pids = _tree(process.pid)
            peak, most = max(peak, sum(map(_memory, pids))), max(most, len(pids))
            time.sleep(LOOK_S)
        out.seek(0)
        err.seek(0)
        return Cost(Run(process.returncode, out.read(), err.read()), peak, _cpu() - before, most)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _tree(pid: int) -> list[int]:
    """A process and all that it started."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [pid, *(found for child in children for found in _tree(int(child)))]


def _memory(pid: int) -> int:
    """Memory of a process, what it shares with others divided among them; 0 when it has ended."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
