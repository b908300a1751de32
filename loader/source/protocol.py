"""The interface between sources and the code that loads them: queue, replay and analysis know neither XML nor bytes.

A Format opens a file as a Source. A scan of it gives Pieces, which become chunks; a SourceReader reads each of them
again, on any host, as a RecordSet. The formats are in loader/formats.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, cast

from loader.config.units import MIB
from loader.mapping.dataset import Dataset, Entity
from loader.mapping.formats import Addresses, format_named
from loader.source.packing.format import SourceFile
from loader.source.rows import GeneratedKeys, Rows

RECORD_LIMIT = 16 * MIB  # bytes of the longest record, if a load has no limit of its own


class Content(Protocol):
    """What a scan has kept of a piece, so that it need not be read again."""

    def drop(self) -> None:
        """Release it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of whole records of one source, which becomes a chunk: the type loader.piece, with its ``content``.

    ``first_record``: number in the source of its first record, from 1. ``weight``: how much there is to read, in the
    unit of the source. ``place``: its position, for people. ``locator``: where it is read again, and ``context``:
    what surrounds its records; only the format understands these two. ``digest``: proves that the bytes read are
    those that were planned.
    """

    number: int
    first_record: int
    records: int
    weight: int
    place: str | None
    locator: bytes | None
    context: bytes | None
    digest: int | None
    content: Content | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Damage:
    """Why a source cannot be read to its end, and the offset of the damage, in the unit of the source."""

    offset: int
    message: str

    def __str__(self) -> str:
        return f"at byte {self.offset}: {self.message}"


@dataclass(frozen=True, slots=True)
class Summary:
    """What a scan learned about the whole source; an intact source has no ``damage``.

    ``sha256``: of the file on disk; ``content``: digest of its contents, whatever the compression. ``other`` counts,
    with an example, elements between records that no mapping reads. ``entities``: those that the source contains, with
    records or without; if none, ``unknown`` says what was found instead, and what would be known. ``oversized``:
    records that `look` has skipped because they are too long.
    """

    weight: int
    records: int
    sha256: str
    content: str | None
    damage: Damage | None
    other: Mapping[str, tuple[int, str]]
    entities: Sequence[str]
    transcoded_from: str | None = None
    unknown: tuple[str, str] = ("", "")
    oversized: int = 0


@dataclass(frozen=True, slots=True)
class Want:
    """How a source is scanned. ``weight``: the most of a piece with several records. A record of more than
    ``record_limit`` bytes is a piece without content. ``progress`` is called with the number of bytes of the file read
    so far. ``keeping``: pieces have their content, unless it is a record beyond ``weight``.
    """

    weight: int
    keeping: bool = False
    record_limit: int = RECORD_LIMIT
    progress: Callable[[int], None] | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How pieces are read. ``source``: the number of the source in the control tables. ``engine``: the engine to
    use, if a format has several. ``block_bytes``: most bytes that are extracted at once (None: the quickest).
    ``record_limit``: bytes of the longest record that is not rejected. ``keys``: the parts of generated keys;
    None if no entity has any. ``former_seeds``: as loader.former_seeds returns them, for rows of former programs.
    """

    source: int = 0
    engine: str = ""
    block_bytes: int | None = None
    record_limit: int = RECORD_LIMIT
    keys: GeneratedKeys | None = None
    former_seeds: Mapping[str, tuple[str, bool]] = field(default_factory=dict)


