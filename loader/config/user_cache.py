"""Folders in the user's cache for results that take longer to compute than to read: of mappings and templates."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def user_folder(name: str, *, make: bool = False) -> Path | None:
    """The folder of a cache; None if there is none, or if other users could write it, because
    SQL is made from its files.
    """
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    if not os.path.isabs(base):
        return None
    folder = Path(base) / "dumploader" / name
    try:
        if make:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = os.lstat(folder)
    except OSError:
        return None
    safe = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022
    return folder if safe else None
