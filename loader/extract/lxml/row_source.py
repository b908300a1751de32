"""Source of rows: what is set up where a row begins, and what is done with its values where it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from loader.extract.elements import Ahead, Node, Steps
from loader.extract.lxml.value_source import Values
from loader.extract.screen import Screen, screens_of
from loader.extract.writer import Scope, Writer, joined
from loader.mapping.dataset import Dataset
from loader.mapping.outside import outside
from loader.mapping.paths import Names, Path
from loader.mapping.removals import DELETE, UPSERT
from loader.mapping.tables import REMOVED_HASH, TREE_COLUMNS, Column, Table


@dataclass(frozen=True, slots=True)
class Screened:
    """Values of a table's rows that are screened, in each row those of some columns, or the items of an array."""

    table: str
    screen: Screen
    columns: tuple[Column, ...]
    items: bool = False


def screened(table: Table, tables: Sequence[Table]) -> list[Screened]:
    """What is screened of a table. ``tables``: all tables of the entity."""
    whole: dict[Screen, list[Column]] = {}
    found = []
    for column in (*(table.key if table.is_root else ()), *table.columns):
        if table.recursive and column in TREE_COLUMNS:  # made here
            continue
        screen, of_items = screens_of(table, column, tables)
        if screen is not None:
            whole.setdefault(screen, []).append(column)
        if of_items is not None:
            found.append(Screened(table.name, of_items, (column,), items=True))
    return found + [Screened(table.name, screen, tuple(columns)) for screen, columns in whole.items()]


