"""The format of a file according to its first bytes, whatever its name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal

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
_SKIPPABLE = b"\x2a\x4d\x18"  # the first byte of such a frame is free within 16 values; then follows its size


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

    @property
    def names(self) -> tuple[str, ...]:
        """Its name; for a member of a zip file, also that of the member, with and without folders."""
        return (self.name, self.member, PurePosixPath(self.member).name) if self.member else (self.name,)


def format_of(file: BinaryIO) -> Format | None:
    """The format according to the first bytes of a file; None if it is empty. Skippable frames, which zstd and lz4 have
    in common, are skipped.
    """
    start = head = file.read(MAGIC_LENGTH)
    while head[1:4] == _SKIPPABLE and 0x50 <= head[0] <= 0x5F:
        size = int.from_bytes(head[4:] + file.read(2), "little")
        file.seek(size, os.SEEK_CUR)
        head = file.read(MAGIC_LENGTH)
    if not start:
        return None
    found: Format = next((format_ for magic, format_ in _MAGIC if head.startswith(magic)), "plain")
    if head == start:
        return found
    return "zstd" if found == "zstd" or not head else "plain"
