"""The engine: records in, COPY text out; a record that cannot be read costs only itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from loader.extract.encode import FIELD, encode
from loader.extract.lxml.block import RECORD_BITS, Block, RecordProblem
from loader.extract.screen import is_clean
from loader.extract.unmapped import Counts
from loader.extract.unseen import Unseen
from loader.mapping.tables import Dataset, Table

BLOCK_BYTES = 256 * 1024  # 64 to 384 KB are alike; 1 MB is a tenth slower, 4 MB takes nearly twice the time


@dataclass(frozen=True, slots=True)
class GeneratedKeys:
    """What the generated keys of a source's records are made of, so that the next issue of the source has the same.

    ``source``: number of the source whose issue this is, as loader.register_source chose it. ``numbers``: by place in
    this source the number that each record has in that one, where these differ, as in a replay; None: they are equal.
    """

    source: int
    numbers: Sequence[int] | None = None

    def key(self, number: int) -> int:
        """The key of the record that has this number, from 1, in this source."""
        return (self.source << RECORD_BITS) + (self.numbers[number - 1] if self.numbers else number)


@dataclass(slots=True)
class Batch:
    """Records of one source, each from its first to its last byte, in their order.

    ``paths``: the entity of each record, by its index among the engine's; None: all are of the first.
    ``first``: number in the source of the first record; the others follow it, unless ``numbers`` says more.
    ``hashes``: 32 hex characters a record. ``prefix``, ``suffix``: the start and end tags around the records.
    ``keys``: what generated keys are made of; None: of ``source`` and the number.
    """

    records: Sequence[bytes]
    hashes: Sequence[str]
    prefix: bytes
    suffix: bytes
    source: int
    first: int = 1
    numbers: Sequence[int] | None = None
    paths: Sequence[int] | None = None
    keys: GeneratedKeys | None = None

    def number(self, index: int) -> int:
        """Number in the source of a record."""
        return self.numbers[index] if self.numbers else self.first + index


@dataclass(frozen=True, slots=True)
class Bad:
    """A record left out: its index in the batch, a word for the reason, the message, the path or ''."""

    index: int
    reason: str
    message: str
    path: str = ""


@dataclass(slots=True)
class Extracted:
    """What a batch became: COPY text and number of rows by table (only tables that have rows).

    ``clean``: every typed value is in its documented form and no key is NULL, so typed columns will take
    the text. ``unmapped``: path → how often, an example. ``seen``: by table, the columns that
    have had their first value.
    """

    data: dict[str, bytes] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    clean: bool = True
    bad: list[Bad] = field(default_factory=list)
    unmapped: Counts = field(default_factory=dict)
    seen: dict[str, set[str]] = field(default_factory=dict)

    def note(self, table: str, columns: set[str]) -> None:
        """Add columns of a table that have had their first value."""
        if columns:
            self.seen.setdefault(table, set()).update(columns)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a single value may be. (Depth is libxml2's own: 2,048 elements.) ``block_bytes``: of what is extracted at
    once, where a worker's memory is small.
    """

    max_value: int = 64 * 1024 * 1024
    block_bytes: int | None = None


def copy_columns(table: Table) -> tuple[str, ...]:
    """The columns of a table's COPY text, in their order; the last ones are the system's."""
    system = ("_source", "_record", "_hash") if table.is_root else ("_rec",)
    return (*table.primary_key, *(column.name for column in table.columns), *system)


def origins_of(batch: Batch, indexes: Iterable[int]) -> list[tuple[str, str, str]]:
    """Of some records the `_rec`, the generated key, and the joined `_source`, `_record` and `_hash`."""
    base, source = batch.source << RECORD_BITS, f"{batch.source}{FIELD}"
    origins = []
    for index in indexes:
        number = batch.number(index)
        rec = str(base + number)
        key = rec if batch.keys is None else str(batch.keys.key(number))
        origins.append((rec, key, f"{source}{number}{FIELD}{batch.hashes[index]}"))
    return origins


class LxmlEngine:
    """Extracts batches of the entities of one source; ``entities`` in the order of the record paths."""

    def __init__(
        self,
        dataset: Dataset,
        entities: Sequence[str],
        limits: Limits | None = None,
        unseen: Unseen | None = None,
    ) -> None:
        self._unseen = unseen or Unseen(dataset.tables)
        self._block = Block(dataset, entities, (limits or Limits()).max_value)

    def extract(self, batch: Batch) -> Extracted:
        """Rows of all records but the bad ones; never raises because of what the records contain."""
        result = Extracted()
        pieces: dict[str, list[bytes]] = {table: [] for table in self._block.rows}
        for first, end in _blocks(batch.records):
            self._extract(batch, first, end, result, pieces)
        result.data = {table: b"".join(parts) for table, parts in pieces.items() if parts}
        return result

    def _extract(self, batch: Batch, first: int, end: int, result: Extracted, pieces: dict[str, list[bytes]]) -> None:
        """Extract the records [first, end); halve them down to the bad ones when something is wrong."""
        self._block.clear()
        try:
            self._read(batch, first, end)
        except RecordProblem as problem:
            if end - first == 1:
                result.bad.append(Bad(first, problem.reason, str(problem), problem.path))
                return
            middle = (first + end) // 2
            self._extract(batch, first, middle, result, pieces)
            self._extract(batch, middle, end, result, pieces)
            return
        self._collect(result, pieces)

    def _read(self, batch: Batch, first: int, end: int) -> None:
        origins = origins_of(batch, range(first, end))
        paths = batch.paths[first:end] if batch.paths else [0] * (end - first)
        self._block.read(b"".join(batch.records[first:end]), batch.prefix, batch.suffix, paths, origins)

    def _collect(self, result: Extracted, pieces: dict[str, list[bytes]]) -> None:
        for table, rows in self._block.rows.items():
            if rows:
                pieces[table].append(encode(rows))
                result.note(table, self._unseen.in_rows(table, rows))
                result.rows[table] = result.rows.get(table, 0) + len(rows)
        result.clean = result.clean and is_clean(self._block.screens)
        for path, (count, example) in self._block.unmapped.counts.items():
            known, first_example = result.unmapped.get(path, (0, ""))
            result.unmapped[path] = (known + count, first_example or example)


def _blocks(records: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    """Runs of records of about BLOCK_BYTES; a longer record is a block of its own."""
    first, size = 0, 0
    for index, record in enumerate(records):
        if size and size + len(record) > BLOCK_BYTES:
            yield first, index
            first, size = index, 0
        size += len(record)
    if records:
        yield first, len(records)
