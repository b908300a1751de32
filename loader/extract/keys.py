"""Keys of records, read from their bytes without parsing.

For analyses, and for records that cannot be loaded, only what the bytes prove is a key (key_reader, KeyProof). A merge,
which compares hashes at the keys, may guess (key_searches).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from loader.extract.engines import Engine, make_engine
from loader.extract.screen import passes
from loader.mapping.dataset import Dataset
from loader.mapping.tables import Column, Table
from loader.source.xml.tags import START_TAG

if TYPE_CHECKING:
    from loader.extract.batch import Extracted

# Values that mean the same in XML and in SQL; of others an engine and the server find out. A text ends
# where no white space is: what may follow it is then found at once, however much there is.
VALUES = {
    "integer": rb"[0-9]{1,9}",
    "bigint": rb"[0-9]{1,18}",
    "text": rb"""[^<>&"'\s\0](?:[^<>&"'\t\r\n\0]{0,498}[^<>&"'\s\0])?""",
}
_SPACES = rb"[ \t\r\n]*"
_VALUE = "value"  # the group of a match that has the key
_ANY_ATTRIBUTE = _SPACES.replace(b"*", b"+") + rb"""[^ \t\r\n/<>=&"'!?]+[ \t\r\n]*=[ \t\r\n]*(?:"[^"<]*"|'[^'<]*')"""
_TAG = re.compile(rb"<(/?)([^ \t\r\n/<>=&\"'!?]+)[^<>]*?(/?)>")
_ESCAPED = re.compile(r"\\(.)")
_UNESCAPED = {"t": "\t", "n": "\n", "r": "\r"}
_WELL_FORMED = ("repeated", "too_long")  # reasons of an engine that has parsed the record

Data = bytes | bytearray
# The COPY text of what a record's bytes, from one place to another, surely have as a part of their key.
Read = Callable[[Data, int, int], bytes | None]
Search = Callable[[Data, int, int], re.Match[bytes] | None]


class KeyProof:
    """Proves the keys of records of one source that cannot be loaded; ``entities`` in the order of its record paths."""

    def __init__(self, dataset: Dataset, entities: Sequence[str]) -> None:
        self._dataset, self._entities = dataset, entities
        self._roots = [dataset.entity_tables(name)[0] for name in entities]
        self._reads = [key_reader(root.key) for root in self._roots]
        self._engine: Engine | None = None

    def key(
        self, record: bytes, path: int, prefix: bytes, suffix: bytes, *, reason: str, whole: bool = True
    ) -> dict[str, str | int] | None:
        """The key of a record, a value for each column, as a row would have it; None where it is not proven.

        ``path``: the index of its entity; ``reason``: why it cannot be loaded. ``whole``: whether ``record`` is all of
        it, as an element may stand once more in the rest.
        """
        root = self._roots[path]
        if any(column.path is None or not (whole or column.path.attribute) for column in root.key):
            return None
        line = self._read(record, path, prefix)
        if line is None and reason in _WELL_FORMED:
            line = self._extract(record, path, prefix, suffix)
        return None if line is None else _typed(root.key, line)

    def _read(self, record: bytes, path: int, prefix: bytes) -> str | None:
        """What the bytes prove, though the record as a whole may be anything but well-formed."""
        root = self._roots[path]
        if not may_guess(root, prefix):
            return None
        line = self._reads[path](record, 0, len(record))
        if line is None or not all(_stands_firm(record, column) for column in root.key):
            return None
        return line.decode()

    def _extract(self, record: bytes, path: int, prefix: bytes, suffix: bytes) -> str | None:
        """What an engine finds that reads nothing but keys."""
        from loader.extract.batch import Batch  # late: seldom needed, and it brings lxml

        if self._engine is None:
            tables = tuple(replace(root, columns=(), indexes=(), ignore=()) for root in self._roots)
            entities = tuple(replace(self._dataset.entity(root.entity), tables=(root.name,)) for root in self._roots)
            only_keys = replace(self._dataset, tables=tables, entities=entities, foreign_keys=())
            self._engine = make_engine("lxml", only_keys, self._entities)
        found: Extracted = self._engine.extract(
            Batch([record], [""], prefix, suffix, source=0, paths=[path] if len(self._roots) > 1 else None)
        )
        text = found.data.get(self._roots[path].name, b"").decode()
        return text.removesuffix("\n") or None


def _typed(columns: Sequence[Column], line: str) -> dict[str, str | int] | None:
    """The fields of a line of COPY text that begins with the key; None unless each surely fits its column."""
    key: dict[str, str | int] = {}
    for column, field in zip(columns, line.split("\t"), strict=False):
        value = _ESCAPED.sub(lambda found: _UNESCAPED.get(found[1], found[1]), field)
        if field == r"\N" or not passes(column.type, [value]):
            return None
        key[column.name] = int(value) if column.type in ("integer", "bigint") else value
    return key


def _stands_firm(record: bytes, column: Column) -> bool:
    """Whether a damaged record leaves no doubt about where the value of a key column stands.

    The reader has found it; what remains is damage before it: an attribute given twice, elements that overlap.
    """
    path = column.path
    assert path is not None
    if path.attribute is not None:
        tag = record[: record.find(b"<", 1)]  # and the text behind it, which may only raise doubts
        again = re.compile(rb"[ \t\r\n]" + re.escape(path.attribute.encode()) + _SPACES + b"=")
        return len(again.findall(tag)) == 1
    return _nests(record, record.find(b"<" + path.steps[0].encode() + b">"))


def _nests(data: bytes, end: int) -> bool:
    """Whether up to an index every end tag closes the element that was opened last, and the record alone is open."""
    opened: list[bytes] = []
    for found in _TAG.finditer(data, 0, end):
        closing, name, empty = found.groups()
        if closing:
            if not opened or opened.pop() != name:
                return False
        elif not empty:
            opened.append(name)
    return len(opened) == 1


def key_searches(columns: Sequence[Column]) -> list[Search] | None:
    """How a key is guessed, for each column a search that has the value as its group 1; None where it cannot be.

    A value is an attribute of the record, or the first child element of that name, whatever its namespace.
    """
    searches = [_search(column) for column in columns]
    found = [search for search in searches if search is not None]
    return found if found and len(found) == len(searches) else None


def _search(column: Column) -> Search | None:
    path, value = column.path, VALUES.get("text" if column.is_text else column.type)
    if path is None or path.absolute or value is None:
        return None
    if path.attribute is not None and not path.steps:
        name = re.escape(_local(path.attribute)).encode()
        return re.compile(rb"<[^<>\s]+(?:\s[^<>]*?)??\s" + name + rb"""\s*=\s*["'](""" + value + rb""")["']""").match
    if path.attribute is None and len(path.steps) == 1:
        name = re.escape(_local(path.steps[0])).encode()
        return re.compile(rb"<%b>%b(%b)%b</%b>" % (name, _SPACES, value, _SPACES, name)).search
    return None


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def nothing(_data: Data, _start: int, _end: int) -> None:
    """Reads no key at all."""
    return None


def may_guess(root: Table, prefix: bytes) -> bool:
    """A DTD may add attributes, and a default namespace changes what elements without a prefix are."""
    has_elements = any(column.path and column.path.attribute is None for column in root.key)
    return b"<!DOCTYPE" not in prefix and not (has_elements and b"xmlns" in prefix)


def key_reader(columns: Sequence[Column]) -> Read:
    """How a key is read from the bytes of a record; what gives None for each when a column cannot be read so."""
    reads = [_column_reader(column) for column in columns]
    if len(reads) == 1:
        return reads[0]

    def read(data: Data, start: int, end: int) -> bytes | None:
        values = []
        for one in reads:
            value = one(data, start, end)
            if value is None:
                return None
            values.append(value)
        return b"\t".join(values)

    return read


def _column_reader(column: Column) -> Read:
    path, value = column.path, VALUES.get("text" if column.is_text else column.type)
    if path is None or path.absolute or value is None:
        return nothing
    if path.attribute is not None and not path.steps and "}" not in path.attribute:
        read = _attribute_reader(path.attribute.encode(), value)
    elif path.attribute is None and len(path.steps) == 1 and "}" not in path.steps[0]:
        read = _element_reader(path.steps[0].encode(), value, _SPACES if column.trim or not column.is_text else b"")
    else:
        return nothing
    return _checked(read, column) if column.is_text or column.null_if else read


def _checked(read: Read, column: Column) -> Read:
    """Leaves to an engine what the mapping takes for NULL, what COPY text escapes, and text that may not be UTF-8."""
    nulls = {text.encode() for text in column.null_if}

    def checked(data: Data, start: int, end: int) -> bytes | None:
        value = read(data, start, end)
        if value is None or value in nulls or b"\\" in value or not (value.isascii() or _is_utf8(value)):
            return None
        return value

    return checked


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def _attribute_reader(name: bytes, value: bytes) -> Read:
    """An attribute of the record. Those before it are read one by one: what looks like it may stand in their values."""
    tag = rb"<[^ \t\r\n/<>=&\"'!?]+(?:" + _ANY_ATTRIBUTE + rb")*?[ \t\r\n]+"
    quoted = rb"""(["'])(?P<value>""" + value + rb""")\1"""
    match = re.compile(tag + re.escape(name) + _SPACES + rb"=" + _SPACES + quoted).match

    def read(data: Data, start: int, end: int) -> bytes | None:
        found = match(data, start, end)
        return found[_VALUE] if found else None

    return read


def _element_reader(name: bytes, value: bytes, spaces: bytes) -> Read:
    """A child element of the record, when it is the only element of its name and nothing before it can deceive."""
    quoted = re.escape(name)
    element = (
        rb"<" + quoted + rb">" + spaces + rb"(?P<value>" + value + rb")" + spaces + rb"</" + quoted + _SPACES + rb">"
    )
    search = re.compile(element).search
    first = re.compile(START_TAG.pattern + _SPACES + element).match  # nearly always it is the first one in the record
    begins = re.compile(rb"<" + quoted + rb"[ \t\r\n/>]").search

    def read(data: Data, start: int, end: int) -> bytes | None:
        found = first(data, start, end) or below(data, start, end)
        if not found or begins(data, found.end(), end) or data.find(b"xmlns", start, found.start(_VALUE)) >= 0:
            return None
        return found[_VALUE]

    def below(data: Data, start: int, end: int) -> re.Match[bytes] | None:
        tag = START_TAG.match(data, start, end)
        found = tag and search(data, tag.end(), end)
        if not tag or not found or begins(data, tag.end(), found.start()):
            return None
        return found if _is_at_top(data, tag.end(), found.start()) else None

    return read


def _is_at_top(data: Data, start: int, end: int) -> bool:
    """Whether the elements that begin between two places also end there, and nothing but elements stands there."""
    opened = data.count(b"<", start, end)
    if not opened:
        return True
    # As many `>` as `<`: none stands in a text, where `/>` would look like an element's end.
    if data.count(b">", start, end) != opened or data.find(b"<!", start, end) >= 0 or data.find(b"<?", start, end) >= 0:
        return False
    return opened == 2 * data.count(b"</", start, end) + data.count(b"/>", start, end)
