"""The engine: records in, COPY text out; only a record that cannot be read is lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from loader.extract.batch import Bad, Batch, Extracted, Limits, Pieces, origins_of
from loader.extract.encode import encode
from loader.extract.lxml.block import Block, RecordProblem
from loader.extract.missing import Unseen
from loader.mapping.dataset import Dataset

BLOCK_BYTES = 256 * 1024  # 64 to 384 KB are equally fast; 1 MB is a tenth slower, 4 MB takes nearly twice the time


class LxmlEngine:
    """Extracts batches of the entities of one source; ``entities`` in the order of the record paths."""

    def __init__(
        self,
        dataset: Dataset,
        entities: Sequence[str],
        limits: Limits | None = None,
        unseen: Unseen | None = None,
    ) -> None:
        self._unseen = unseen or Unseen((*dataset.tables, *dataset.removals))
        self._block = Block(dataset, entities, (limits or Limits()).max_value)

    def extract(self, batch: Batch) -> Extracted:
        """Rows of all valid records; never raises because of what the records contain."""
        result = Extracted()
        pieces = Pieces()
        for first, end in _blocks(batch.records):
            self._extract(batch, first, end, result, pieces)
        pieces.join(result)
        return result

    def _extract(self, batch: Batch, first: int, end: int, result: Extracted, pieces: Pieces) -> None:
        """Extract the records [first, end); if something is wrong, bisect them down to the bad ones."""
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
        self._block.read(b"".join(batch.records[first:end]), batch.prefix, batch.suffix, paths, origins, batch.values)

    def _collect(self, result: Extracted, pieces: Pieces) -> None:
        recs = self._block.doubtful()
        for table, rows in self._block.rows.items():
            result.note(table, self._unseen.in_rows(table, rows))
            for doubtful, some in enumerate(self._block.take(table, recs)):
                if some:
                    pieces.add(table, len(some), encode(some), doubtful=bool(doubtful))
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
