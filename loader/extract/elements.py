"""The tables of an entity as one tree of elements: the meaning of each element for the extractor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from loader.mapping.dataset import Dataset, Entity
from loader.mapping.paths import Names
from loader.mapping.steps import Predicate, step_parts, tags_of
from loader.mapping.tables import Column, Table


@dataclass(frozen=True, slots=True)
class Gate:
    """The predicates of a step, which select some of the elements at a path."""

    path: str
    tag: str
    predicates: tuple[Predicate, ...]


# The gates that an element and those around it must pass: all those of one of the alternatives.
Passage = tuple[Gate, ...]
Conditions = list[Passage]


def holds_always(conditions: Conditions) -> bool:
    """Whether a condition needs no gate."""
    return () in conditions


@dataclass(frozen=True, slots=True)
class Target:
    """A column of a table, which is read under some conditions; ``key`` if it is part of the root key."""

    table: Table
    column: Column
    key: bool = False
    conditions: Conditions = field(default_factory=list)


@dataclass(slots=True)
class Node:
    """An element at one path of a record, whatever the predicates of the mapping's paths.

    ``rows``: the tables with a row for each such element, and ``row_conditions`` by their names. ``texts`` and
    ``attributes``: the columns that read its text, and its attributes by name. ``ignored``: left out on purpose, with
    everything in it, unless it is ``read``; ``left_out``: attributes that are. ``gates``: those of this path.
    ``tested``: a predicate of the element around it reads its text. ``counted``: the walk counts each attribute,
    because only the walk knows which gates an element passes. ``inside_text``: when the text around it is read.
    """

    tag: str
    path: str
    children: dict[str, Node] = field(default_factory=dict)
    rows: list[Table] = field(default_factory=list)
    row_conditions: dict[str, Conditions] = field(default_factory=dict)
    texts: list[Target] = field(default_factory=list)
    attributes: dict[str, list[Target]] = field(default_factory=dict)
    ignored: bool = False
    left_out: set[str] = field(default_factory=set)
    read: Conditions = field(default_factory=list)
    gates: list[Gate] = field(default_factory=list)
    tested: bool = False
    counted: bool = False
    inside_text: Conditions = field(default_factory=list)

    def child(self, tag: str, names: Names) -> Node:
        """The node of a child element, created if it is new."""
        if tag not in self.children:
            self.children[tag] = Node(tag, f"{self.path}/{names.show(tag)}")
        return self.children[tag]

    @property
    def tested_attributes(self) -> set[str]:
        """The attributes that its gates examine."""
        return {each.name for gate in self.gates for each in gate.predicates if each.name and each.is_of_tag}

    @property
    def tested_children(self) -> set[str]:
        """The child elements whose text its gates examine."""
        return {each.name for gate in self.gates for each in gate.predicates if each.kind == "child"}

    @property
    def visited(self) -> Conditions:
        """When the walk enters it."""
        return [()] if self.tested else self.read

    @property
    def text_conditions(self) -> Conditions:
        """When its text is read, by itself or as a part of the text around it."""
        return conditions_of(self.texts, [*self.inside_text, *([()] if self.tested else [])])


def conditions_of(targets: Iterable[Target], others: Conditions) -> Conditions:
    """When any of some columns is read, or the others hold."""
    return list(dict.fromkeys(passage for found in (others, *(t.conditions for t in targets)) for passage in found))


def plan_entity(dataset: Dataset, entity: Entity) -> Node:
    """The tree of an entity; its top is the record's element."""
    return _Plan(dataset, entity).top


_Place = tuple[Node, Passage]


class _Plan:
    """Builds the tree of an entity."""

    def __init__(self, dataset: Dataset, entity: Entity) -> None:
        self._names = Names(dataset.namespaces)
        tag, _ = step_parts(entity.record[-1])
        path = "".join(f"/{self._names.show(step_parts(step)[0])}" for step in entity.record)
        self.top = Node(tag, path, read=[()])
        self.top.left_out = _examined(dataset, entity)
        self.top.attributes.update((name, []) for name in sorted(self.top.left_out))
        places: dict[str, _Place] = {}
        tables = dataset.entity_tables(entity.name)
        for table in tables:
            place: _Place = (self.top, ())
            if table.parent is not None:
                place = self._descend(places[table.parent], table.rows)
            node, passage = place
            node.rows.append(table)
            node.row_conditions[table.name] = [passage]
            places[table.name] = place
        for table in tables:
            self._add_columns(table, places[table.name])
        for table in tables:
            self._add_ignored(table, places[table.name][0])
        _inherit(self.top, is_counted=False)

    def _descend(self, place: _Place, steps: Sequence[str]) -> _Place:
        """Where some steps lead from a place; the elements on the way are read if they pass the gates up to them."""
        node, passage = place
        for step in steps:
            tag, predicates = step_parts(step)
            node = node.child(tag, self._names)
            if predicates:
                gate = Gate(node.path, tag, predicates)
                passage = (*passage, gate)
                self._add_gate(node, gate)
            if passage not in node.read:
                node.read.append(passage)
        return node, passage

    def _add_gate(self, node: Node, gate: Gate) -> None:
        if gate not in node.gates:
            node.gates.append(gate)
        for name in node.tested_attributes:
            node.attributes.setdefault(name, [])
        for name in node.tested_children:
            node.child(name, self._names).tested = True

    def _add_columns(self, table: Table, row: _Place) -> None:
        targets = [(column, True) for column in (table.key if table.is_root else ())]
        for column, is_key in (*targets, *((column, False) for column in table.columns)):
            path = column.path
            if path is None or path.absolute:
                continue
            node, passage = self._descend(row, path.steps)
            target = Target(table, column, is_key, [passage])
            if path.attribute is None:
                node.texts.append(target)
            else:
                node.attributes.setdefault(path.attribute, []).append(target)

    def _add_ignored(self, table: Table, row: Node) -> None:
        for path in table.ignore:
            node = row
            for step in path.steps:
                if not (node.ignored or holds_always(node.read)):
                    node.read.append(())
                node = node.child(step, self._names)
            if path.attribute is None:
                node.ignored = not holds_always(node.read)
                continue
            if not node.ignored and not holds_always(node.read):
                node.read.append(())
            node.attributes.setdefault(path.attribute, [])
            node.left_out.add(path.attribute)


def _examined(dataset: Dataset, entity: Entity) -> set[str]:
    """The attributes of the records that choose among entities."""
    alike = [other.record for other in dataset.entities if tags_of(other.record) == tags_of(entity.record)]
    return {predicate.name for record in alike for predicate in step_parts(record[-1])[1]}


def _inherit(node: Node, *, is_counted: bool) -> None:
    node.counted = is_counted or bool(node.gates)
    for child in node.children.values():
        child.inside_text = node.text_conditions
        _inherit(child, is_counted=node.counted)
