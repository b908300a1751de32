"""Whether a file was loaded before under its name and date: by its bytes, or by its contents."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from loader.database.connect import Connection
from loader.load.request import LoadRequest
from loader.source.file import SourceFile
from loader.source.packing.stream import content_digest

Digests = tuple[str, str | None]  # SHA-256 of the file, and the digest of its contents if known


def known_digests(
    connection: Connection,
    request: LoadRequest,
    files: Sequence[SourceFile],
    snapshots: Mapping[str, datetime.date | None],
) -> dict[str, Digests]:
    """Digests of those files that were loaded before under the same name and date, by name."""
    if request.mode == "replace":
        return {}
    found = {}
    for file in files:
        before = digests_before(connection, request, None, file, snapshots[file.name]) if file.member is None else None
        if before is not None:
            digest, content = before
            sha256 = _sha256(file.path)
            # Decompressing takes longer: it is only necessary if the bytes differ and the contents may be the same.
            unpacked = sha256 != digest and content is not None
            found[file.name] = sha256, content_digest(file) if unpacked else None
    return found


def is_same(before: Digests, now: Digests) -> bool:
    """Whether two digests are of the same file, perhaps compressed again."""
    return before[0] == now[0] or (before[1] is not None and before[1] == now[1])


def digests_before(
    connection: Connection, request: LoadRequest, load_id: int | None, file: SourceFile, snapshot: datetime.date | None
) -> Digests | None:
    """Digests of the file of this name and date that was loaded last; None if there was none, or for a replace."""
    row = connection.execute(
        "select sha256, content from loader.last_digests(%s, %s, %s, %s, %s)",
        (load_id, request.dataset.name, file.name, snapshot, request.priority),
    ).fetchone()
    return (row[0], row[1]) if row else None


def _sha256(path: Path) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
