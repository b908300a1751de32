"""The format of a file according to its first bytes, whatever its name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Format = Literal["plain", "gzip", "bzip2", "xz", "zstd", "zip"]
MAGIC_LENGTH = 6
_MAGIC: tuple[tuple[bytes, Format], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),  # a zip without members
)


@dataclass(frozen=True)
class SourceFile:
    """One source: a file, or a member of a zip file (its name is then ``two.zip!a.xml``).

    ``size`` is in bytes as stored on disk: compressed, if it is.
    """

    path: Path
    member: str | None
    name: str
    size: int
    format: Format


def format_of(head: bytes) -> Format:
    """The format according to the first MAGIC_LENGTH bytes of a file."""
    return next((format_ for magic, format_ in _MAGIC if head.startswith(magic)), "plain")
