"""Gzip with random access: zlib-ng or the system's zlib, stopped at deflate block borders, from
which it can start again.
"""

from __future__ import annotations

import ctypes
import functools
import importlib.util
import struct
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from loader.source.packing.raw import BLOCK, RawFile

_SYSTEM_ZLIB = ("libz.dylib", "libz.1.dylib") if sys.platform == "darwin" else ("libz.so.1", "libz.so")
_Z_OK, _Z_STREAM_END, _Z_BUF_ERROR, _Z_BLOCK = 0, 1, -5, 5
_GZIP_BITS, _RAW_BITS = 31, -15  # window bits: a gzip member with its checks, or bare deflate data
_AT_BORDER, _IN_LAST_BLOCK, _UNUSED_BITS = 128, 64, 7  # in z_stream.data_type
_WINDOW = 32 * 1024
_TRAILER = 8  # CRC and length after a member's deflate data
# Borders closer than this are not noted: a reader inflates that much in 0.3 ms, and a note copies 32 KB.
_SPACING = 128 * 1024
_NOTED = 64  # borders kept while a span's start is not known yet; beyond it, every other one is forgotten
_POINT = struct.Struct("<cBQQ")
_KIND = b"g"


class _ZStream(ctypes.Structure):
    next_in: int
    avail_in: int
    next_out: int
    avail_out: int
    msg: bytes | None
    data_type: int
    _fields_ = (
        ("next_in", ctypes.c_void_p),
        ("avail_in", ctypes.c_uint),
        ("total_in", ctypes.c_ulong),
        ("next_out", ctypes.c_void_p),
        ("avail_out", ctypes.c_uint),
        ("total_out", ctypes.c_ulong),
        ("msg", ctypes.c_char_p),
        ("state", ctypes.c_void_p),
        ("zalloc", ctypes.c_void_p),
        ("zfree", ctypes.c_void_p),
        ("opaque", ctypes.c_void_p),
        ("data_type", ctypes.c_int),
        ("adler", ctypes.c_ulong),
        ("reserved", ctypes.c_ulong),
    )


class Zlib:
    """The functions of zlib that are called; raises AttributeError if a library lacks one (zlib before 1.2.8 does)."""

    def __init__(self, library: ctypes.CDLL, prefix: str) -> None:
        self.inflate = library[f"{prefix}inflate"]
        self.end = library[f"{prefix}inflateEnd"]
        self.reset = library[f"{prefix}inflateReset2"]
        self.prime = library[f"{prefix}inflatePrime"]
        self.set_window = library[f"{prefix}inflateSetDictionary"]
        self.get_window = library[f"{prefix}inflateGetDictionary"]
        self._more: tuple[bytes | int, ...] = ()
        if prefix:
            self._init = library[f"{prefix}inflateInit2"]
        else:
            library.zlibVersion.restype = ctypes.c_char_p
            self._init, self._more = library.inflateInit2_, (library.zlibVersion(), ctypes.sizeof(_ZStream))

    def start(self, z: _ZStream) -> None:
        """Make a stream ready for gzip; raises MemoryError if that is impossible."""
        if self._init(ctypes.byref(z), _GZIP_BITS, *self._more) != _Z_OK:
            raise MemoryError("zlib cannot be initialised")


@functools.cache
def zlib_library() -> Zlib | None:
    """zlib-ng, which is nearly twice as fast, else the system's zlib; None if there is neither."""
    for name, prefix in (*_zlib_ng(), *((name, "") for name in _SYSTEM_ZLIB)):
        try:
            return Zlib(ctypes.CDLL(name), prefix)
        except (OSError, AttributeError):
            continue
    return None


def _zlib_ng() -> Iterator[tuple[str, str]]:
    """The extension module of the package zlib-ng, which contains the library itself.

    The fields used of its stream are at the same offsets as in zlib's, on all systems where longs
    are as long as pointers.
    """
    spec = importlib.util.find_spec("zlib_ng")
    for folder in spec.submodule_search_locations or () if spec else ():
        yield from ((str(path), "zng_") for path in Path(folder).glob("zlib_ng.*.so"))


@dataclass(frozen=True, slots=True)
class _Border:
    """Where inflation can start: ``bits`` of the byte before ``compressed`` belong to the next block."""

    decoded: int
    compressed: int
    bits: int
    window: bytes

    def pack(self) -> bytes:
        head = _POINT.pack(_KIND, self.bits, self.decoded, self.compressed)
        return head + zlib.compress(self.window)

    @classmethod
    def unpack(cls, point: bytes) -> _Border:
        _, bits, decoded, compressed = _POINT.unpack_from(point)
        return cls(decoded, compressed, bits, zlib.decompress(point[_POINT.size :]))


