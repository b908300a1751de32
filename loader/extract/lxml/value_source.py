"""Source of the steps from a value to a row: trim, null_if, default, '' as NULL, the key."""

from __future__ import annotations

from dataclasses import dataclass

from loader.extract.elements import Node
from loader.extract.lxml.gates import loop
from loader.extract.plain import WHITE_SPACE, is_plain
from loader.extract.writer import Scope, Writer
from loader.mapping.steps import tag_of
from loader.mapping.tables import Column, Table


@dataclass(slots=True)
class Values:
    """Expressions for values; in them, MISSING means 'not present', NULL means 'present, but it means NULL'."""

    scope: Scope

    def variable(self, table: Table, column: Column) -> str:
        """The variable that holds a column's value."""
        return self.scope.name((table.name, column.name), f"{table.name}_{column.name}")

    def attribute(self, element: str, name: str, column: Column) -> str:
        """An attribute of an element that occurs once per row: its value, or MISSING."""
        if is_plain(column):
            return f"{element}.get({name!r}, MISSING)" + ("" if column.is_text else " or NULL")
        return f"{self._cleaner(column)}({element}.get({name!r}))"

    def present(self, value: str, column: Column) -> str:
        """A value that is present: '' is NULL unless the type is text."""
        if is_plain(column):
            return value if column.is_text else f"{value} or NULL"
        return f"{self._cleaner(column)}({value})"

    def gather(self, write: Writer, column: Column, name: str) -> None:
        """In a column that gathers repeated elements, a value that occurs once at most (an attribute of the
        row, `.`) is a list, too.
        """
        if column.repeat in {"join", "array"}:
            write(f"{name} = [] if {name} is MISSING else [{name}]")

    def finish(self, write: Writer, column: Column, name: str) -> None:
        """The steps at the end of a row: lists become one value, defaults take effect."""
        if column.repeat == "join":
            write(f"found = {name}")
            if column.null_if:
                write("found = [x for x in found if x is not NULL]")
            write(f"{name} = {column.separator!r}.join(found) if found else NULL if {name} else MISSING")
        elif column.repeat == "array":
            write(f"{name} = array({name}) if {name} else MISSING")
        if column.default is not None:
            with write.block(f"if {name} is MISSING"):
                write(f"{name} = {column.default!r}")

    def key(self, write: Writer, root: Table, top: Node) -> None:
        """The root key, read first, because children repeat it and it may be anywhere in the record."""
        for column in root.key:
            name = self.variable(root, column)
            if column.path is None:
                write(f"{name} = key")
            elif not column.path.steps:
                value = "string_value(e)" if column.path.attribute is None else ""
                value = value and self.present(value, column)
                write(f"{name} = {value or self.attribute('e', column.path.attribute or '', column)}")
                self.gather(write, column, name)
                self.finish(write, column, name)
            elif not column.path.absolute:
                self._key_below(write, column, name, top)

    def _key_below(self, write: Writer, column: Column, name: str, top: Node) -> None:
        path = column.path
        assert path is not None
        element, loops = "e", ""
        for depth, step in enumerate(path.steps, 1):
            loops += loop(element, f"e{depth}", step)
            element, top = f"e{depth}", top.children[tag_of(step)]
        if path.attribute is None:
            value = f"string_value({element})"
        else:
            value = f"{element}.get({path.attribute!r})"
            loops += f" if {value} is not None"
        write(f"found = [{self.present(value, column)}{loops}]")
        if column.repeat == "error":
            with write.block("if len(found) > 1"):
                write(f"repeated({top.path!r})")
        if column.repeat == "join":
            write(f"{name} = found")
        else:
            write(f"{name} = found[{-1 if column.repeat == 'last' else 0}] if found else MISSING")
        self.finish(write, column, name)

    def _cleaner(self, column: Column) -> str:
        lines = ["if value is None:", "    return MISSING"]
        if column.trim or not column.is_text:
            lines.append(f"value = value.strip({WHITE_SPACE!r})")
        if column.null_if:
            lines += [f"if value in {tuple(column.null_if)!r}:", "    return NULL"]
        empty = "NULL" if column.default is None else repr(column.default)
        lines.append("return value" if column.is_text else f"return value or {empty}")
        return self.scope.function("\n".join(lines), f"clean_{column.name}")
