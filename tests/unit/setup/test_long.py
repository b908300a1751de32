"""Every line of tests/long.txt is the beginning of a test that there is."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[2]
LINES = [line for line in (TESTS / "long.txt").read_text().splitlines() if not line.startswith("#")]


@pytest.mark.parametrize("line", LINES)
def test_the_line_names_a_test(line: str) -> None:
    file, name = line.split("::")

    folder = TESTS if file.startswith("unit/") else TESTS / "integration"
    assert f"def {name.partition('[')[0]}(" in (folder / file).read_text()
