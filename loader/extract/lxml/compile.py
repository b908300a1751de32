"""An entity's mapping compiled to Python source: one walk over a record's elements, dispatched by tag."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import CodeType

from loader.extract.elements import Conditions, Node, Target, conditions_of, plan_entity
from loader.extract.lxml.gates import Gates
from loader.extract.lxml.value_source import Values
from loader.extract.writer import Scope, Writer, joined
from loader.mapping.bounds import screened_type
from loader.mapping.dataset import Dataset
from loader.mapping.paths import Names
from loader.mapping.tables import Column, Table

_CHAIN = 8  # up to so many tags are compared as strings; more are looked up, and small integers compared
_GROUP = 16  # integers compared in one chain

_HEAD = '''\
"""Extractor of {dataset}.{entity}, mapping {hash}; generated."""

MISSING = "\\x1d"  # no such element or attribute
NULL = "\\x1c"  # it is there, but its content means NULL


def make(rows, screens, {names}):
    """The function of a record's element that appends to ``rows`` and ``screens``."""
'''


# The functions that the generated code calls, in loader/extract/lxml/block.py.
FUNCTIONS = (
    "string_value", "array", "repeated", "select", "unknown", "inside", "attribute", "unread", "stray", "attributes_in",
)  # fmt: skip


def extractor_source(dataset: Dataset, entity: str) -> str:
    """Python source of `make(…)`, which returns the function that turns a record's element into rows."""
    return _Source(dataset, entity).text()


def extractor_code(dataset: Dataset, entity: str) -> CodeType:
    """The same, compiled."""
    return compile(extractor_source(dataset, entity), f"<extractor {dataset.name}.{entity}>", "exec")


def screen_names(table: Table, tables: Sequence[Table]) -> Iterator[tuple[str, bool, list[Column]]]:
    """The values of a table's rows that are screened: (type, part of the key, columns) for each type that has a form.

    ``tables``: all tables of the entity.
    """
    for is_key, columns in ((True, table.key if table.is_root else ()), (False, table.columns)):
        kinds: dict[str, list[Column]] = {}
        for column in columns:
            kind = screened_type(table, column, tables)
            if kind is not None:
                kinds.setdefault(kind, []).append(column)
        for kind, found in kinds.items():
            yield kind, is_key, found


class _Source:
    """Writes the extractor of one entity."""

    def __init__(self, dataset: Dataset, entity: str) -> None:
        self.dataset = dataset
        self.tables = dataset.entity_tables(entity)
        self.top = plan_entity(dataset, dataset.entity(entity))
        self.scope = Scope()
        self.values = Values(self.scope)
        self.gates = Gates(self.scope)
        self.show_attribute = Names(dataset.namespaces).show_attribute
        self.write = Writer(depth=1)
        self.depth = 0

    def text(self) -> str:
        """The whole module."""
        root, write = self.tables[0], self.write
        with write.block("def record(e, ancestors, rec, key, origin)"):
            write(f'"""Append the rows of one {root.name}; returns how many attributes it accounted for."""')
            write("n = 0")
            self.values.key(write, root, self.top)
            self._absolute()
            self._element(self.top, "e")
            write("return n")
        write()
        write("return record")
        head = _HEAD.format(
            dataset=self.dataset.name, entity=root.name, hash=self.dataset.hash[:12], names=", ".join(FUNCTIONS)
        )
        return "\n".join([head + "\n".join(self.scope.before.lines), "", *write.lines, ""])

    def _absolute(self) -> None:
        """Attributes of the elements around the records."""
        for table in self.tables:
            for column in (*(table.key if table.is_root else ()), *table.columns):
                path = column.path
                if path is None or not path.absolute:
                    continue
                variable = self._around(table, column)
                value = self.values.attribute(f"ancestors[{len(path.steps) - 1}]", str(path.attribute), column)
                self.write(f"{variable} = {value}")
                self.values.gather(self.write, column, variable)
                if column in table.key:
                    self.values.finish(self.write, column, variable)

    def _around(self, table: Table, column: Column) -> str:
        """The variable that holds an absolute column's value for all rows of a record; a list is copied for each row,
        because it becomes a text there.
        """
        variable = self.values.variable(table, column)
        if column.repeat in {"join", "array"} and column not in table.key:
            return self.scope.name(("around", table.name, column.name), f"{variable}_around")
        return variable

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
            with self._when(node.row_conditions[table.name], node):
                self._begin_row(table, node)
        self._attributes(node, name)
        self._texts(node, name)
        self._stray(node, f"{name}.text")
        if node.children:
            self._children(node, name)
        elif node.counted or not node.text_conditions:
            with self.write.block(f"for x in {name}[:]"):
                self._unread(node, "x")
        for table in node.rows:
            with self._when(node.row_conditions[table.name], node):
                self._end_row(table)

    def _attributes(self, node: Node, name: str) -> None:
        """All attributes are counted, so that the block can prove that none was overlooked."""
        if not (node.attributes or node.counted):
            return
        known = self.scope.bind(f"frozenset({sorted(node.attributes)!r})", f"attributes_of_{node.tag}")
        self.write(f"x = {name}.keys()")
        self.write("n += len(x)")
        with self.write.block(f"if not {known}.issuperset(x)"):
            self.write(f"attribute({node.path!r}, {name}, {known})")
        examined = node.left_out | node.tested_attributes
        for attribute, targets in node.attributes.items():
            for target in targets:
                if not target.key:
                    with self._when(target.conditions, node):
                        self._attribute(node, name, attribute, target)
            unread = attribute not in examined and self.gates.test(conditions_of(targets, []), node)
            if unread:
                with self.write.block(f"if not ({unread}) and (x := {name}.get({attribute!r})) is not None"):
                    self.write(f"unread({f'{node.path}/@{self.show_attribute(attribute)}'!r}, x)")

    def _attribute(self, node: Node, name: str, attribute: str, target: Target) -> None:
        if target.table in node.rows:
            variable = self.values.variable(target.table, target.column)
            self.write(f"{variable} = {self.values.attribute(name, attribute, target.column)}")
            self.values.gather(self.write, target.column, variable)
        else:
            with self.write.block(f"if (x := {name}.get({attribute!r})) is not None"):
                self._store(target, "x", f"{node.path}/@{attribute}")

    def _texts(self, node: Node, name: str) -> None:
        """The element's text; with elements inside it (mixed content) the text of all of them."""
        targets = [target for target in node.texts if not target.key]
        value = f'(({name}.text or "") if not len({name}) else string_value({name}))'
        if len(targets) > 1:
            self.write(f"text = {value}")
            value = "text"
        for target in targets:
            with self._when(target.conditions, node):
                if target.table in node.rows:
                    variable = self.values.variable(target.table, target.column)
                    self.write(f"{variable} = {self.values.present(value, target.column)}")
                    self.values.gather(self.write, target.column, variable)
                else:
                    self._store(target, value, node.path)

    def _store(self, target: Target, value: str, path: str) -> None:
        """Assign a value that is below the row, and may do so more than once."""
        column, name = target.column, self.values.variable(target.table, target.column)
        present = self.values.present(value, column)
        if column.repeat in {"join", "array"}:
            self.write(f"{name}.append({present})")
        elif column.repeat == "first":
            with self.write.block(f"if {name} is MISSING"):
                self.write(f"{name} = {present}")
        else:
            if column.repeat == "error":
                with self.write.block(f"if {name} is not MISSING"):
                    self.write(f"repeated({path!r})")
            self.write(f"{name} = {present}")

    def _stray(self, node: Node, text: str) -> None:
        """Count text that is not read."""
        test = self.gates.test(node.text_conditions, node)
        if not test:
            return
        unless = f"not ({test}) and " if test != "False" else ""
        with self.write.block(f"if {unless}(x := {text}) and not x.isspace()"):
            self.write(f"stray({node.path!r}, x)")

    def _unread(self, node: Node, name: str, child: Node | None = None) -> None:
        """Count an element inside a node that the mapping does not read, or whose gates it has not passed; inside a
        text that is read, only its attributes. Those of a node that is not counted are found by a second look.
        """
        tested = [child.tested_attributes, child.tested_children] if child else [()]
        more = [f", {sorted(names)!r}" for names in tested] if any(tested) else [""]
        unknown = f"n += unknown({node.path!r}, {name}{''.join(more)})"
        test = self.gates.test(node.text_conditions, node)
        if test == "False":
            self.write(unknown)
            return
        inside = f"n += inside({node.path!r}, {name}{more[0]})"
        if test:
            with self.write.block(f"if {test}"):
                self.write(inside)
            with self.write.block("else"):
                self.write(unknown)
        elif node.counted or child:
            self.write(inside)

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
        if node.counted or not node.text_conditions:
            with self.write.block("else"):
                self._unread(node, name)

    def _compare(self, tests: list[tuple[str, Node]], node: Node, name: str) -> None:
        for position, (test, child) in enumerate(tests):
            with self.write.block(f"{'elif' if position else 'if'} {test}"):
                self._child(child, node, name)

    def _child(self, child: Node, node: Node, name: str) -> None:
        self.gates.examine(self.write, child, name)
        test = self.gates.test(child.visited, node)
        if not test:
            self._read(child, name)
        elif not child.visited:
            self._left_out(child, node, name)
        else:
            with self.write.block(f"if {test}"):
                self._read(child, name)
            with self.write.block("else"):
                self._left_out(child, node, name)

    def _left_out(self, child: Node, node: Node, name: str) -> None:
        if child.ignored:
            self.write(f"n += attributes_in({name})")
        else:
            self._unread(node, name, child)

    def _read(self, child: Node, name: str) -> None:
        for table in child.rows:
            with self._when(child.row_conditions[table.name], child):
                self.write(f"{self._ordinal(table)} += 1")
        self._element(child, name)

    # Rows

    def _ordinal(self, table: Table) -> str:
        return self.scope.name(("ordinal", table.name), f"{table.name}_ordinal")

    def _begin_row(self, table: Table, node: Node) -> None:
        """Nothing of the row has been seen yet, and no child row counted."""
        own = {id(target.column) for target in node.texts if target.table is table}
        own |= {id(t.column) for targets in node.attributes.values() for t in targets if t.table is table}
        below = [c for c in table.columns if id(c) not in own and c.path is not None and not c.path.absolute]
        lists = [column for column in below if column.repeat in {"join", "array"}]
        scalars = [self.values.variable(table, column) for column in below if column not in lists]
        if scalars:
            self.write(" = ".join([*scalars, "MISSING"]))
        for column in lists:
            self.write(f"{self.values.variable(table, column)} = []")
        for column in table.columns:
            if (
                column.path is not None
                and column.path.absolute
                and (around := self._around(table, column)) != (variable := self.values.variable(table, column))
            ):
                self.write(f"{variable} = {around}")
        # Only those of its own child tables, because rows of other tables may be inside this one, too.
        ordinals = [self._ordinal(child) for child in self.tables if child.parent == table.name]
        if ordinals:
            self.write(" = ".join([*ordinals, "0"]))

    def _end_row(self, table: Table) -> None:
        """Finish the values, pass the typed ones to the screen, append the row."""
        for column in table.columns:
            variable = self.values.variable(table, column)
            if column.repeat == "array" and column.type != "text":
                self.write(f'{self._screen(column.type, False)}("\\x1f".join({variable}) or MISSING)')
            self.values.finish(self.write, column, variable)
        for kind, is_key, columns in screen_names(table, self.tables):
            typed = [self.values.variable(table, column) for column in columns if column.repeat != "array"]
            if typed:
                self.write(f"{self._screen(kind, is_key)}({joined(typed)})")
        row = [self.values.variable(self.tables[0], column) for column in self.tables[0].key]
        row += [self._ordinal(above) for above in self._line(table)]
        row += [self.values.variable(table, column) for column in table.columns]
        row.append("origin" if table.is_root else "rec")
        add = self.scope.bind(f"rows[{table.name!r}].append", f"add_{table.name}")
        self.write(f"{add}({joined(row)})")

    def _screen(self, kind: str, is_key: bool) -> str:
        wanted = f"screen_{'key_' if is_key else ''}{kind}"
        return self.scope.bind(f"screens[{kind!r}, {is_key}].append", wanted)

    def _line(self, table: Table) -> list[Table]:
        """The child tables from below the root down to this one: the tables that its ordinals count."""
        line: list[Table] = []
        while table.parent is not None:
            line.insert(0, table)
            table = self.dataset.table(table.parent)
        return line