class Rows:
    """Writes the code of the rows of an entity's tables."""

    def __init__(  # noqa: PLR0917 -- what a row is made of
        self, dataset: Dataset, tables: Sequence[Table], record: Steps, scope: Scope, values: Values, write: Writer
    ) -> None:
        self._dataset, self._tables, self._record = dataset, tables, record
        self._scope, self._values, self._write = scope, values, write

    def around(self) -> None:
        """What is read from outside of the record."""
        names = Names(self._dataset.namespaces)
        for table, columns in self._read_around():
            for column in columns:
                for place, path in enumerate(column.paths):
                    if path.absolute:
                        value = outside(column, path, self._record, names)
                        self._values.outside(self._write, column, self._around(table, column, place), value)

    def _read_around(self) -> Iterator[tuple[Table, Sequence[Column]]]:
        for table in self._dataset.read_tables(self._tables[0].entity):
            yield table, (*(table.key if table.name == self._tables[0].name else ()), *table.columns)

    def _removals(self) -> list[tuple[Table, Column]]:
        """The shape of the delete records of the entity, and the value that tells them from others, if it has any."""
        entity = self._dataset.entity(self._tables[0].entity)
        return [(s, entity.operation) for s in self._dataset.removals_of(entity.name) if entity.operation is not None]

    def removal(self) -> None:
        """A delete record: nothing of it is read but its key and the value that decides between versions."""
        for shape, operation in self._removals():
            self._values.at_once(self._write, shape, operation)
            name = self._values.variable(shape, operation)
            with self._write.block(f"if {name} == {DELETE!r}"):
                for column in shape.columns:
                    self._values.at_once(self._write, shape, column)
                root = self._tables[0]
                variables = {column.name: self._values.variable(root, column) for column in root.key}
                variables |= {column.name: self._values.variable(shape, column) for column in shape.columns}
                for number, each in enumerate(screened(shape, [shape])):
                    values = [variables[column.name] for column in each.columns]
                    self._write(f"{self._screen(shape, number)}({joined(values)})")
                self._write(f'origin = origin.rpartition("\\x1f")[0] + "\\x1f{REMOVED_HASH}"')
                add = self._scope.bind(f"rows[{shape.name!r}].append", f"add_{shape.name}")
                self._write(f"{add}({joined([*variables.values(), 'origin'])})")
                self._write("return attributes_in(e)")
            with self._write.block(f"if {name} != {UPSERT!r}"):
                self._write(f"no_operation({name})")

    def _around(self, table: Table, column: Column, place: int) -> str:
        """The variable that holds the value of an absolute path for all rows of a record; a list is copied for each
        row, because it becomes a text there.
        """
        variable = self._values.variable(table, column, place)
        if column.repeat in {"join", "array"} and column not in table.key:
            return self._scope.name(("around", table.name, column.name, place), f"{variable}_around")
        return variable

    def ahead(self, ahead: Ahead) -> str:
        """The variable that holds a value that is read ahead of the rows."""
        wanted = f"{self._values.variable(ahead.table, ahead.column, ahead.place)}_ahead"
        return self._scope.name(("ahead", ahead.table.name, ahead.column.name, ahead.place, ahead.anchor), wanted)

    def begin(self, table: Table, node: Node) -> None:
        """The row is counted; nothing of it has been seen yet, and no child row counted."""
        if not table.is_root:
            self._write(f"{self._ordinal(table)} += 1")
        if any(tree.table is table for tree in node.trees):
            parent, depth = self._tree_columns(table)
            self._write(f"{parent} = MISSING")
            self._write(f"{depth} = 1")
        here = {(t.column.name, t.place) for t in node.texts if t.table is table}
        here |= {(t.column.name, t.place) for found in node.attributes.values() for t in found if t.table is table}
        ahead = {(each.column.name, each.place): each for each in node.row_ahead.get(table.name, ())}
        scalars: list[str] = []
        lists: list[str] = []
        for column in table.columns:
            for place, path in enumerate(column.paths):
                variable = self._values.variable(table, column, place)
                if path.absolute:
                    if (around := self._around(table, column, place)) != variable:
                        self._write(f"{variable} = {around}")
                elif (column.name, place) in ahead:
                    self._write(f"{variable} = {self.ahead(ahead[column.name, place])}")
                elif (column.name, place) not in here:
                    (lists if column.repeat in {"join", "array"} else scalars).append(variable)
        if scalars:
            self._write(" = ".join([*scalars, "MISSING"]))
        for variable in lists:
            self._write(f"{variable} = []")
        # Only those of its own child tables, because rows of other tables may be inside this one, too.
        ordinals = [self._ordinal(child) for child in self._tables if child.parent == table.name]
        if ordinals:
            self._write(" = ".join([*ordinals, "0"]))

    def split(self, table: Table, element: str) -> None:
        """A row of each value in a text."""
        assert table.split is not None
        whole = Column("text", path=Path("."))
        text = self._values.element(element, whole)
        if table.split_attribute is not None:
            text = f"{element}.get({table.split_attribute!r}, NULL)"
        self._write(f"text = {text}")
        strips = all(column.trim or not column.is_text for column in table.columns)
        cut = self._values.pieces(table.split, table.name, strips=strips)
        with self._write.block(f"for x in () if text is NULL else {cut}(text)"):
            self._write(f"{self._ordinal(table)} += 1")
            for column in table.columns:
                self._write(f"{self._values.variable(table, column)} = {self._values.present('x', column)}")
            self.end(table)

    def end(self, table: Table) -> None:
        """Finish the values, pass the typed ones to the screen, append the row."""
        screens = list(enumerate(screened(table, self._tables)))
        for column in table.columns:
            if column.split is not None:
                self._values.split(self._write, table, column)
        for number, each in screens:
            if each.items:
                (column,) = each.columns
                lists = [self._values.variable(table, column, place) for place in range(len(column.paths))]
                items = lists[0] if len(lists) == 1 else f"[{', '.join(f'*{each}' for each in lists)}]"
                self._write(f'{self._screen(table, number)}("\\x1f".join({items}) or MISSING)')
        for column in table.columns:
            self._values.finish(self._write, table, column)
        for number, each in screens:
            if not each.items:
                values = [self._values.variable(table, column) for column in each.columns]
                self._write(f"{self._screen(table, number)}({joined(values)})")
        row = [self._values.variable(self._tables[0], column) for column in self._tables[0].key]
        row += [self._ordinal(above) for above in self._line(table)]
        row += [self._values.variable(table, column) for column in table.columns]
        row.append("origin" if table.is_root else "rec")
        add = self._scope.bind(f"rows[{table.name!r}].append", f"add_{table.name}")
        self._write(f"{add}({joined(row)})")

    def inside(self, table: Table, element: str) -> str:
        """The rest of the head of a loop over the rows inside of a row: the columns that tell where they are, and the
        rows.
        """
        paths = self._scope.bind(repr(table.recursive), f"inside_{table.name}")
        return f"{', '.join(self._tree_columns(table))} in nested({element}, {paths}, {self._ordinal(table)})"

    def _tree_columns(self, table: Table) -> list[str]:
        return [self._values.variable(table, column) for column in TREE_COLUMNS]

    def _ordinal(self, table: Table) -> str:
        return self._scope.name(("ordinal", table.name), f"{table.name}_ordinal")

    def _screen(self, table: Table, number: int) -> str:
        return self._scope.bind(f"screens[{table.name!r}][{number}].append", f"screen_{table.name}_{number}")

    def _line(self, table: Table) -> list[Table]:
        """The child tables from below the root down to this one: the tables that its ordinals count."""
        line: list[Table] = []
        while table.parent is not None:
            line.insert(0, table)
            table = self._dataset.table(table.parent)
        return line
