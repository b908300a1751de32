"""The tables of an entity as one tree of elements: the meaning of each element for the extractor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from loader.mapping.dataset import Dataset, Entity
from loader.mapping.paths import Names, Path
from loader.mapping.steps import PARENT, Predicate, step_parts, tag_of, tags_of
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
Steps = tuple[str, ...]


def holds_always(conditions: Conditions) -> bool:
    """Whether a condition needs no gate."""
    return () in conditions


@dataclass(frozen=True, slots=True)
class Target:
    """A column of a table, which is read under some conditions; ``place``: of the path among those of the column.

    ``ahead``: it is read when the walk enters an element around it: the record for the key, which children repeat, and
    for what delete records need; what ``..`` leads to for others, because it may be behind the row.
    """

    table: Table
    column: Column
    place: int = 0
    ahead: bool = False
    conditions: Conditions = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ahead:
    """A value that is read ahead: at the element of ``anchor``, by a path from there."""

    table: Table
    column: Column
    place: int
    anchor: str
    path: Path


@dataclass(frozen=True, slots=True)
class Tree:
    """The rows inside of the rows at an element, of a recursive table: one ``node`` for all of them, however deep they
    are, and ``ends``, where the paths to them lead.
    """

    table: Table
    node: Node
    ends: list[Node]


@dataclass(slots=True)
class Node:
    """An element at one path of a record, whatever the predicates of the mapping's paths.

    ``rows``: the tables with a row for each such element, and ``row_conditions`` by their names. ``texts`` and
    ``attributes``: the columns that read the element (its text, unless they say otherwise), and its attributes by name.
    ``ahead``: what is read from here ahead of the walk; ``row_ahead``: by table, what its rows here take of that.
    ``ignored``: left out on purpose, with everything in it, unless it is ``read``; ``left_out``: attributes that are.
    ``trees``: the rows inside of the rows here, which are read after this element; ``apart``: when the element is such
    a row, and is not read with what is around it. ``gates``: those of this path. ``tested``: a predicate of the element
    around it reads its text. ``counted``: the walk counts each attribute, because only the walk knows which gates an
    element passes. ``inside_text`` and ``inside_markup``: when the text around it, or all there, is read.
    """

    tag: str
    path: str
    children: dict[str, Node] = field(default_factory=dict)
    rows: list[Table] = field(default_factory=list)
    row_conditions: dict[str, Conditions] = field(default_factory=dict)
    texts: list[Target] = field(default_factory=list)
    attributes: dict[str, list[Target]] = field(default_factory=dict)
    ahead: list[Ahead] = field(default_factory=list)
    row_ahead: dict[str, list[Ahead]] = field(default_factory=dict)
    ignored: bool = False
    left_out: set[str] = field(default_factory=set)
    read: Conditions = field(default_factory=list)
    trees: list[Tree] = field(default_factory=list)
    apart: Conditions = field(default_factory=list)
    gates: list[Gate] = field(default_factory=list)
    tested: bool = False
    counted: bool = False
    inside_text: Conditions = field(default_factory=list)
    inside_markup: Conditions = field(default_factory=list)

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
        """When its text is read with that of the elements in it."""
        return conditions_of(self._read_as("text"), [*self.inside_text, *([()] if self.tested else [])])

    @property
    def own_text_conditions(self) -> Conditions:
        """When only its own text is read."""
        return conditions_of(self._read_as("own_text"), [])

    @property
    def markup_conditions(self) -> Conditions:
        """When all in it is read."""
        return conditions_of(self._read_as("markup"), self.inside_markup)

    def _read_as(self, word: str) -> list[Target]:
        return [target for target in self.texts if target.column.read_as == word]


def conditions_of(targets: Iterable[Target], others: Conditions) -> Conditions:
    """When any of some columns is read, or the others hold."""
    return list(dict.fromkeys(passage for found in (others, *(t.conditions for t in targets)) for passage in found))


def plan_entity(dataset: Dataset, entity: Entity, record: Steps | None = None) -> Node:
    """The tree of an entity, for one of the paths to its records (None: the first); its top is the record's element."""
    return _Plan(dataset, entity, record or entity.record).top


_Place = tuple[Node, Passage]
_Trail = tuple[_Place, ...]  # from the record to an element


