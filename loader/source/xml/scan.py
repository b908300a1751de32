"""One pass over a source: its spans, then its summary."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass

from loader.errors import SourceError
from loader.mapping.dtd.declarations import Declarations
from loader.source.packing.format import SourceFile
from loader.source.packing.protocol import Stream
from loader.source.packing.stream import Hashed, open_stream
from loader.source.protocol import RECORD_LIMIT, Damage
from loader.source.xml.chunk_borders import Gatherer
from loader.source.xml.doctype import InternalSubset
from loader.source.xml.markup import RefusedError
from loader.source.xml.span import Content, Span
from loader.source.xml.subset import NO_DTDS
from loader.source.xml.tags import RecordPath, check_paths
from loader.source.xml.walk import Documents, Walker
from loader.source.xml.window import Window

__all__ = ["Content", "RecordPath", "Scan", "Span", "Summary", "match_root", "scan"]


@dataclass(frozen=True)
class Summary:
    """What a scan learned about the whole source.

    ``sha256`` is of the file on disk (for a zip, of the uncompressed member), ``content`` the digest of an intact
    source's contents, whatever the compression. ``other`` counts, with an example, elements between records that
    no path matches. ``entities``: those of which it contains a document, with records or without. An intact
    source has no ``damage``.
    """

    decoded_bytes: int
    records: int
    sha256: str
    transcoded_from: str | None
    root: str
    root_attributes: dict[str, str]
    damage: Damage | None
    other: dict[str, tuple[int, str]]
    entities: list[str]
    content: str | None


class Scan:
    """The spans of a source, to be iterated once; ``summary`` is available after the last one.

    Iterating raises SourceError if the source as a whole is refused: a DOCTYPE with an internal subset, several values
    where one is read from before the records.
    """

    def __init__(
        self,
        name: str,
        stream: Stream,
        transcoded_from: str | None,
        walker: Walker,
        gatherer: Gatherer,
        *,
        hashed: Hashed,
    ) -> None:
        self._name = name
        self._stream = stream
        self._transcoded_from = transcoded_from
        self._hashed = hashed
        self._walker = walker
        self._gatherer = gatherer
        self._summary: Summary | None = None

    @property
    def summary(self) -> Summary:
        """The summary; raises RuntimeError before the last span."""
        if self._summary is None:
            raise RuntimeError("the summary of a scan is known only after its last span")
        return self._summary

    def __iter__(self) -> Generator[Span, None, None]:
        try:
            for run in self._walker.runs():
                yield from self._gatherer.add(run)
            last = self._gatherer.close()
            if last is not None:
                yield last
            self._summary = self._summarise()
        except RefusedError as error:
            raise refused(self._name, error, self._stream.damage) from error
        finally:
            self._stream.close()

    def _summarise(self) -> Summary:
        walker, stream = self._walker, self._stream
        damage = walker.damage
        if stream.damage is not None:
            damage = Damage(walker.window.end, stream.damage)
        return Summary(
            decoded_bytes=walker.window.end,
            records=self._gatherer.total,
            sha256=stream.sha256(),
            transcoded_from=self._transcoded_from,
            root=walker.ancestors.root,
            root_attributes=walker.ancestors.root_attributes,
            damage=damage,
            other=walker.unmatched,
            entities=walker.ancestors.entities_met(),
            content=self._hashed.digest() if damage is None else None,
        )


def scan(
    file: SourceFile,
    paths: Sequence[RecordPath],
    *,
    chunk_bytes: int,
    documents: Documents = "one",
    internal_subset: InternalSubset = "refuse",
    dtds: Mapping[str, Declarations] = NO_DTDS,
    record_limit: int = RECORD_LIMIT,
    progress: Callable[[int], None] | None = None,
    keeping: bool = False,
) -> Scan:
    """Scan a source for the records at ``paths``.

    ``chunk_bytes`` limits a span of several records; one longer than ``record_limit`` bytes is a span without content.
    ``progress`` is called with the number of bytes of the file read so far. Memory is limited to two records and, when
    ``keeping`` the content of the spans, another ``chunk_bytes``.
    """
    check_paths(paths)
    stream, transcoded_from = open_stream(file, progress=progress, scanning=True)
    hashed = Hashed(stream.read)
    window = Window(hashed.read)
    walker = Walker(
        window, paths, documents=documents, internal_subset=internal_subset, dtds=dtds, record_limit=record_limit
    )
    gatherer = Gatherer(window, stream.point, chunk_bytes, walker.oversized, keeping=keeping)
    return Scan(file.name, stream, transcoded_from, walker, gatherer, hashed=hashed)


def refused(name: str, error: RefusedError, damage: str | None) -> SourceError:
    """Why a file is refused; the end of its DOCTYPE is perhaps hidden by damage of the compressed data."""
    return SourceError(f"{name}: {damage}") if damage else SourceError(f"{name}: {error}", hint=error.hint)


def match_root(
    file: SourceFile, internal_subset: InternalSubset = "refuse", dtds: Mapping[str, Declarations] = NO_DTDS
) -> tuple[str, dict[str, str]]:
    """Clark name and attributes of the root element, found by reading only the head; raises SourceError if there is
    none, and for a DOCTYPE that a scan would refuse.
    """
    stream, _ = open_stream(file)
    try:
        walker = Walker(Window(stream.read), [], documents="many", internal_subset=internal_subset, dtds=dtds)
        walker.until_root()
        if not walker.ancestors.root:
            reason = stream.damage or (walker.damage.message if walker.damage else "the file has no root element")
            raise SourceError(f"{file.name}: {reason}")
        return walker.ancestors.root, walker.ancestors.root_attributes
    except RefusedError as error:
        raise refused(file.name, error, stream.damage) from error
    finally:
        stream.close()
