"""Which entities a file holds, and how a worker finds the file again."""

from __future__ import annotations

import datetime
import fnmatch
import re
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from loader.errors import SourceError, UsageError
from loader.mapping.tables import Dataset, Entity
from loader.source.file import SourceFile
from loader.source.format import Format
from loader.source.scan import RecordPath, match_root


def entities_of(file: SourceFile, dataset: Dataset) -> list[Entity]:
    """The entities whose records the file may hold: by its root element, then by its name.

    Of a file that may hold several documents only the name counts, as each has a root element of its own; which
    entities it does hold is known at the end of a scan. Raises SourceError when the mapping knows nothing of such a
    file.
    """
    root = match_root(file)
    many = dataset.settings.documents == "many"
    found = [entity for entity in dataset.entities if many or entity.record[0] == root]
    named = [entity for entity in found if entity.files is None or fnmatch.fnmatch(file.name, entity.files)]
    if found and not named:
        patterns = ", ".join(f"{entity.files} ({entity.name})" for entity in found)
        raise SourceError(
            f"{file.name}: its root element is <{root}>, but no entity of {dataset.name} takes a file of that name",
            hint=f"the mapping's patterns (files): {patterns}",
        )
    if not named:
        raise SourceError(
            f"{file.name}: its root element is <{root}>, which the mapping {dataset.name} does not know",
            hint=known_roots(dataset),
        )
    return named


def known_roots(dataset: Dataset) -> str:
    """The root elements that a mapping reads, in words."""
    return f"known root elements: {', '.join(f'<{name}>' for name in sorted({e.record[0] for e in dataset.entities}))}"


def held_entities(
    files: Sequence[SourceFile], dataset: Dataset, given: Sequence[str] | None = None
) -> dict[str, list[str]]:
    """Names of the entities that each file holds, by the file's name: those ``given``, else what entities_of finds.

    Raises SourceError as that does, UsageError where two files have one name.
    """
    held = {file.name: list(given or (entity.name for entity in entities_of(file, dataset))) for file in files}
    if len(held) != len(files):
        raise UsageError("two of the files have the same name; a source is known by it")
    return held


def record_paths(dataset: Dataset, names: Sequence[str]) -> list[RecordPath]:
    """The record paths of entities, in the order of their names."""
    return [RecordPath(name, dataset.entity(name).record) for name in names]


def snapshot_of(file: SourceFile, dataset: Dataset, given: str | None) -> datetime.date | None:
    """The date of the data: as given, else from the file's name as the mapping says, else unknown."""
    text = given
    if text is None and dataset.settings.snapshot:
        found = re.search(dataset.settings.snapshot, file.name)
        text = found.group(1) if found else None
    if text is None:
        return None
    for form in ("%Y-%m-%d", "%Y%m%d", "%Y-%m", "%Y%m"):
        try:
            return datetime.datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise UsageError(f"{text!r} is no snapshot date", hint="expected: 2026-11-01, 20261101 or 2026-11")


def located(name: str, location: str, size: int, packing: str, directory: Path | None) -> SourceFile:
    """The file of a registered source, on this host; in ``directory`` when it lies elsewhere than where it was
    registered. Raises SourceError when it cannot be read, or is of another size.
    """
    member = name.partition("!")[2] if packing == "zip" else None  # an exclamation mark may stand in any name
    path = Path(location)
    if directory is not None:
        path = directory / path.name
    try:
        found = path.stat().st_size
        with open(path, "rb"):
            pass
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read on this host: {error.strerror}",
            hint="loader work --directory DIR says where it is",
        ) from error
    if member is None and found != size:
        raise SourceError(f"{path} has {found} bytes, the registered file had {size}")
    return SourceFile(path, member, name, size, cast(Format, packing))
