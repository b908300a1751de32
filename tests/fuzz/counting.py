"""What must stand in the tables: counted from whole documents by lxml, with nothing of the loader's own code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from tests.fuzz.tables import NAMESPACE, Column, Entity, Table

Row = tuple[Any, ...]
_SPACE = " \t\r\n"
_FORMS = {
    "integer": r"[+-]?[0-9]+", "numeric": r"[+-]?[0-9]+(\.[0-9]+)?", "boolean": "true|false|1|0",
    "date": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
}  # fmt: skip


class Rejected(Exception):
    """A record that has to be a reject."""


@dataclass
class Found:
    """What some documents say of an entity: by key the rows of its tables, how many records became what, and how many
    values on_error: null made NULL.
    """

    rows: dict[Row, dict[str, list[Row]]] = field(default_factory=dict)
    read: int = 0
    rejected: int = 0
    filtered: int = 0
    nulled: Counter[str] = field(default_factory=Counter)

    def table(self, name: str) -> list[Row]:
        """The rows of a table, sorted."""
        return sorted((row for tables in self.rows.values() for row in tables.get(name, ())), key=repr)


@dataclass
class Noted:
    """Of one record: the values that became NULL, and required columns without a value, for which `where` may leave it
    out.
    """

    nulled: Counter[str] = field(default_factory=Counter)
    missing: list[Column] = field(default_factory=list)


def count(entity: Entity, files: list[str]) -> Found:
    """The entity's records in files, which are in conflict order: of two records with one key the later counts."""
    found = Found()
    for file in files:
        for root in _documents(file):
            for record in _select([root], entity, entity.record[1:]) if root.tag == _tag(entity, entity.name) else ():
                _take(entity, record, found)
    return found


def _documents(file: str) -> list[etree._Element]:
    """The root elements of the documents in a file."""
    parser = etree.XMLParser(remove_comments=True, remove_pis=True, strip_cdata=False)
    wrapped = re.sub(r"<\?xml[^>]*\?>", "", file)
    return list(etree.fromstring(f"<all>{wrapped}</all>".encode(), parser))


def _take(entity: Entity, record: etree._Element, found: Found) -> None:
    noted = Noted()
    try:
        key = tuple(_key(entity, record, column) for column in entity.key)
        tables: dict[str, list[Row]] = {}
        for table, row in _rows(entity, entity.root, record, key, noted):
            tables.setdefault(table, []).append(row)
        (root,) = tables[entity.name]
        values = dict(zip((column.name for column in entity.root.columns), root[len(key) :], strict=True))
        is_left_out = entity.where is not None and values[entity.where] is None
        if not is_left_out and (noted.missing or (entity.check and values[entity.check] is None)):
            raise Rejected("required" if noted.missing else "check")
    except Rejected:
        found.read += 1
        found.rejected += 1
        return
    if is_left_out:
        found.filtered += 1
        return
    found.read += 1
    found.nulled += noted.nulled
    found.rows[key] = tables


def _rows(entity: Entity, table: Table, row: etree._Element, key: Row, noted: Noted) -> Iterator[tuple[str, Row]]:
    """The row of an element, and those of the tables below, each with its table's name."""
    values = []
    for column in table.columns:
        value, lost = _value(entity, row, column)
        noted.nulled[f"{table.name}.{column.name}"] += lost
        if column.required and value is None and not lost:
            noted.missing.append(column)
        values.append(value)
    yield table.name, (*key, *values)
    for child in table.children:
        for ordinal, element in enumerate(_select([row], entity, child.rows), 1):
            yield from _rows(entity, child, element, (*key, ordinal), noted)


def _key(entity: Entity, record: etree._Element, column: Column) -> Any:
    value, _ = _value(entity, record, column)
    if value is None:
        raise Rejected("missing_key")
    return value


def _value(entity: Entity, row: etree._Element, column: Column) -> tuple[Any, bool]:
    """The value of a column, and whether on_error: null made it NULL."""
    items = [_cleaned(column, text) for text in _texts(entity, row, column)]
    if column.repeat == "error" and len(items) > 1:
        raise Rejected("repeated")
    try:
        if column.repeat == "array":
            value = [_typed(column.type, item) for item in items] or None
        else:
            value = _typed(column.type, _one(column, items))
    except ValueError as error:
        if column.on_error == "null":
            return None, True
        raise Rejected("type") from error
    return value, False


def _one(column: Column, items: list[str | None]) -> str | None:
    """One text of all that stand at a column's path."""
    if not items:
        return column.default
    if column.repeat == "join":
        given = [item for item in items if item is not None]
        return ", ".join(given) if given else None
    return items[-1] if column.repeat == "last" else items[0]


def _texts(entity: Entity, row: etree._Element, column: Column) -> list[str]:
    """What stands at a column's path, in document order."""
    elements = _select([row], entity, column.steps)
    if column.around is not None:
        line = [row, *row.iterancestors()]
        elements = [line[len(line) - 2 - column.around]]  # the outermost is our own
    if column.read_as == "exists":
        return ["true" for element in elements if column.attribute is None or column.attribute in element.attrib]
    if column.read_as == "own_text":
        return ["".join([element.text or "", *(child.tail or "" for child in element)]) for element in elements]
    if column.attribute is None:
        return ["".join(element.itertext()) for element in elements]
    return [element.attrib[column.attribute] for element in elements if column.attribute in element.attrib]


def _cleaned(column: Column, text: str) -> str | None:
    if column.trim or not column.is_text:
        text = text.strip(_SPACE)
    if column.null_if is not None and text == column.null_if:
        return None
    if text == "" and not column.is_text:
        return column.default
    return text


def _typed(kind: str, text: str | None) -> Any:
    """The value of a text; ValueError where it has not the form of the type."""
    if text is None or kind == "text":
        return text
    if kind.startswith("varchar"):
        if len(text) > int(kind[8:-1]):
            raise ValueError("too long")
        return text
    if not re.fullmatch(_FORMS[kind], text):
        raise ValueError("not of the type")
    if kind == "integer":
        if not -(2**31) <= int(text) < 2**31:
            raise ValueError("out of range")
        return int(text)
    if kind == "date":
        return date.fromisoformat(text)
    return Decimal(text) if kind == "numeric" else text in ("true", "1")


def _select(elements: list[etree._Element], entity: Entity, steps: tuple[str, ...]) -> list[etree._Element]:
    """The elements at a path below some elements, in document order."""
    prefix = "p:" if entity.namespaced else ""
    for step in steps:
        path = prefix + step.replace("{p}", prefix)
        elements = [child for element in elements for child in element.xpath(path, namespaces={"p": NAMESPACE})]
    return elements


def _tag(entity: Entity, name: str) -> str:
    return f"{{{NAMESPACE}}}{name}" if entity.namespaced else name
