"""The rows of a chunk: its records hashed and extracted, batch by batch."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field

import xxhash

from loader.extract.batch import Batch, Extracted, GeneratedKeys
from loader.extract.engines import Engine
from loader.extract.keys import KeyProof
from loader.mapping.dataset import Dataset
from loader.source.xml.read import Reader
from loader.source.xml.scan import RECORD_LIMIT, RecordPath

# Records go to the extractor in batches of this size: between two of them a worker looks whether it is to stop.
BATCH_BYTES = 4 << 20
HEAD_BYTES = 4096  # kept of a record that is too large to be loaded: enough to find it again
# An element costs a parser some 200 to 400 bytes, text little more than its length: a record as long as is let pass may
# have a tag for each so many bytes, which is more than real ones of that length have.
BYTES_A_TAG = 40
_SHORTEST_TAG = 4  # <a/>

_UNDECLARED = re.compile(r"Entity '[^']*' not defined")
_DECLARATION = re.compile(rb"""\sxmlns(?::[^\s=]+)?\s*=\s*(?:"[^"]*"|'[^']*')|<!DOCTYPE.*?\]\s*>""", re.DOTALL)


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
    """What a worker keeps of a source between its chunks. ``record_limit``: bytes of the longest record it loads.

    ``keys``: what the generated keys of its records are made of; None where no entity of it has such a key.
    ``proof``: proves the keys of records that cannot be loaded (None: they stay unknown).
    """

    name: str
    reader: Reader
    paths: list[RecordPath]
    engine: Engine
    record_limit: int = RECORD_LIMIT
    keys: GeneratedKeys | None = None
    proof: KeyProof | None = None


@dataclass(frozen=True, slots=True)
class Records:
    """The records of a chunk: where each stands in its bytes, the index of its path, its hash (16 bytes)."""

    data: bytes
    spans: Sequence[tuple[int, int, int]]
    hashes: Sequence[bytes]


@dataclass(slots=True)
class Reject:
    """A record that is left out. ``length``: of the record, in bytes, where ``raw`` is only its beginning. ``key``: as
    its bytes prove it, a value for each column.
    """

    number: int
    offset: int
    reason: str
    message: str
    raw: bytes
    entity: str
    length: int | None = None
    key: dict[str, str | int] | None = None


