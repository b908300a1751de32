"""CPU seconds and memory of process trees, read from /proc (Linux)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class _Stat:
    parent: int
    group: int
    own: float
    children: float
    memory: int


def server_cpu(postmaster: int) -> float:
    """CPU seconds of a PostgreSQL server so far: of its processes, and of ended ones (their parent has them)."""
    stats = _stats()
    total = stats[postmaster].own + stats[postmaster].children
    return total + sum(stat.own + stat.children for stat in stats.values() if stat.parent == postmaster)


def process_cpu(pid: int) -> float:
    """CPU seconds of one running process so far; to the nanosecond where the kernel tells, else to its tick."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split(maxsplit=1)[0]) / 1e9
    except OSError:
        stat = _stat(pid)
        return stat.own if stat else 0.0


def parent(pid: int) -> int | None:
    """The parent of a process; None when there is no such process here."""
    stat = _stat(pid)
    return stat.parent if stat else None


def group_memory(group: int) -> int:
    """Resident bytes of the processes of a process group now, added up (what they share counts in each)."""
    return sum(stat.memory for stat in _stats().values() if stat.group == group)


def group_files(group: int) -> int:
    """Open files, sockets and pipes of the processes of a process group now, added up."""
    return sum(_open_files(pid) for pid, stat in _stats().items() if stat.group == group)


def _open_files(pid: int) -> int:
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0  # it has ended


def _stats() -> dict[int, _Stat]:
    pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return {pid: stat for pid in pids if (stat := _stat(pid))}


def _stat(pid: int) -> _Stat | None:
    try:
        # The name, in brackets, may hold anything: the fields are those after the last bracket.
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None  # it has ended, or this system has no /proc
    fields = text.rsplit(")", 1)[1].split()
    own = (int(fields[11]) + int(fields[12])) / _TICKS
    children = (int(fields[13]) + int(fields[14])) / _TICKS
    return _Stat(int(fields[1]), int(fields[2]), own, children, int(fields[21]) * _PAGE)