class GzipStream:
    """The decoded bytes of a gzip file of one or more members, perhaps followed by zero padding."""

    def __init__(self, raw: RawFile, library: Zlib, *, noting: bool) -> None:
        self.position = 0
        self.damage: str | None = None
        self._raw = raw
        self._zlib = library
        self._noting = noting
        self._borders: list[_Border] = []
        self._input = b""
        self._output = ctypes.create_string_buffer(BLOCK)
        self._window = ctypes.create_string_buffer(_WINDOW)
        self._z = _ZStream()
        self._in_member = True  # else between members: only padding or another member may follow
        self._members = 0
        self._to_skip = 0  # bytes of a trailer that raw inflation leaves unread
        self._bare = False
        library.start(self._z)
        self._open = True

    def read(self) -> bytes:
        """The next block; b'' at the end, and at damage."""
        used = 0
        while used < BLOCK and self.damage is None:
            if not self._z.avail_in and not self._refill():
                break
            if self._in_member or self._next_member():
                used += self._inflate(used)
        self.position += used
        return ctypes.string_at(self._output, used)

    def _refill(self) -> bool:
        self._input = self._raw.read()
        self._z.next_in = ctypes.cast(ctypes.c_char_p(self._input), ctypes.c_void_p).value or 0
        self._z.avail_in = len(self._input)
        if not self._input and (self._in_member or self._to_skip):
            self.damage = "the gzip data is cut off: the file ends inside it"
        return bool(self._input)

    def _next_member(self) -> bool:
        """Skip what is between members; True if another member starts."""
        rest = self._input[len(self._input) - self._z.avail_in :]
        trailer = rest[: self._to_skip]
        self._to_skip -= len(trailer)
        rest = rest[len(trailer) :].lstrip(b"\0")
        self._z.next_in += self._z.avail_in - len(rest)
        self._z.avail_in = len(rest)
        if not rest:
            return False
        self._zlib.reset(ctypes.byref(self._z), _GZIP_BITS)
        self._in_member, self._bare = True, False
        return True

    def _inflate(self, used: int) -> int:
        """Inflate up to the next block border, or until the output is full; returns the number of bytes gained."""
        z = self._z
        z.next_out = ctypes.addressof(self._output) + used
        z.avail_out = BLOCK - used
        code = self._zlib.inflate(ctypes.byref(z), _Z_BLOCK)
        gained: int = BLOCK - used - z.avail_out
        if code == _Z_STREAM_END:
            self._in_member = False
            self._members += 1
            self._to_skip = _TRAILER if self._bare else 0
        elif code not in (_Z_OK, _Z_BUF_ERROR):
            self.damage = self._reason()
        elif self._noting and z.data_type & _AT_BORDER and not z.data_type & _IN_LAST_BLOCK:
            self._note(self.position + used + gained)
        return gained

    def _reason(self) -> str:
        at = self._raw.position - self._z.avail_in
        message = (self._z.msg or b"unknown error").decode("ascii", "replace")
        if self._members and message == "incorrect header check":
            return f"something that is not gzip follows the gzip data, near byte {at} of the file"
        return f"the gzip data is corrupt near byte {at} of the file: {message}"

    def _note(self, decoded: int) -> None:
        """Note the current border, unless the last one is near."""
        if self._borders and decoded - self._borders[-1].decoded < _SPACING:
            return
        length = ctypes.c_uint(_WINDOW)
        self._zlib.get_window(ctypes.byref(self._z), self._window, ctypes.byref(length))
        compressed = self._raw.position - self._z.avail_in
        window = ctypes.string_at(self._window, length.value)
        self._borders.append(_Border(decoded, compressed, self._z.data_type & _UNUSED_BITS, window))
        if len(self._borders) > _NOTED:
            del self._borders[1::2]

    def point(self, offset: int) -> bytes | None:
        """The nearest border at or before the offset. Borders before it are forgotten."""
        borders = self._borders
        while len(borders) > 1 and borders[1].decoded <= offset:
            del borders[0]
        return borders[0].pack() if borders and borders[0].decoded <= offset else None

    def restore(self, point: bytes | None, offset: int) -> None:
        """Continue from the point, or from the beginning."""
        self.damage, self._to_skip, self._input, self._z.avail_in = None, 0, b"", 0
        self._in_member, self._members, self._bare = True, 0, point is not None
        z = ctypes.byref(self._z)
        if point is None:
            self._raw.seek(0)
            self.position = 0
            self._zlib.reset(z, _GZIP_BITS)
            return
        border = _Border.unpack(point)
        self._raw.seek(border.compressed - bool(border.bits))
        self.position = border.decoded
        self._zlib.reset(z, _RAW_BITS)
        self._refill()
        if border.bits and self._input:
            self._zlib.prime(z, border.bits, self._input[0] >> (8 - border.bits))
            self._z.next_in += 1
            self._z.avail_in -= 1
        self._zlib.set_window(z, border.window, len(border.window))

    def distance(self, point: bytes | None, offset: int) -> int:
        """Bytes between the place of the point and the offset."""
        return offset - (0 if point is None else _POINT.unpack_from(point)[2])

    def sha256(self) -> str:
        """Hex digest of the whole file; reads the rest of it."""
        return self._raw.sha256()

    def close(self) -> None:
        """Release the file and zlib's memory."""
        if self._open:
            self._open = False
            self._zlib.end(ctypes.byref(self._z))
        self._raw.close()
