"""Any encoding as UTF-8, block by block, with its own seek points."""

from __future__ import annotations

import codecs
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loader.source.packing.protocol import Stream

# XML forbids U+FFFF: the parser rejects only the record in which something could not be decoded.
UNDECODABLE = "\uffff"
_POINT = struct.Struct("<cQQQB")
_KIND = b"t"


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return UNDECODABLE, error.end


codecs.register_error("loader.undecodable", _replace)


class Transcoder:
    """The stream below, in UTF-8."""

    def __init__(self, inner: Stream, codec: str) -> None:
        self.position = 0
        self._inner = inner
        self._decoder_type = codecs.getincrementaldecoder(codec)
        self._decoder = self._decoder_type("loader.undecodable")
        self._points: list[tuple[int, int, bytes, int]] = []  # decoded, inner offset, decoder's buffer and state
        self._ended = False
        self._carry = b""  # read from the stream below on the way to a point, and not decoded yet
        self._noting = True

    @property
    def damage(self) -> str | None:
        """Why the stream below ended early, if it did."""
        return self._inner.damage

    def read(self) -> bytes:
        """The next block; b'' at the end, and at damage."""
        while not self._ended:
            if self._noting:
                pending, state = self._decoder.getstate()
                self._points.append((self.position, self._inner.position, pending, state))
            block = self._carry or self._inner.read()
            self._carry = b""
            self._ended = not block
            output = self._decoder.decode(block, final=self._ended).encode()
            self.position += len(output)
            if output:
                return output
        return b""

    def point(self, offset: int) -> bytes | None:
        """The start of the block at or before the offset."""
        points = self._points
        while len(points) > 1 and points[1][0] <= offset:
            del points[0]
        if not points or points[0][0] > offset:
            return None
        decoded, inner, pending, state = points[0]
        beneath = self._inner.point(inner)
        if beneath is None and self._inner.distance(None, inner):
            return None  # the stream below can only be read from its beginning
        return _POINT.pack(_KIND, decoded, inner, state, len(pending)) + pending + (beneath or b"")

    def restore(self, point: bytes | None, offset: int) -> None:
        """Continue from the point, or from the beginning; from then on, no points are noted."""
        self._points, self._noting, self._ended, self._carry = [], False, False, b""
        self._decoder = self._decoder_type("loader.undecodable")
        if point is None:
            self._inner.restore(None, 0)
            self.position = 0
            return
        _, self.position, inner, state, _ = _POINT.unpack_from(point)
        pending, beneath = _parts(point)
        self._inner.restore(beneath, inner)
        while self._inner.position < inner and (block := self._inner.read()):
            self._carry = block[len(block) - max(0, self._inner.position - inner) :]
        self._decoder.setstate((pending, state))

    def distance(self, point: bytes | None, offset: int) -> int:
        """Bytes between the place of the point and the offset, and on the way to that place below."""
        if point is None:
            return offset
        _, decoded, inner, _, _ = _POINT.unpack_from(point)
        return offset - int(decoded) + self._inner.distance(_parts(point)[1], inner)

    def sha256(self) -> str:
        """Hex digest of the whole file; reads the rest of it."""
        return self._inner.sha256()

    def close(self) -> None:
        """Release the file."""
        self._inner.close()


def _parts(point: bytes) -> tuple[bytes, bytes | None]:
    """The decoder's buffer in a point, and the point of the stream below."""
    length = _POINT.unpack_from(point)[4]
    behind = _POINT.size + length
    return point[_POINT.size : behind], point[behind:] or None
