"""Which entities a file holds, and how a worker finds the file again."""

from __future__ import annotations

import datetime
import fnmatch
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import cast

from loader.errors import NotMappedError, SourceError, UsageError
from loader.mapping.dataset import Dataset, Entity
from loader.source.file import SourceFile
from loader.source.listing import list_sources
from loader.source.packing.format import Format
from loader.source.xml.scan import RecordPath, match_root


@dataclass(frozen=True, slots=True)
class Sources:
    """What a command loads. ``entities``: names of those that each file holds, by the file's name. ``passed_over``: why
    a file that lies beside them is not loaded, by its name.
    """

    files: list[SourceFile]
    entities: dict[str, list[str]]
    passed_over: dict[str, str] = field(default_factory=dict)


def find_sources(paths: Sequence[Path], dataset: Dataset, given: Sequence[str] | None = None) -> Sources:
    """The sources at the paths, with the entities that they hold: those ``given``, else what entities_of finds.

    Raises as list_sources and entities_of do, and UsageError where two files have one name.
    """
    reader = _Reader(dataset, given)
    found = list_sources(paths, reader)
    held = held_entities(found.sources, lambda file: reader.entities[file.name])
    return Sources(found.sources, held, found.passed_over)


def held_entities(files: Sequence[SourceFile], entities: Callable[[SourceFile], Sequence[str]]) -> dict[str, list[str]]:
    """Names of the entities that each file holds, by the file's name; UsageError where two files have one name."""
    held: dict[str, list[str]] = {}
    for file in files:
        if file.name in held:
            paths = " and ".join(str(other.path) for other in files if other.name == file.name)
            raise UsageError(f"{paths} have the same name; a source is known by it", hint="rename one of them")
        held[file.name] = list(entities(file))
    return held


def entities_of(file: SourceFile, dataset: Dataset) -> list[Entity]:
    """The entities whose records the file may hold: by its root element, then by its name.

    Of a file that may hold several documents only the name counts, as each has a root element of its own; which
    entities it does hold is known at the end of a scan. Raises NotMappedError for another root element, UsageError for
    a name that fits no pattern, SourceError for a file that cannot be read.
    """
    root = match_root(file, dataset.settings.internal_subset)
    many = dataset.settings.documents == "many"
    found = [entity for entity in dataset.entities if many or entity.record[0] == root]
    named = [entity for entity in found if entity.files is None or _fits(file.name, entity.files)]
    if found and not named:
        patterns = ", ".join(f"{entity.files} ({entity.name})" for entity in found)
        raise UsageError(
            f"{file.name}: its root element is <{root}>, but no entity of {dataset.name} takes a file of that name",
            hint=f"the mapping's patterns (files): {patterns}",
            why="no entity takes its name",
        )
    if not named:
        raise NotMappedError(
            f"{file.name}: its root element is <{root}>, which the mapping {dataset.name} does not know",
            hint=known_roots(dataset) + _missing_namespace(root, dataset),
            why=f"<{root}> is not mapped",
        )
    return named


def _missing_namespace(root: str, dataset: Dataset) -> str:
    """The line of a mapping that would let it know a root element, of which it knows the name without its namespace."""
    uri, _, local = root.removeprefix("{").rpartition("}")
    if not uri or local not in {entity.record[0] for entity in dataset.entities}:
        return ""
    return f'; for elements in this namespace the mapping needs: namespaces: {{"": "{uri}"}}'


def known_roots(dataset: Dataset) -> str:
    """The root elements that a mapping reads, in words."""
    return f"known root elements: {', '.join(f'<{name}>' for name in sorted({e.record[0] for e in dataset.entities}))}"


class _Reader:
    """What a mapping reads, as list_sources asks."""

    def __init__(self, dataset: Dataset, given: Sequence[str] | None) -> None:
        self.entities: dict[str, list[str]] = {}
        self._dataset = dataset
        self._given = given

    def takes_name(self, name: str) -> bool | None:
        patterns = [entity.files for entity in self._dataset.entities]
        if any(pattern is not None and _fits(name, pattern) for pattern in patterns):
            return True
        return None if None in patterns else False

    def check(self, file: SourceFile) -> None:
        self.entities[file.name] = list(self._given or (e.name for e in entities_of(file, self._dataset)))


def _fits(name: str, pattern: str) -> bool:
    """Whether a file's name fits a pattern: of a member of a zip file, its own name or all of it."""
    member = name.partition("!")[2]
    names = (name, member, PurePosixPath(member).name) if member else (name,)
    return any(fnmatch.fnmatch(each, pattern) for each in names)


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


def located(  # noqa: PLR0917 -- as loader.read_source answers, and what the worker was told
    name: str, location: str, size: int, packing: str, directory: Path | None, named: Sequence[Path] = ()
) -> SourceFile:
    """The file of a registered source, on this host: in ``directory`` when it lies elsewhere than where it was
    registered, or where the paths that a command has ``named`` lead to, if it is there no more.

    Raises SourceError when it cannot be read, or is of another size.
    """
    member = name.partition("!")[2] if packing == "zip" else None  # an exclamation mark may stand in any name
    path = Path(location)
    if directory is not None:
        path = directory / path.name
    elif not path.exists():
        folders = (given if given.is_dir() else given.parent for given in named)
        path = next((folder / path.name for folder in folders if (folder / path.name).is_file()), path)
    try:
        found = path.stat().st_size
        with open(path, "rb"):
            pass
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read on this host: {error.strerror}",
            hint="`loader work DATASET --directory DIR` says where it is",
        ) from error
    if member is None and found != size:
        raise SourceError(f"{path} has {found} bytes, the registered file had {size}")
    return SourceFile(path, member, name, size, cast(Format, packing))
