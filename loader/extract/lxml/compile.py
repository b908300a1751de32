"""An entity's mapping compiled to Python source: one walk over a record's elements, dispatched by tag."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType

from loader.extract.elements import Conditions, Node, Steps, Target, Tree, conditions_of, plan_entity
from loader.extract.lxml.gates import Gates
from loader.extract.lxml.row_source import Rows
from loader.extract.lxml.value_source import Values
from loader.extract.writer import FUNCTIONS, Scope, Writer
from loader.mapping.dataset import Dataset
from loader.mapping.paths import Names
from loader.mapping.values.conversion import converted

_CHAIN = 8  # up to so many tags are compared as strings; more are looked up, and small integers compared
_GROUP = 16  # integers compared in one chain

_HEAD = '''\
"""Extractor of {dataset}.{entity}, mapping {hash}; generated."""

MISSING = "\\x1d"  # no such element or attribute
NULL = "\\x1c"  # it is there, but its content means NULL
REPEATED = "\\x1b"  # it is there more than once


def make(rows, screens, {names}):
    """The function of a record's element that appends to ``rows`` and ``screens``."""
'''


def extractor_source(dataset: Dataset, entity: str) -> str:
    """Python source of `make(…)`, which returns the function that turns a record's element into rows. Where records are
    at several paths, it is that of the first one; the others differ in the paths that messages contain.
    """
    record = dataset.entity(entity).record
    here = dataset.at(entity, record)
    return _Source(here, entity, plan_entity(here, here.entity(entity)), record).text()


def extractor_code(dataset: Dataset, entity: str, top: Node, record: Steps) -> CodeType:
    """The same for a plan of the entity, and of its records at one path, compiled."""
    return compile(_Source(dataset, entity, top, record).text(), f"<extractor {dataset.name}.{entity}>", "exec")


class _Source:
    """Writes the extractor of one entity."""

    def __init__(self, dataset: Dataset, entity: str, top: Node, record: Steps) -> None:
        self.dataset = dataset
        self.tables = dataset.entity_tables(entity)
        self.top = top
        self.show_attribute = Names(dataset.namespaces).show_attribute
        self.scope, self.write = Scope(), Writer(depth=1)
        self.values = Values(self.scope, dict(self._shown(self.top)), converted(dataset.read_tables(entity)))
        self.rows = Rows(dataset, self.tables, record, self.scope, self.values, self.write)
        self.gates = Gates(self.scope)
        self.depth = 0

    def _shown(self, node: Node) -> Iterator[tuple[tuple[str, str, int], str]]:
        """The whole path of each column's values, by its place."""
        for target in node.texts:
            yield (target.table.name, target.column.name, target.place), node.path
        for attribute, targets in node.attributes.items():
            for target in targets:
                shown = f"{node.path}/@{self.show_attribute(attribute)}"
                yield (target.table.name, target.column.name, target.place), shown
        for child in node.children.values():
            yield from self._shown(child)

    def text(self) -> str:
        """The whole module."""
        root, write = self.tables[0], self.write
        with write.block("def record(e, ancestors, before, nil, rec, key, origin)"):
            write(f'"""Append the rows of one {root.name}; returns how many attributes it accounted for."""')
            write("n = 0")
            if any(column.read_as == "order" for table in self.tables for column in (*table.key, *table.columns)):
                write("places = {x: i for i, x in enumerate(e.iter())}")
            self.rows.around()
            self.values.key(write, root)
            self.rows.removal()
            self._element(self.top, "e")
            write("return n")
        write()
        write("return record")
        head = _HEAD.format(
            dataset=self.dataset.name, entity=root.name, hash=self.dataset.hash[:12], names=", ".join(FUNCTIONS)
        )
        return "\n".join([head + "\n".join(self.scope.before.lines), "", *write.lines, ""])

    # Elements

    @contextmanager
    def _when(self, conditions: Conditions, node: Node) -> Iterator[None]:
        """The lines inside are run if some conditions hold at a node that is read."""
        if test := self.gates.test(conditions, node):
            with self.write.block(f"if {test}"):
                yield
        else:
            yield

    def _element(self, node: Node, name: str) -> None:
        """Code that reads one element, called ``name`` in the source."""
        for table in node.rows:
            if table.split is None:
                with self._when(node.row_conditions[table.name], node):
                    self.rows.begin(table, node)
        for ahead in node.ahead:
            self.values.ahead(self.write, ahead.column, self.rows.ahead(ahead), name, ahead.path)
        self._attributes(node, name)
        self._texts(node, name)
        self._stray(node, f"{name}.text")
        if node.children:
            self._children(node, name)
        elif self._has_unread(node):
            with self.write.block(f"for x in {name}[:]"):
                self._unread(node, "x")
        for table in node.rows:
            with self._when(node.row_conditions[table.name], node):
                if table.split is None:
                    self.rows.end(table)
                else:
                    self.rows.split(table, name)
        for tree in node.trees:
            with self._when(node.row_conditions[tree.table.name], node):
                self._tree(tree, name)

    def _tree(self, tree: Tree, name: str) -> None:
        """The loop over the rows inside of a row, one after the other however deep they are."""
        self.depth += 1
        child = f"e{self.depth}"
        with self.write.block(f"for {child}, {self.rows.inside(tree.table, name)}"):
            self._element(tree.node, child)
        self.depth -= 1

    def _attributes(self, node: Node, name: str) -> None:
        """All attributes are counted, so that the block can prove that none was overlooked."""
        if not (node.attributes or node.counted):
            return
        known = self.scope.bind(f"frozenset({sorted(node.attributes)!r})", f"attributes_of_{node.tag}")
        self.write(f"x = {name}.keys()")
        self.write("n += len(x)")
        unless = self._unless(node.markup_conditions, node)
        if unless is not None:
            with self.write.block(f"if {unless}not {known}.issuperset(x)"):
                self.write(f"attribute({node.path!r}, {name}, {known})")
        examined = node.left_out | node.tested_attributes
        for attribute, targets in node.attributes.items():
            for target in targets:
                if not target.ahead:
                    with self._when(target.conditions, node):
                        self._attribute(node, name, attribute, target)
            unless = self._unless(conditions_of(targets, node.markup_conditions), node)
            if attribute not in examined and unless is not None:
                with self.write.block(f"if {unless}(x := {name}.get({attribute!r})) is not None"):
                    self.write(f"unread({f'{node.path}/@{self.show_attribute(attribute)}'!r}, x)")

    def _attribute(self, node: Node, name: str, attribute: str, target: Target) -> None:
        if target.table in node.rows:
            variable = self.values.variable(target.table, target.column, target.place)
            self.write(f"{variable} = {self.values.attribute(name, attribute, target.column)}")
            self.values.gather(self.write, target.column, variable)
        else:
            with self.write.block(f"if (x := {name}.get({attribute!r})) is not None"):
                self._store(target, "x", f"{node.path}/@{attribute}")

    def _texts(self, node: Node, name: str) -> None:
        """What is read of the element; with elements inside it (mixed content), its text is that of all of them."""
        targets = [target for target in node.texts if not target.ahead]
        several = [target for target in targets if target.column.read_as == "text"]
        if len(several) > 1:
            self.write(f"text = {self.values.element(name, several[0].column)}")
        for target in targets:
            value = "text" if len(several) > 1 and target in several else self.values.element(name, target.column)
            with self._when(target.conditions, node):
                if target.table in node.rows:
                    variable = self.values.variable(target.table, target.column, target.place)
                    self.write(f"{variable} = {self.values.present(value, target.column)}")
                    self.values.gather(self.write, target.column, variable)
                else:
                    self._store(target, value, node.path)

    def _store(self, target: Target, value: str, path: str) -> None:
        """Assign a value that is below the row, and may do so more than once."""
        column, name = target.column, self.values.variable(target.table, target.column, target.place)
        present = self.values.present(value, column)
        if column.repeat in {"join", "array"}:
            self.write(f"{name}.append({present})")
        elif column.repeat == "first":
            with self.write.block(f"if {name} is MISSING"):
                self.write(f"{name} = {present}")
        elif column.repeat == "error" and column.coalesce:
            self.write(f"{name} = {present} if {name} is MISSING else REPEATED")
        else:
            if column.repeat == "error":
                with self.write.block(f"if {name} is not MISSING"):
                    self.write(f"repeated({path!r})")
            self.write(f"{name} = {present}")

    def _unless(self, conditions: Conditions, node: Node) -> str | None:
        """The beginning of a test that some conditions do not hold: '' if they never do, None if they always do."""
        test = self.gates.test(conditions, node) if conditions else "False"
        return "" if test == "False" else f"not ({test}) and " if test else None

    def _stray(self, node: Node, text: str) -> None:
        """Count text that is not read."""
        read = [*node.text_conditions, *node.own_text_conditions, *node.markup_conditions]
        if (unless := self._unless(read, node)) is not None:
            with self.write.block(f"if {unless}(x := {text}) and not x.isspace()"):
                self.write(f"stray({node.path!r}, x)")

    def _has_unread(self, node: Node) -> bool:
        """Whether elements inside a node must be counted: those in a text that is read are found by a second look."""
        return node.counted or not node.text_conditions

    def _unread(self, node: Node, name: str, child: Node | None = None) -> None:
        """Count an element inside a node that the mapping does not read, or whose gates it has not passed: with its
        attributes and all in it; inside a text that is read, only the attributes; inside markup, nothing.
        """
        tested = [child.tested_attributes, child.tested_children] if child else [()]
        more = [f", {sorted(names)!r}" for names in tested] if any(tested) else [""]
        ways: list[tuple[Conditions, str]] = [
            (node.markup_conditions, f"n += attributes_in({name})"),
            (node.text_conditions, f"n += inside({node.path!r}, {name}{more[0]})"),
            ([()], f"n += unknown({node.path!r}, {name}{''.join(more)})"),
        ]
        word = "if"
        for conditions, line in ways:
            test = self.gates.test(conditions, node) if conditions else "False"
            if test == "False":
                continue
            if not test and word == "if":
                self.write(line)
                return
            with self.write.block(f"{word} {test}" if test else "else"):
                self.write(line)
            if not test:
                return
            word = "elif"

    def _children(self, node: Node, name: str) -> None:
        """The loop over an element's children. (Taking a slice costs half the time of iterating.)"""
        self.depth += 1
        child = f"e{self.depth}"
        self.gates.before(self.write, node, name)
        with self.write.block(f"for {child} in {name}[:]"):
            tests = [(f"tag == {tag!r}", kid) for tag, kid in node.children.items()]
            if len(tests) <= _CHAIN:
                self.write(f"tag = {child}.tag")
            else:
                index = {tag: i for i, tag in enumerate(node.children)}
                children = self.scope.bind(repr(index), f"children_of_{node.tag}")
                self.write(f"i = {children}.get({child}.tag, -1)")
                tests = [(f"i == {i}", kid) for i, kid in enumerate(node.children.values())]
            self._dispatch(tests, node, child)
            self._stray(node, f"{child}.tail")
        self.depth -= 1

    def _dispatch(self, tests: list[tuple[str, Node]], node: Node, name: str) -> None:
        """Find the meaning of a child element: compared one by one, or in groups if there are many."""
        if len(tests) <= _GROUP:
            self._compare(tests, node, name)
        else:
            for first in range(0, len(tests), _GROUP):
                group = tests[first : first + _GROUP]
                with self.write.block(f"{'elif' if first else 'if'} {first} <= i < {first + len(group)}"):
                    self._compare(group, node, name)
        if self._has_unread(node):
            with self.write.block("else"):
                self._unread(node, name)

    def _compare(self, tests: list[tuple[str, Node]], node: Node, name: str) -> None:
        for position, (test, child) in enumerate(tests):
            with self.write.block(f"{'elif' if position else 'if'} {test}"):
                self._child(child, node, name)

    def _child(self, child: Node, node: Node, name: str) -> None:
        self.gates.examine(self.write, child, name)
        apart = self.gates.test(child.apart, node) if child.apart else "False"
        if apart == "False":
            self._together(child, node, name)
        elif apart:
            with self.write.block(f"if not ({apart})"):
                self._together(child, node, name)

    def _together(self, child: Node, node: Node, name: str) -> None:
        """An element that is read with those around it."""
        test = self.gates.test(child.visited, node)
        if not test:
            self._element(child, name)
        elif not child.visited:
            self._left_out(child, node, name)
        else:
            with self.write.block(f"if {test}"):
                self._element(child, name)
            with self.write.block("else"):
                self._left_out(child, node, name)

    def _left_out(self, child: Node, node: Node, name: str) -> None:
        if child.ignored:
            self.write(f"n += attributes_in({name})")
        else:
            self._unread(node, name, child)