@dataclass(slots=True)
class Rows:
    """All rows of a chunk as COPY text, ``counts`` of them by table, and what could not become rows. ``seen``: columns
    that have had their first value, by table.
    """

    blocks: dict[str, list[bytes]] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    unmapped: dict[str, tuple[int, str]] = field(default_factory=dict)
    clean: bool = True
    counts: Counter[str] = field(default_factory=Counter)
    seen: dict[str, set[str]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Rows of all tables."""
        return self.counts.total()

    def add(self, extracted: Extracted) -> None:
        """Takes what a batch became."""
        for table, block in extracted.data.items():
            self.blocks.setdefault(table, []).append(block)
        self.counts.update(extracted.rows)
        for table, columns in extracted.seen.items():
            self.seen.setdefault(table, set()).update(columns)
        for path, (count, example) in extracted.unmapped.items():
            known, first = self.unmapped.get(path, (0, ""))
            self.unmapped[path] = (known + count, first or example)
        self.clean = self.clean and extracted.clean


class Hasher:
    """Hashes records so that equal hashes mean equal rows."""

    def __init__(self, dataset: Dataset) -> None:
        self._mapping = dataset.hash.encode()
        self._reads_root = any(
            column.path is not None and column.path.absolute
            for table in dataset.tables
            for column in (*table.key, *table.columns)
        )

    def hashes(self, data: bytes, spans: Sequence[tuple[int, int, int]], prefix: bytes) -> list[bytes]:
        """The hash of each record. Its seed is what beside its bytes decides what a record means: mapping, DTD,
        namespaces, root attributes where they are mapped.
        """
        context = prefix if self._reads_root else b"".join(sorted(_DECLARATION.findall(prefix)))
        seed = xxhash.xxh3_64_intdigest(self._mapping + context)
        digest = xxhash.xxh3_128_digest
        return [digest(data[start:end], seed) for start, end, _ in spans]


def extract(chunk: Chunk, source: OpenSource, records: Records, left_out: Set[int], pause: Callable[[], None]) -> Rows:
    """The rows of all records but those ``left_out``, by their index. ``pause`` is called between batches."""
    rows = Rows()
    wanted = [index for index in range(len(records.spans)) if index not in left_out] if left_out else None
    for some in _batches(records.spans, wanted):
        pause()
        indexes, texts = some, _texts(records, some)
        if max(map(len, texts)) > _SHORTEST_TAG * source.record_limit // BYTES_A_TAG:
            indexes, texts = _without_heavy(chunk, source, records, some, rows)
            if not indexes:
                continue
        spans = [records.spans[index] for index in indexes]
        batch = Batch(
            records=texts,
            hashes=[records.hashes[index].hex() for index in indexes],
            prefix=chunk.prefix,
            suffix=chunk.suffix,
            source=chunk.source_id,
            first=chunk.first_record + indexes[0],
            numbers=[chunk.first_record + index for index in indexes] if left_out or rows.rejects else None,
            paths=[path for _, _, path in spans] if len(source.paths) > 1 else None,
            keys=source.keys,
        )
        extracted = source.engine.extract(batch)
        rows.add(extracted)
        for bad in extracted.bad:
            start, _, path = spans[bad.index]
            rows.rejects.append(
                Reject(
                    chunk.first_record + indexes[bad.index], chunk.start + start, bad.reason,
                    _told(bad.message, source), batch.records[bad.index], source.paths[path].entity,
                    key=proven_key(chunk, source, batch.records[bad.index], path, bad.reason),
                )
            )  # fmt: skip
    return rows


def _told(message: str, source: OpenSource) -> str:
    """What is told of a bad record; of an entity that nobody has declared, where it may be declared, too."""
    if not _UNDECLARED.search(message):
        return message
    if dtd := source.reader.external_dtd():
        return (
            f"{message}: the DTD {dtd}, which may declare it, is not read; declare it in the file, and set "
            "internal_subset: allow"
        )
    return f"{message}: the file declares no such entity"


def _without_heavy(
    chunk: Chunk, source: OpenSource, records: Records, indexes: Sequence[int], rows: Rows
) -> tuple[list[int], list[bytes]]:
    """The records that have no more tags than a parser has memory for, and their texts; the others become rejects."""
    most = source.record_limit // BYTES_A_TAG
    kept = []
    for index in indexes:
        start, end, path = records.spans[index]
        tags = records.data.count(b"<", start, end) if end - start > most * _SHORTEST_TAG else 0
        if tags <= most:
            kept.append(index)
            continue
        message = f"the record has {tags:,} tags in {end - start:,} bytes, and max_record allows {most:,}"
        head = records.data[start : min(end, start + HEAD_BYTES)]
        number, offset, entity = chunk.first_record + index, chunk.start + start, source.paths[path].entity
        reject = oversized(number, offset, message, head, entity=entity, length=end - start)
        reject.key = proven_key(chunk, source, bytes(records.data[start:end]), path, reject.reason)
        rows.rejects.append(reject)
    return kept, _texts(records, kept)


def _texts(records: Records, indexes: Sequence[int]) -> list[bytes]:
    return [records.data[start:end] for start, end, _ in map(records.spans.__getitem__, indexes)]


def oversized(number: int, offset: int, message: str, head: bytes, *, entity: str, length: int) -> Reject:
    """The reject of a record that takes too much memory; no more than its ``head`` is kept."""
    return Reject(number, offset, "too_large", f"{message}; {len(head):,} bytes of it are kept", head, entity, length)


def proven_key(
    chunk: Chunk, source: OpenSource, record: bytes, path: int, reason: str, *, whole: bool = True
) -> dict[str, str | int] | None:
    """The key of a record that is left out, where its bytes prove it; ``path``: the index of its entity."""
    if source.proof is None:
        return None
    return source.proof.key(record, path, chunk.prefix, chunk.suffix, reason=reason, whole=whole)


def _batches(spans: Sequence[tuple[int, int, int]], wanted: Sequence[int] | None) -> Iterator[Sequence[int]]:
    """Indexes of records, in runs of about BATCH_BYTES."""
    chosen: Sequence[int] = range(len(spans)) if wanted is None else wanted
    first, size = 0, 0
    for place, index in enumerate(chosen):
        start, end, _ = spans[index]
        size += end - start
        if size >= BATCH_BYTES:
            yield chosen[first : place + 1]
            first, size = place + 1, 0
    if first < len(chosen):
        yield chosen[first:]
