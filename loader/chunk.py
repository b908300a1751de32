"""The work on one chunk: read, split, hash, extract, COPY, merge; rows and `done` in one transaction."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

import psycopg
import xxhash

from loader.copy import copy_table
from loader.database.connect import Connection
from loader.errors import SourceChangedError
from loader.extract.rows import Batch, Extracted, LxmlEngine
from loader.mapping.rules import has_rules
from loader.mapping.tables import Dataset, Table
from loader.source.read import Reader
from loader.source.scan import RecordPath
from loader.source.split import split

# Records go to the extractor in batches of this size: between two of them a worker looks whether it is to stop.
BATCH_BYTES = 4 << 20

_DECLARATION = re.compile(rb"""\sxmlns(?::[^\s=]+)?\s*=\s*(?:"[^"]*"|'[^']*')|<!DOCTYPE.*?\]\s*>""", re.DOTALL)

# What the server says of a value that does not fit: the chunk goes through all-text staging, which tells which.
_VALUE_ERRORS = (psycopg.DataError, psycopg.errors.NotNullViolation)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A claimed chunk, as loader.claim_chunk gives it."""

    chunk_id: int
    source_id: int
    token: int
    start: int
    end: int
    first_record: int
    records: int
    prefix: bytes
    suffix: bytes
    seek: bytes | None
    digest: int


@dataclass(slots=True)
class OpenSource:
    """What a worker keeps of a source between its chunks."""

    name: str
    reader: Reader
    paths: list[RecordPath]
    engine: LxmlEngine


@dataclass(slots=True)
class Reject:
    """A record that the extractor left out."""

    number: int
    offset: int
    reason: str
    message: str
    raw: bytes
    entity: str


@dataclass(slots=True)
class Rows:
    """All rows of a chunk as COPY text, and what could not become rows."""

    blocks: dict[str, list[bytes]] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    unmapped: dict[str, tuple[int, str]] = field(default_factory=dict)
    clean: bool = True
    records: list[tuple[int, int, int]] = field(default_factory=list)

    def add(self, extracted: Extracted) -> None:
        """Takes what a batch became."""
        for table, block in extracted.data.items():
            self.blocks.setdefault(table, []).append(block)
        for path, (count, example) in extracted.unmapped.items():
            known, first = self.unmapped.get(path, (0, ""))
            self.unmapped[path] = (known + count, first or example)
        self.clean = self.clean and extracted.clean


class ChunkLoader:
    """Loads chunks over one connection. ``pause`` is called between batches and may raise to stop the work."""

    def __init__(
        self,
        connection: Connection,
        dataset: Dataset,
        mode: Literal["replace", "merge"],
        pause: Callable[[], None],
    ) -> None:
        self._connection = connection
        self._dataset = dataset
        self._replace = mode == "replace"
        self._pause = pause
        self._slot: int | None = None
        self._has_rules = {entity.name: has_rules(dataset, entity.name) for entity in dataset.entities}
        self._reads_root = any(
            column.path is not None and column.path.absolute
            for table in dataset.tables
            for column in (*table.key, *table.columns)
        )

    def load(self, chunk: Chunk, source: OpenSource) -> None:
        """Loads one chunk in one transaction; raises without a trace in the tables when that cannot be done."""
        data = source.reader.read(chunk)
        rows = self._extract(chunk, source, data)
        with self._connection.transaction():
            self._connection.execute("select loader.fence_chunk(%s, %s)", (chunk.chunk_id, chunk.token))
            for reject in rows.rejects:
                self._connection.execute(
                    "select loader.reject_record(%s, %s, %s, %s, %s, %s, %s)",
                    (
                        chunk.chunk_id, reject.entity, reject.number, reject.reason, reject.message, reject.offset,
                        reject.raw,
                    ),
                )  # fmt: skip
            copied = self._bring(chunk, source, rows, data)
            self._connection.execute(
                "call loader.merge_chunk(%s, %s, %s, %s, %s)",
                (chunk.chunk_id, chunk.token, self._slot or 0, copied, json.dumps(rows.unmapped)),
            )

    def _extract(self, chunk: Chunk, source: OpenSource, data: bytes) -> Rows:
        rows = Rows(records=split(data, chunk.prefix, source.paths))
        if len(rows.records) != chunk.records:
            raise SourceChangedError(
                f"{len(rows.records)} records were found where {chunk.records} were planned (chunk {chunk.chunk_id})"
            )
        seed = self._seed(chunk)
        for first, end in _batches(rows.records):
            self._pause()
            spans = rows.records[first:end]
            records = [data[start:stop] for start, stop, _ in spans]
            batch = Batch(
                records=records,
                hashes=[xxhash.xxh3_128_hexdigest(record, seed) for record in records],
                prefix=chunk.prefix,
                suffix=chunk.suffix,
                source=chunk.source_id,
                first=chunk.first_record + first,
                paths=[path for _, _, path in spans] if len(source.paths) > 1 else None,
            )
            extracted = source.engine.extract(batch)
            rows.add(extracted)
            for bad in extracted.bad:
                start, _, path = spans[bad.index]
                rows.rejects.append(
                    Reject(
                        chunk.first_record + first + bad.index, chunk.start + start, bad.reason, bad.message,
                        records[bad.index], source.paths[path].entity,
                    )
                )  # fmt: skip
        return rows

    def _seed(self, chunk: Chunk) -> int:
        """What beside its bytes decides what a record means: mapping, DTD, namespaces, root attributes if mapped."""
        context = chunk.prefix if self._reads_root else b"".join(sorted(_DECLARATION.findall(chunk.prefix)))
        return xxhash.xxh3_64_intdigest(self._dataset.hash.encode() + context)

    def _bring(self, chunk: Chunk, source: OpenSource, rows: Rows, data: bytes) -> int | None:
        """Brings the rows into build or staging; returns the roots copied, None when SQL judged them."""
        if rows.clean and not any(self._has_rules[path.entity] for path in source.paths):
            try:
                with self._connection.transaction():
                    return self._copy(rows)
            except _VALUE_ERRORS:
                pass  # not lost: the all-text way below finds the values at fault and keeps them as rejects
        self._judge(chunk, rows, data)
        return None

    def _copy(self, rows: Rows) -> int:
        schema = f"{self._dataset.name}_{'build' if self._replace else 'stage'}"
        tail = "" if self._replace else f"_s{self._take_slot()}"
        copied = 0
        for table in self._tables(rows):
            count = copy_table(self._connection, schema, table.name + tail, table, rows.blocks[table.name])
            copied += count if table.is_root else 0
        return copied

    def _judge(self, chunk: Chunk, rows: Rows, data: bytes) -> None:
        slot = self._take_slot()
        for table in self._tables(rows):
            copy_table(
                self._connection, f"{self._dataset.name}_stage", f"{table.name}_text_s{slot}", table,
                rows.blocks[table.name],
            )  # fmt: skip
        found = self._connection.execute(
            "select loader.stage_chunk(%s, %s, %s)", (chunk.chunk_id, chunk.token, slot)
        ).fetchone()
        for number in found[0] if found else ():
            start, end, _ = rows.records[number - chunk.first_record]
            self._connection.execute(
                "select loader.locate_reject(%s, %s, %s, %s)",
                (chunk.chunk_id, number, chunk.start + start, data[start:end]),
            )

    def _tables(self, rows: Rows) -> Iterator[Table]:
        return (table for table in self._dataset.tables if table.name in rows.blocks)

    def _take_slot(self) -> int:
        if self._slot is None:
            found = self._connection.execute("select loader.take_slot(%s)", (self._dataset.name,)).fetchone()
            self._slot = int(found[0]) if found else 0
        return self._slot


def _batches(records: list[tuple[int, int, int]]) -> Iterator[tuple[int, int]]:
    first, size = 0, 0
    for index, (start, end, _) in enumerate(records):
        size += end - start
        if size >= BATCH_BYTES:
            yield first, index + 1
            first, size = index + 1, 0
    if first < len(records):
        yield first, len(records)
