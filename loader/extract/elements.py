"""The tables of an entity as one tree of elements: the meaning of each element for the extractor."""

from __future__ import annotations

from dataclasses import dataclass, field

from loader.mapping.dataset import Dataset, Entity
from loader.mapping.paths import Names
from loader.mapping.tables import Column, Table


@dataclass(frozen=True, slots=True)
class Target:
    """A column of a table; ``key`` if it is part of the root key."""

    table: Table
    column: Column
    key: bool = False


@dataclass(slots=True)
class Node:
    """An element at one path of a record.

    ``rows``: the tables with a row for each such element. ``texts`` and ``attributes``: the columns that read its text,
    and its attributes by name. ``ignored``: left out on purpose, with everything in it.
    """

    tag: str
    path: str
    children: dict[str, Node] = field(default_factory=dict)
    rows: list[Table] = field(default_factory=list)
    texts: list[Target] = field(default_factory=list)
    attributes: dict[str, list[Target]] = field(default_factory=dict)
    ignored: bool = False

    def child(self, tag: str, names: Names) -> Node:
        """The node of a child element, created if it is new."""
        if tag not in self.children:
            self.children[tag] = Node(tag, f"{self.path}/{names.show(tag)}")
        return self.children[tag]


def plan_entity(dataset: Dataset, entity: Entity) -> Node:
    """The tree of an entity; its top is the record's element."""
    names = Names(dataset.namespaces)
    top = Node(entity.record[-1], "".join(f"/{names.show(step)}" for step in entity.record))
    rows: dict[str, Node] = {}
    for table in dataset.entity_tables(entity.name):
        node = top if table.parent is None else _descend(rows[table.parent], table.rows, names)
        node.rows.append(table)
        rows[table.name] = node
    for name, node in rows.items():
        _add_columns(dataset.table(name), node, names)
    for name, node in rows.items():
        _add_ignored(dataset.table(name), node, names)
    return top


def _descend(node: Node, steps: tuple[str, ...], names: Names) -> Node:
    for step in steps:
        node = node.child(step, names)
    return node


def _add_columns(table: Table, row: Node, names: Names) -> None:
    targets = [Target(table, column, key=True) for column in (table.key if table.is_root else ())]
    targets += [Target(table, column) for column in table.columns]
    for target in targets:
        path = target.column.path
        if path is None or path.absolute:
            continue
        node = _descend(row, path.steps, names)
        if path.attribute is None:
            node.texts.append(target)
        else:
            node.attributes.setdefault(path.attribute, []).append(target)


def _add_ignored(table: Table, row: Node, names: Names) -> None:
    for path in table.ignore:
        node = _descend(row, path.steps, names)
        if path.attribute is not None:
            node.attributes.setdefault(path.attribute, [])
        elif not (node.children or node.texts or node.rows or node.attributes):
            node.ignored = True
