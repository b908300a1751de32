"""Columns that have not had a value yet: those left at the end of a load name paths that never occur."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from loader.extract.encode import FIELD, MISSING, NULL
from loader.mapping.tables import Table


class Unseen:
    """Remembers the columns without a value. A value that equals the column's default does not count as one; that an
    optional column has none need not be told.

    Only these columns are checked, so that good data costs nothing: most columns have a value in the first rows.
    """

    def __init__(self, tables: Sequence[Table]) -> None:
        self._left = {
            table.name: {
                column.name: (place, column.default)
                for place, column in enumerate(table.columns, len(table.primary_key))
                if column.path is not None
            }
            for table in tables
        }
        self._optional = {table.name: {column.name for column in table.columns if column.optional} for table in tables}

    def in_rows(self, table: str, rows: Sequence[str]) -> set[str]:
        """The columns that have their first value in some rows, given as texts joined by FIELD."""
        if not self._left[table] or not rows:
            return set()
        width = rows[0].count(FIELD) + 1
        values = FIELD.join(rows).split(FIELD)  # all at once, because row by row takes three times as long

        def has_value(place: int, default: str | None) -> bool:
            column = values[place::width]
            return sum(map(column.count, {NULL, MISSING, NULL if default is None else default})) < len(column)

        return self.in_columns(table, has_value)

    def in_columns(self, table: str, has_value: Callable[[int, str | None], bool]) -> set[str]:
        """The columns that have their first value now; ``has_value`` says whether the column at a position has a value
        that is not its default.
        """
        left = self._left[table]
        found = {name for name, (place, default) in left.items() if has_value(place, default)} if left else set()
        found |= self._optional[table] & left.keys()
        for name in found:
            del left[name]
        return found
