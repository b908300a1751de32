"""Both engines on the same records: what each makes of them, and which records the columnar one leaves to the other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from unittest import mock

from loader.extract.batch import Batch, Extracted, Limits
from loader.extract.columnar import engine as columnar
from loader.extract.columnar.engine import ColumnarEngine
from loader.extract.lxml import engine as rows
from loader.extract.lxml.engine import LxmlEngine
from loader.mapping.dataset import Dataset

AROUND = (b"<dump>", b"</dump>")


@dataclass(frozen=True)
class Outcome:
    """What the columnar engine made of a batch, and the indexes of the records that the general one read for it."""

    extracted: Extracted
    left: list[int]


@contextmanager
def small_blocks(block_bytes: int = 1 << 20, tries: int = 50) -> Iterator[None]:
    """Array operations however few the bytes; enough tries that no record is left for the sake of another."""
    with mock.patch.multiple(columnar, _SMALLEST=1, _BLOCK_BYTES=block_bytes, _TRIES=tries):
        yield


class Engines:
    """Both engines for the entities of a dataset."""

    def __init__(self, dataset: Dataset, entities: Sequence[str] = (), limits: Limits | None = None) -> None:
        names = list(entities) or [dataset.entities[0].name]
        self.general = LxmlEngine(dataset, names, limits)
        self.columnar = ColumnarEngine(dataset, names, limits)

    def read(self, batch: Batch) -> Outcome:
        """The columnar engine's result."""
        left: list[int] = []
        general = self.columnar._general.extract
        first = batch.number(0) if batch.records else 0

        def spy(part: Batch) -> Extracted:
            left.extend(part.number(index) - first for index in range(len(part.records)))
            return general(part)

        with mock.patch.object(self.columnar, "_general", mock.Mock(extract=spy)):
            extracted = self.columnar.extract(batch)
        return Outcome(extracted, left)

    def agreed(self, batch: Batch) -> Outcome:
        """The columnar engine's result, which the other agrees with.

        The general one must judge each record alone: two that no splitter cuts, `<r>` and `</r><r></r>`, make two
        elements together.
        """
        with mock.patch.object(rows, "BLOCK_BYTES", 1):
            outcome = self.read(batch)
            expected = self.general.extract(batch)
        assert comparable(outcome.extracted) == comparable(expected)
        return outcome

    def agreed_on(
        self, records: Sequence[bytes], around: tuple[bytes, bytes] = AROUND, block_bytes: int = 1 << 20
    ) -> Outcome:
        """The same, of records of source 7 that are numbered from 1, in small blocks."""
        with small_blocks(block_bytes):
            return self.agreed(batch_of(records, around))


def batch_of(records: Sequence[bytes], around: tuple[bytes, bytes] = AROUND, **more: object) -> Batch:
    """Records of source 7, numbered from 1."""
    hashes = [hashlib.md5(record).hexdigest() for record in records]
    return Batch(records, hashes, *around, source=7, **more)  # type: ignore[arg-type]


def comparable(extracted: Extracted) -> dict[str, object]:
    """All of a result; rows and bad records in an order of their own."""
    return {
        "data": {table: sorted(text.split(b"\n")) for table, text in extracted.data.items()},
        "doubts": {table: sorted(text.split(b"\n")) for table, text in extracted.doubts.items()},
        "rows": extracted.rows,
        "bad": sorted(extracted.bad, key=lambda bad: bad.index),
        "unmapped": extracted.unmapped,
    }
