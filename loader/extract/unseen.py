"""Columns that have had no value yet: what is left of them at the end of a load names paths that never occur."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from loader.extract.encode import FIELD, MISSING, NULL
from loader.mapping.tables import Table


class Unseen:
    """Remembers the columns without a value. A value that equals the column's default does not count as one.

    Only these columns are looked at, so that good data cost nothing: most have a value in the first rows.
    """

    def __init__(self, tables: Iterable[Table]) -> None:
        self._left = {
            table.name: {
                column.name: (place, column.default)
                for place, column in enumerate(table.columns, len(table.primary_key))
                if column.path is not None
            }
            for table in tables
        }

    def in_rows(self, table: str, rows: Sequence[str]) -> set[str]:
        """The columns that have their first value in some rows, given as texts joined by FIELD."""
        left = self._left[table]
        found: set[str] = set()
        for row in rows if left else ():
            values = row.split(FIELD)
            first = [name for name, (place, empty) in left.items() if values[place] not in (NULL, MISSING, empty)]
            found.update(first)
            for name in first:
                del left[name]
            if not left:
                break
        return found

    def in_columns(self, table: str, has_value: Callable[[int, str | None], bool]) -> set[str]:
        """The same, where a function tells whether the column at a place has a value that is not its default."""
        left = self._left[table]
        found = {name for name, (place, default) in left.items() if has_value(place, default)} if left else set()
        for name in found:
            del left[name]
        return found
