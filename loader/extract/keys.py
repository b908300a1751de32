"""Keys of records, read from their bytes without parsing.

For analyses, and for records that cannot be loaded (loader/extract/key_proof.py), a key must be proven by the bytes
(key_reader). A merge, which compares hashes at the keys, may guess (key_searches).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from loader.mapping.steps import PARENT, are_plain
from loader.mapping.tables import Column, Table
from loader.source.xml.tags import START_TAG

# Values with the same meaning in XML and in SQL; an engine and the server decide about others. A text does not end with
# white space, so what may follow it is found at once, however much there is.
VALUES = {
    "smallint": rb"[0-9]{1,4}",
    "integer": rb"[0-9]{1,9}",
    "bigint": rb"[0-9]{1,18}",
    "text": rb"""[^<>&"'\s\0](?:[^<>&"'\t\r\n\0]{0,498}[^<>&"'\s\0])?""",
}
_SPACES = rb"[ \t\r\n]*"
_VALUE = "value"  # the group of the match with the key
_ANY_ATTRIBUTE = _SPACES.replace(b"*", b"+") + rb"""[^ \t\r\n/<>=&"'!?]+[ \t\r\n]*=[ \t\r\n]*(?:"[^"<]*"|'[^'<]*')"""

Data = bytes | bytearray
# The COPY text that a record's bytes, from one position to another, certainly have as a part of their key.
Read = Callable[[Data, int, int], bytes | None]
Search = Callable[[Data, int, int], re.Match[bytes] | None]


def key_searches(columns: Sequence[Column]) -> list[Search] | None:
    """How a key is guessed: for each column a search with the value as its group 1; None if that is impossible.

    A value is an attribute of the record, or the first child element of that name, in any namespace.
    """
    searches = [_search(column) for column in columns]
    found = [search for search in searches if search is not None]
    return found if found and len(found) == len(searches) else None


def _is_in_bytes(column: Column) -> bool:
    """Whether a name alone tells where a value is."""
    is_one = not (column.coalesce or column.is_converted) and column.read_as == "text" and column.trim != "collapse"
    is_outside = any(path.absolute or PARENT in path.steps for path in column.paths)
    return is_one and not is_outside and all(are_plain(path.steps) for path in column.paths)


def _value_of(column: Column) -> bytes | None:
    return VALUES.get("text" if column.is_text else column.type)


def _search(column: Column) -> Search | None:
    path, value = column.path, _value_of(column)
    if path is None or value is None or not _is_in_bytes(column):
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
    """Reads no key."""
    return None


def may_guess(root: Table, prefix: bytes) -> bool:
    """A DTD may add attributes, and a default namespace changes the names of elements without a prefix."""
    has_elements = any(column.path and column.path.attribute is None for column in root.key)
    return b"<!DOCTYPE" not in prefix and not (has_elements and b"xmlns" in prefix)


def key_reader(columns: Sequence[Column]) -> Read:
    """Reads a key from the bytes of a record; a reader that always returns None if a column
    cannot be read in this way.
    """
    reads = [_checked(column_reader(column, _value_of(column)), column) for column in columns]
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


def column_reader(column: Column, value: bytes | None) -> Read:
    """``value``: the pattern of the values that are read; None: none."""
    path = column.path
    if path is None or value is None or not _is_in_bytes(column):
        return nothing
    if path.attribute is not None and not path.steps and "}" not in path.attribute:
        return _attribute_reader(path.attribute.encode(), value)
    if path.attribute is None and len(path.steps) == 1 and "}" not in path.steps[0]:
        return _element_reader(path.steps[0].encode(), value, _SPACES if column.trim or not column.is_text else b"")
    return nothing


def _checked(read: Read, column: Column) -> Read:
    """Leaves to an engine values that the mapping treats as NULL, that COPY text escapes, or that may not be UTF-8."""
    if not (column.is_text or column.null_if):
        return read
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
    """An attribute of the record. The ones before it are read one by one, because their values may look like it."""
    tag = rb"<[^ \t\r\n/<>=&\"'!?]+(?:" + _ANY_ATTRIBUTE + rb")*?[ \t\r\n]+"
    quoted = rb"""(["'])(?P<value>""" + value + rb""")\1"""
    match = re.compile(tag + re.escape(name) + _SPACES + rb"=" + _SPACES + quoted).match

    def read(data: Data, start: int, end: int) -> bytes | None:
        found = match(data, start, end)
        return found[_VALUE] if found else None

    return read


def _element_reader(name: bytes, value: bytes, spaces: bytes) -> Read:
    """A child element of the record, if it is the only element of its name and nothing before it is misleading."""
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
    """Whether the elements that begin between two positions also end there, and there is nothing but elements."""
    opened = data.count(b"<", start, end)
    if not opened:
        return True
    # As many `>` as `<`: a text contains none, where `/>` would look like an element's end.
    if data.count(b">", start, end) != opened or data.find(b"<!", start, end) >= 0 or data.find(b"<?", start, end) >= 0:
        return False
    return opened == 2 * data.count(b"</", start, end) + data.count(b"/>", start, end)
