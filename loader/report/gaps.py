"""What a load looked for and did not find, what it made NULL or left out, and the paths that may have been meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from loader.database.connect import Connection
from loader.mapping.dataset import Dataset
from loader.mapping.paths import Names
from loader.mapping.tables import Table
from loader.report.undeclared import prefixes, with_prefixes

MAX_SHOWN = 10
ALIKE = 0.5  # similarity of two names, as difflib measures it: `tt` and `title` have it
_PREFIX = re.compile(r"\{[^}]*\}|[^/@:]+:")


@dataclass(frozen=True, slots=True)
class Gap:
    """A row of loader.load_gap; ``path``: the one in the mapping, ``meant``: a path that no mapping reads, or ''."""

    kind: str
    table: str
    column: str | None
    count: int
    records: int
    path: str
    meant: str

    def as_json(self) -> dict[str, Any]:
        """As JSON-able data."""
        return {
            "kind": self.kind, "table": self.table, "column": self.column, "count": self.count,
            "records": self.records, "path": self.path, "did_you_mean": self.meant or None,
        }  # fmt: skip

    def as_text(self) -> str:
        """As words for people, without the number of records."""
        meant = f" from {self.path}; did you mean {self.meant}?" if self.meant else ""
        if self.kind == "nulled":
            return f"{self.name}: {self.count:,} values set to NULL (on_error: null)"
        if self.kind == "left_out":
            return f"{self.name}: {self.count:,} rows"
        if self.kind == "no_row":
            return f"{self.name}: no {'row' if self.records else 'record'}{meant}"
        return f"{self.name}: no value{meant}"

    @property
    def name(self) -> str:
        """Table, or table and column."""
        return f"{self.table}.{self.column}" if self.column else self.table


def read_gaps(connection: Connection, dataset: Dataset, load_id: int, unmapped: Sequence[str]) -> list[Gap]:
    """The gaps of a load, in the order of the mapping; ``unmapped``: the paths that no mapping reads."""
    rows = connection.execute(
        "select kind, table_name, column_name, count, records from loader.load_gaps(%s)", (load_id,)
    ).fetchall()
    order = {table.name: place for place, table in enumerate(dataset.tables)}
    found, found_prefixes = [], prefixes(unmapped)
    for kind, table, column, count, records in rows:
        if table in order:  # unless the mapping has changed since
            path, base = _place(dataset, dataset.table(table), column)
            meant = (
                "" if kind in {"nulled", "left_out"} else with_prefixes(_meant(path, base, unmapped), found_prefixes)
            )
            found.append(Gap(kind, table, column, count, records or 0, path.removeprefix(base), meant))
    return sorted(found, key=lambda gap: (gap.kind == "nulled", order[gap.table], gap.column or ""))


def gap_lines(gaps: Sequence[Gap], load_id: int) -> list[str]:
    """The gaps as lines for people, as many as can be read at a glance: first the paths that may be typing errors, one
    per line; then what was made NULL; then all others, which may be intended, in few lines.
    """
    lines = [gap.as_text() for gap in gaps if gap.meant]
    lines += [gap.as_text() for gap in gaps if gap.kind == "nulled"]
    hidden = max(0, len(lines) - MAX_SHOWN)
    lines = lines[:MAX_SHOWN]
    for kind, what in (("no_row", "no row of"), ("no_value", "no value of")):
        for records in dict.fromkeys(gap.records for gap in gaps):
            names = [gap.name for gap in gaps if gap.kind == kind and gap.records == records and not gap.meant]
            hidden += max(0, len(names) - MAX_SHOWN)
            if names:
                lines.append(f"{what} {', '.join(names[:MAX_SHOWN])} in the {records:,} records parsed")
    if hidden:
        lines.append(f"... and {hidden} more: select * from loader.load_gap where load_id = {load_id}")
    return lines


def _place(dataset: Dataset, table: Table, column: str | None) -> tuple[str, str]:
    """The whole path of a column's values, or of a table's rows, and the part of it that the mapping does not repeat:
    that of the row where it begins, followed by `/`; '' if the mapping has the whole path.
    """
    names = Names(dataset.namespaces)
    base = "" if table.parent is None else f"{_rows(dataset, dataset.table(table.parent))}/"
    if column is None:
        return _rows(dataset, table), base
    path = table.column(column).path
    assert path is not None
    base = "" if path.absolute else f"{_rows(dataset, table)}/"
    attribute = [f"@{names.show_attribute(path.attribute)}"] if path.attribute else []
    steps = [*map(names.show_step, path.steps), *attribute]
    return f"{base or '/'}{'/'.join(steps) or '.'}", base


def _rows(dataset: Dataset, table: Table) -> str:
    """The whole path of a table's rows."""
    above = "" if table.parent is None else _rows(dataset, dataset.table(table.parent))
    steps = dataset.entity(table.entity).record if table.parent is None else table.rows
    return above + "".join(f"/{Names(dataset.namespaces).show_step(step)}" for step in steps)


def _meant(path: str, base: str, unmapped: Iterable[str]) -> str:
    """The path that no mapping reads whose name is most similar to that of a path: beside it any similar one, elsewhere
    in the same document only one with the same name.
    """
    parent, _, name = path.rpartition("/")
    best, meant = 0.0, ""
    for other in unmapped:
        place, _, candidate = other.rpartition("/")
        one, two = _bare(name), _bare(candidate)
        alike = difflib.SequenceMatcher(None, one, two).ratio()
        if place != parent:
            alike = 0.9 * (one == two and other.split("/")[:2] == path.split("/")[:2])
        if alike >= ALIKE and alike > best:
            best, meant = alike, other
    return meant.removeprefix(base)


def _bare(name: str) -> str:
    """A name without prefix and `@`, in lower case."""
    return _PREFIX.sub("", name).removeprefix("@").lower()
