"""An entity's mapping as tables of integers: which path follows from a parent's path and a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from loader.extract.columnar.arrays import Codes
from loader.extract.columnar.names import Names
from loader.extract.elements import Conditions, Gate, Node, Target, conditions_of, holds_always, plan_entity
from loader.extract.screen import Screen, screens_of
from loader.mapping.dataset import Dataset
from loader.mapping.steps import Predicate, tag_of
from loader.mapping.tables import Column, Table
from loader.mapping.values.conversion import Convert, converter

# Gates that an element and those around it must pass: the number of each, and how many levels above it is. One of the
# passages is enough; without any, there is nothing to pass.
Passages = tuple[tuple[tuple[int, int], ...], ...]


class UnsupportedError(Exception):
    """The mapping uses something that only the general engine supports."""


@dataclass(frozen=True, slots=True)
class Field:
    """Where a column's values come from: the text of the elements at a path, an attribute, or the record's number.

    ``hops``: how many elements above it the row's own element is. ``screen``: what its values must be to be copied
    unchanged; None: all values are. ``passages``: which of them are values of the column.
    """

    column: Column
    screen: Screen | None
    kind: Literal["text", "attribute", "number"]
    place: int = 0
    hops: int = 0
    passages: Passages = ()
    convert: Convert | None = None


@dataclass(frozen=True, slots=True)
class TableScheme:
    """A table: the path of its rows and which elements there are, the steps up to the parent's rows and that table, and
    the fields of key and columns.
    """

    table: Table
    path: int
    hops: int
    key: tuple[Field, ...]
    columns: tuple[Field, ...]
    passages: Passages
    parent: TableScheme | None


@dataclass(frozen=True, slots=True)
class GateScheme:
    """The path of the elements that a gate selects from; its predicates, each with the number of its attribute."""

    path: int
    predicates: tuple[tuple[Predicate, int], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """When the elements at a path are read. If not, they must be ``ignored``. ``attributes``: those that are read less
    often.
    """

    path: int
    passages: Passages
    ignored: bool
    attributes: tuple[tuple[int, Passages], ...]


class Scheme:
    """Paths and attributes of an entity, numbered from 1 on; 0 is one that is not in the mapping."""

    def __init__(self, dataset: Dataset, entity: str) -> None:
        dataset = dataset.at(entity, dataset.entity(entity).record)
        self.tables = dataset.entity_tables(entity)
        _check_supported(self.tables)
        if dataset.entity(entity).operation is not None:
            raise UnsupportedError("records are delete records or others according to a value in them")
        if len({tag_of(record[-1]) for record in dataset.entity(entity).record_paths}) > 1:
            raise UnsupportedError("records have several names")
        self._nodes: list[Node] = []
        self._number: dict[int, int] = {}  # by id of a node
        self._parents: list[int] = []
        self._collect(plan_entity(dataset, dataset.entity(entity)), 0)
        if any(node.row_ahead for node in self._nodes):
            raise UnsupportedError("values are read from around the rows")
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
        has_text = (bool(node.texts or (node.ignored and not node.read)) for node in self._nodes)
        self.has_text = np.array([False, *has_text])
        self._gate_numbers: dict[Gate, int] = {}
        self.gates = [self._gate(gate, number) for number, node in enumerate(self._nodes, 1) for gate in node.gates]
        self.readings = self._readings()
        self.schemes: list[TableScheme] = []
        for table in self.tables:
            self.schemes.append(self._table(table))

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
                    fields[target.column.name] = self._field(target, "text", number, number, row)
        for number, (node, name) in enumerate(self._attributes, 1):
            for target in node.attributes[name]:
                if target.table is table:
                    fields[target.column.name] = self._field(target, "attribute", number, self._number[id(node)], row)

        def of(columns: tuple[Column, ...]) -> tuple[Field, ...]:
            return tuple(fields.get(column.name) or Field(column, None, "number") for column in columns)

        key = of(table.key) if table.is_root else ()
        passages = self._passages(self._nodes[row - 1].row_conditions[table.name], row)
        above = next((each for each in self.schemes if each.table.name == table.parent), None)
        return TableScheme(table, row, len(table.rows), key, of(table.columns), passages, above)

    def _field(self, target: Target, kind: Literal["text", "attribute"], place: int, path: int, row: int) -> Field:
        """``place``: the number of the element or attribute; ``path``: that of the element; ``row``: of the row's."""
        column = target.column
        screen, _ = screens_of(target.table, column, self.tables)
        convert = converter(column) if column.is_converted else None
        return Field(
            column, screen, kind, place, self._hops(path, row), self._passages(target.conditions, path), convert
        )

    # Predicates

    def _gate(self, gate: Gate, path: int) -> GateScheme:
        if not all(predicate.is_of_tag and _is_comparable(predicate.value) for predicate in gate.predicates):
            raise UnsupportedError(f"a predicate at {gate.path} needs more than plain attributes")
        self._gate_numbers[gate] = len(self._gate_numbers)
        node = self._nodes[path - 1]
        numbers = {name: number for number, (own, name) in enumerate(self._attributes, 1) if own is node}
        return GateScheme(path, tuple((predicate, numbers[predicate.name]) for predicate in gate.predicates))

    def _passages(self, conditions: Conditions, path: int) -> Passages:
        """Conditions of what is at a path, as numbers."""
        if holds_always(conditions):
            return ()
        places = {node.path: number for number, node in enumerate(self._nodes, 1)}
        return tuple(
            tuple((self._gate_numbers[gate], self._hops(path, places[gate.path])) for gate in passage)
            for passage in conditions
        )

    def _readings(self) -> list[Reading]:
        """When elements and attributes are read that have gates on the way to them."""
        found = []
        for number, node in enumerate(self._nodes, 1):
            if not node.counted:
                continue
            if node.texts and not set(node.read) <= set(node.text_conditions):
                raise UnsupportedError(f"the text of {node.path} is not always read")
            attributes = [
                (place, self._passages(conditions_of(own, []), number))
                for place, (other, name) in enumerate(self._attributes, 1)
                if other is node and name not in node.left_out | node.tested_attributes
                for own in [node.attributes[name]]
                if not set(node.read) <= set(conditions_of(own, []))
            ]
            found.append(Reading(number, self._passages(node.read, number), node.ignored, tuple(attributes)))
        return found

    def _hops(self, number: int, row: int) -> int:
        hops = 0
        while number != row:
            number = self._parents[number - 1]
            hops += 1
        return hops


