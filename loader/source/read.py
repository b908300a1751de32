"""The bytes of a span, read again by a worker."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol

import xxhash

from loader.errors import SourceChangedError
from loader.source.format import SourceFile
from loader.source.span import signed_digest
from loader.source.stream import Stream, open_stream


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

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def read(self, span: SpanLike) -> bytes:
        """The span's bytes; SourceChangedError when they are not those that were planned."""
        self._go_to(span)
        stream, parts, missing = self._stream, [], span.end - span.start
        while missing > 0:
            block = self._ahead or stream.read()
            if not block:
                break
            parts.append(block[:missing])
            self._ahead = block[missing:]
            missing -= len(parts[-1])
        data = b"".join(parts)
        if signed_digest(xxhash.xxh3_64_intdigest(data)) != span.digest:
            reason = f" ({stream.damage})" if stream.damage else ""
            raise SourceChangedError(
                f"{self._file.name} is not the file that was planned: bytes {span.start} to {span.end} differ{reason}",
                hint="put the planned file back, or start a new load",
            )
        return data

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
