"""The records of a piece: hashed, their keys read, and extracted batch by batch."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from itertools import compress

import xxhash

from loader.extract.keys import may_guess, nothing
from loader.formats.xml.extraction import Extraction
from loader.formats.xml.reject_oversized import HEAD_BYTES, oversized
from loader.mapping.tables import REMOVED_HASH
from loader.source.rows import Reject, Rows
from loader.source.xml.ancestors import Context

# Records go to the extractor in batches of this size; between two batches, a worker checks whether to stop.
BATCH_BYTES = 4 << 20
# An element costs a parser some 200 to 400 bytes, text little more than its length. A record of the greatest length may
# have one tag per so many bytes, which is more than real ones of that length have.
BYTES_A_TAG = 40
_SHORTEST_TAG = 4  # <a/>
_NIL = re.compile(rb":nil[ \t\r\n]*=")  # whatever the prefix of `xsi:nil` is


class XmlRecords:
    """See loader.source.protocol.RecordSet. ``places``: where each record begins and ends in ``data``, and the index of
    its path. ``start``: offset of the data in the stream.
    """

    def __init__(  # noqa: PLR0917 -- a chunk has no fewer sides
        self,
        extraction: Extraction,
        data: bytes | bytearray,
        places: Sequence[tuple[int, int, int]],
        context: Context,
        start: int,
        first_record: int,
    ) -> None:
        self.entities = extraction.entities
        self._extraction = extraction
        self._data, self._places, self._context = data, places, context
        self._start, self._first_record = start, first_record

    def __len__(self) -> int:
        return len(self._places)

    @cached_property
    def hashes(self) -> Sequence[bytes]:
        seeds, digest, data = self._extraction.seeds(self._context), xxhash.xxh3_128_digest, self._data
        if not _NIL.search(data):
            return [digest(data[start:end], seeds[path]) for start, end, path in self._places]
        # Earlier versions made other rows of records with `xsi:nil`, whose hashes must not be equal.
        others = [seed ^ 1 for seed in seeds]
        return [
            digest(data[start:end], (others if _NIL.search(data, start, end) else seeds)[path])
            for start, end, path in self._places
        ]

    def indexes(self, entity: str) -> Sequence[int]:
        if len(self.entities) == 1:
            return range(len(self._places))
        mine = self.entities.index(entity)
        return [index for index, (_, _, path) in enumerate(self._places) if path == mine]

    def counts(self) -> Mapping[str, int]:
        found = Counter(path for _, _, path in self._places)
        counts: Counter[str] = Counter()
        for path, count in found.items():
            counts[self._target(path)] += count
        return counts

    def keys(self, entity: str) -> tuple[list[int], list[list[bytes]]] | None:
        searches = self._extraction.searches[self.entities.index(entity)]
        if searches is None:
            return None
        indexes, data = list(self.indexes(entity)), self._data
        places = self._places if len(indexes) == len(self._places) else [self._places[index] for index in indexes]
        columns = [[search(data, start, end) for start, end, _ in places] for search in searches]
        guessed = [all(matches) for matches in zip(*columns, strict=True)]
        if not all(guessed):
            indexes = list(compress(indexes, guessed))
            columns = [list(compress(column, guessed)) for column in columns]
        return indexes, [[match[1] for match in column if match] for column in columns]

    def proven_keys(self, entity: str) -> Sequence[tuple[int, bytes]]:
        place, data = self.entities.index(entity), self._data
        sure = may_guess(self._extraction.roots[place], self._context.prefix)
        read = self._extraction.key_readers[place] if sure else nothing
        found = (
            (index, read(data, start, end)) for index, (start, end, path) in enumerate(self._places) if path == place
        )
        return [(index, key) for index, key in found if key is not None]

    def extract(self, left_out: Set[int], check: Callable[[], None]) -> Rows:
        rows = Rows()
        extraction, many = self._extraction, len(self.entities) > 1
        limit = _SHORTEST_TAG * extraction.reading.record_limit // BYTES_A_TAG
        for some in self._batches(left_out):
            check()
            indexes, texts = some, self._texts(some)
            if max(map(len, texts)) > limit:
                indexes = self._without_heavy(some, rows)
                texts = self._texts(indexes)
                if not indexes:
                    continue
            self._extract(indexes, texts, rows, paths=many, numbers=bool(left_out or rows.rejects))
        return rows

    def raw(self, index: int) -> bytes:
        start, end, _ = self._places[index]
        return bytes(self._data[start:end])

    def offset(self, index: int) -> int:
        return self._start + self._places[index][0]

    def _extract(
        self, indexes: Sequence[int], texts: Sequence[bytes], rows: Rows, *, paths: bool, numbers: bool
    ) -> None:
        """Adds the rows of a batch. ``paths``, ``numbers``: whether the records' own ones must be passed."""
        from loader.extract.batch import Batch  # late, because it imports lxml, which unchanged records do not need

        extraction, first, hashes = self._extraction, self._first_record, self.hashes
        removing = extraction.are_removing
        extracted = extraction.engine.extract(
            Batch(
                records=texts,
                hashes=[REMOVED_HASH if removing[self._places[index][2]] else hashes[index].hex() for index in indexes]
                if any(removing)
                else [hashes[index].hex() for index in indexes],
                prefix=self._context.prefix,
                suffix=self._context.suffix,
                values=self._context.values,
                source=extraction.reading.source,
                first=first + indexes[0],
                numbers=[first + index for index in indexes] if numbers else None,
                paths=[self._places[index][2] for index in indexes] if paths else None,
                keys=extraction.reading.keys,
            )
        )
        rows.include(extracted.data, extracted.doubts, extracted.rows, extracted.seen)
        rows.count_unmapped(extracted.unmapped)
        for bad in extracted.bad:
            index, record = indexes[bad.index], texts[bad.index]
            rows.rejects.append(
                Reject(
                    first + index, self.offset(index), bad.reason, extraction.told(bad.message), record,
                    self._target(self._places[index][2]), key=self._proven_key(index, record, bad.reason),
                )
            )  # fmt: skip

    def _without_heavy(self, indexes: Sequence[int], rows: Rows) -> list[int]:
        """The records without more tags than a parser has memory for; the others become rejects."""
        most = self._extraction.reading.record_limit // BYTES_A_TAG
        kept = []
        for index in indexes:
            start, end, _ = self._places[index]
            length = end - start
            tags = self._data.count(b"<", start, end) if length > most * _SHORTEST_TAG else 0
            if tags <= most:
                kept.append(index)
                continue
            record = self.raw(index)
            message = f"the record has {tags:,} tags in {length:,} bytes, and max_record allows {most:,}"
            reject = oversized(
                self._first_record + index, self.offset(index), message, record[:HEAD_BYTES],
                entity=self._target(self._places[index][2]), length=length,
            )  # fmt: skip
            reject.key = self._proven_key(index, record, reject.reason)
            rows.rejects.append(reject)
        return kept

    def _proven_key(self, index: int, record: bytes, reason: str) -> dict[str, str | int] | None:
        return self._extraction.proof.key(record, self._places[index][2], self._context, reason=reason)

    def _target(self, path: int) -> str:
        return self._extraction.targets[path]

    def _texts(self, indexes: Sequence[int]) -> list[bytes]:
        data = self._data
        # The data of a view changes later, so engines get their own bytes. For bytes, this makes no second copy.
        return [bytes(data[start:end]) for start, end, _ in map(self._places.__getitem__, indexes)]

    def _batches(self, left_out: Set[int]) -> Iterator[Sequence[int]]:
        """Indexes of records, in runs of about BATCH_BYTES."""
        chosen: Sequence[int] = range(len(self._places))
        if left_out:
            chosen = [index for index in chosen if index not in left_out]
        first, size = 0, 0
        for place, index in enumerate(chosen):
            start, end, _ = self._places[index]
            size += end - start
            if size >= BATCH_BYTES:
                yield chosen[first : place + 1]
                first, size = place + 1, 0
        if first < len(chosen):
            yield chosen[first:]
