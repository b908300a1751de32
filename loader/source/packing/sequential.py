"""Compressed files that are read in order only: bzip2, xz, zstd, and gzip if zlib cannot be called."""

from __future__ import annotations

import bz2
import importlib
import lzma
import zlib
from collections.abc import Callable
from typing import Protocol, cast

from loader.config.units import MIB
from loader.errors import SourceError
from loader.source.packing.format import Format
from loader.source.packing.raw import BLOCK, RawFile

_PIECE = 8 * 1024  # bytes fed at once: an error loses the output of these
_XZ_PADDING = 4  # zero bytes behind a stream are a multiple of it, or some of the file was lost
_XZ_MEMORY = 256 * MIB  # a file that needs more memory is hostile: `xz -9` needs 65 MB


class Decompressor(Protocol):
    """One compressed stream, with the interface of bz2, lzma and compression.zstd."""

    @property
    def eof(self) -> bool:
        """Whether the stream has ended."""

    @property
    def unused_data(self) -> bytes:
        """Bytes that were fed after the end."""

    @property
    def needs_input(self) -> bool:
        """Whether more must be fed before there is more output."""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Feed some input, get at most ``max_length`` bytes."""


class _Gzip:
    """zlib's own interface as a Decompressor."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(31)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        output = self._inner.decompress(self._inner.unconsumed_tail + data, max_length)
        self.needs_input = len(output) < max_length and not self._inner.unconsumed_tail
        return output


def decompressor(format_: Format, name: str) -> Callable[[], Decompressor]:
    """Makes a decompressor for each stream in a file of the format; raises SourceError if Python has none."""
    if format_ == "bzip2":
        return bz2.BZ2Decompressor
    if format_ == "xz":
        return lambda: lzma.LZMADecompressor(memlimit=_XZ_MEMORY)
    if format_ == "gzip":
        return _Gzip
    for module in ("compression.zstd", "backports.zstd"):
        try:
            return cast(Callable[[], Decompressor], importlib.import_module(module).ZstdDecompressor)
        except ModuleNotFoundError:
            continue
    raise SourceError(
        f"{name} is compressed with zstd, which this Python cannot read",
        hint="use Python 3.14, or install backports.zstd, or unpack the file",
    )


class SequentialStream:
    """The decoded bytes of consecutive compressed streams, perhaps each followed by zero padding."""

    def __init__(self, raw: RawFile, make: Callable[[], Decompressor], format_: Format) -> None:
        self.position = 0
        self.damage: str | None = None
        self._raw = raw
        self._make = make
        self._format = format_
        self._engine: Decompressor | None = None
        self._ended = 0  # streams that ended well
        self._rest = b""  # read, but not fed yet
        self._gained = False  # whether the current stream has produced output

    def read(self) -> bytes:
        """The next block; b'' at the end, and at damage."""
        while self.damage is None:
            if self._engine is None and not self._next_stream():
                break
            block = self._advance()
            if block:
                self.position += len(block)
                return block
        return b""

    def _next_stream(self) -> bool:
        """Skip padding; False at the end of the file, and at damage."""
        padding, at_end = 0, False
        while not (rest := self._rest.lstrip(b"\0") if self._ended else self._rest) and not at_end:
            padding += len(self._rest)
            self._rest = self._raw.read()
            at_end = not self._rest
        padding += len(self._rest) - len(rest)
        self._rest = rest
        if self._format == "xz" and padding % _XZ_PADDING:
            self.damage = f"{padding} zero bytes follow the xz data, but only multiples of {_XZ_PADDING} are allowed"
        if at_end or self.damage is not None:
            return False
        self._engine, self._gained = self._make(), False
        return True

    def _advance(self) -> bytes:
        engine = self._engine
        if engine is None:
            return b""
        if engine.needs_input and not self._rest:
            self._rest = self._raw.read()
            if not self._rest:
                self.damage = f"the {self._format} data is cut off: the file ends inside it"
                return b""
        try:
            block = engine.decompress(self._rest[:_PIECE], BLOCK)
        except MemoryError:
            raise  # not an error of the file
        except Exception as error:  # each module raises its own kind: OSError, LZMAError, zlib.error, ZstdError
            self.damage = self._reason(error)
            return b""
        self._rest, self._gained = self._rest[_PIECE:], self._gained or bool(block)
        if engine.eof:
            self._rest = engine.unused_data + self._rest
            self._engine = None
            self._ended += 1
        return block

    def _reason(self, error: Exception) -> str:
        where = f"before byte {self._raw.position} of the file"
        if self._ended and not self._gained:
            return f"something that is not {self._format} follows the {self._format} data, {where}"
        return f"the {self._format} data is corrupt {where}: {error}"

    def point(self, offset: int) -> bytes | None:
        """None: such a file is read from its beginning."""

    def restore(self, point: bytes | None, offset: int) -> None:
        """Go back to the beginning."""
        self._raw.seek(0)
        self.position, self.damage, self._engine, self._ended, self._rest = 0, None, None, 0, b""

    def distance(self, point: bytes | None, offset: int) -> int:
        """From the beginning."""
        return offset

    def sha256(self) -> str:
        """Hex digest of the whole file; reads the rest of it."""
        return self._raw.sha256()

    def close(self) -> None:
        """Release the file."""
        self._raw.close()
