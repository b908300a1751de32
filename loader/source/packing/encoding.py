"""The encoding of a file, according to its first bytes and its XML declaration."""

from __future__ import annotations

import codecs
import re
from collections.abc import Container

from loader.errors import SourceError

HEAD_LENGTH = 1024  # an XML declaration is shorter
UTF8_BOM = b"\xef\xbb\xbf"
# Byte order marks, then `<` or white space as it looks in the wide encodings and in EBCDIC; the longer first.
_SIGNATURES: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), name)
    for pattern, name in (
        (rb"\x00\x00\xfe\xff|\0\0\0[<\t\n\r ]", "utf-32-be"),
        (rb"\xff\xfe\0\0|[<\t\n\r ]\0\0\0", "utf-32-le"),
        (rb"\xfe\xff|\0[<\t\n\r ]", "utf-16-be"),
        (rb"\xff\xfe|[<\t\n\r ]\0", "utf-16-le"),
    )
)
_EBCDIC = b"\x4c\x6f\xa7\x94"  # `<?xm` in every EBCDIC code page
_DECLARED = re.compile(r"""[ \t\r\n]*<\?xml\b[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._:\-]+)["']""")
_AS_IT_IS = {"utf-8", "ascii"}
_WIDE = {"utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"}
_OWN_NAMES = {"iso-10646-ucs-2", "iso-10646-ucs-4", "ucs-2", "ucs-4"}  # wide encodings unknown to Python
# Python has text codecs that are not encodings of files.
_NOT_ENCODINGS = {
    "idna",
    "punycode",
    "raw-unicode-escape",
    "unicode-escape",
    "undefined",
    "utf-7",
    "mbcs",
    "oem",
}


def detect(head: bytes, name: str) -> str | None:
    """The Python codec to transcode from, or None for UTF-8; raises SourceError for an unknown encoding, or one that
    contradicts the first bytes: XML forbids that, and either choice might give another text.

    ``head`` is the first HEAD_LENGTH bytes of the uncompressed file, ``name`` the file's.
    """
    if head.startswith(UTF8_BOM):
        word, codec = _declared(head[len(UTF8_BOM) :].decode("latin-1"), name)
        if codec and codec not in _AS_IT_IS:
            raise _belied(name, word, "begins with the byte order mark of UTF-8")
        return None
    for signature, wide in _SIGNATURES:
        if signature.match(head):
            text = head.decode(wide, "replace").removeprefix("\ufeff")
            word, codec = _declared(text, name, but=_OWN_NAMES)
            if codec and codec not in (wide, wide[:6]):
                raise _belied(name, word, f"is in {wide.upper()}")
            return wide
    if head.startswith(_EBCDIC):
        word, codec = _declared(head.decode("cp037"), name)
        if codec and "<?xm".encode(codec) != _EBCDIC:
            raise _belied(name, word, "is in EBCDIC")
        return codec or "cp037"
    word, codec = _declared(head.decode("latin-1"), name)
    if codec in _WIDE:
        raise _belied(name, word, "has a byte a character")
    return None if codec in _AS_IT_IS else codec


def _declared(head: str, name: str, *, but: Container[str] = ()) -> tuple[str, str | None]:
    """The encoding as declared, and Python's codec for it; None: none is declared, or one in ``but``."""
    found = _DECLARED.match(head)
    if found is None or found[1].lower() in but:
        return "", None
    try:
        codec = codecs.lookup(found[1]).name
        bytes(1).decode(codec, "replace")  # LookupError for codecs that are not text encodings, like base64
    except LookupError:
        codec = "undefined"
    if codec in _NOT_ENCODINGS:
        raise SourceError(
            f"{name} declares the encoding {found[1]!r}, which Python does not know",
            hint="convert the file to UTF-8 (iconv can), and its XML declaration with it",
        )
    return found[1], codec


def _belied(name: str, declared: str, what: str) -> SourceError:
    return SourceError(
        f"{name} declares the encoding {declared!r}, but {what}", hint="mend the declaration in its first line"
    )
