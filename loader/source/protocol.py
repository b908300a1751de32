"""The interface between sources and all that loads them: queue, replay and analysis know neither XML nor bytes.

A Format opens a file as a Source. A scan of it gives Pieces, which become chunks; a SourceReader reads each of them
again, on any host, as a RecordSet. loader/formats has the formats.
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

RECORD_LIMIT = 16 * MIB  # bytes of the longest record, where a load does not say


class Content(Protocol):
    """What a scan has kept of a piece, so that it need not be read again."""

    def drop(self) -> None:
        """Let go of it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of whole records of one source: what becomes a chunk. As the type loader.piece, with its ``content``.

    ``first_record``: number in the source of its first record, from 1. ``weight``: how much there is to be read, in the
    unit of the source. ``place``: where it stands, for people. ``locator``: where it is read again, and ``context``:
    what stands around its records; only the format understands both. ``digest``: proves that what is read is what was
    planned.
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
    """Why a source cannot be read to its end, and the offset, in the unit of the source, at which that is so."""

    offset: int
    message: str

    def __str__(self) -> str:
        return f"at byte {self.offset}: {self.message}"


@dataclass(frozen=True, slots=True)
class Summary:
    """What a scan learned about the whole source; a whole source has no ``damage``.

    ``sha256``: of the file as it lies on disk; ``content``: digest of what it holds, however it is packed. ``other``
    counts, with an example, what stands between records and no mapping reads. ``entities``: those of which something
    was there, with records or without; of none, ``unknown`` says what was there instead, and what would be known.
    ``oversized``: records that a look has passed, as they are too long.
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
    """How a source is scanned. ``weight``: of a piece of several records, at most. A record of more than
    ``record_limit`` bytes is a piece without content. ``progress`` is called with the bytes of the file read so far.
    ``keeping``: pieces have their content, unless it is a record beyond ``weight``.
    """

    weight: int
    keeping: bool = False
    record_limit: int = RECORD_LIMIT
    progress: Callable[[int], None] | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How pieces are read. ``source``: number of the source in the manifest. ``engine``: by what, where a format has
    several. ``block_bytes``: of what is extracted at once, at most (None: as is quickest). ``record_limit``: bytes of
    the longest record that is not rejected. ``keys``: what generated keys are made of; None where no entity has any.
    """

    source: int = 0
    engine: str = ""
    block_bytes: int | None = None
    record_limit: int = RECORD_LIMIT
    keys: GeneratedKeys | None = None


class RecordSet(Protocol):
    """The records of a piece. They are known by their index, from 0."""

    @property
    def entities(self) -> Sequence[str]:
        """The entities that the source may hold."""

    @property
    def hashes(self) -> Sequence[bytes]:
        """16 bytes for each record; equal hashes mean equal rows."""

    def __len__(self) -> int: ...

    def indexes(self, entity: str) -> Sequence[int]:
        """The records of an entity."""

    def counts(self) -> Mapping[str, int]:
        """How many records there are of each entity that has any."""

    def keys(self, entity: str) -> tuple[list[int], list[list[bytes]]] | None:
        """Records of an entity of which the key is known without extraction, and the keys by column, in UTF-8; None
        where it never is. A wrong guess does no harm: it is used only where the hash is that of the row with the key.
        """

    def proven_keys(self, entity: str) -> Sequence[tuple[int, bytes]]:
        """Records of an entity whose key is certain without extraction, and their keys as COPY text. Each value surely
        has the form of its column's type; whether it fits a length or a rule, the server finds out.
        """

    def extract(self, left_out: Set[int], check: Callable[[], None]) -> Rows:
        """The rows of all records but those left out. ``check`` is called now and then, and may raise."""

    def raw(self, index: int) -> bytes:
        """The bytes of a record, as a reject keeps them."""

    def offset(self, index: int) -> int | None:
        """Where a record begins, in bytes of the source; None where that is not known."""


class SourceReader(Protocol):
    """Reads pieces of one source in any order."""

    def records(self, piece: Piece) -> RecordSet:
        """The records of a piece: of its content, or read again. SourceChangedError when they are not the planned."""

    def close(self) -> None:
        """Release the file."""


class Scan(Protocol):
    """The pieces of a source, to be iterated once; ``summary`` is there after the last one."""

    @property
    def summary(self) -> Summary: ...

    def __iter__(self) -> Generator[Piece, None, None]: ...


class Source(Protocol):
    """What holds records: a file of one format."""

    def scan(self, want: Want) -> Scan:
        """One pass that cuts it into pieces."""

    def look(self) -> Scan:
        """A quicker pass, for who wants to see the records once: pieces that cannot be read again, whose contents are
        only lent until the next one is asked for. Its summary has no digests.
        """

    def reader(self, reading: Reading) -> SourceReader:
        """What reads its pieces; the file is opened when the first is asked for."""

    def extent(self, piece: Piece) -> tuple[int, int]:
        """Where a piece of a scan begins and ends, in the unit of the source."""


class Format(Addresses, Protocol):
    """A format of records. Its module is light: what is heavy, it imports where it is needed."""

    @property
    def suffixes(self) -> Set[str]:
        """Of names of files that must be of this format, as in `.xml`."""

    def check_name(self, path: Path) -> None:
        """Raises NoXmlError for a file that is of another format by its name alone."""

    def check(self, file: SourceFile) -> None:
        """Raises SourceError for a file that is broken, NoXmlError, which is one, for a file of another format."""

    def entities_of(self, file: SourceFile, dataset: Dataset) -> list[Entity]:
        """The entities, of those that have this format, whose records a file may hold, by what it begins with.

        Raises as `check`, and NotMappedError and UsageError for a file that nothing reads.
        """

    def open(self, file: SourceFile, dataset: Dataset, entities: Sequence[str]) -> Source:
        """A file as a source of entities."""

    def compose(
        self, records: Sequence[tuple[bytes | None, bytes]], dataset: Dataset, entities: Sequence[str]
    ) -> tuple[bytes, list[int]]:
        """What a small file holds that is made of records, each with the context of its piece; and where they begin."""

    def is_aside(self, text: bytes) -> bool:
        """Whether a text may stand beside a record in a line that `rejects replay` takes."""

    def prepare(self, engine: str) -> None:
        """Imports what extraction needs, for workers that begin as a copy of this process."""

    def extractor_source(self, dataset: Dataset, entity: str) -> str:
        """The program that was made of a mapping, for `render --extractor`; UsageError where there is none."""


def format_of(dataset: Dataset, entities: Sequence[str]) -> Format:
    """The format of some entities, which is the same for all that one file holds."""
    return cast(Format, format_named(dataset.entity(entities[0]).read))


def formats_of(dataset: Dataset) -> list[Format]:
    """The formats that a dataset reads, each once, in the order of its entities."""
    return [cast(Format, format_named(name)) for name in dict.fromkeys(entity.read for entity in dataset.entities)]


def open_source(file: SourceFile, dataset: Dataset, entities: Sequence[str]) -> Source:
    """A file as a source of entities."""
    return format_of(dataset, entities).open(file, dataset, entities)
