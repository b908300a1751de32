"""README.md shows what a load prints: its blocks of `loader` commands are run, and their outputs compared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.documentation import CLONE, as_shown, shell, steps

OUTPUTS = 2  # that the page shows, at least


@pytest.fixture
def database(empty_database: str) -> str:
    """As its reader has it."""
    return empty_database


def _timeless(text: str) -> str:
    """The output, with times and speeds made equal."""
    return re.sub(r"in [\d.]+ s, [\d.]+ MB/s", "in … s, … MB/s", as_shown(text))


def test_what_the_readme_shows_is_what_is_printed(tmp_path: Path, database: str) -> None:
    shown = [step for step in steps(CLONE / "README.md") if step.block.body.startswith("loader ")]

    for step in shown:
        output = shell(step, tmp_path, database)
        assert _timeless(output) == _timeless(step.shown or ""), f"README.md, line {step.block.line}"

    assert len(shown) >= OUTPUTS
