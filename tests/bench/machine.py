"""The machine and the versions that a figure belongs to."""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path

LIBRARIES = ("lxml", "numpy", "psycopg", "xxhash", "zlib-ng")


def describe(server_version: str = "") -> dict[str, str]:
    """What a reader of the figures has to know, by name."""
    found = {
        "date": datetime.date.today().isoformat(),
        "processor": f"{os.cpu_count()} x {_processor()}",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB",
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "Python": platform.python_version(),
        "commit": _commit(),
    }
    if server_version:
        found["PostgreSQL"] = server_version
    return found | {name: version for name in LIBRARIES if (version := _version(name))}


def in_words(facts: dict[str, str]) -> str:
    """The facts in a line."""
    return ", ".join(value if name in ("date", "processor") else f"{name} {value}" for name, value in facts.items())


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _commit() -> str:
    folder = Path(__file__).resolve().parent
    said = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=folder, capture_output=True, text=True, check=False
    )
    return said.stdout.strip() or "?"
