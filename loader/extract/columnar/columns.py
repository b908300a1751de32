"""Columns as slices: for every row of a table, the start and the length of each value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loader.extract.columnar.arrays import Bytes, Flags, Ints, Words, begins
from loader.extract.columnar.lexer import NotPlainError, require
from loader.extract.columnar.literals import Literals
from loader.extract.columnar.names import top
from loader.extract.columnar.scheme import Field, Scheme, TableScheme
from loader.extract.columnar.tree import Group, Tree
from loader.extract.plain import WHITE_SPACE, is_plain
from loader.extract.screen import passes
from loader.mapping.tables import Column

Slices = tuple[Ints, Ints]  # where each value begins, and its length

_IS_WHITE = np.array([chr(byte) in WHITE_SPACE for byte in range(256)])
_MOST_WHITE = 100  # characters before or after a value; each costs a pass over all values of the column
_ZEROS, _HIGH, _CARRY = (np.uint64(int(pair * 8, 16)) for pair in ("30", "F0", "06"))


@dataclass(frozen=True, slots=True)
class TableRows:
    """The rows of a table: ``fields`` in the order of its COPY columns."""

    name: str
    count: int
    fields: list[Slices]


@dataclass(slots=True)
class _Lineage:
    """For each row of a table its record, and its ordinals from the outermost on."""

    record: Ints
    ordinals: list[Ints]


class Columns:
    """The rows of one block. ``clean``: whether all typed values have their type's form."""

    def __init__(self, data: Bytes, words: Words, tree: Tree, references: Ints, literals: Literals) -> None:
        self.clean = True
        self._data, self._words, self._tree = data, words, tree
        self._references, self._literals = references, literals
        self._row_of = np.empty(len(tree.tag), np.int64)  # for nodes that are rows, their index in the table

    def tables(self, scheme: Scheme) -> list[TableRows]:
        """The tables that have rows."""
        lines: dict[str, _Lineage] = {}
        found: list[TableRows] = []
        key: list[Slices] = []
        for table in scheme.schemes:
            elements = self._tree.elements(table.path)
            rows = elements.node
            if not len(rows):
                continue
            line = self._lineage(table, elements, lines)
            lines[table.table.name] = line
            literals = self._literals
            if table.table.is_root:
                key = [self._column(field, rows, is_key=True) for field in table.key]
                first, system = key, literals.origins
            else:
                first, system = [(begin[line.record], length[line.record]) for begin, length in key], literals.numbers
            ordinals = [literals.ordinal(ordinal) for ordinal in line.ordinals]
            columns = [self._column(field, rows) for field in table.columns]
            last = (system[0][line.record], system[1][line.record])
            found.append(TableRows(table.table.name, len(rows), [*first, *ordinals, *columns, last]))
        return found

    def _lineage(self, table: TableScheme, rows: Group, lines: dict[str, _Lineage]) -> _Lineage:
        self._row_of[rows.node] = numbers = np.arange(len(rows.node))
        if table.table.parent is None:
            return _Lineage(numbers, [])
        parent = self._row_of[self._above(rows, table.hops)]
        above = lines[table.table.parent]
        ordinal = numbers - np.maximum.accumulate(numbers * begins(parent))
        ordinal += 1
        if int(ordinal.max()) > self._literals.most:
            too_many = rows.node[ordinal > self._literals.most]
            raise NotPlainError(self._tree.places(too_many))
        return _Lineage(above.record[parent], [*(of[parent] for of in above.ordinals), ordinal])

    def _above(self, group: Group, hops: int) -> Ints:
        """The ancestors of nodes, so many levels up."""
        if not hops:
            return group.node
        nodes = group.parent
        for _ in range(hops - 1):
            nodes = self._tree.parent[nodes]
        return nodes

    # Values

    def _column(self, field: Field, rows: Ints, *, is_key: bool = False) -> Slices:
        """The values of a column; missing ones are NULL or the default."""
        if field.kind == "number":
            return self._literals.keys
        group = self._tree.elements(field.place) if field.kind == "text" else self._tree.attribute(field.place)
        owner = self._above(group, field.hops)
        column = field.column
        begin, length = group.begin, group.length
        if not is_plain(column):
            begin, length = self._cleaned(column, begin, length, group)
        elif not column.is_text:
            begin, length = self._literals.instead(length == 0, begin, length, None)
        self._screen(field.screened, begin, length, is_key=is_key)
        if len(owner) == len(rows) and (owner == rows).all():
            return begin, length
        self.clean = self.clean and not is_key
        row = self._row_of[owner]
        again = row[1:] == row[:-1]
        if again.any():
            if column.repeat == "error":
                raise NotPlainError(self._tree.places(owner[1:][again]))
            keep = np.append(~again, True) if column.repeat == "last" else np.append(True, ~again)
            row, begin, length = row[keep], begin[keep], length[keep]
        return self._literals.spread(row, begin, length, len(rows), column.default)

    def _cleaned(self, column: Column, begin: Ints, length: Ints, group: Group) -> Slices:
        """Values without white space around them; those that mean NULL, and empty ones, become NULL or the default."""
        if len(self._references):
            inside = np.searchsorted(self._references, begin) != np.searchsorted(self._references, begin + length)
            require(~inside, self._tree.places(group.node))
        begin, length = begin.copy(), length.copy()
        if column.trim or not column.is_text:
            self._strip(begin, length, group)
        is_null = np.zeros(len(begin), np.bool_)
        for text in column.null_if:
            is_null |= self._equals(begin, length, text.encode())
        if not column.is_text:
            is_empty = (length == 0) & ~is_null
            begin, length = self._literals.instead(is_empty, begin, length, column.default)
        return self._literals.instead(is_null, begin, length, None)

    def _strip(self, begin: Ints, length: Ints, group: Group) -> None:
        """Remove white space at both ends, one character per round."""
        for _ in range(_MOST_WHITE):
            before = (length > 0) & _IS_WHITE[self._data[begin]]
            begin += before
            length -= before
            behind = (length > 0) & _IS_WHITE[self._data[begin + length - 1]]
            length -= behind
            if not (before | behind).any():
                return
        raise NotPlainError(self._tree.places(group.node[before | behind]))

    def _equals(self, begin: Ints, length: Ints, text: bytes) -> Flags:
        """Which values equal a text; eight bytes are compared per step."""
        equal: Flags = length == len(text)
        for offset in range(0, len(text), 8):
            part = text[offset : offset + 8]
            word = self._words[np.minimum(begin + offset, len(self._words) - 1) if offset else begin]
            equal &= word << np.uint64(64 - 8 * len(part)) == np.uint64(top(part))
        return equal

    # The screen

    def _screen(self, kind: str | None, begin: Ints, length: Ints, *, is_key: bool) -> None:
        """Note if a value may not fit the column's type: then text staging, in SQL, decides."""
        if kind is None and not is_key:
            return
        given = begin < len(self._data)  # literals are after the data
        if is_key and not given.all():
            self.clean = False
        if not self.clean or kind is None:
            return
        if kind in {"integer", "bigint"}:
            given &= ~self._short_number(begin, length)
        elif kind.startswith("bytes"):
            given &= length > int(kind[len("bytes(") : -1])
        elif kind.startswith("varchar"):
            given &= length > int(kind[len("varchar(") : -1])
        elif kind == "boolean":
            for text in (b"true", b"false", b"1", b"0"):
                given &= ~self._equals(begin, length, text)
        if given.any():
            raw = self._data
            values = {
                raw[start : start + size].tobytes().translate(None, b"\0")
                for start, size in zip(begin[given].tolist(), length[given].tolist(), strict=True)
            }
            self.clean = passes(kind, [value.decode() for value in values])

    def _short_number(self, begin: Ints, length: Ints) -> Flags:
        """Which values are one to eight digits; all bytes of a word are compared in one step."""
        size = np.minimum(length, 8)
        is_short: Flags = size == length
        is_short &= size > 0
        size *= is_short  # the others are not examined
        size <<= 3
        word = self._words[begin]
        # Below the digits, the rest of the word is filled with zeros; in two steps, because a shift by 64 does nothing.
        bits = size.view(np.uint64)
        word <<= np.uint64(64) - bits
        word |= (_ZEROS >> (bits - np.uint64(4))) >> np.uint64(4)
        is_short &= (word & _HIGH) == _ZEROS
        word += _CARRY
        is_short &= (word & _HIGH) == _ZEROS
        return is_short