class _Plan:
    """Builds the tree of an entity."""

    def __init__(self, dataset: Dataset, entity: Entity, record: Steps) -> None:
        self._names = Names(dataset.namespaces)
        path = "".join(f"/{self._names.show(tag)}" for tag in tags_of(record))
        self.top = Node(tag_of(record[-1]), path, read=[()])
        self.top.left_out = _examined(dataset, record)
        self.top.attributes.update((name, []) for name in sorted(self.top.left_out))
        trails: dict[str, list[_Trail]] = {}
        tables = dataset.entity_tables(entity.name)
        for table in tables:
            above = [((self.top, ()),)] if table.parent is None else trails[table.parent]
            trails[table.name] = [self._descend(trail, rows) for trail in above for rows in table.row_paths]
            for trail in trails[table.name]:
                node, passage = trail[-1]
                if table not in node.rows:
                    node.rows.append(table)
                node.row_conditions.setdefault(table.name, []).append(passage)
            if table.recursive:
                trails[table.name] += self._inner(table, trails[table.name])
        for table in tables:
            for trail in trails[table.name]:
                self._add_columns(table, trail)
        if entity.operation is not None:
            (shape,) = dataset.removals_of(entity.name)
            for column in (*shape.columns, entity.operation):
                for place, one in enumerate(column.paths):
                    if not one.absolute:
                        self._add_path(shape, column, place, one, ((self.top, ()),), is_key=True)
        for table in tables:
            for trail in trails[table.name]:
                self._add_ignored(table, trail[-1][0])
        _inherit(self.top, is_counted=False)

    def _descend(self, trail: _Trail, steps: Sequence[str]) -> _Trail:
        """Where some steps lead from a place; the elements on the way are read if they pass the gates up to them."""
        for step in steps:
            if step == PARENT:
                trail = trail[:-1]
                continue
            (node, passage), (tag, predicates) = trail[-1], step_parts(step)
            node = node.child(tag, self._names)
            if predicates:
                gate = Gate(node.path, tag, predicates)
                passage = (*passage, gate)
                self._add_gate(node, gate)
            if passage not in node.read:
                node.read.append(passage)
            trail = (*trail, (node, passage))
        return trail

    def _inner(self, table: Table, trails: list[_Trail]) -> list[_Trail]:
        """Where the rows inside of rows begin, as if each were the record."""
        found: list[_Trail] = []
        for trail in trails:
            top = trail[-1][0]
            tree = next((each for each in top.trees if each.table is table), None)
            if tree is None:
                inner = Node(tag_of(table.recursive[0][-1]), f"{top.path}/", read=[()], rows=[table])
                inner.row_conditions[table.name] = [()]
                tree = Tree(table, inner, [])
                top.trees.append(tree)
                found.append(((inner, ()),))
                self._add_ends(tree, found[-1])
            self._add_ends(tree, trail)
        return found

    def _add_ends(self, tree: Tree, trail: _Trail) -> None:
        for steps in tree.table.recursive:
            node, passage = self._descend(trail, steps)[-1]
            node.apart.append(passage)
            tree.ends.append(node)
            tag, predicates = step_parts(steps[-1])
            if predicates:
                self._add_gate(tree.node, Gate(tree.node.path, tag, predicates))

    def _add_gate(self, node: Node, gate: Gate) -> None:
        if gate not in node.gates:
            node.gates.append(gate)
        for name in node.tested_attributes:
            node.attributes.setdefault(name, [])
        for name in node.tested_children:
            node.child(name, self._names).tested = True

    def _add_columns(self, table: Table, trail: _Trail) -> None:
        keys = table.key if table.is_root else ()
        for column in (*keys, *table.columns):
            for place, path in enumerate(column.paths):
                if not path.absolute:
                    self._add_path(table, column, place, path, trail, is_key=column in keys)

    def _add_path(self, table: Table, column: Column, place: int, path: Path, trail: _Trail, *, is_key: bool) -> None:
        if table.split is not None:
            path = replace(path, attribute=table.split_attribute)
        ups = path.steps.count(PARENT)
        node, passage = self._descend(trail, path.steps)[-1]
        targets = node.texts if path.attribute is None else node.attributes.setdefault(path.attribute, [])
        known = next((t for t in targets if t.table is table and t.column is column and t.place == place), None)
        if known is not None:
            known.conditions.append(passage)
        else:
            targets.append(Target(table, column, place, is_key or ups > 0 or table.split is not None, [passage]))
        if ups:
            anchor, row = trail[-1 - ups][0], trail[-1][0]
            ahead = Ahead(table, column, place, anchor.path, replace(path, steps=path.steps[ups:]))
            row.row_ahead.setdefault(table.name, [])
            if ahead not in anchor.ahead:
                anchor.ahead.append(ahead)
            if ahead not in row.row_ahead[table.name]:
                row.row_ahead[table.name].append(ahead)

    def _add_ignored(self, table: Table, row: Node) -> None:
        for path in table.ignore:
            if path.absolute:  # outside of the records
                continue
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


def _examined(dataset: Dataset, record: Steps) -> set[str]:
    """The attributes of the records at a path that choose among entities."""
    paths = [path for entity in dataset.readers for path in entity.record_paths]
    alike = [path for path in paths if tags_of(path) == tags_of(record)]
    return {predicate.name for path in alike for predicate in step_parts(path[-1])[1]}


def _inherit(node: Node, *, is_counted: bool) -> None:
    node.counted = is_counted or bool(node.gates or node.markup_conditions or node.apart)
    for child in node.children.values():
        child.inside_text, child.inside_markup = node.text_conditions, node.markup_conditions
        _inherit(child, is_counted=node.counted)
    for tree in node.trees:
        # Gates inside of the row around are not known any more when the rows inside it are read.
        def known(conditions: Conditions, within: str = f"{node.path}/") -> Conditions:
            return [passage for passage in conditions if not any(gate.path.startswith(within) for gate in passage)]

        for end in tree.ends:
            tree.node.inside_text += known(end.inside_text)
            tree.node.inside_markup += known(end.inside_markup)
        _inherit(tree.node, is_counted=True)
