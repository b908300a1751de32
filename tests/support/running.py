"""The loader as people run it: `python -m loader …` in a process of its own, against a database by URL.

In pytest, commands that are run to their end may begin as copies of one that is there already (tests/support/warm.py).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from tests.support import warm
from tests.support.kept import AS_NEW, ask

CLONE = Path(__file__).resolve().parents[2]
TIMEOUT_S = 120  # far more than any of these runs takes, far less than a CI job may
POLL_S = 0.02
Process: TypeAlias = subprocess.Popen[str] | warm.Copy


@dataclass(frozen=True)
class Run:
    """How a command ended. Whatever was done wrong: nobody may see a traceback."""

    code: int
    out: str
    err: str

    def __post_init__(self) -> None:
        assert "Traceback" not in self.out + self.err, self.err

    @property
    def json(self) -> Any:
        """What it printed, read as JSON."""
        return json.loads(self.out)


def loader(*arguments: object, database: str | None, given: str | None = None, **settings: str) -> Run:
    """Run a command to its end. ``given``: its standard input; ``settings``: further environment variables."""
    variables = environment(database, settings)
    if told := warm.run([*map(str, arguments)], variables, TIMEOUT_S, given or ""):
        return Run(*told)
    done = subprocess.run(
        command(arguments), env=variables, input=given or "", capture_output=True, text=True, timeout=TIMEOUT_S,
        check=False,
    )  # fmt: skip
    return Run(done.returncode, done.stdout, done.stderr)


def load(database: str, dataset: object, *arguments: object, code: int = 0, **settings: str) -> dict[str, Any]:
    """Load with one worker unless told otherwise; the summary, after checking that the exit code is as expected."""
    told = loader("load", dataset, "-w", 1, "--no-space-check", "--json", *arguments, database=database, **settings)
    assert told.code == code, told
    summary: dict[str, Any] = told.json
    return summary


def sampled(folder: Path, releases: int, *options: object) -> Path:
    """A folder with packed sample dumps in it."""
    told = loader("sample", folder, "--releases", releases, "--gz", *options, database=None)
    assert told.code == 0, told
    return folder


def checksum(database: str, dataset: object) -> dict[str, tuple[int, str]]:
    """Rows and digest by table, as the loader's own command says."""
    told = loader("checksum", dataset, "--json", database=database)
    assert told.code == 0, told
    return {line["table"]: (line["rows"], line["checksum"]) for line in told.json}


@contextmanager
def running(*arguments: object, database: str, cold: bool = False, **settings: str) -> Iterator[Process]:
    """A command in the background, in a process group of its own, which is killed at the end of the block.

    ``cold``: it is not begun as a copy of a process that is there already.
    """
    variables = environment(database, settings)
    begun = None if cold else warm.begin([*map(str, arguments)], variables)
    process = begun or subprocess.Popen(
        command(arguments), env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        kill_group(process)


def kill_group(process: Process) -> str:
    """Kill the command and all of its workers with SIGKILL; what it had printed."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    out, _ = process.communicate(timeout=TIMEOUT_S)
    return out


def ended(process: Process) -> Run:
    """Wait for a command in the background."""
    out, _ = process.communicate(timeout=TIMEOUT_S)
    return Run(process.returncode, out, "")


def wait_until(happened: Callable[[], bool], what: str) -> None:
    """Look again and again until it has happened; fail after the time that a run may take."""
    end = time.monotonic() + TIMEOUT_S
    while not happened():
        assert time.monotonic() < end, f"waited in vain until {what}"
        time.sleep(POLL_S)


def query(database: str, text: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows of a query."""
    return ask(database, lambda connection: connection.execute(text.encode(), values or None).fetchall())


def execute(database: str, text: str) -> None:
    """Statements that return nothing, and leave nothing behind in a session."""
    ask(database, lambda connection: connection.execute(text.encode()) and connection.execute(AS_NEW))


def counted(summary: Mapping[str, Any]) -> dict[str, int]:
    """The balance of a load: what became of the records."""
    names = ("read", "inserted", "updated", "unchanged", "duplicate", "rejected")
    return {name: int(summary[name]) for name in names}


def command(arguments: tuple[object, ...]) -> list[str]:
    """The loader's command line."""
    return [sys.executable, "-m", "loader", *map(str, arguments)]


def environment(database: str | None, settings: Mapping[str, str]) -> dict[str, str]:
    """The variables that it gets: none of ours but those given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_URL", "LOADER_", "PG"))}
    path = os.pathsep.join(filter(None, (str(CLONE), os.environ.get("PYTHONPATH", ""))))
    return {**kept, "PYTHONPATH": path, **({"DATABASE_URL": database} if database else {}), **settings}
