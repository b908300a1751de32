"""Which encoding a file is in, by its first bytes and its XML declaration."""

from __future__ import annotations

import codecs
import re

from loader.errors import SourceError

HEAD_LENGTH = 1024  # an XML declaration is shorter
_UTF8_BOM = b"\xef\xbb\xbf"
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
    """The Python codec to transcode from, or None for UTF-8; SourceError names an encoding that is unknown.

    ``head`` is the first HEAD_LENGTH bytes of the uncompressed file, ``name`` the file's.
    """
    if head.startswith(_UTF8_BOM):
        return None
    for signature, codec in _SIGNATURES:
        if signature.match(head):
            return codec
    if head.startswith(_EBCDIC):
        return _declared(head.decode("cp037"), name) or "cp037"
    return _declared(head.decode("latin-1"), name)


def _declared(head: str, name: str) -> str | None:
    found = _DECLARED.match(head)
    if found is None:
        return None
    try:
        codec = codecs.lookup(found[1]).name
        bytes(1).decode(codec, "replace")  # LookupError for what is no text encoding, like base64
    except LookupError:
        codec = "undefined"
    if codec in _NOT_ENCODINGS:
        raise SourceError(
            f"{name} declares the encoding {found[1]!r}, which Python does not know",
            hint="convert the file to UTF-8 (iconv can), and its XML declaration with it",
        )
    # A file whose declaration we could read byte by byte is in no wide encoding, whatever it declares.
    return None if codec in _AS_IT_IS or codec in _WIDE else codec
