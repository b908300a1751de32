"""What surrounds the records, followed by expat: whether the document is well-formed there as well."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loader.config.units import MIB
from loader.source.packing.encoding import UTF8_BOM
from loader.source.xml.ancestors import Ancestors
from loader.source.xml.markup import Broken
from loader.source.xml.window import Window

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

# A token (a comment, a skipped element) longer than this is not checked: expat would keep a comment whole, and releases
# before 2.6 scan it again with each block.
_TOKEN_LIMIT = 16 * MIB
# Letters of names; those that may not begin a name are separate. Expat only knows the names of XML's fourth edition,
# and refuses the others of the fifth; then it gets all of them in ASCII.
_LATER = re.compile(
    "([\u00b7\u0300-\u036f\u203f\u2040])|[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c"
    "\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff]"
)
_INVALID_TOKEN = 4  # expat.errors.codes, without importing expat
_CUT = re.compile(rb"(?:[\xc0-\xff]|[\xe0-\xff][\x80-\xbf]|[\xf0-\xff][\x80-\xbf]{2})\Z")


class Outline:
    """Gets each token outside of records, whole or in pieces, and notes the first ``fault``.

    ``many``: several documents may follow each other.
    """

    def __init__(self, ancestors: Ancestors, *, many: bool) -> None:
        self.fault: Broken | None = None
        self._ancestors = ancestors
        self._many = many
        self._parser = _new_parser()
        self._window: Window | None = None  # the window of the current token
        self._token = self._passed = 0
        self._prefix = b""  # the ancestors before it
        self._weight = 0  # bytes that this parser has seen, because it never forgets a name
        self._has_ended = False  # whether the root element has ended
        self._in_ascii = False

    def begin(self, window: Window, position: int) -> None:
        """A token starts; ``window`` may drop its beginning before its end is found."""
        if self.fault is None:
            self._window, self._token, self._passed = window, position, position
            self._prefix = self._ancestors.context.prefix
            window.giving_up = self._pass_to
            if self._many and not self._ancestors.stack:
                self._begin_document(window.peek(position, 6))

    def end(self, position: int) -> None:
        """The token has ended there, and the ancestors are those after it."""
        if self._window is None:
            return
        self._pass_to(position)
        tail = self._window.slice(max(self._token, position - 3), position)
        if _CUT.search(tail) and self.fault is None:  # expat would wait for the rest, and take it from the next token
            self.fault = Broken(self._token, f"what starts at byte {self._token} is not UTF-8")
        self._window.giving_up = None
        self._window = None
        self._has_ended = not self._ancestors.stack and self._ancestors.roots > 0
        if self._weight > _TOKEN_LIMIT and self.fault is None:
            self._restart(self._ancestors.context.prefix)

    def pass_root(self) -> None:
        """A root element has passed that was a record."""
        if self.fault is None:
            if self._has_ended:
                self._parser, self._weight = _new_parser(), 0
            self._has_ended = True
            self._parse(b"<ended/>")

    def assert_sound(self) -> None:
        """Raise Broken if there is a fault, because it would affect the records."""
        if self.fault is not None:
            raise self.fault

    def _pass_to(self, position: int) -> None:
        if self._window is None or self.fault is not None:
            return
        data = self._window.slice(self._passed, position)
        self._passed = position
        self._weight += len(data)
        if position - self._token <= _TOKEN_LIMIT:
            self._parse(data)

    def _parse(self, data: bytes) -> None:
        from xml.parsers import expat

        try:
            self._parser.Parse(_in_ascii(data) if self._in_ascii else data, False)
        except expat.ExpatError as error:
            what = expat.ErrorString(error.code)
            self.fault = Broken(self._token, f"what starts at byte {self._token} is not well-formed: {what}")
            if error.code == _INVALID_TOKEN and not self._in_ascii and not data.isascii():
                self.fault, self._in_ascii = None, True
                self._restart(self._prefix)
                self._parse(data)

    def _begin_document(self, head: bytes) -> None:
        """Another document begins with a byte order mark of its own, or with its root element or DOCTYPE."""
        is_opening = head.startswith((UTF8_BOM, b"<?xml")) and head[5:6] in b" \t\r\n?"
        if is_opening or (self._has_ended and not head.startswith((b"<!--", b"<?", b"</"))):
            self._parser, self._weight, self._has_ended = _new_parser(), 0, False

    def _restart(self, prefix: bytes) -> None:
        """A new parser at the same place, inside of ``prefix``."""
        self._parser, self._weight = _new_parser(), 0
        if not self._has_ended:
            self._parse(b"\n" + prefix)
        else:
            self._parse(b"<ended/>")


def _in_ascii(data: bytes) -> bytes:
    """The same with letters of names as `x33b_`, or as `-b7_` if they may not begin a name."""
    text = data.decode("utf-8", "surrogateescape")
    shown = _LATER.sub(lambda found: f"{'-' if found[1] else 'x'}{ord(found[0]):x}_", text)
    return shown.encode("utf-8", "surrogateescape")


def _new_parser() -> XMLParserType:
    from xml.parsers import expat

    # Nothing is expanded or fetched, because there are no handlers. The bytes are UTF-8, whatever a declaration says.
    return expat.ParserCreate("utf-8", " ")
