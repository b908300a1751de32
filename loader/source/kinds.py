"""What kind of file a file is that is not XML, by its first bytes, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePath

from loader.errors import NoXmlError


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file. ``name``: as in "x is NAME"; ``why``: the same in a word; ``todo``: what to do about it.
    ``is_broken``: it takes the place of a dump, or dumps are in it that are not read.
    """

    head: re.Pattern[bytes]
    name: str
    why: str
    todo: str
    is_broken: bool = False


_CONVERT = "only XML is supported: convert it to XML"
_UNPACK = "unpack it first, and give the files that were in it"
_REPACK = "unpack it first: plain, gzip, bzip2, xz, zstd and zip are supported"


def _kind(head: bytes, name: str, why: str, todo: str, *, is_broken: bool = False) -> Kind:
    return Kind(re.compile(head, re.DOTALL), name, why, todo, is_broken)


# By bytes with which no XML begins.
BINARY = (
    _kind(rb".{257}ustar", "a tar archive", "tar", _UNPACK),
    _kind(rb"7z\xbc\xaf\x27\x1c", "a 7z archive", "7z", _UNPACK),
    _kind(rb"Rar!\x1a\x07", "a rar archive", "rar", _UNPACK),
    _kind(rb"PK\x03\x04", "a zip file inside another file", "a zip file", _UNPACK, is_broken=True),
    _kind(rb"[\x04\x02][\x22\x21][\x4d\x4c]\x18|[\x50-\x5f]\x2a\x4d\x18", "compressed with lz4", "lz4", _REPACK),
    _kind(rb"LZIP|\x1f\x9d|\x5d\x00\x00.{2}\xff", "compressed in an unsupported format", "compressed", _REPACK),
    _kind(
        rb"\x1f\x8b|BZh[1-9]1AY|\xfd7zXZ\x00|\x28\xb5\x2f\xfd", "compressed more than once", "compressed twice",
        "decompress it once", is_broken=True,
    ),
    _kind(rb"PAR1", "a Parquet file", "Parquet", _CONVERT),
    _kind(rb"ORC", "an ORC file", "ORC", _CONVERT),
    _kind(rb"Obj\x01", "an Avro file", "Avro", _CONVERT),
    _kind(rb"SQLite format 3\x00", "an SQLite database", "SQLite", _CONVERT),
    _kind(rb"PGDMP", "a dump by pg_dump", "a pg_dump", "pg_restore reads it"),
    _kind(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document", "Office", _CONVERT),
    _kind(rb"%PDF-", "a PDF document", "PDF", "only XML is supported: get the data that it was made from"),
)  # fmt: skip

# By the text after white space and a byte order mark.
TEXT = (
    _kind(
        rb"version https://git-lfs\.", "a Git LFS pointer instead of the data", "a Git LFS pointer",
        "run `git lfs pull`", is_broken=True,
    ),
    _kind(
        rb"(?i:<!doctype\s+html\b(?!\s+public)|<html\b)", "an HTML page", "HTML",
        "a download may have failed: get it again", is_broken=True,
    ),
    _kind(
        rb"(<!--((?!-->).)*-->\s*|<\?((?!\?>).)*\?>\s*)*<!(ELEMENT|ATTLIST|ENTITY)\b", "a DTD, not a document",
        "a DTD", "give the documents that it describes",
    ),
    _kind(rb"[\[{]", "JSON according to its first character", "JSON", _CONVERT),
)  # fmt: skip

_PACKED = {".gz", ".bz2", ".xz", ".zst", ".zip"}
_LOOK = 4096  # bytes at the beginning, which are enough to recognize other files


def is_named_csv(name: str) -> bool:
    """Whether a file is CSV by its name, compressed or not; its content could be any text."""
    suffixes = [suffix.lower() for suffix in PurePath(name).suffixes if suffix.lower() not in _PACKED]
    return suffixes[-1:] in ([".csv"], [".tsv"])


def refuse_csv(path: Path) -> None:
    """Raises NoXmlError for a file that is CSV by its name."""
    if is_named_csv(path.name):
        hint = "only XML is supported: convert it to XML"
        raise NoXmlError(f"{path} is CSV according to its name", hint=hint, why="CSV")


def kind_of(raw: bytes, text: bytes) -> Kind | None:
    """The kind of a file that is not XML. ``raw``: its first bytes, uncompressed; ``text``: the same
    without what may precede XML.
    """
    heads = ((BINARY, raw[:_LOOK]), (TEXT, text[:_LOOK]))
    return next((kind for kinds, head in heads for kind in kinds if kind.head.match(head)), None)
