"""CPU seconds and memory of process trees, read from /proc (Linux)."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class _Stat:
    parent: int
    group: int
    own: float
    children: float


def server_cpu(postmaster: int) -> float:
    """CPU seconds of a PostgreSQL server so far: its processes, and those that have ended (their parent has them)."""
    stats = _stats()
    total = stats[postmaster].own + stats[postmaster].children
    return total + sum(stat.own + stat.children for stat in stats.values() if stat.parent == postmaster)


def group_memory(group: int) -> dict[int, int]:
    """Peak resident bytes (VmHWM) of each process of a process group."""
    found = {}
    for pid, stat in _stats().items():
        if stat.group == group:
            try:
                text = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
            except OSError:
                continue  # it has just ended
            if match := re.search(r"VmHWM:\s+(\d+) kB", text):
                found[pid] = int(match.group(1)) * 1024
    return found


def _stats() -> dict[int, _Stat]:
    stats = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text(encoding="ascii", errors="replace").rsplit(")", 1)[1].split()
        except OSError:
            continue  # it has just ended
        own = (int(fields[11]) + int(fields[12])) / _TICKS
        children = (int(fields[13]) + int(fields[14])) / _TICKS
        stats[int(entry.name)] = _Stat(int(fields[1]), int(fields[2]), own, children)
    return stats
