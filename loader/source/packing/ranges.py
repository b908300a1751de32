"""Ranges of a decoded stream, read again by a worker."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Protocol

import xxhash

from loader.errors import SourceChangedError
from loader.source.packing.format import SourceFile
from loader.source.packing.protocol import Stream
from loader.source.packing.stream import open_stream


def signed_digest(value: int) -> int:
    """An unsigned 64-bit digest as a value of PostgreSQL's bigint."""
    return value - (1 << 64) if value >= 1 << 63 else value


class Range(Protocol):
    """Bytes of a decoded stream. ``seek``: a seek point before them; ``digest``: their xxh3_64, signed."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def seek(self) -> bytes | None: ...
    @property
    def digest(self) -> int: ...


class Reader:
    """Reads ranges of one file in any order; in the order of the file, nothing is decompressed twice.

    The file is opened when the first range is requested.
    """

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self._opened: Stream | None = None
        self._ahead = b""  # already decoded, after the last range: the stream's position is at its end

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def read(self, wanted: Range) -> bytes:
        """The bytes of a range; raises SourceChangedError if they are not the planned ones."""
        data = b"".join(self._blocks(wanted))
        self._verify(wanted, xxhash.xxh3_64_intdigest(data))
        return data

    def head(self, wanted: Range, length: int) -> bytes:
        """The first bytes of a range. All are read and verified as in `read`, but only these are kept."""
        kept, digest = b"", xxhash.xxh3_64()
        for block in self._blocks(wanted):
            digest.update(block)
            kept += block[: length - len(kept)]
        self._verify(wanted, digest.intdigest())
        return kept

    def _blocks(self, wanted: Range) -> Iterator[bytes]:
        """The range in pieces, fewer if the stream ends before."""
        self._go_to(wanted)
        missing = wanted.end - wanted.start
        while missing > 0 and (block := self._ahead or self._stream.read()):
            self._ahead = block[missing:]
            missing -= len(block) - len(self._ahead)
            yield block[: len(block) - len(self._ahead)] if self._ahead else block

    def _verify(self, wanted: Range, digest: int) -> None:
        if signed_digest(digest) == wanted.digest:
            return
        reason = f" ({self._stream.damage})" if self._stream.damage else ""
        raise SourceChangedError(
            f"{self._file.name} is not the file that was planned: bytes {wanted.start} to {wanted.end} differ{reason}",
            hint="put the planned file back, or start a new load",
        )

    def close(self) -> None:
        """Release the file."""
        if self._opened is not None:
            self._opened.close()

    @property
    def _stream(self) -> Stream:
        if self._opened is None:
            self._opened, _ = open_stream(self._file)
        return self._opened

    def _go_to(self, wanted: Range) -> None:
        """Let ``_ahead`` start at the range, or be empty with the stream positioned there."""
        stream = self._stream
        here = stream.position - len(self._ahead)
        if not 0 <= wanted.start - here <= stream.distance(wanted.seek, wanted.start) + len(self._ahead):
            stream.restore(wanted.seek, wanted.start)
            self._ahead = b""
            here = stream.position
        while (to_skip := wanted.start - here) > 0:
            block = self._ahead or stream.read()
            if not block:
                return
            self._ahead = block[to_skip:]
            here += min(to_skip, len(block))
