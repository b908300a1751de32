"""Runs the mutations; prints which were noticed. 1 when one was not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.mutations.catalogue import CATALOGUE, Mutation
from tests.support.running import CLONE
from tests.support.server import running_server

NEEDED = ("loader", "sql", "migrations", "tests", "docs", "pyproject.toml", "README.md")
TIMEOUT_S = 120  # a mutation may make its test wait for ever: that is noticed, too
PASSED, FAILED = 0, 1  # exit codes of pytest; others mean that the test was not run


def main(words: Sequence[str]) -> int:
    """Tries all mutations whose names hold one of the words."""
    chosen = [m for m in CATALOGUE if not words or any(word in m.name for word in words)]
    with running_server() as server, tempfile.TemporaryDirectory(prefix="loader-mutations-") as folder:
        copy = _copied(Path(folder))
        tests = sorted({mutation.test for mutation in chosen})
        if _run(copy, server, tests, None) != PASSED:
            print("the tests fail as it is; nothing can be told by them", file=sys.stderr)
            return 1
        survived = [mutation for mutation in chosen if not _is_noticed(mutation, copy, server)]
    print(f"{len(chosen) - len(survived)} of {len(chosen)} mutations were noticed")
    return 1 if survived else 0


def _copied(folder: Path) -> Path:
    for name in NEEDED:
        if (CLONE / name).is_dir():
            shutil.copytree(CLONE / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(CLONE / name, folder / name)
    return folder


def _is_noticed(mutation: Mutation, copy: Path, server: str) -> bool:
    path = copy / mutation.path
    text = path.read_text(encoding="utf-8")
    path.write_text(mutation.breaks(text), encoding="utf-8")
    started = time.monotonic()
    try:
        code = _run(copy, server, [mutation.test])
    finally:
        path.write_text(text, encoding="utf-8")
    said = {PASSED: "SURVIVED", FAILED: "noticed", None: "noticed: hangs"}.get(code, f"SURVIVED: not run ({code})")
    print(f"{said:16} {time.monotonic() - started:5.1f} s  {mutation.name:48} {_short(mutation.test)}", flush=True)
    return not said.startswith("SURVIVED")


def _run(copy: Path, server: str, tests: Sequence[str], timeout: float | None = TIMEOUT_S) -> int | None:
    """The exit code of pytest; None when it does not end."""
    environment = {**os.environ, "PYTHONPATH": str(copy), "DATABASE_URL": server, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(
            command, cwd=copy, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=timeout, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None
    if done.returncode not in (PASSED, FAILED):
        print(done.stdout[-2000:], done.stderr[-2000:], file=sys.stderr)
    return done.returncode


def _short(test: str) -> str:
    return test.removeprefix("tests/integration/")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
