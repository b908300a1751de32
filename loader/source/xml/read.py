"""The bytes of a span, read again by a worker."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Protocol

import xxhash

from loader.errors import SourceChangedError
from loader.source.packing.format import SourceFile
from loader.source.packing.protocol import Stream
from loader.source.packing.stream import open_stream
from loader.source.xml.doctype import external_dtd
from loader.source.xml.span import signed_digest


class SpanLike(Protocol):
    """What a Reader needs to know of a span: a Span, or the chunk that it became."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def seek(self) -> bytes | None: ...
    @property
    def digest(self) -> int: ...


class Reader:
    """Reads spans of one source in any order; in the order of the file nothing is decompressed twice.

    The file is opened when the first span is asked for.
    """

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self._opened: Stream | None = None
        self._ahead = b""  # decoded already, behind the last span: the stream's position is at its end

    def external_dtd(self) -> str:
        """The DTD outside of the file that its DOCTYPE names, '' when it names none. Such a DTD is never read."""
        stream, _ = open_stream(self._file)
        try:
            return external_dtd(stream.read())
        finally:
            stream.close()

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def read(self, span: SpanLike) -> bytes:
        """The span's bytes; SourceChangedError when they are not those that were planned."""
        data = b"".join(self._blocks(span))
        self._verify(span, xxhash.xxh3_64_intdigest(data))
        return data

    def head(self, span: SpanLike, length: int) -> bytes:
        """The span's first bytes. All are read and verified as `read` does, and none but these are kept."""
        kept, digest = b"", xxhash.xxh3_64()
        for block in self._blocks(span):
            digest.update(block)
            kept += block[: length - len(kept)]
        self._verify(span, digest.intdigest())
        return kept

    def _blocks(self, span: SpanLike) -> Iterator[bytes]:
        """The span in pieces, fewer where the stream ends before."""
        self._go_to(span)
        missing = span.end - span.start
        while missing > 0 and (block := self._ahead or self._stream.read()):
            self._ahead = block[missing:]
            missing -= len(block) - len(self._ahead)
            yield block[: len(block) - len(self._ahead)] if self._ahead else block

    def _verify(self, span: SpanLike, digest: int) -> None:
        if signed_digest(digest) == span.digest:
            return
        reason = f" ({self._stream.damage})" if self._stream.damage else ""
        raise SourceChangedError(
            f"{self._file.name} is not the file that was planned: bytes {span.start} to {span.end} differ{reason}",
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

    def _go_to(self, span: SpanLike) -> None:
        """Let ``_ahead`` start at the span, or be empty with the stream standing there."""
        stream = self._stream
        here = stream.position - len(self._ahead)
        if not 0 <= span.start - here <= stream.distance(span.seek, span.start) + len(self._ahead):
            stream.restore(span.seek, span.start)
            self._ahead = b""
            here = stream.position
        while (to_skip := span.start - here) > 0:
            block = self._ahead or stream.read()
            if not block:
                return
            self._ahead = block[to_skip:]
            here += min(to_skip, len(block))
