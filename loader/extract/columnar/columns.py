"""Columns as slices: for every row of a table, the start and the length of each value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from loader.extract.columnar.arrays import Bytes, Flags, Ints, begins
from loader.extract.columnar.gates import Gates
from loader.extract.columnar.lexer import NotPlainError, require_no_references
from loader.extract.columnar.literals import Literals
from loader.extract.columnar.proof import Proof
from loader.extract.columnar.scheme import Field, Passages, Scheme, TableScheme
from loader.extract.columnar.tree import Group, Tree
from loader.extract.plain import is_plain
from loader.extract.screen import Screen
from loader.mapping.lexical_forms import WHITE_SPACE
from loader.mapping.tables import Column
from loader.mapping.values.conversion import Convert, keeps_usual_form

Slices = tuple[Ints, Ints]  # where each value begins, and its length

_IS_WHITE = np.array([chr(byte) in WHITE_SPACE for byte in range(256)])
_MOST_COMPARED = 16  # texts of a map; each costs a pass over all values of the column
_MOST_WHITE = 100  # characters before or after a value; each costs a pass over all values of the column


@dataclass(frozen=True, slots=True)
class TableRows:
    """The rows of a table: for each its record, and ``fields`` in the order of the COPY columns."""

    name: str
    record: Ints
    fields: list[Slices]

    @property
    def count(self) -> int:
        """The number of rows."""
        return len(self.record)

    def of(self, records: Flags) -> TableRows:
        """The rows of some records."""
        some = records[self.record]
        return TableRows(self.name, self.record[some], [(begin[some], length[some]) for begin, length in self.fields])


@dataclass(slots=True)
class _Lineage:
    """For each row of a table its record, and its ordinals from the outermost on."""

    record: Ints
    ordinals: list[Ints]


class Columns:
    """The rows of one block. ``doubtful``: which records have values that are not proven to fit; None: none has."""

    def __init__(  # noqa: PLR0917 -- what a block consists of
        self, data: Bytes, tree: Tree, references: Ints, literals: Literals, proof: Proof, gates: Gates
    ) -> None:
        self.doubtful: Flags | None = None
        self._data, self._tree = data, tree
        self._references, self._literals, self._proof, self._gates = references, literals, proof, gates
        self._unfit: dict[Column, list[int]] = {}  # where converted values are that are not proven to fit
        # For nodes that are rows, their index in the table, by the path of the rows and what selects them.
        self._indexes: dict[tuple[int, Passages], Ints] = {}

    def tables(self, scheme: Scheme) -> list[TableRows]:
        """The tables that have rows."""
        lines: dict[str, _Lineage] = {}
        found: list[TableRows] = []
        key: list[Slices] = []
        for table in scheme.schemes:
            elements = self._gates.select(self._tree.elements(table.path), table.passages)
            rows = elements.node
            if not len(rows):
                continue
            line = self._lineage(table, elements, lines)
            lines[table.table.name] = line
            literals = self._literals
            if table.table.is_root:
                key = [self._column(field, table, rows, line.record) for field in table.key]
                first, system = key, literals.origins
            else:
                first, system = [(begin[line.record], length[line.record]) for begin, length in key], literals.numbers
            ordinals = [literals.ordinal(ordinal) for ordinal in line.ordinals]
            columns = [self._column(field, table, rows, line.record) for field in table.columns]
            last = (system[0][line.record], system[1][line.record])
            found.append(TableRows(table.table.name, line.record, [*first, *ordinals, *columns, last]))
        return found

    def _lineage(self, table: TableScheme, rows: Group, lines: dict[str, _Lineage]) -> _Lineage:
        numbers = np.arange(len(rows.node))
        self._row_of(table)[rows.node] = numbers
        if table.parent is None or table.table.parent is None:
            return _Lineage(numbers, [])
        parent = self._row_of(table.parent)[self._tree.above(rows, table.hops)]
        above = lines[table.table.parent]
        ordinal = numbers - np.maximum.accumulate(numbers * begins(parent))
        ordinal += 1
        if int(ordinal.max()) > self._literals.most:
            too_many = rows.node[ordinal > self._literals.most]
            raise NotPlainError(self._tree.places(too_many))
        return _Lineage(above.record[parent], [*(of[parent] for of in above.ordinals), ordinal])

    def _row_of(self, table: TableScheme) -> Ints:
        place = table.path if table.passages else 0, table.passages  # without passages, no two paths share a node
        if place not in self._indexes:
            self._indexes[place] = np.empty(len(self._tree.tag), np.int64)
        return self._indexes[place]

    # Values

    def _column(self, field: Field, table: TableScheme, rows: Ints, records: Ints) -> Slices:
        """The values of a column; missing ones are NULL or the default. ``records``: the record of each row."""
        if field.kind == "number":
            return self._literals.keys
        group = self._tree.elements(field.place) if field.kind == "text" else self._tree.attribute(field.place)
        group = self._gates.select(group, field.passages)
        owner = self._tree.above(group, field.hops)
        column = field.column
        begin, length = group.begin, group.length
        if not is_plain(column):
            begin, length = self._cleaned(field, begin, length, group)
        elif not column.is_text:
            begin, length = self._literals.instead(length == 0, begin, length, None)
        if len(owner) != len(rows) or not (owner == rows).all():
            row = self._row_of(table)[owner]
            again = row[1:] == row[:-1]
            if again.any():
                if column.repeat == "error":
                    raise NotPlainError(self._tree.places(owner[1:][again]))
                keep = np.append(~again, True) if column.repeat == "last" else np.append(True, ~again)
                row, begin, length = row[keep], begin[keep], length[keep]
            begin, length = self._literals.spread(row, begin, length, len(rows), column.default)
        self._screen(field, begin, length, records)
        return begin, length

    def _screen(self, field: Field, begin: Ints, length: Ints, records: Ints) -> None:
        """Note the records with values that are not proven to fit: text staging, in SQL, decides about them."""
        screen = field.screen
        if screen is None:
            return
        doubts = self._proof.doubtful(screen, begin, length)
        if field.convert is not None and (unfit := self._unfit.pop(field.column)):
            doubts = np.concatenate((doubts, np.flatnonzero(np.isin(begin, unfit))))
        if screen.given:
            doubts = np.concatenate((doubts, np.flatnonzero(begin == self._literals.none[0])))
        if len(doubts):
            if self.doubtful is None:
                self.doubtful = np.zeros(len(self._literals.numbers[0]), np.bool_)
            self.doubtful[records[doubts]] = True

    def _cleaned(self, field: Field, begin: Ints, length: Ints, group: Group) -> Slices:
        """Values without white space around them, converted; those that mean NULL, and empty ones, become NULL or the
        default.
        """
        column = field.column
        require_no_references(self._references, begin, length, self._tree.places(group.node))
        begin, length = begin.copy(), length.copy()
        if column.trim or not column.is_text:
            self._strip(begin, length, group)
        is_null = np.zeros(len(begin), np.bool_)
        for text in column.null_if:
            is_null |= self._proof.equal(begin, length, text.encode())
        if not column.has_empty:
            is_empty = (length == 0) & ~is_null
            begin, length = self._literals.instead(is_empty, begin, length, column.default)
        begin, length = self._literals.instead(is_null, begin, length, None)
        if field.convert is not None:
            self._convert(field, field.convert, begin, length)
        return begin, length

    def _convert(self, field: Field, convert: Convert, begin: Ints, length: Ints) -> None:
        """Replace values by what the server is to read; equal ones are converted once. Those in the usual form, if they
        have it then, stay as they are.
        """
        unfit = self._unfit[field.column] = []

        def made(text: str) -> tuple[int, int]:
            value = convert(text)
            found = self._literals.none if value is None else self._literals.make(value)
            if value is not None and field.screen is not None and not field.screen.passes(value):
                unfit.append(found[0])
            return found

        left = self._literals.are_values(begin)
        if keeps_usual_form(field.column):
            left &= ~self._proof.has_form(Screen(field.column.type), begin, length)
        if len(field.column.mapped) <= _MOST_COMPARED:
            in_data = begin.copy(), length.copy()
            for text, _ in field.column.mapped:
                same = left & self._proof.equal(*in_data, text.encode())
                if same.any():
                    begin[same], length[same] = made(text)
                    left &= ~same
        rest = np.flatnonzero(left)
        texts = self._proof.texts(begin[rest], length[rest])
        places = {text: made(text.decode()) for text in set(texts)}
        begin[rest] = [places[text][0] for text in texts]
        length[rest] = [places[text][1] for text in texts]

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
