"""An entity's mapping as tables of integers: which path follows from a parent's path and a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from loader.extract.columnar.arrays import Codes
from loader.extract.columnar.names import Names
from loader.extract.elements import Node, plan_entity
from loader.extract.screen import Screen, screens_of
from loader.mapping.dataset import Dataset
from loader.mapping.steps import tag_of
from loader.mapping.tables import Column, Table


class UnsupportedError(Exception):
    """The mapping uses something that only the general engine supports."""


@dataclass(frozen=True, slots=True)
class Field:
    """Where a column's values come from: the text of the elements at a path, an attribute, or the record's number.

    ``hops``: how many elements above it the row's own element is. ``screen``: what its values must be to be copied
    unchanged; None: all values are.
    """

    column: Column
    screen: Screen | None
    kind: Literal["text", "attribute", "number"]
    place: int = 0
    hops: int = 0


@dataclass(frozen=True, slots=True)
class TableScheme:
    """A table: the path of its rows, the steps up to the parent's rows, and the fields of key and columns."""

    table: Table
    path: int
    hops: int
    key: tuple[Field, ...]
    columns: tuple[Field, ...]


class Scheme:
    """Paths and attributes of an entity, numbered from 1 on; 0 is one that is not in the mapping."""

    def __init__(self, dataset: Dataset, entity: str) -> None:
        self.tables = dataset.entity_tables(entity)
        _check_supported(self.tables)
        if len({tag_of(record[-1]) for record in dataset.entity(entity).record_paths}) > 1:
            raise UnsupportedError("records have several names")
        self._nodes: list[Node] = []
        self._number: dict[int, int] = {}  # by id of a node
        self._parents: list[int] = []
        self._collect(plan_entity(dataset, dataset.entity(entity)), 0)
        if any(node.gates or node.row_ahead for node in self._nodes):
            raise UnsupportedError("predicates choose among elements, or values are read from around the rows")
        self._attributes = [(node, name) for node in self._nodes for name in node.attributes]
        names = {node.tag for node in self._nodes} | {name for _, name in self._attributes}
        if not all(name.isascii() and "{" not in name for name in names):
            raise UnsupportedError("names are not plain, or in a namespace")
        if "xmlns" in names:
            raise UnsupportedError("xmlns declares a namespace, and is no attribute to a parser")
        try:
            self.names = Names(names)
        except ValueError as error:
            raise UnsupportedError(str(error)) from error
        self.width = len(self.names.names)
        self.paths, self.attributes = len(self._nodes), len(self._attributes)
        self.child, self.attribute = self._transitions()
        # By path: whether text may stand there, which is read, or left out on purpose.
        self.has_text = np.array([False, *(bool(node.texts or node.ignored) for node in self._nodes)])
        self.schemes = [self._table(table) for table in self.tables]

    def _collect(self, node: Node, parent: int) -> None:
        self._nodes.append(node)
        self._parents.append(parent)
        self._number[id(node)] = number = len(self._nodes)
        for child in node.children.values():
            self._collect(child, number)

    def _transitions(self) -> tuple[Codes, Codes]:
        """By ``path * width + name``: the path of a child element, and the number of an attribute."""
        code, width = self.names.code, self.width
        child = np.zeros((self.paths + 1) * width, np.min_scalar_type(self.paths))
        attribute = np.zeros((self.paths + 1) * width, np.min_scalar_type(self.attributes))
        for position, (node, parent) in enumerate(zip(self._nodes, self._parents, strict=True), 1):
            child[parent * width + code[node.tag]] = position
        for position, (node, name) in enumerate(self._attributes, 1):
            attribute[self._number[id(node)] * width + code[name]] = position
        return child, attribute

    def _table(self, table: Table) -> TableScheme:
        row = next(number for number, node in enumerate(self._nodes, 1) if table in node.rows)
        fields: dict[str, Field] = {}
        for number, node in enumerate(self._nodes, 1):
            for target in node.texts:
                if target.table is table:
                    screen, _ = screens_of(table, target.column, self.tables)
                    fields[target.column.name] = Field(target.column, screen, "text", number, self._hops(number, row))
        for number, (node, name) in enumerate(self._attributes, 1):
            for target in node.attributes[name]:
                if target.table is table:
                    screen, _ = screens_of(table, target.column, self.tables)
                    hops = self._hops(self._number[id(node)], row)
                    fields[target.column.name] = Field(target.column, screen, "attribute", number, hops)

        def of(columns: tuple[Column, ...]) -> tuple[Field, ...]:
            return tuple(fields.get(column.name) or Field(column, None, "number") for column in columns)

        key = of(table.key) if table.is_root else ()
        return TableScheme(table, row, len(table.rows), key, of(table.columns))

    def _hops(self, number: int, row: int) -> int:
        hops = 0
        while number != row:
            number = self._parents[number - 1]
            hops += 1
        return hops


def _check_supported(tables: tuple[Table, ...]) -> None:
    for table in tables:
        if table.more_rows or not (table.is_root or table.rows):
            raise UnsupportedError(f"the rows of {table.name} are not at one path of their own")
        for column in (*(table.key if table.is_root else ()), *table.columns):
            if column.repeat in {"join", "array"}:
                raise UnsupportedError(f"{table.name}.{column.name} gathers repeated elements")
            if column.coalesce or column.read_as != "text":
                raise UnsupportedError(f"{table.name}.{column.name} is more than the text at one path")
            if column.path is not None and column.path.absolute:
                raise UnsupportedError(f"{table.name}.{column.name} is read from around the record")
            screen, _ = screens_of(table, column, tables)
            if column.default is not None and screen is not None and not screen.passes(column.default):
                raise UnsupportedError(f"the default of {table.name}.{column.name} may not fit")
            if column.path is None and not table.is_root:
                raise UnsupportedError(f"{table.name}.{column.name} has no path")
