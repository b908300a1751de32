"""The input and output of engines: batches of records in, COPY text and bad records out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from loader.config.units import MIB
from loader.extract.encode import FIELD
from loader.extract.unmapped import Counts
from loader.mapping.tables import RECORD_BITS
from loader.source.rows import GeneratedKeys


@dataclass(slots=True)
class Batch:
    """Records of one source, each from its first to its last byte, in their order.

    ``paths``: the entity of each record, by its index among the engine's; None: all are of the first. ``first``: number
    in the source of the first record; the others follow it, unless ``numbers`` gives their numbers. ``hashes``: 32 hex
    characters per record. ``prefix``, ``suffix``: the start and end tags around the records. ``keys``: the parts of
    generated keys; None: ``source`` and the number. ``values``: of elements before the records, by Outside.key.
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
    values: Mapping[str, Sequence[str | None]] = field(default_factory=dict)

    def number(self, index: int) -> int:
        """Number in the source of a record."""
        return self.numbers[index] if self.numbers else self.first + index


@dataclass(frozen=True, slots=True)
class Bad:
    """A record that is left out: its index in the batch, a word for the reason, the message, the path or ''."""

    index: int
    reason: str
    message: str
    path: str = ""


@dataclass(slots=True)
class Extracted:
    """What a batch became: COPY text and number of rows by table (only tables that have rows).

    ``data``: the rows of records whose values are all proven to fit, so that typed columns take the text;
    ``doubts``: those of the other records. ``rows`` counts both. ``unmapped``: path → how often, an example.
    ``seen``: by table, the columns that have had their first value.
    """

    data: dict[str, bytes] = field(default_factory=dict)
    doubts: dict[str, bytes] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    bad: list[Bad] = field(default_factory=list)
    unmapped: Counts = field(default_factory=dict)
    seen: dict[str, set[str]] = field(default_factory=dict)

    def text(self, table: str) -> bytes:
        """All rows of a table."""
        return self.data.get(table, b"") + self.doubts.get(table, b"")

    def note(self, table: str, columns: set[str]) -> None:
        """Add columns of a table that have had their first value."""
        if columns:
            self.seen.setdefault(table, set()).update(columns)


class Pieces:
    """The COPY text of a batch, gathered block by block."""

    def __init__(self) -> None:
        self._texts: tuple[dict[str, list[bytes]], dict[str, list[bytes]]] = ({}, {})
        self._rows: dict[str, int] = {}

    def add(self, table: str, count: int, text: bytes, *, doubtful: bool) -> None:
        """Add some rows of a table."""
        self._texts[doubtful].setdefault(table, []).append(text)
        self._rows[table] = self._rows.get(table, 0) + count

    def include(self, found: Extracted) -> None:
        """Add the rows of another result."""
        for texts, found_texts in zip(self._texts, (found.data, found.doubts), strict=True):
            for table, text in found_texts.items():
                texts.setdefault(table, []).append(text)
        for table, count in found.rows.items():
            self._rows[table] = self._rows.get(table, 0) + count

    def join(self, result: Extracted) -> None:
        """Put everything into the result."""
        result.data, result.doubts = (
            {table: b"".join(pieces) for table, pieces in texts.items()} for texts in self._texts
        )
        result.rows = self._rows


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a single value. (The depth is limited by libxml2: 2,048 elements.) ``block_bytes``: most bytes that are
    extracted at once, if a worker's memory is small.
    """

    max_value: int = 64 * MIB
    block_bytes: int | None = None


def origins_of(batch: Batch, indexes: Iterable[int]) -> list[tuple[str, str, str]]:
    """For some records, the `_rec`, the generated key, and the joined `_source`, `_record` and `_hash`."""
    base, source = batch.source << RECORD_BITS, f"{batch.source}{FIELD}"
    origins = []
    for index in indexes:
        number = batch.number(index)
        rec = str(base + number)
        key = rec if batch.keys is None else str(batch.keys.key(number))
        origins.append((rec, key, f"{source}{number}{FIELD}{batch.hashes[index]}"))
    return origins
