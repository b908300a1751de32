"""The bytes of a file on disk: read in order, hashed and counted on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from loader.errors import SourceError

BLOCK = 256 * 1024  # read, inflated and searched while it is still in the processor's cache


class RawFile:
    """A file opened for reading. ``position`` is the offset of the next byte."""

    def __init__(
        self, path: Path, name: str, *, progress: Callable[[int], None] | None = None, hashing: bool = False
    ) -> None:
        self.name = name
        self.position = 0
        self._progress = progress
        self._hash = hashlib.sha256() if hashing else None
        try:
            self._file = open(path, "rb", buffering=0)  # noqa: SIM115 - closed by close()
        except OSError as error:
            raise SourceError(f"{name} cannot be read: {error.strerror}") from error

    def read(self) -> bytes:
        """The next block; b'' at the end of the file."""
        try:
            block = self._file.read(BLOCK)
        except OSError as error:
            raise SourceError(f"{self.name} cannot be read at byte {self.position}: {error.strerror}") from error
        self.position += len(block)
        if self._hash is not None:
            self._hash.update(block)
        if self._progress is not None and block:
            self._progress(self.position)
        return block

    def seek(self, offset: int) -> None:
        """Continue reading at the offset. A file that is hashed must be read in order instead."""
        self._file.seek(offset)
        self.position = offset

    def sha256(self) -> str:
        """Hex digest of the whole file; reads the rest of it."""
        if self._hash is None:
            raise RuntimeError("the file was opened without hashing")
        while self.read():
            pass
        return self._hash.hexdigest()

    def close(self) -> None:
        """Release the file."""
        self._file.close()