class RecordSet(Protocol):
    """The records of a piece, identified by their index, from 0."""

    @property
    def entities(self) -> Sequence[str]:
        """The entities that the source may contain."""

    @property
    def hashes(self) -> Sequence[bytes]:
        """16 bytes for each record; equal hashes mean equal rows."""

    def __len__(self) -> int: ...

    def indexes(self, entity: str) -> Sequence[int]:
        """The records of an entity."""

    def counts(self) -> Mapping[str, int]:
        """The number of records of each entity that has any."""

    def keys(self, entity: str) -> tuple[list[int], list[list[bytes]]] | None:
        """Records of an entity whose keys are known without extraction, and the keys by column, in UTF-8; None if there
        is never such a key. A wrong guess does no harm: a key is used only if the hash is that of the row with the key.
        """

    def proven_keys(self, entity: str) -> Sequence[tuple[int, bytes]]:
        """Records of an entity whose keys are certain without extraction, and their keys as COPY text. Each value
        certainly has the form of its column's type; whether it fits a length or a rule, the server decides.
        """

    def extract(self, left_out: Set[int], check: Callable[[], None]) -> Rows:
        """The rows of all records except those left out. ``check`` is called now and then, and may raise."""

    def raw(self, index: int) -> bytes:
        """The bytes of a record, as stored with a reject."""

    def offset(self, index: int) -> int | None:
        """Where a record begins, in bytes of the source; None if that is unknown."""


class SourceReader(Protocol):
    """Reads pieces of one source in any order."""

    def records(self, piece: Piece) -> RecordSet:
        """The records of a piece, from its content or read again. Raises SourceChangedError if they
        are not the planned ones.
        """

    def close(self) -> None:
        """Release the file."""


class Scan(Protocol):
    """The pieces of a source, to be iterated once; ``summary`` is there after the last one."""

    @property
    def summary(self) -> Summary: ...

    def __iter__(self) -> Generator[Piece, None, None]: ...


class Source(Protocol):
    """A file of one format, which contains records."""

    def scan(self, want: Want) -> Scan:
        """One pass that cuts it into pieces."""

    def look(self) -> Scan:
        """A quicker pass to see the records once: pieces that cannot be read again, whose contents are only valid until
        the next one is requested. Its summary has no digests.
        """

    def reader(self, reading: Reading) -> SourceReader:
        """A reader of its pieces; the file is opened when the first one is requested."""

    def extent(self, piece: Piece) -> tuple[int, int]:
        """Where a piece of a scan begins and ends, in the unit of the source."""


class Format(Addresses, Protocol):
    """A format of records. Its module imports heavy libraries only inside functions."""

    @property
    def suffixes(self) -> Set[str]:
        """Suffixes of names, such as `.xml`, of files that must have this format."""

    def check_name(self, path: Path) -> None:
        """Raises NoXmlError if the name alone shows that the file has another format."""

    def check(self, file: SourceFile) -> None:
        """Raises SourceError for a broken file, and its subclass NoXmlError for a file of another format."""

    def entities_of(self, file: SourceFile, dataset: Dataset) -> list[Entity]:
        """Those entities with this format whose records a file may contain, according to its beginning.

        Raises as `check`, and NotMappedError and UsageError for a file that no mapping reads.
        """

    def open(self, file: SourceFile, dataset: Dataset, entities: Sequence[str]) -> Source:
        """A file as a source of entities."""

    def compose(
        self, records: Sequence[tuple[bytes | None, bytes]], dataset: Dataset, entities: Sequence[str]
    ) -> tuple[bytes, list[int]]:
        """The contents of a small file composed of records, each given with the context of its
        piece; and their offsets.
        """

    def is_aside(self, text: bytes) -> bool:
        """Whether a text may precede or follow a record in a line that `rejects replay` accepts."""

    def prepare(self, engine: str) -> None:
        """Imports what extraction needs, for workers that are forked from this process."""

    def extractor_source(self, dataset: Dataset, entity: str) -> str:
        """The program generated from a mapping, for `render --extractor`; raises UsageError if there is none."""


def format_of(dataset: Dataset, entities: Sequence[str]) -> Format:
    """The format of some entities, which is the same for all entities of one file."""
    return cast(Format, format_named(dataset.entity(entities[0]).read))


def formats_of(dataset: Dataset) -> list[Format]:
    """The formats that a dataset reads, each once, in the order of its entities."""
    return [cast(Format, format_named(name)) for name in dict.fromkeys(entity.read for entity in dataset.entities)]


def open_source(file: SourceFile, dataset: Dataset, entities: Sequence[str]) -> Source:
    """A file as a source of entities."""
    return format_of(dataset, entities).open(file, dataset, entities)
