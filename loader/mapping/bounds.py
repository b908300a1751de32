"""What an index has to hold of a row: its values together are bounded, as an entry of a B-tree is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from loader.mapping.tables import Column, Table

# An entry of a B-tree has 2,704 bytes at most, with pages of 8 kB. Off go a header, a number of a load or a source
# beside the key (history, versions), sixteen ordinals, and what up to 32 columns need to be told apart and aligned.
# What a server makes of a value by compressing it is not looked at: a record must not be loaded here, rejected there.
MAX_ENTRY_BYTES = 2400
_BYTES_A_CHARACTER = 4  # at most, in UTF-8

KEY_NUMBER = "key_number"  # the form of a numeric in a key: no zeros at its end, which a cast takes off


@dataclass(frozen=True, slots=True)
class Entry:
    """What one index holds of a row of a table. ``name``: what people call it."""

    name: str
    columns: tuple[Column, ...]

    @property
    def longest(self) -> int:
        """Bytes that each of its texts may have so that the entry surely fits."""
        return MAX_ENTRY_BYTES // len(self.columns)


def entries(table: Table) -> Iterator[Entry]:
    """The indexes of a table that some value could be too long for: the key, which children repeat, and B-trees."""
    found = [Entry("the key", table.key)] if table.is_root else []
    for index in table.indexes:
        if index.using == "btree" and index.columns:
            named = [table.column(name) for name in index.columns if name not in table.ordinals]
            found.append(Entry(f"the index on {', '.join(index.columns)}", tuple(named)))
    for entry in found:
        if any(map(_is_unbounded, entry.columns)):
            yield entry


def screened_type(table: Table, column: Column, tables: Sequence[Table]) -> str | None:
    """The type whose form proves that a value can be taken as it is, None when every value can: that of the column, or
    a text of so many bytes where an index has to hold it. ``tables``: all of the entity, as children repeat the key.
    """
    longest = [entry.longest for entry in entries(table) if column in entry.columns]
    if table.is_root and column in table.key:
        place = table.key.index(column)
        children = (child for child in tables if not child.is_root)
        longest += [
            entry.longest for child in children for entry in entries(child) if child.key[place] in entry.columns
        ]
        if column.type == "numeric":
            return KEY_NUMBER
    if not column.is_text or column.repeat == "array" or not longest:
        return None if column.type == "text" else column.type
    if column.type == "text":
        return f"bytes({min(longest)})"
    return f"varchar({min(int(column.type[len('varchar(') : -1]), min(longest) // _BYTES_A_CHARACTER)})"


def _is_unbounded(column: Column) -> bool:
    return column.is_text or column.repeat == "array"
