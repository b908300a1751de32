"""Records that take too much memory to be loaded: they become rejects, with only their beginning."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from functools import cached_property

from loader.formats.xml.extraction import Extraction
from loader.source.packing.ranges import Reader
from loader.source.rows import Reject, Rows
from loader.source.xml.ancestors import Context
from loader.source.xml.records_of_span import split
from loader.source.xml.span import Span

HEAD_BYTES = 4096  # bytes stored of such a record: enough to find it again


def oversized(number: int, offset: int, message: str, head: bytes, *, entity: str, length: int) -> Reject:
    """The reject of such a record."""
    return Reject(number, offset, "too_large", f"{message}; {len(head):,} bytes of it are kept", head, entity, length)


class OversizedRecord:
    """The only record of a piece, longer than the limit. It is neither compared nor counted as read."""

    def __init__(self, extraction: Extraction, span: Span, reader: Reader) -> None:
        self.entities = extraction.entities
        self.hashes: Sequence[bytes] = ()
        self._extraction, self._span, self._reader = extraction, span, reader

    def __len__(self) -> int:
        return 1

    def indexes(self, entity: str) -> Sequence[int]:
        return ()

    def counts(self) -> Mapping[str, int]:
        return {}

    def keys(self, entity: str) -> None:
        return None

    def proven_keys(self, entity: str) -> Sequence[tuple[int, bytes]]:
        return ()

    def extract(self, left_out: Set[int], check: Callable[[], None]) -> Rows:
        extraction, span = self._extraction, self._span
        length, limit = span.end - span.start, extraction.reading.record_limit
        path = split(self._head, span.prefix, extraction.paths)[0][2]
        message = f"the record has {length:,} bytes, and max_record is {limit:,}"
        entity = extraction.targets[path]
        reject = oversized(span.first_record, span.start, message, self._head, entity=entity, length=length)
        context = Context(span.prefix, span.suffix, values=span.values)
        reject.key = extraction.proof.key(self._head, path, context, reason=reject.reason, whole=False)
        return Rows(rejects=[reject])

    def raw(self, index: int) -> bytes:
        return self._head

    def offset(self, index: int) -> int:
        return self._span.start

    @cached_property
    def _head(self) -> bytes:
        return self._reader.head(self._span, HEAD_BYTES)
