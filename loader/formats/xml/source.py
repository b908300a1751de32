"""A file of XML as a source: its spans are pieces, which are read again as sets of records."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Sequence

from loader.formats.xml.extraction import Extraction
from loader.formats.xml.records import XmlRecords
from loader.formats.xml.reject_oversized import OversizedRecord
from loader.formats.xml.roots import known_roots
from loader.mapping.dataset import Dataset
from loader.source.packing.format import SourceFile
from loader.source.packing.ranges import Reader
from loader.source.packing.stream import open_stream
from loader.source.protocol import Piece, Reading, RecordSet, Summary, Want
from loader.source.xml.ancestors import Context
from loader.source.xml.doctype import external_dtd
from loader.source.xml.locator import piece_of, span_of
from loader.source.xml.read_keys import Look, View
from loader.source.xml.records_of_span import split
from loader.source.xml.scan import scan
from loader.source.xml.tags import record_paths


class XmlSource:
    """See loader.source.protocol.Source."""

    def __init__(self, file: SourceFile, dataset: Dataset, entities: Sequence[str]) -> None:
        self.file, self.dataset = file, dataset
        self.entities = dataset.readers_of(entities, file.names)
        self.paths = record_paths(dataset, self.entities)

    def scan(self, want: Want) -> XmlScan:
        return XmlScan(self, want)

    def look(self) -> XmlLook:
        return XmlLook(self)

    def reader(self, reading: Reading) -> XmlReader:
        return XmlReader(self, reading)

    def external_dtd(self) -> str:
        """The external DTD that the file's DOCTYPE names, '' if it names none. Such a DTD is never read."""
        stream, _ = open_stream(self.file)
        try:
            return external_dtd(stream.read())
        finally:
            stream.close()

    def extent(self, piece: Piece) -> tuple[int, int]:
        span = span_of(piece)
        return span.start, span.end


class XmlScan:
    """The spans of a source as pieces."""

    def __init__(self, source: XmlSource, want: Want) -> None:
        settings = source.dataset.settings
        self._source = source
        self._scan = scan(
            source.file, source.paths, chunk_bytes=want.weight, documents=settings.documents,
            internal_subset=settings.internal_subset, dtds=source.dataset.dtds, record_limit=want.record_limit,
            progress=want.progress, keeping=want.keeping,
        )  # fmt: skip

    @property
    def summary(self) -> Summary:
        found, source = self._scan.summary, self._source
        # The first root element alone does not decide if a file may contain several documents.
        text = f"no document in {source.file.name} has a root element that the mapping knows"
        ignored = {
            "/".join(["", *path.steps]) for table in source.dataset.tables for path in table.ignore if path.absolute
        }
        other = {path: count for path, count in found.other.items() if path not in ignored}
        return Summary(
            found.decoded_bytes, found.records, found.sha256, found.content, found.damage, other,
            source.dataset.targets_of(found.entities), found.transcoded_from,
            ("", "") if found.entities else (text, known_roots(source.dataset)),
        )  # fmt: skip

    def __iter__(self) -> Generator[Piece, None, None]:
        with contextlib.closing(iter(self._scan)) as spans:
            yield from map(piece_of, spans)


class XmlLook:
    """The views of a source as pieces."""

    def __init__(self, source: XmlSource) -> None:
        settings = source.dataset.settings
        self._look = Look(
            source.file,
            source.paths,
            documents=settings.documents,
            internal_subset=settings.internal_subset,
            dtds=source.dataset.dtds,
        )

    @property
    def summary(self) -> Summary:
        return Summary(0, self._look.records, "", None, self._look.damage, {}, (), oversized=self._look.oversized)

    def __iter__(self) -> Generator[Piece, None, None]:
        for number, view in enumerate(self._look, start=1):
            yield Piece(number, view.first_record, len(view.records), 0, None, None, None, None, view)


class XmlReader:
    """See loader.source.protocol.SourceReader."""

    def __init__(self, source: XmlSource, reading: Reading) -> None:
        self._reader = Reader(source.file)
        self._limit = reading.record_limit
        self._extraction = Extraction(source.dataset, source.entities, reading, source.external_dtd)

    def records(self, piece: Piece) -> RecordSet:
        extraction = self._extraction
        if isinstance(view := piece.content, View):
            places = [(start - view.base, end - view.base, path) for start, end, path in view.records]
            return XmlRecords(extraction, view.data, places, view.context, view.base, view.first_record)
        span = span_of(piece)
        if piece.weight > self._limit and piece.records == 1:
            return OversizedRecord(extraction, span, self._reader)
        if span.content is None:
            data, found = self._reader.read(span), None
        else:
            data, found = span.content.data(), span.content.records
        if found is None:
            found = split(data, span.prefix, extraction.paths)
        context = Context(span.prefix, span.suffix, values=span.values)
        return XmlRecords(extraction, data, found, context, span.start, span.first_record)

    def close(self) -> None:
        self._reader.close()
