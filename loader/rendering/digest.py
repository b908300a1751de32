"""Tells whether a dataset's procedures are current without rendering them: a digest of all that decides them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

from loader.mapping.tables import Dataset, Settings
from loader.resources import directory

_PACKAGE = Path(__file__).parent.parent
_SETTINGS = Settings()  # a dataset's own are registered beside its procedures, and change none of them


def rendered_hash(dataset: Dataset) -> str:
    """What a rendered script registers itself with: a digest of the mapping, its comments too, the templates and the
    code that fills them.
    """
    digest = hashlib.sha256()
    for path in _files():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    mapping = asdict(replace(dataset, settings=_SETTINGS, declared=None, location="", text=""))
    digest.update(json.dumps(mapping, sort_keys=True).encode())
    return digest.hexdigest()


def _files() -> Iterator[Path]:
    for name in ("procedures", "statements"):
        yield from sorted((directory("sql") / name).glob("*.sql"))
    yield from sorted((_PACKAGE / "rendering").glob("*.py"))
    yield _PACKAGE / "render.py"
    for name in ("canonical", "tables"):
        yield _PACKAGE / "mapping" / f"{name}.py"
