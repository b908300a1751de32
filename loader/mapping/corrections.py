"""Constructs that earlier versions read wrongly.

A mapping that uses any of them counts as changed, so that its tables are built again (`--replace`): unchanged records
are not read again, and would keep their wrong rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from loader.mapping.tables import Column, Table


def corrections(tables: Sequence[Table]) -> list[str]:
    """The columns of tables, `table.column`, that had wrong values; sorted."""
    return sorted({
        f"{table.name}.{column}"
        for table in tables
        for column in (*_spelt(table), *_nulled(table), *_restarted(table, tables))
    })  # fmt: skip


def _spelt(table: Table) -> Iterator[str]:
    """Attributes and texts of the row itself that are gathered: each letter became a value."""
    for column in (*(table.key if table.is_root else ()), *table.columns):
        if column.repeat in {"join", "array"} and _stands_once(column):
            yield column.name


def _nulled(table: Table) -> Iterator[str]:
    """Numbers with an exponent were no numerics, and became NULL."""
    return (column.name for column in table.columns if column.type == "numeric" and column.on_error == "null")


def _stands_once(column: Column) -> bool:
    return column.path is not None and (column.path.absolute or not column.path.steps)


def _restarted(table: Table, tables: Sequence[Table]) -> Iterator[str]:
    """The ordinal of rows inside of another table's rows: it restarted with each of these."""
    places = {other.name: _place(other, tables) for other in tables if other.entity == table.entity}
    line = {other.name for other in _line(table, tables)}
    for name, place in places.items():
        if name not in line and place and places[table.name][: len(place)] == place:
            yield table.ordinals[-1]


def _place(table: Table, tables: Sequence[Table]) -> tuple[str, ...]:
    """The steps from the record to the rows of a table."""
    return tuple(step for above in reversed(_line(table, tables)) for step in above.rows)


def _line(table: Table, tables: Sequence[Table]) -> list[Table]:
    """A table and its ancestors."""
    line = [table]
    while line[-1].parent is not None:
        line.append(next(other for other in tables if other.name == line[-1].parent))
    return line
