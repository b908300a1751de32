"""A format of records that is no XML, as small as one can be: each line of a text file is a key, a tab and a value.

It stands for all that may come: tests put it into loader.mapping.formats.FORMATS, and everything else is as it is.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path as File
from typing import NamedTuple

import xxhash

from loader.errors import NoXmlError
from loader.extract.screen import passes
from loader.mapping.dataset import Dataset, Entity
from loader.mapping.paths import Path
from loader.source.packing.format import SourceFile
from loader.source.packing.protocol import Stream
from loader.source.packing.ranges import Reader, signed_digest
from loader.source.packing.stream import Hashed, open_stream
from loader.source.protocol import Piece, Reading, Summary, Want
from loader.source.rows import Reject, Rows, copy_line

NAME, COLUMNS = "lines", ("key", "value")
_PLACE = struct.Struct(">qq")


@dataclass(frozen=True, slots=True)
class Text:
    """The bytes of a piece."""

    data: bytes

    def drop(self) -> None:
        pass


class Place(NamedTuple):
    """A range of the stream, which is gone to from its beginning."""

    start: int
    end: int
    digest: int
    seek: bytes | None = None


class Scan:
    """The lines of a file, as many to a piece as weigh what is wanted."""

    def __init__(self, file: SourceFile, entities: Sequence[str], want: Want) -> None:
        self._file, self._entities, self._want = file, entities, want

    def __iter__(self) -> Generator[Piece, None, None]:
        stream, codec = open_stream(self._file, progress=self._want.progress, scanning=True)
        with contextlib.closing(stream):
            yield from self._pieces(stream, codec)

    def _pieces(self, stream: Stream, codec: str | None) -> Iterator[Piece]:
        hashed = Hashed(stream.read)
        number, start, records = 0, 0, 1
        data = b""
        while block := hashed.read():
            data += block
            while len(data) > self._want.weight and (end := self._cut(data)):
                number += 1
                yield (piece := self._piece(number, start, records, data[:end]))
                data, start, records = data[end:], start + end, records + piece.records
        if data:
            yield (piece := self._piece(number + 1, start, records, data))
            start, records = start + len(data), records + piece.records
        self.summary = Summary(
            start, records - 1, stream.sha256(), hashed.digest(), None, {}, self._entities, transcoded_from=codec
        )

    def _cut(self, data: bytes) -> int:
        """The end of the last line that fits, or of the first; 0 where that is still to be read."""
        return data.rfind(b"\n", 0, self._want.weight) + 1 or data.find(b"\n") + 1

    def _piece(self, number: int, start: int, first_record: int, data: bytes) -> Piece:
        end = start + len(data)
        return Piece(
            number, first_record, len(_lines(data)), len(data), f"bytes {start} to {end}", _PLACE.pack(start, end),
            None, signed_digest(xxhash.xxh3_64_intdigest(data)), Text(data) if self._want.keeping else None,
        )  # fmt: skip


class Source:
    """A file of lines."""

    def __init__(self, file: SourceFile, dataset: Dataset, entities: Sequence[str]) -> None:
        self.file, self.dataset, self.entities = file, dataset, entities

    def scan(self, want: Want) -> Scan:
        return Scan(self.file, self.entities, want)

    def look(self) -> Scan:
        return self.scan(Want(1 << 16, keeping=True))

    def reader(self, reading: Reading) -> LineReader:
        return LineReader(self, reading)

    def extent(self, piece: Piece) -> tuple[int, int]:
        start, end = _PLACE.unpack(piece.locator or b"")
        return start, end


class LineReader:
    """Reads pieces again."""

    def __init__(self, source: Source, reading: Reading) -> None:
        self._source, self._reading, self._reader = source, reading, Reader(source.file)

    def records(self, piece: Piece) -> Lines:
        start, end = self._source.extent(piece)
        kept = piece.content
        data = kept.data if isinstance(kept, Text) else self._reader.read(Place(start, end, piece.digest or 0))
        return Lines(self._source, self._reading, _lines(data), start, piece.first_record)

    def close(self) -> None:
        self._reader.close()


class Lines:
    """The lines of a piece."""

    def __init__(self, source: Source, reading: Reading, lines: list[bytes], start: int, first_record: int) -> None:
        self.entities = source.entities
        self._root, self._reading = source.dataset.entity_tables(source.entities[0])[0], reading
        self._lines, self._start, self._first_record = lines, start, first_record
        self.hashes = [xxhash.xxh3_128_digest(line + source.dataset.hash.encode()) for line in lines]

    def __len__(self) -> int:
        return len(self._lines)

    def indexes(self, entity: str) -> Sequence[int]:
        return range(len(self._lines))

    def counts(self) -> Mapping[str, int]:
        return {self.entities[0]: len(self._lines)}

    def keys(self, entity: str) -> tuple[list[int], list[list[bytes]]]:
        known = [index for index, line in enumerate(self._lines) if _values(line)]
        return known, [[self._lines[index].partition(b"\t")[0] for index in known]]

    def proven_keys(self, entity: str) -> Sequence[tuple[int, bytes]]:
        kind = self._root.key[0].type
        found = ((index, self._values(index)) for index in range(len(self)))
        return [(i, copy_line([v["key"]])[:-1]) for i, v in found if v is not None and passes(kind, [v["key"]])]

    def extract(self, left_out: Set[int], check: Callable[[], None]) -> Rows:
        check()
        rows, reading = Rows(), self._reading
        names = [column.path and column.path.text for column in (*self._root.key, *self._root.columns)]
        for index in range(len(self)):
            number = self._first_record + index
            values = self._values(index)
            if index in left_out:
                continue
            if values is None:
                told = "a line is a key, a tab and a value"
                rows.rejects.append(
                    Reject(number, self.offset(index), "malformed", told, self.raw(index), self.entities[0])
                )
                continue
            own = str(reading.keys.key(number)) if reading.keys else None
            fields = [own if name is None else values[name] for name in names]
            line = copy_line([*fields, str(reading.source), str(number), self.hashes[index].hex()])
            seen = (column.name for column in self._root.columns)
            rows.add(self._root.name, line, 1, seen, doubtful=True)  # whether a value fits its type, the server tells
        return rows

    def raw(self, index: int) -> bytes:
        return self._lines[index]

    def offset(self, index: int) -> int:
        return self._start + sum(len(line) + 1 for line in self._lines[:index])

    def _values(self, index: int) -> dict[str, str] | None:
        return _values(self._lines[index])


class Format:
    """Columns are addressed as `key` and `value`."""

    suffixes: Set[str] = frozenset()

    def record(self, text: str | None, namespaces: Mapping[str, str]) -> tuple[str, ...]:
        if text is not None:
            raise ValueError("each line is a record")
        return ()

    def rows(self, text: str, namespaces: Mapping[str, str]) -> tuple[str, ...]:
        raise ValueError("a line has no rows of its own")

    def column(self, text: str, namespaces: Mapping[str, str]) -> Path:
        if text not in COLUMNS:
            raise ValueError(f"{text!r} is neither `key` nor `value`")
        return Path(text, (text,))

    def check_name(self, path: File) -> None:
        pass

    def check(self, file: SourceFile) -> None:
        stream, _ = open_stream(file)
        head = stream.read()
        stream.close()
        if b"\t" not in head:
            raise NoXmlError(f"{file.name} has no tabs", why="no lines of keys and values")

    def entities_of(self, file: SourceFile, dataset: Dataset) -> list[Entity]:
        self.check(file)
        return [entity for entity in dataset.entities if entity.read == NAME and entity.takes_file(file.names)]

    def open(self, file: SourceFile, dataset: Dataset, entities: Sequence[str]) -> Source:
        return Source(file, dataset, entities)

    def compose(
        self, records: Sequence[tuple[bytes | None, bytes]], dataset: Dataset, entities: Sequence[str]
    ) -> tuple[bytes, list[int]]:
        lines = [record.removesuffix(b"\n") + b"\n" for _, record in records]
        return b"".join(lines), [sum(map(len, lines[:place])) for place in range(len(lines))]

    def is_aside(self, text: bytes) -> bool:
        return not text.strip()

    def prepare(self, engine: str) -> None:
        pass

    def extractor_source(self, dataset: Dataset, entity: str) -> str:
        return ""


FORMAT = Format()


def _lines(data: bytes) -> list[bytes]:
    return data.removesuffix(b"\n").split(b"\n")


def _values(line: bytes) -> dict[str, str] | None:
    try:
        parts = line.decode().split("\t")
    except UnicodeDecodeError:
        return None
    return dict(zip(COLUMNS, parts, strict=True)) if len(parts) == 2 and "\0" not in line.decode() else None
