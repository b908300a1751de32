"""The values of a row that an index contains: their total length is limited, as for an entry of a B-tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from loader.mapping.tables import Column, Table

# An entry of a B-tree has 2,704 bytes at most, with pages of 8 kB. Subtracted from that: a header, a number of a load
# or a source beside the key (history, versions), sixteen ordinals, and separators and alignment of up to 32 columns.
# Compression by a server does not count: a record must not be loaded on one server and rejected on another.
MAX_ENTRY_BYTES = 2400
_BYTES_A_CHARACTER = 4  # at most, in UTF-8

KEY_NUMBER = "key_number"  # the form of a numeric in a key: no trailing zeros, which a cast removes


@dataclass(frozen=True, slots=True)
class Entry:
    """The values of a row in one index. ``name``: its name in messages."""

    name: str
    columns: tuple[Column, ...]

    @property
    def longest(self) -> int:
        """Bytes that each of its texts may have so that the entry certainly fits."""
        return MAX_ENTRY_BYTES // len(self.columns)


def entries(table: Table) -> Iterator[Entry]:
    """The indexes of a table for which some value could be too long: the key, which children repeat, and B-trees."""
    found = [Entry("the key", table.key)] if table.is_root else []
    for index in table.indexes:
        if index.using == "btree" and index.columns:
            named = [table.column(name) for name in index.columns if name not in table.ordinals]
            read = tuple(column for column in named if column.computed_by is None)
            found.append(Entry(f"the index on {', '.join(index.columns)}", read))
    for entry in found:
        if any(map(_is_unbounded, entry.columns)):
            yield entry


def longest_entry(table: Table, column: Column) -> int | None:
    """Bytes that the values of a column may have so that the indexes of its table certainly hold them; None: any."""
    return min((entry.longest for entry in entries(table) if column in entry.columns), default=None)


def screened_type(table: Table, column: Column, tables: Sequence[Table]) -> str | None:
    """The type whose form proves that a value can be copied unchanged, None if every value can: that of the column, or
    a text of limited length if an index contains it. ``tables``: all of the entity, because children repeat the key.
    """
    own = longest_entry(table, column)
    longest = [] if own is None else [own]
    if table.is_root and column in table.key:
        place = table.key.index(column)
        children = (child for child in tables if not child.is_root)
        longest += [
            entry.longest for child in children for entry in entries(child) if child.key[place] in entry.columns
        ]
        if column.type == "numeric":
            return KEY_NUMBER
    if not _is_unbounded(column) or column.repeat == "array" or not longest:
        return None if column.type in {"text", "bytea", "jsonb"} else column.type
    if column.type in {"text", "bytea"}:
        return f"bytes({min(longest)})"
    return f"varchar({min(int(column.type[len('varchar(') : -1]), min(longest) // _BYTES_A_CHARACTER)})"


def _is_unbounded(column: Column) -> bool:
    return column.is_text or column.type == "bytea" or column.repeat == "array"
