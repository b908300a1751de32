"""Values from outside of a record: of the elements around it, and of elements in these that ended before it.

In a column's path, they are an absolute path, or one that leaves the record by `..`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from loader.mapping.canonical import part_of, records_in
from loader.mapping.paths import Names, Path
from loader.mapping.steps import PARENT, tags_of
from loader.mapping.tables import Column, ReadAs, Table

Steps = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outside:
    """A value of the element at ``steps``, of which the first ``anchor`` ones lead to elements around the records.

    It is that of an ``attribute``, or what ``read_as`` takes of the element. ``repeat``: which of several values is
    kept; ``all`` of them for a column that gathers them. ``shown``: the path, for people.
    """

    steps: Steps
    attribute: str | None
    read_as: ReadAs
    repeat: str
    anchor: int
    shown: str = field(compare=False)

    @property
    def is_before(self) -> bool:
        """Whether the element has ended before the records that read it; otherwise it is around them."""
        return len(self.steps) > self.anchor

    @property
    def is_of_tag(self) -> bool:
        """Whether the start tag of the element says all that is read of it."""
        return self.attribute is not None or self.read_as in {"exists", "name"}

    @property
    def key(self) -> str:
        """Identifies the value among all that a document has."""
        path = "".join(f"/{step}" for step in self.steps) + (f"/@{self.attribute}" if self.attribute else "")
        return f"{path} {self.read_as} {self.repeat} {self.anchor}" if self.is_before else path


def outside(column: Column, path: Path, record: Steps, names: Names) -> Outside:
    """The value that an absolute path of a column leads to, from records at a path."""
    around = tags_of(record)[:-1]
    pairs = enumerate(zip(path.steps, around, strict=False))
    anchor = next((level for level, (one, other) in pairs if one != other), min(len(path.steps), len(around)))
    repeat = "all" if column.repeat in {"join", "array"} else column.repeat  # "last" of `as: exists`
    shown = "".join(f"/{names.show(step)}" for step in path.steps)
    shown += f"/@{names.show_attribute(path.attribute)}" if path.attribute else ""
    return Outside(path.steps, path.attribute, column.read_as, repeat, anchor, shown)


def absolute(path: Path, row: Steps, record: Steps) -> Path:
    """The same path, as an absolute one if it leaves the record; ``row``: from the record to the row."""
    ups = path.steps.count(PARENT) - len(row)
    if path.absolute or ups <= 0:
        return path
    return replace(path, steps=(*tags_of(record)[: len(record) - ups], *path.steps[ups + len(row) :]), absolute=True)


def row_of(tables: Sequence[Table], table: Table) -> Steps:
    """A path from the record to the rows of a table. If there are several, a path of a column leaves the record by all
    of them or by none.
    """
    above = next((other for other in tables if other.name == table.parent), None)
    return () if above is None else (*row_of(tables, above), *table.rows)


def placed(tables: Sequence[Table], record: Steps) -> tuple[Table, ...]:
    """The tables of an entity for its records at one path, with absolute paths for all that is outside of them."""
    return tuple(_placed(table, row_of(tables, table), record) for table in tables)


def placed_column(column: Column, row: Steps, record: Steps) -> Column:
    """A column of a table, for records at one path."""
    if not any(path.steps.count(PARENT) > len(row) for path in column.paths):
        return column
    first, *others = (absolute(path, row, record) for path in column.paths)
    return replace(column, path=first, coalesce=tuple(others))


def _placed(table: Table, row: Steps, record: Steps) -> Table:
    def of(columns: Sequence[Column]) -> tuple[Column, ...]:
        return tuple(placed_column(column, row, record) for column in columns)

    return replace(table, key=of(table.key), columns=of(table.columns))


def outside_of(tables: Sequence[Table], operation: Column | None, record: Steps, names: Names) -> Iterator[Outside]:
    """All values from outside that an entity reads for its records at a path, with these tables and perhaps a value
    that tells delete records.
    """
    columns = [column for table in placed(tables, record) for column in (*table.key, *table.columns)]
    columns += [placed_column(operation, (), record)] if operation else []
    for column in columns:
        yield from (outside(column, path, record, names) for path in column.paths if path.absolute)


def kept_outside(canonical: Mapping[str, Any], entity: str) -> set[Outside]:
    """The values from outside that an entity reads by a mapping that the database keeps."""

    def path_of(item: Mapping[str, Any]) -> Path:
        return Path("", tuple(item["steps"]), item["attribute"], item["absolute"])

    def column_of(item: Mapping[str, Any]) -> Column:
        return Column(
            item["name"],
            path=item["path"] and path_of(item["path"]),
            repeat=item["repeat"],
            read_as=item.get("read_as", "text"),
            coalesce=tuple(map(path_of, item.get("coalesce", ()))),
        )

    part = part_of(canonical, entity)
    tables = [
        Table(
            item["name"], entity, item["parent"], tuple(map(column_of, item["key"])), (),
            tuple(map(column_of, item["columns"])), tuple(item["rows"]),
        )
        for item in part["tables"]
    ]  # fmt: skip
    return {
        each
        for item in part["entities"]
        for record in records_in(item)
        for each in outside_of(tables, item.get("operation") and column_of(item["operation"]), record, Names({}))
    }
