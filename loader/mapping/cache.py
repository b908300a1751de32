"""Mappings that were read before, as JSON in the user's cache: checking one again takes longer than a small load.

Only mappings that passed all checks are stored, by a digest of the file and of the code that checks it. If a cache
cannot be read or written, the mapping is read from its file.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path as File
from typing import Any, TypeVar

from loader.config.given import from_json
from loader.config.settings import Settings
from loader.config.user_cache import user_folder
from loader.mapping.dataset import Dataset, Entity, ForeignKey, Policy
from loader.mapping.paths import Path
from loader.mapping.tables import Column, Index, Split, Table

MAX_FILES = 50  # mappings in the cache; the oldest are removed first
_CODE = File(__file__).parent
_SETTINGS = _CODE.parent / "config"
_FORMATS = _CODE.parent / "formats"  # they define addresses
_T = TypeVar("_T")


def cached(content: bytes) -> Dataset | None:
    """The dataset of a mapping file with this content, without its location and text; None
    if it is not in the cache.
    """
    folder = user_folder("mappings")
    if folder is None:
        return None
    try:
        with open(folder / _name(content), "rb") as stream:
            data = json.load(stream)
        return _dataset(data)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def keep(content: bytes, dataset: Dataset) -> None:
    """Stores the dataset of a mapping file with this content."""
    folder = user_folder("mappings", make=True)
    if folder is None:
        return
    with suppress(OSError):
        # Renamed once it is complete, because other commands may be reading, or writing the same file.
        scratch = folder / f".new-{os.getpid()}"
        try:
            scratch.write_text(json.dumps(asdict(replace(dataset, location="", text=""))), encoding="utf-8")
            scratch.replace(folder / _name(content))
        finally:
            scratch.unlink(missing_ok=True)
        kept = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime)
        for file in kept[:-MAX_FILES]:
            file.unlink(missing_ok=True)


def _name(content: bytes) -> str:
    digest = hashlib.sha256()
    for file in sorted([*_CODE.rglob("*.py"), *_SETTINGS.glob("*.py"), *_FORMATS.glob("*/format.py")]):
        digest.update(file.read_bytes() + b"\0")
    digest.update(content)
    return f"{digest.hexdigest()}.json"


def _dataset(data: Mapping[str, Any]) -> Dataset:
    return Dataset(**{
        **data,
        "entities": tuple(_entity(item) for item in data["entities"]),
        "tables": tuple(_table(item) for item in data["tables"]),
        "removing": tuple(_entity(item) for item in data["removing"]),
        "removals": tuple(_table(item) for item in data["removals"]),
        "order": tuple(data["order"]),
        "foreign_keys": tuple(_with_tuples(ForeignKey, item) for item in data["foreign_keys"]),
        "settings": Settings(**from_json(data["settings"])),
    })  # fmt: skip


def _entity(data: Mapping[str, Any]) -> Entity:
    expressions = tuple((column, text) for column, text in data["policy"]["expressions"])
    policy = Policy(**{**data["policy"], "expressions": expressions})
    return _with_tuples(Entity, {
        **data,
        "policy": policy,
        "more_records": [tuple(steps) for steps in data["more_records"]],
        "operation": data["operation"] and _column(data["operation"]),
    })  # fmt: skip


def _table(data: Mapping[str, Any]) -> Table:
    return _with_tuples(Table, {
        **data,
        "key": [_column(item) for item in data["key"]],
        "columns": [_column(item) for item in data["columns"]],
        "computed": [_column(item) for item in data["computed"]],
        "indexes": [_with_tuples(Index, item) for item in data["indexes"]],
        "ignore": [_with_tuples(Path, item) for item in data["ignore"]],
        "more_rows": [tuple(steps) for steps in data["more_rows"]],
        "recursive": [tuple(steps) for steps in data["recursive"]],
        "split": _split(data["split"]),
    })  # fmt: skip


def _column(data: Mapping[str, Any]) -> Column:
    path = None if data["path"] is None else _with_tuples(Path, data["path"])
    others = [_with_tuples(Path, item) for item in data["coalesce"]]
    pairs = {name: [tuple(pair) for pair in data[name]] for name in ("prefixes", "mapped")}
    split = _split(data["split"])
    return _with_tuples(Column, {**data, "path": path, "coalesce": others, "split": split, **pairs})


def _split(data: Mapping[str, Any] | None) -> Split | None:
    return None if data is None else Split(**data)


def _with_tuples(kind: Callable[..., _T], data: Mapping[str, Any]) -> _T:
    """An object of a class whose sequences are tuples where JSON has lists."""
    return kind(**{key: tuple(item) if isinstance(item, list) else item for key, item in data.items()})
