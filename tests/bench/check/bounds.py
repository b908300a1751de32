"""The committed bounds: beside each, the ratio that it was made from."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("bounds.json")

# A stage that takes 1.3 of its time must be found, one that takes its time and some noise must not: half way,
# less what measuring again takes off.
MARGIN = 1.12


def read(file: Path = FILE) -> dict[str, float]:
    """Name of each ratio: its bound."""
    return {name: float(entry["bound"]) for name, entry in _content(file)["ratios"].items()}


def versions(file: Path = FILE) -> dict[str, str]:
    """What the bounds were measured with."""
    found: dict[str, str] = _content(file)["with"]
    return found


def write(measured: Sequence[Mapping[str, float]], facts: Mapping[str, str], file: Path = FILE) -> None:
    """Makes bounds of the median of several measurements."""
    ratios = {}
    for name in measured[0]:
        ratio = statistics.median(found[name] for found in measured)
        ratios[name] = {"ratio": round(ratio, 3), "bound": round(ratio * MARGIN, 3)}
    file.write_text(json.dumps({"with": dict(facts), "ratios": ratios}, indent=1) + "\n", encoding="utf-8")


def broken(measured: Mapping[str, float], bounds: Mapping[str, float]) -> list[str]:
    """Names of the ratios that are worse than their bounds, or have none."""
    return [name for name, ratio in measured.items() if not ratio <= bounds.get(name, 0.0)]


def _content(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content
