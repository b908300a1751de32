"""The key of a record that cannot be loaded, if its bytes prove it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from loader.extract.batch import Batch
from loader.extract.engines import Engine, make_engine
from loader.extract.keys import column_reader, may_guess
from loader.extract.screen import passes
from loader.mapping.dataset import Dataset
from loader.mapping.lexical_forms import WHITE_SPACE
from loader.mapping.tables import Column
from loader.source.xml.ancestors import Context

_ANY_VALUE = rb"""[^<>"'\0]{0,2400}"""  # an engine reads it; a key has no more bytes
_NAME = re.compile(rb"<([^ \t\r\n/<>=&\"'!?]+)")
_TAG = re.compile(rb"<(/?)([^ \t\r\n/<>=&\"'!?]+)[^<>]*?(/?)>")
_ESCAPED = re.compile(r"\\(.)")
_UNESCAPED = {"t": "\t", "n": "\n", "r": "\r"}
_WELL_FORMED = ("repeated", "too_long", "operation")  # reasons of an engine that has parsed the record


class KeyProof:
    """Proves the keys of records that cannot be loaded; ``entities`` in the order of the source's record paths."""

    def __init__(self, dataset: Dataset, entities: Sequence[str]) -> None:
        self._dataset, self._entities = dataset, entities
        self._roots = [dataset.entity_tables(name)[0] for name in entities]
        self._reads = [[column_reader(column, _ANY_VALUE) for column in root.key] for root in self._roots]
        self._engine: Engine | None = None

    def key(
        self, record: bytes, path: int, context: Context, *, reason: str, whole: bool = True
    ) -> dict[str, str | int] | None:
        """The key of a record, a value for each column, as a row would have it; None if it is not proven.

        ``path``: the index of its entity; ``reason``: why it cannot be loaded. ``whole``: whether ``record`` is
        complete; if not, an element may occur again in the rest.
        """
        root = self._roots[path]
        if any(column.path is None or not (whole or column.path.attribute) for column in root.key):
            return None
        line = self._read(record, path, context)
        if line is None and reason in _WELL_FORMED:
            line = self._extract(record, path, context)
        return None if line is None else _typed(root.key, line)

    def _read(self, record: bytes, path: int, context: Context) -> str | None:
        """The key that the bytes prove, even if the record as a whole is not well-formed."""
        root = self._roots[path]
        if not may_guess(root, context.prefix):
            return None
        name = _NAME.match(record)
        found = [
            (column, read(record, 0, len(record))) for column, read in zip(root.key, self._reads[path], strict=True)
        ]
        if name is None or not all(value is not None and _stands_firm(record, column) for column, value in found):
            return None
        attributes = b"".join(b' %b="%b"' % (local, value) for local, value in _named(found, attributes=True))
        elements = b"".join(b"<%b>%b</%b>" % (local, value, local) for local, value in _named(found, attributes=False))
        alone = b"<%b%b>%b</%b>" % (name[1], attributes, elements, name[1])
        return self._extract(alone, path, context)

    def _extract(self, record: bytes, path: int, context: Context) -> str | None:
        """The key that an engine finds that reads only keys."""
        if self._engine is None:
            tables = tuple(replace(root, columns=(), indexes=(), ignore=()) for root in self._roots)
            entities = tuple(
                replace(self._dataset.entity(root.entity), tables=(root.name,), operation=None, removes=None)
                for root in self._roots
            )
            only_keys = replace(
                self._dataset, tables=tables, entities=entities, foreign_keys=(), removing=(), removals=()
            )
            self._engine = make_engine("lxml", only_keys, self._entities)
        paths = [path] if len(self._roots) > 1 else None
        found = self._engine.extract(
            Batch([record], [""], context.prefix, context.suffix, source=0, paths=paths, values=context.values)
        )
        text = found.text(self._roots[path].name).decode()
        return text.removesuffix("\n") or None


def _named(found: Iterable[tuple[Column, bytes | None]], *, attributes: bool) -> Iterator[tuple[bytes, bytes]]:
    """The names and values of a key that are attributes, or elements."""
    for column, value in found:
        path = column.path
        assert path is not None
        assert value is not None
        if (path.attribute is not None) == attributes:
            yield (path.attribute or path.steps[0]).encode(), value


def _typed(columns: Sequence[Column], line: str) -> dict[str, str | int] | None:
    """The fields of a line of COPY text that begins with the key; None unless each certainly fits its column."""
    key: dict[str, str | int] = {}
    for column, field in zip(columns, line.split("\t"), strict=False):
        value = _ESCAPED.sub(lambda found: _UNESCAPED.get(found[1], found[1]), field)
        value = value if column.is_text else value.strip(WHITE_SPACE)
        if field == r"\N" or not passes(column.type, [value]):
            return None
        key[column.name] = int(value) if column.type in ("smallint", "integer", "bigint") else value
    return key


def _stands_firm(record: bytes, column: Column) -> bool:
    """Whether a damaged record leaves no doubt about the position of a key column's value.

    The reader has found it; what remains is damage before it: a repeated attribute, elements that overlap.
    """
    path = column.path
    assert path is not None
    if path.attribute is not None:
        tag = record[: record.find(b"<", 1)]  # and the text after it, which can only raise doubts
        again = re.compile(rb"[ \t\r\n]" + re.escape(path.attribute.encode()) + rb"[ \t\r\n]*=")
        return len(again.findall(tag)) == 1
    return _nests(record, record.find(b"<" + path.steps[0].encode() + b">"))


def _nests(data: bytes, end: int) -> bool:
    """Whether, up to an index, every end tag closes the last open element, and only the record is open then."""
    opened: list[bytes] = []
    for found in _TAG.finditer(data, 0, end):
        closing, name, empty = found.groups()
        if closing:
            if not opened or opened.pop() != name:
                return False
        elif not empty:
            opened.append(name)
    return len(opened) == 1
