"""A dump file on its way to the disk, and the count of what went into it."""

from __future__ import annotations

import gzip
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, cast

from loader.sample.deck import DECK

_BLOCK = 1 << 20  # bytes handed to the file or the compressor at once
_GZIP_LEVEL = 5  # 39 MB/s with the generator; level 6 does 33 and saves 3 % of the file
# The manifest lists up to so many keys per entity and operation; further ones are only counted.
KEYS_LISTED = 10_000


class DumpFile:
    """Writes a plain or gzip file in large blocks; equal contents give equal gzip headers."""

    def __init__(self, path: Path, *, gz: bool) -> None:
        self._raw = path.open("wb")
        self._file: BinaryIO = self._raw
        if gz:
            # No name and no time inside: the same call writes the same bytes.
            compressor = gzip.GzipFile("", "wb", _GZIP_LEVEL, self._raw, mtime=0)
            self._file = cast(BinaryIO, compressor)
        self._parts: list[bytes] = []
        self._waiting = 0
        self.bytes = 0

    def write(self, data: bytes) -> None:
        """Append bytes of the document."""
        self._parts.append(data)
        self._waiting += len(data)
        if self._waiting >= _BLOCK:
            self._flush()

    def _flush(self) -> None:
        self._file.write(b"".join(self._parts))
        self.bytes += self._waiting
        self._parts.clear()
        self._waiting = 0

    def __enter__(self) -> DumpFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._flush()
            self._file.close()
        finally:
            self._raw.close()


class Tally:
    """What was written of one entity: records, rows per table, keys by operation."""

    def __init__(self, root: str, tables: Mapping[str, Sequence[int]]) -> None:
        self._root, self._tables = root, tables
        self._shapes = [0] * DECK
        self._more_rows: Counter[str] = Counter()
        self.records = 0
        self._repeated = 0
        self.operations = Counter({"unchanged": 0, "changed": 0, "added": 0, "deleted": 0})
        self.keys: dict[str, list[int]] = {"changed": [], "added": [], "deleted": []}

    def note(self, operation: str, key: int) -> None:
        """Count what happened to a record."""
        self.operations[operation] += 1
        if operation != "unchanged" and len(self.keys[operation]) < KEYS_LISTED:
            self.keys[operation].append(key)

    def written(self, number: int) -> None:
        """Count a record and the rows of its shape."""
        self.records += 1
        self._shapes[number % DECK] += 1

    def repeated(self) -> None:
        """Count a second version of a record; its rows replace the first one's."""
        self.records += 1
        self._repeated += 1

    def more(self, table: str, rows: int) -> None:
        """Count how many rows more, or fewer, than its shape a record has."""
        if rows:
            self._more_rows[table] += rows

    def rows(self) -> dict[str, int]:
        """Return the rows per table: faulty records as if they were valid, duplicates once."""
        used = self._shapes
        rows = {self._root: self.records - self._repeated}
        for table, counts in self._tables.items():
            total = sum(count * times for count, times in zip(counts, used, strict=True))
            rows[table] = total + self._more_rows[table]
        return rows


def sha256(path: Path) -> str:
    """Return the digest of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
