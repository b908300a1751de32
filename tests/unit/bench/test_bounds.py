"""The gate finds what is slower than its bound, and nothing else."""

from __future__ import annotations

import math
from pathlib import Path

from loader.config.settings import ENGINES
from tests.bench.check import bounds

MEASURED = [{"extract": 3.0, "merge": 4.2}, {"extract": 9.0, "merge": 4.0}, {"extract": 3.1, "merge": 4.1}]


def test_bounds_are_made_of_the_median_and_leave_room_for_noise(tmp_path: Path) -> None:
    file = tmp_path / "bounds.json"

    bounds.write(MEASURED, {"Python": "3.11"}, file)

    found = bounds.read(file)
    assert found == {"extract": 3.472, "merge": 4.592}
    assert bounds.versions(file) == {"Python": "3.11"}
    assert bounds.broken({"extract": 3.1 * 1.1, "merge": 4.1 * 1.1}, found) == []
    assert bounds.broken({"extract": 3.1 * 1.3, "merge": 4.1}, found) == ["extract"]
    assert bounds.broken({"extract": 3.1, "merge": 4.1 * 1.3}, found) == ["merge"]


def test_a_ratio_without_a_bound_does_not_pass() -> None:
    assert bounds.broken({"new engine": 0.1, "merge": math.nan}, {"merge": 5.0}) == ["new engine", "merge"]


def test_every_engine_has_a_committed_bound() -> None:
    found = bounds.read()

    assert {f"extract {name} / libxml2 tree" for name in ENGINES} <= set(found)
    assert {"merge / COPY", "keys / COPY", "plan / gunzip", "split / libxml2 SAX"} <= set(found)
