"""The columnar engine: blocks of plain records as arrays; libxml2 reads all others."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence

import numpy as np

from loader.extract.batch import Bad, Batch, Extracted, Limits, Pieces, origins_of
from loader.extract.columnar.arrays import Bytes, Ints
from loader.extract.columnar.assemble import assemble
from loader.extract.columnar.columns import Columns, TableRows
from loader.extract.columnar.escapes import escaped
from loader.extract.columnar.gates import Gates
from loader.extract.columnar.lexer import NotPlainError, decode_references, lex
from loader.extract.columnar.literals import Literals
from loader.extract.columnar.names import words_of
from loader.extract.columnar.proof import Proof
from loader.extract.columnar.scheme import Scheme, UnsupportedError
from loader.extract.columnar.tree import Tree
from loader.extract.lxml.engine import LxmlEngine
from loader.extract.missing import Unseen
from loader.mapping.dataset import Dataset

_BLOCK_BYTES = 2 << 20  # in a larger block, arrays leave the caches; in a smaller one, numpy's calls cost more
_SMALLEST = 32 * 1024  # below, the parser is quicker than so many array operations
_LARGEST_RECORD = 2 << 20  # arrays take many times a block's size
_TRIES = 4


class ColumnarEngine:
    """Extracts batches like LxmlEngine, with the same result; passes records that are not plain to one."""

    def __init__(self, dataset: Dataset, entities: Sequence[str], limits: Limits | None = None) -> None:
        self._dataset, self._entities, self._limits = dataset, entities, limits
        limits = limits or Limits()
        self._block_bytes = max(_SMALLEST, min(_BLOCK_BYTES, limits.block_bytes or _BLOCK_BYTES))
        self._largest = min(_LARGEST_RECORD, limits.block_bytes or _LARGEST_RECORD, limits.max_value)
        self._unseen = Unseen((*dataset.tables, *dataset.removals))
        self._schemes: list[Scheme | None] = []
        for entity in entities:
            try:
                self._schemes.append(Scheme(dataset, entity))
            except UnsupportedError:
                self._schemes.append(None)

    @functools.cached_property
    def _general(self) -> LxmlEngine:
        """The engine for records that are not plain; most dumps never need it."""
        return LxmlEngine(self._dataset, self._entities, self._limits, self._unseen)

    def extract(self, batch: Batch) -> Extracted:
        """Rows of all valid records; never raises because of what the records contain."""
        result = _Result(self._unseen)
        left: list[int] = []
        if b"xmlns" in batch.prefix or b"<!DOCTYPE" in batch.prefix:
            left = list(range(len(batch.records)))
        else:
            for path, scheme in enumerate(self._schemes):
                for block in _blocks(batch, path, self._block_bytes):
                    if scheme is None or max(len(batch.records[index]) for index in block) > self._largest:
                        left += block
                    else:
                        left += self._extract(scheme, batch, block, result)
        if left:
            self._extract_generally(batch, sorted(left), result)
        return result.whole()

    def _extract(self, scheme: Scheme, batch: Batch, block: list[int], result: _Result) -> list[int]:
        """Add the rows of a block; returns the records that are left for the general engine."""
        left: list[int] = []
        for _ in range(_TRIES):
            if sum(len(batch.records[index]) for index in block) < _SMALLEST:
                break
            strange = _read(scheme, batch, block, result)
            if not strange:
                return left
            left += [block[position] for position in strange]
            block = [index for position, index in enumerate(block) if position not in strange]
        return left + block

    def _extract_generally(self, batch: Batch, indexes: list[int], result: _Result) -> None:
        part = Batch(
            records=[batch.records[index] for index in indexes],
            hashes=[batch.hashes[index] for index in indexes],
            prefix=batch.prefix,
            suffix=batch.suffix,
            source=batch.source,
            numbers=[batch.number(index) for index in indexes],
            paths=[batch.paths[index] for index in indexes] if batch.paths else None,
            keys=batch.keys,
            values=batch.values,
        )
        found = self._general.extract(part)
        result.pieces.include(found)
        result.bad += [Bad(indexes[bad.index], bad.reason, bad.message, bad.path) for bad in found.bad]
        result.unmapped = found.unmapped
        for table, columns in found.seen.items():
            result.note(table, columns)


class _Result(Extracted):
    """The result, gathered block by block."""

    def __init__(self, unseen: Unseen) -> None:
        super().__init__()
        self.unseen, self.pieces = unseen, Pieces()

    def whole(self) -> Extracted:
        """The complete result."""
        self.pieces.join(self)
        return self


def _read(scheme: Scheme, batch: Batch, block: list[int], result: _Result) -> set[int]:
    """Add the rows of the records of a block; or none, and return which of them (by position) are not plain."""
    records = [batch.records[index] for index in block]
    data = b"".join(records)
    if b"\r" in data:
        records = [_with_line_feeds(record) for record in records]
        data = b"".join(records)
    size = np.array(list(map(len, records)), np.int64)
    begin = np.cumsum(size) - size
    literals = Literals(int(size.sum()), scheme.tables, origins_of(batch, block))
    try:
        tables = _tables(scheme, data, begin, literals, result)
    except NotPlainError as problem:
        strange = np.unique(np.searchsorted(begin, problem.positions, "right") - 1).tolist()
        return set(strange or range(len(block)))  # an error without positions concerns all of them
    for name, count, text, doubtful in tables:
        result.pieces.add(name, count, text, doubtful=doubtful)
    return set()


def _tables(
    scheme: Scheme, data: bytes, records: Ints, literals: Literals, result: _Result
) -> list[tuple[str, int, bytes, bool]]:
    """Name, number of rows and COPY text of each table that has rows, and whether they belong to doubtful records;
    raises NotPlainError if a record is not plain.
    """
    buffer = bytearray(data + literals.content())
    whole, words = np.frombuffer(buffer, np.uint8), words_of(buffer)
    plain = whole[: len(data)]
    tree = Tree(plain, lex(plain, words, scheme.names), scheme, records)
    references, proof = decode_references(plain, words), Proof(whole, words, len(data))
    gates = Gates(scheme.gates, tree, proof.equal, references)
    gates.check(scheme.readings)
    columns = Columns(plain, tree, references, literals, proof, gates)
    tables = columns.tables(scheme)
    if made := literals.made():
        whole = np.concatenate((whole, np.frombuffer(made, np.uint8)))
    for table in tables:
        has_value = functools.partial(_has_value, whole, literals, table)
        result.note(table.name, result.unseen.in_columns(table.name, has_value))
    doubtful = columns.doubtful
    parts = [(table, False) for table in tables]
    if doubtful is not None:
        parts = [(table.of(doubtful == doubt), doubt) for table in tables for doubt in (False, True)]
    return [(part.name, part.count, assemble(whole, part), doubt) for part, doubt in parts if part.count]


def _has_value(data: Bytes, literals: Literals, table: TableRows, place: int, default: str | None) -> bool:
    """Whether a column has a value that is not its default."""
    begin, length = table.fields[place]
    given = literals.are_values(begin)
    if default is None or not given.any():
        return bool(given.any())
    defaults = {default.encode(), escaped(default.encode())}
    values = zip(begin[given].tolist(), length[given].tolist(), strict=True)
    return any(data[start : start + size].tobytes().replace(b"\0", b"") not in defaults for start, size in values)


def _blocks(batch: Batch, path: int, wanted: int) -> Iterator[list[int]]:
    """The records of one path in equal blocks of about the wanted size; a longer record is a block of its own."""
    mine = [index for index in range(len(batch.records)) if (batch.paths[index] if batch.paths else 0) == path]
    total = sum(len(batch.records[index]) for index in mine)
    most = total // max(1, round(total / wanted))
    block: list[int] = []
    size = 0
    for index in mine:
        length = len(batch.records[index])
        if block and length > most:
            yield block
            block, size = [], 0
        block.append(index)
        size += length
        if size >= most:
            yield block
            block, size = [], 0
    if block:
        yield block


def _with_line_feeds(record: bytes) -> bytes:
    """Line ends as a parser normalises them."""
    return record.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
