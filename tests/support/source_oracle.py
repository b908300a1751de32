"""What lxml says about whole documents, and what the source layer makes of the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from lxml import etree

from loader.source.packing.format import SourceFile
from loader.source.packing.ranges import Reader
from loader.source.xml.records_of_span import split
from loader.source.xml.scan import RecordPath, Span, Summary, scan
from tests.support.sources import expand

ROW = RecordPath("row", ("dump", "row"))


def only(path: Path) -> SourceFile:
    """The one source at the path."""
    (file,) = expand([path])
    return file


def write(folder: Path, data: bytes, name: str = "dump.xml") -> SourceFile:
    """A source with these bytes on disk."""
    path = folder / name
    path.write_bytes(data)
    return only(path)


def scanned(
    file: SourceFile, paths: Sequence[RecordPath] = (ROW,), *, chunk_bytes: int = 1000, **options: Any
) -> tuple[list[Span], Summary]:
    """All spans and the summary."""
    result = scan(file, paths, chunk_bytes=chunk_bytes, **options)
    return list(result), result.summary


def records(
    file: SourceFile,
    spans: Sequence[Span],
    paths: Sequence[RecordPath] = (ROW,),
    order: Callable[[list[Span]], None] = lambda spans: None,
) -> list[tuple[str, bytes, bytes]]:
    """(entity, record bytes, document around it) of all records, read span by span in the order asked for."""
    found: dict[int, tuple[str, bytes, bytes]] = {}
    ordered = list(spans)
    order(ordered)
    with Reader(file) as reader:
        for span in ordered:
            data = reader.read(span)
            pieces = split(data, span.prefix, paths)
            assert len(pieces) == span.records, (data, span, pieces)
            for number, (start, end, index) in enumerate(pieces, span.first_record):
                document = span.prefix + data[start:end] + span.suffix
                found[number] = (paths[index].entity, data[start:end], document)
    assert sorted(found) == list(range(1, len(found) + 1))
    return [found[number] for number in sorted(found)]


def canonical(document: bytes, path: RecordPath) -> bytes:
    """The record in a document of one record, in canonical form, namespaces of its ancestors included."""
    (element,) = _elements(etree.fromstring(document, _parser()), path)
    return etree.tostring(element, method="c14n")


def canonical_by_lxml(document: bytes, paths: Sequence[RecordPath] = (ROW,)) -> list[tuple[str, bytes]]:
    """(entity, canonical form) of the records of a whole document, as lxml finds them, in document order."""
    root = etree.fromstring(document, _parser())
    places = {element: number for number, element in enumerate(root.iter())}
    found = [(places[e], path.entity, e) for path in paths for e in _elements(root, path)]
    found.sort(key=lambda item: item[0])
    return [(entity, etree.tostring(e, method="c14n")) for _, entity, e in found]


def canonical_by_spans(
    file: SourceFile, spans: Sequence[Span], paths: Sequence[RecordPath] = (ROW,), **options: Any
) -> list[tuple[str, bytes]]:
    """The same from the spans, each record parsed by itself."""
    by_entity = {path.entity: path for path in paths}
    return [
        (entity, canonical(document, by_entity[entity]))
        for entity, _, document in records(file, spans, paths, **options)
    ]


def _parser() -> etree.XMLParser:
    return etree.XMLParser(huge_tree=True, no_network=True, load_dtd=False)


def _elements(root: etree._Element, path: RecordPath) -> Iterator[etree._Element]:
    level = [root] if root.tag == path.steps[0] else []
    for step in path.steps[1:]:
        level = [child for element in level for child in element if child.tag == step]
    yield from level
