"""Source of the steps from a value to a row: trim, null_if, default, '' as NULL, the first of several, the key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from loader.extract.lxml.gates import loop
from loader.extract.plain import is_plain
from loader.extract.writer import Scope, Writer
from loader.mapping.lexical_forms import WHITE_SPACE
from loader.mapping.outside import Outside
from loader.mapping.paths import Path
from loader.mapping.steps import PARENT
from loader.mapping.tables import Column, Split, Table

_ELEMENT = {
    "text": "(({0}.text or (blank({0}) if nil else '')) if not len({0}) else string_value({0}))",
    "own_text": "own_text({0})",
    "markup": "markup({0})",
    "name": "name_of({0}.tag)",
    "order": "str(places[{0}])",
}


@dataclass(slots=True)
class Values:
    """Expressions for values; in them, MISSING means 'not present', NULL means 'present, but it means NULL', and
    REPEATED that there are several values, which is wrong if they are used.
    """

    scope: Scope
    shown: Mapping[tuple[str, str, int], str]  # by table, column and place: the whole path
    converted: Sequence[Column] = ()  # in the order of the converters

    def variable(self, table: Table, column: Column, place: int | None = None) -> str:
        """The variable that holds a column's value; if it has several paths, that of one of them."""
        name = self.scope.name((table.name, column.name), f"{table.name}_{column.name}")
        if place is None or not column.coalesce:
            return name
        return self.scope.name((table.name, column.name, place), f"{name}_{place + 1}")

    def element(self, element: str, column: Column) -> str:
        """What a column reads of an element that is present, before anything is done with it."""
        return '"true"' if column.read_as == "exists" else _ELEMENT[column.read_as].format(element)

    def attribute(self, element: str, name: str, column: Column) -> str:
        """An attribute of an element that occurs once per row: its value, or MISSING."""
        if column.read_as == "exists":
            return f'"true" if {element}.get({name!r}) is not None else MISSING'
        if column.split is not None:
            return f"{element}.get({name!r}, MISSING)"
        if is_plain(column):
            return f"{element}.get({name!r}, MISSING)" + self._or_empty(column)
        return f"{self._cleaner(column)}({element}.get({name!r}))"

    def present(self, value: str, column: Column) -> str:
        """A value that is present: '' is NULL unless the type is text."""
        if column.read_as == "exists":
            return '"true"'
        return value if column.split is not None else self._cleaned(value, column)

    def _cleaned(self, value: str, column: Column) -> str:
        if is_plain(column):
            return value + self._or_empty(column)
        return f"{self._cleaner(column)}({value})"

    def _or_empty(self, column: Column) -> str:
        return "" if column.is_text else " or MISSING" if column.coalesce else " or NULL"

    def gather(self, write: Writer, column: Column, name: str) -> None:
        """In a column that gathers repeated elements, a value that occurs once at most (an attribute of the
        row, `.`) is a list, too.
        """
        if column.repeat in {"join", "array"}:
            write(f"{name} = [] if {name} is MISSING else [{name}]")

    def split(self, write: Writer, table: Table, column: Column) -> None:
        """The texts that a column has gathered become the values in them."""
        assert column.split is not None
        for place in range(len(column.paths)):
            name, cut = (
                self.variable(table, column, place),
                self.pieces(column.split, column.name, strips=bool(column.trim) or not column.is_text),
            )
            pieces = f"for text in {name} for x in ([text] if text is NULL else {cut}(text))"
            write(f"{name} = [{self._cleaned('x', column)} {pieces}]")

    def pieces(self, split: Split, name: str, *, strips: bool) -> str:
        """The function that cuts texts into values. ``strips``: white space around them is none of them."""
        made = f"splitter({split.text!r}, is_pattern={split.is_pattern}, strips={strips})"
        return self.scope.bind(made, f"pieces_of_{name}")

    def finish(self, write: Writer, table: Table, column: Column, *, ahead: bool = False) -> None:
        """The steps at the end of a row: lists become one value, the first of several paths with a value is chosen (a
        NULL counts if none has one), defaults take effect. ``ahead``: it was read before the walk.
        """
        name = self.variable(table, column)
        is_key = ahead or (table.is_root and column in table.key)
        for place, path in enumerate(column.paths):
            one, shown = self.variable(table, column, place), self.shown.get((table.name, column.name, place), "")
            self._listed(write, column, one)
            if place:
                with write.block(f"if ({name} is MISSING or {name} is NULL) and {one} is not MISSING"):
                    write(f"{name} = {one}")
            elif column.coalesce:
                write(f"{name} = {one}")
            if column.repeat == "error" and path.steps and (column.coalesce or is_key or PARENT in path.steps):
                with write.block(f"if {name} is REPEATED"):
                    write(f"repeated({shown!r})")
        if column.default is not None:
            with write.block(f"if {name} is MISSING"):
                write(f"{name} = {column.default!r}")

    def _listed(self, write: Writer, column: Column, name: str) -> None:
        if column.repeat == "join":
            write(f"found = {name}")
            write("found = [x for x in found if x is not NULL]")
            write(f"{name} = {column.separator!r}.join(found) if found else NULL if {name} else MISSING")
        elif column.repeat == "array":
            write(f"{name} = array({name}) if {name} else MISSING")

    def key(self, write: Writer, root: Table) -> None:
        """The root key, read first, because children repeat it and it may be anywhere in the record. What is outside of
        the record has been read.
        """
        for column in root.key:
            for place, path in enumerate(column.paths):
                if not path.absolute:
                    self.ahead(write, column, self.variable(root, column, place), "e", path)
            if column.path is None:
                write(f"{self.variable(root, column)} = key")
            else:
                self.finish(write, root, column)

    def outside(self, write: Writer, column: Column, name: str, value: Outside) -> None:
        """A value from outside of the record."""
        around = f"ancestors[{value.anchor - 1}]"
        if value.is_before and column.read_as == "exists":
            write(f'{name} = "true" if {value.key!r} in before else MISSING')
        elif value.is_before and value.repeat == "all":
            write(f"{name} = [{self.present('x', column)} for x in given({value.key!r}, before)]")
        elif value.is_before:
            write(f"{name} = MISSING")
            with write.block(f"for x in given({value.key!r}, before)"):
                write(f"{name} = {self.present('x', column)}")
        else:
            found = self.present(self.element(around, column), column)
            write(f"{name} = {self.attribute(around, value.attribute, column) if value.attribute else found}")
            self.gather(write, column, name)

    def at_once(self, write: Writer, table: Table, column: Column) -> None:
        """A value of the record that decides what is done with it, so that it is read before the walk."""
        for place, path in enumerate(column.paths):
            if not path.absolute:
                self.ahead(write, column, self.variable(table, column, place), "e", path)
        self.finish(write, table, column, ahead=True)

    def ahead(self, write: Writer, column: Column, name: str, element: str, path: Path) -> None:
        """All values at a path from an element, before the walk visits what is in it."""
        inner, loops = element, ""
        for place, step in enumerate(path.steps, 1):
            loops += loop(inner, f"x{place}", step)
            inner = f"x{place}"
        if not loops:
            value = "" if path.attribute is not None else self.present(self.element(inner, column), column)
            write(f"{name} = {value or self.attribute(inner, path.attribute or '', column)}")
            self.gather(write, column, name)
            return
        value = self.element(inner, column)
        if path.attribute is not None:
            value = f"{inner}.get({path.attribute!r})"
            loops += f" if {value} is not None"
        write(f"found = [{self.present(value, column)}{loops}]")
        chosen = {
            "join": "found", "array": "found", "last": "found[-1] if found else MISSING",
            "error": "REPEATED if len(found) > 1 else found[0] if found else MISSING",
        }.get(column.repeat, "found[0] if found else MISSING")  # fmt: skip
        write(f"{name} = {chosen}")

    def _cleaner(self, column: Column) -> str:
        lines = ["if value is None:", "    return MISSING", "if value is NULL:", "    return NULL"]
        if column.trim == "collapse":
            lines.append("value = collapsed(value)")
        elif column.trim or not column.is_text:
            lines.append(f"value = value.strip({WHITE_SPACE!r})")
        if column.null_if:
            lines += [f"if value in {tuple(column.null_if)!r}:", "    return NULL"]
        empty = "NULL" if column.default is None or column.repeat == "array" else repr(column.default)
        if column.coalesce:
            empty = "MISSING"
        if not column.is_converted:
            lines.append("return value" if column.is_text else f"return value or {empty}")
        else:
            if not column.has_empty:
                lines += ["if not value:", f"    return {empty}"]
            lines.append(f"value = converters[{self.converted.index(column)}](value)")
            lines.append("return NULL if value is None else value")
        return self.scope.function("\n".join(lines), f"clean_{column.name}")
