"""What is measured: generated dumps, and their records in batches as a worker makes them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xxhash

from loader.extract.batch import Batch
from loader.mapping.dataset import Dataset
from loader.sample import write_sample
from loader.source.entities_of_file import entities_of
from loader.source.file import SourceFile
from loader.source.packing.ranges import Reader
from loader.source.xml.records_of_span import split
from loader.source.xml.scan import RecordPath, Span, scan
from loader.source.xml.tags import record_paths
from tests.support.sources import expand

CHUNK_BYTES = 4 << 20
NEXT_MONTH = datetime.date(2026, 2, 1)


@dataclass(frozen=True, slots=True)
class Dump:
    """A folder of generated dumps and its manifest."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def xml_bytes(self) -> int:
        """Bytes of XML of all entities."""
        return sum(int(entity["bytes"]) for entity in self.manifest["entities"].values())

    @property
    def records(self) -> dict[str, int]:
        """Records of each entity."""
        return {name: int(entity["records"]) for name, entity in self.manifest["entities"].items()}


def dump(folder: Path, releases: int, *, gz: bool = True) -> Dump:
    """The dumps of a month."""
    return Dump(folder, write_sample(folder, releases=releases, gz=gz))


def next_dump(folder: Path, releases: int, change: float, add: float, delete: float) -> Dump:
    """The dumps of the month after: so many percent of the records changed, added, deleted."""
    manifest = write_sample(
        folder, releases=releases, gz=True, change_pct=change, add_pct=add, delete_pct=delete, snapshot=NEXT_MONTH
    )
    return Dump(folder, manifest)


@dataclass(frozen=True, slots=True)
class Source:
    """A dump file with what a worker knows of it."""

    file: SourceFile
    entities: list[str]
    paths: list[RecordPath]

    def spans(self) -> list[Span]:
        """The file cut into chunks."""
        return list(scan(self.file, self.paths, chunk_bytes=CHUNK_BYTES))


def sources(folder: Path, dataset: Dataset) -> list[Source]:
    """The dump files of a folder."""
    found = []
    for file in expand([folder]):
        entities = [entity.name for entity in entities_of(file, dataset)]
        found.append(Source(file, entities, record_paths(dataset, entities)))
    return found


def batches(source: Source, number: int) -> Iterator[Batch]:
    """The records of a source (of this number in the manifest), a chunk a batch."""
    with Reader(source.file) as reader:
        for span in source.spans():
            yield batch(reader.read(span), span, source, number)


def batch(data: bytes, span: Span, source: Source, number: int) -> Batch:
    """The records of a chunk."""
    records = [data[start:end] for start, end, _ in split(data, span.prefix, source.paths)]
    hashes = [xxhash.xxh3_128_hexdigest(record) for record in records]
    return Batch(records, hashes, span.prefix, span.suffix, source=number, first=span.first_record)