def _is_comparable(value: str) -> bool:
    """Whether a value has the same bytes in the data, unless there is a reference in it."""
    return value.isascii() and value.isprintable() and not set(value).intersection("&<>'\"\\")


def _check_supported(tables: tuple[Table, ...]) -> None:
    for table in tables:
        if table.recursive:
            raise UnsupportedError(f"rows of {table.name} are inside of others")
        if table.more_rows or not (table.is_root or table.rows):
            raise UnsupportedError(f"the rows of {table.name} are not at one path of their own")
        for column in (*(table.key if table.is_root else ()), *table.columns):
            if column.repeat in {"join", "array"}:
                raise UnsupportedError(f"{table.name}.{column.name} gathers repeated elements")
            if column.trim == "collapse":
                raise UnsupportedError(f"white space inside of {table.name}.{column.name} is collapsed")
            if column.coalesce or column.read_as != "text":
                raise UnsupportedError(f"{table.name}.{column.name} is more than the text at one path")
            if column.path is not None and column.path.absolute:
                raise UnsupportedError(f"{table.name}.{column.name} is read from around the record")
            screen, _ = screens_of(table, column, tables)
            if column.default is not None and screen is not None and not screen.passes(column.default):
                raise UnsupportedError(f"the default of {table.name}.{column.name} may not fit")
            if column.path is None and not table.is_root:
                raise UnsupportedError(f"{table.name}.{column.name} has no path")
