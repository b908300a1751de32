"""A source as a stream of decoded blocks: decompressed, and transcoded to UTF-8."""

from __future__ import annotations

from collections.abc import Callable

import xxhash

from loader.source.packing.encoding import HEAD_LENGTH, detect
from loader.source.packing.format import SourceFile
from loader.source.packing.gzip_seek import GzipStream, zlib_library
from loader.source.packing.protocol import Stream
from loader.source.packing.raw import RawFile
from loader.source.packing.sequential import SequentialStream, decompressor
from loader.source.packing.transcode import Transcoder
from loader.source.packing.zipped import ZipStream


class PlainStream:
    """A file that is neither compressed nor transcoded."""

    damage: str | None = None

    def __init__(self, raw: RawFile) -> None:
        self._raw = raw
        self.read, self.sha256, self.close = raw.read, raw.sha256, raw.close

    @property
    def position(self) -> int:
        return self._raw.position

    def point(self, offset: int) -> bytes | None:
        """None: any offset can be reached without one."""

    def restore(self, point: bytes | None, offset: int) -> None:
        self._raw.seek(offset)

    def distance(self, point: bytes | None, offset: int) -> int:
        return 0


class Hashed:
    """Blocks that are read, and the digest of all of them, which does not depend on the compression."""

    def __init__(self, read: Callable[[], bytes]) -> None:
        self._read = read
        self._hash = xxhash.xxh3_128()

    def read(self) -> bytes:
        """The next block."""
        block = self._read()
        self._hash.update(block)
        return block

    def digest(self) -> str:
        """Hex digest of the bytes read so far."""
        return self._hash.hexdigest()


def content_digest(file: SourceFile) -> str | None:
    """Digest of a file's contents, for which all of it is read; None if it is damaged."""
    stream, _ = open_stream(file)
    try:
        hashed = Hashed(stream.read)
        while hashed.read():
            pass
        return None if stream.damage else hashed.digest()
    finally:
        stream.close()


def open_stream(
    file: SourceFile, *, progress: Callable[[int], None] | None = None, scanning: bool = False
) -> tuple[Stream, str | None]:
    """The decoded stream of a source, and the encoding from which it is transcoded.

    ``scanning`` notes seek points and hashes the file, as the planning pass needs. Raises SourceError if the file
    cannot be opened, or is in a format or an encoding that this Python does not support.
    """
    stream = _decompressed(file, None, scanning=False)
    try:
        head = _head(stream)
        codec = detect(head, file.name)
    finally:
        stream.close()
    stream = _decompressed(file, progress, scanning=scanning)
    return (stream, None) if codec is None else (Transcoder(stream, codec), codec)


def _decompressed(file: SourceFile, progress: Callable[[int], None] | None, *, scanning: bool) -> Stream:
    if file.format == "zip":
        return ZipStream(file, progress=progress, hashing=scanning)
    library = zlib_library() if file.format == "gzip" else None
    # Before the file is opened, because this may raise.
    make = None if file.format == "plain" or library is not None else decompressor(file.format, file.name)
    raw = RawFile(file.path, file.name, progress=progress, hashing=scanning)
    if library is not None:
        return GzipStream(raw, library, noting=scanning)
    return PlainStream(raw) if make is None else SequentialStream(raw, make, file.format)


def _head(stream: Stream) -> bytes:
    head = b""
    while len(head) < HEAD_LENGTH and (block := stream.read()):
        head += block
    return head[:HEAD_LENGTH]
