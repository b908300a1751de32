"""Keys of records, read without the rest: from the bytes where that proves what they are, else through an engine."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from loader.extract.engines import Engine
from loader.mapping.tables import Column, Dataset, Table
from loader.source.look import View
from loader.source.tags import START_TAG, RecordPath

# Values that mean the same in XML, in COPY text and in SQL; of others an engine and the server find out.
_VALUES = {
    "integer": rb"[0-9]{1,9}",
    "bigint": rb"[0-9]{1,18}",
    "text": rb"""[^<>&"'\s\0\\](?:[^<>&"'\t\r\n\0\\]{0,498}[^<>&"'\s\0\\])?""",
}
_SPACES = rb"[ \t\r\n]*"
_VALUE = "value"  # the group of a match that has the key
_ANY_ATTRIBUTE = _SPACES.replace(b"*", b"+") + rb"""[^ \t\r\n/<>=&"'!?]+[ \t\r\n]*=[ \t\r\n]*(?:"[^"<]*"|'[^'<]*')"""

Data = bytes | bytearray
# The COPY text of what a record's bytes, from one place to another, surely have as a part of their key.
_Read = Callable[[Data, int, int], bytes | None]


@dataclass(slots=True)
class Keys:
    """Keys of a root table: COPY text for its typed key table and for the one of text, lines of key, number, hash."""

    typed: list[bytes] = field(default_factory=list)
    text: list[bytes] = field(default_factory=list)


class KeyReader:
    """Reads the keys of the records of one source; ``keyless`` counts those that an engine could not read.

    Where the bytes prove a key, the rest of the record is not looked at: it may be rejected for what stands there.
    """

    def __init__(self, dataset: Dataset, paths: Sequence[RecordPath], engine: Engine) -> None:
        self.keyless = 0
        self._engine = engine
        self._readers = [_Reader(dataset.entity_tables(path.entity)[0]) for path in paths]

    def read(self, view: View, hashes: Sequence[bytes] | None) -> dict[str, Keys]:
        """The keys of a view's records by root table; ``hashes`` of the records, where they are wanted."""
        found = {reader.root.name: Keys() for reader in self._readers}
        unsure: list[int] = []
        for place, reader in enumerate(self._readers):
            if reader.is_generated:
                continue
            keys = found[reader.root.name]
            lines = keys.typed if reader.is_plain else keys.text
            sure = reader.sure if reader.may_guess(view.context.prefix) else _nothing
            data, base, number = view.data, view.base, view.first_record
            for index, (start, end, path) in enumerate(view.records):
                if path != place:
                    continue
                key = sure(data, start - base, end - base)
                if key is None:
                    unsure.append(index)
                elif hashes is None:
                    lines.append(b"%b\t%d\t\\N\n" % (key, number + index))
                else:
                    lines.append(b"%b\t%d\t%b\n" % (key, number + index, hashes[index].hex().encode()))
        if unsure:
            self._ask_engine(view, hashes, sorted(unsure), found)
        return found

    def _ask_engine(
        self, view: View, hashes: Sequence[bytes] | None, unsure: Sequence[int], found: dict[str, Keys]
    ) -> None:
        from loader.extract.rows import Batch  # late: seldom needed, and it brings lxml

        chosen, base = [view.records[index] for index in unsure], view.base
        extracted = self._engine.extract(
            Batch(
                records=[bytes(view.data[start - base : end - base]) for start, end, _ in chosen],
                hashes=["" if hashes is None else hashes[index].hex() for index in unsure],
                prefix=view.context.prefix,
                suffix=view.context.suffix,
                source=0,
                numbers=[view.first_record + index for index in unsure],
                paths=[path for _, _, path in chosen] if len(self._readers) > 1 else None,
            )
        )
        self.keyless += len(extracted.bad)
        for reader in self._readers:
            for line in extracted.data.get(reader.root.name, b"").splitlines():
                fields = line.split(b"\t")
                # Behind the data columns stand the system's: source, record, hash.
                key, (_, number, digest) = fields[: len(reader.root.key)], fields[-3:]
                found[reader.root.name].text.append(b"%b\t%b\t%b\n" % (b"\t".join(key), number, digest or rb"\N"))


class _Reader:
    """How the key of a root table is read from the bytes of records.

    ``is_plain``: SQL need not judge what was read. ``is_generated``: each record has a key of its own, nothing to read.
    """

    def __init__(self, root: Table) -> None:
        self.root = root
        self.sure = _reader(root.key)
        self.is_generated = any(column.path is None for column in root.key)
        self.is_plain = all(map(_is_plain, root.key))
        self._has_elements = any(column.path and column.path.attribute is None for column in root.key)

    def may_guess(self, prefix: bytes) -> bool:
        """A DTD may add attributes, and a default namespace changes what elements without a prefix are."""
        return b"<!DOCTYPE" not in prefix and not (self._has_elements and b"xmlns" in prefix)


def _nothing(_data: Data, _start: int, _end: int) -> None:
    return None


def _is_plain(column: Column) -> bool:
    """Whether each value of the form that is read from the bytes is one of the column, as far as SQL judges it."""
    ruled = column.pattern or column.enum or column.minimum is not None or column.maximum is not None
    return column.type in _VALUES and not ruled


def _reader(columns: Sequence[Column]) -> _Read:
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


def _column_reader(column: Column) -> _Read:
    path, value = column.path, _VALUES.get("text" if column.is_text else column.type)
    if path is None or path.absolute or value is None:
        return _nothing
    if path.attribute is not None and not path.steps and "}" not in path.attribute:
        read = _attribute_reader(path.attribute.encode(), value)
    elif path.attribute is None and len(path.steps) == 1 and "}" not in path.steps[0]:
        read = _element_reader(path.steps[0].encode(), value, _SPACES if column.trim or not column.is_text else b"")
    else:
        return _nothing
    return _checked(read, column) if column.is_text or column.null_if else read


def _checked(read: _Read, column: Column) -> _Read:
    """Leaves to an engine what the mapping takes for NULL, and text that may not be UTF-8."""
    nulls = {text.encode() for text in column.null_if}

    def checked(data: Data, start: int, end: int) -> bytes | None:
        value = read(data, start, end)
        if value is None or value in nulls or not (value.isascii() or _is_utf8(value)):
            return None
        return value

    return checked


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def _attribute_reader(name: bytes, value: bytes) -> _Read:
    """An attribute of the record. Those before it are read one by one: what looks like it may stand in their values."""
    tag = rb"<[^ \t\r\n/<>=&\"'!?]+(?:" + _ANY_ATTRIBUTE + rb")*?[ \t\r\n]+"
    quoted = rb"""(["'])(?P<value>""" + value + rb""")\1"""
    match = re.compile(tag + re.escape(name) + _SPACES + rb"=" + _SPACES + quoted).match

    def read(data: Data, start: int, end: int) -> bytes | None:
        found = match(data, start, end)
        return found[_VALUE] if found else None

    return read


def _element_reader(name: bytes, value: bytes, spaces: bytes) -> _Read:
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
