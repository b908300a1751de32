"""What a suite found: tables for people, records for programs, blocks of docs/performance.md."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"


@dataclass(frozen=True)
class Table:
    """A table: the first column is text, the others are figures."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""

    def as_text(self) -> str:
        """Aligned, for a terminal."""
        widths = [max(map(len, column)) for column in zip(self.heads, *self.rows, strict=True)]
        lines = [self.title] if self.title else []
        for row in (self.heads, *self.rows):
            first, *others = (
                cell.rjust(width) if index else cell.ljust(width)
                for index, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            lines.append("  ".join((first, *others)).rstrip())
        return "\n".join(lines)

    def as_markdown(self) -> str:
        """For a page."""
        lines = [f"{self.title}\n"] if self.title else []
        lines += [_line(self.heads), "|---|" + "---:|" * (len(self.heads) - 1)]
        return "\n".join([*lines, *map(_line, self.rows)])


@dataclass
class Result:
    """What a suite found. ``notes``: sentences that belong below its tables."""

    tables: list[Table] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def as_text(self) -> str:
        """For a terminal."""
        return "\n\n".join([*(table.as_text() for table in self.tables), *self.notes])

    def as_markdown(self) -> str:
        """For a page."""
        return "\n\n".join([*(table.as_markdown() for table in self.tables), *self.notes])


def write_json(path: Path, suite: str, machine: Mapping[str, str], result: Result) -> None:
    """Writes all records of a run."""
    found = {"suite": suite, "machine": dict(machine), "records": result.records, "notes": result.notes}
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def write_page(suite: str, machine: str, result: Result, page: Path = PAGE) -> None:
    """Puts the tables of a run into the page, between the marks of the suite; ValueError when it has none."""
    begin, end = f"<!-- begin {suite} -->\n", f"<!-- end {suite} -->\n"
    text = page.read_text(encoding="utf-8")
    before, found, rest = text.partition(begin)
    _, found_end, after = rest.partition(end)
    if not (found and found_end):
        raise ValueError(f"{page.name} has no place for {suite}: {begin.strip()} … {end.strip()}")
    page.write_text(f"{before}{begin}{machine}\n\n{result.as_markdown()}\n{end}{after}", encoding="utf-8")


def spread(values: Iterable[float], form: str = ".2f") -> tuple[str, str, str]:
    """Median, least and greatest of some figures."""
    found = list(values)
    return tuple(format(value, form) for value in (statistics.median(found), min(found), max(found)))  # type: ignore[return-value]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
