"""A pytest plugin: in CI, a skip for a reason that tests/skips.txt does not know fails the run."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

KNOWN = Path(__file__).with_suffix(".txt")


def known_reasons() -> tuple[str, ...]:
    """Beginnings of the reasons for which a test may be skipped."""
    lines = KNOWN.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def new_skips(reports: Iterable[Any], known: tuple[str, ...]) -> list[str]:
    """A line for each skipped test whose reason is not known."""
    lines = []
    for report in reports:
        where = report.longrepr
        reason = (where[2] if isinstance(where, tuple) else str(where)).removeprefix("Skipped: ")
        if not hasattr(report, "wasxfail") and not reason.startswith(known):
            lines.append(f"{report.nodeid}: {reason}")
    return lines


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Judges all skips of the run, in the process that all reports come to."""
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if terminal is None or hasattr(session.config, "workerinput") or os.environ.get("CI") != "true":
        return
    if lines := new_skips(terminal.stats.get("skipped", []), known_reasons()):
        terminal.write_line("")
        terminal.write_line("Skips that are new (name their reason in tests/skips.txt, if it is a good one):", red=True)
        for line in lines:
            terminal.write_line(f"  {line}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
