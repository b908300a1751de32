"""Members of zip files: listed, and read in order."""

from __future__ import annotations

import contextlib
import hashlib
import zipfile
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path, PurePosixPath

from loader.errors import SourceError
from loader.source.packing.format import SourceFile
from loader.source.packing.raw import BLOCK

_ENCRYPTED = 0x1


def members(path: Path, name: str) -> list[SourceFile]:
    """A source for each file in the zip, sorted by name; raises SourceError if there is none, or one is encrypted."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not _is_noise(info)]
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise SourceError(f"{name} is a zip file that cannot be read: {error}") from error
    for info in infos:
        if info.flag_bits & _ENCRYPTED:
            raise SourceError(f"{name}!{info.filename} is encrypted", hint="unpack the zip file first")
    if not infos:
        raise SourceError(f"{name} is a zip file without files in it")
    infos.sort(key=lambda info: info.filename)
    for info, following in pairwise(infos):
        if info.filename == following.filename:
            raise SourceError(
                f"{name} has two members named {info.filename}, of which only one could be read",
                hint="unpack the zip file first",
            )
    return [SourceFile(path, i.filename, f"{name}!{i.filename}", i.compress_size, "zip") for i in infos]


def _is_noise(info: zipfile.ZipInfo) -> bool:
    """Directories, and files that file managers create."""
    parts = PurePosixPath(info.filename).parts
    return info.is_dir() or "__MACOSX" in parts or parts[-1:] == (".DS_Store",)


class ZipStream:
    """The decoded bytes of one member of a zip file."""

    def __init__(
        self, file: SourceFile, *, progress: Callable[[int], None] | None = None, hashing: bool = False
    ) -> None:
        self.position = 0
        self.damage: str | None = None
        self._progress = progress
        self._hash = hashlib.sha256() if hashing else None
        try:
            with contextlib.ExitStack() as undo:
                self._archive = undo.enter_context(zipfile.ZipFile(file.path))
                self._info = self._archive.getinfo(file.member or "")
                self._member = self._archive.open(self._info)
                undo.pop_all()
        except (zipfile.BadZipFile, OSError, KeyError, NotImplementedError, RuntimeError) as error:
            raise SourceError(f"{file.name} cannot be read: {error}") from error

    def read(self) -> bytes:
        """The next block; b'' at the end, and at damage."""
        if self.damage is not None:
            return b""
        try:
            block = self._member.read(BLOCK)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            self.damage = f"the zip member is corrupt behind byte {self.position} of its content: {error}"
            return b""
        self.position += len(block)
        if self._hash is not None:
            self._hash.update(block)
        if self._progress is not None and block:
            self._progress(self._info.compress_size * self.position // max(1, self._info.file_size))
        return block

    def point(self, offset: int) -> bytes | None:
        """None: a member is read from its beginning."""

    def restore(self, point: bytes | None, offset: int) -> None:
        """Go back to the beginning."""
        self._member.close()
        self._member = self._archive.open(self._info)
        self.position, self.damage = 0, None

    def distance(self, point: bytes | None, offset: int) -> int:
        """From the beginning."""
        return offset

    def sha256(self) -> str:
        """Hex digest of the member's content; reads the rest of it."""
        if self._hash is None:
            raise RuntimeError("the file was opened without hashing")
        while self.read():
            pass
        return self._hash.hexdigest()

    def close(self) -> None:
        """Release the file."""
        self._member.close()
        self._archive.close()
