"""Which entities a file contains, and how a worker finds the file again."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, cast

from loader.errors import SourceError, UsageError
from loader.mapping.dataset import Dataset, Entity
from loader.source.file import SourceFile
from loader.source.listing import list_sources
from loader.source.packing.format import Format
from loader.source.protocol import Format as RecordFormat
from loader.source.protocol import format_of, formats_of

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Sources:
    """What a command loads. ``entities``: names of the entities in each file, by the file's name. ``passed_over``: by
    name, why a file beside them is not loaded.
    """

    files: list[SourceFile]
    entities: dict[str, list[str]]
    passed_over: dict[str, str] = field(default_factory=dict)


def find_sources(paths: Sequence[Path], dataset: Dataset, given: Sequence[str] | None = None) -> Sources:
    """The sources at the paths, with their entities: those ``given``, else those found by entities_of.

    Raises as list_sources and entities_of do, and UsageError if two files have the same name.
    """
    reader = _Reader(dataset, given)
    found = list_sources(paths, reader)
    held = held_entities(found.sources, lambda file: reader.entities[file.name])
    return Sources(found.sources, held, found.passed_over)


def held_entities(files: Sequence[SourceFile], entities: Callable[[SourceFile], Sequence[str]]) -> dict[str, list[str]]:
    """Names of the entities in each file, by the file's name; raises UsageError if two files have the same name."""
    held: dict[str, list[str]] = {}
    for file in files:
        if file.name in held:
            paths = " and ".join(str(other.path) for other in files if other.name == file.name)
            raise UsageError(f"{paths} have the same name, which identifies a source", hint="rename one of them")
        held[file.name] = list(entities(file))
    return held


def entities_of(file: SourceFile, dataset: Dataset) -> list[Entity]:
    """The entities whose records the file may contain, which all have one format. Raises as Format.entities_of does."""
    return _any_of(formats_of(dataset), lambda format_: format_.entities_of(file, dataset))


def _any_of(formats: Sequence[RecordFormat], ask: Callable[[RecordFormat], _T]) -> _T:
    """The answer of the first format that does not refuse; raises the last error if all do."""
    for format_ in formats[:-1]:
        try:
            return ask(format_)
        except (SourceError, UsageError):
            continue
    return ask(formats[-1])


class _Reader:
    """The files that a mapping reads, for list_sources."""

    def __init__(self, dataset: Dataset, given: Sequence[str] | None) -> None:
        self.entities: dict[str, list[str]] = {}
        self._dataset = dataset
        self._formats = formats_of(dataset)
        self._given = given

    @property
    def suffixes(self) -> Set[str]:
        return {suffix for format_ in self._formats for suffix in format_.suffixes}

    def check_name(self, path: Path) -> None:
        _any_of(self._formats, lambda format_: format_.check_name(path))

    def takes_name(self, names: Sequence[str]) -> bool | None:
        entities = self._dataset.readers
        if any(entity.files is not None and entity.takes_file(names) for entity in entities):
            return True
        return None if any(entity.files is None for entity in entities) else False

    def check(self, file: SourceFile) -> None:
        if self._given:
            format_of(self._dataset, self._given).check(file)
            self.entities[file.name] = list(self._given)
        else:
            self.entities[file.name] = [entity.name for entity in entities_of(file, self._dataset)]


def located(  # noqa: PLR0917 -- as loader.read_source answers, and what the worker was told
    name: str, location: str, size: int, packing: str, directory: Path | None, named: Sequence[Path] = ()
) -> SourceFile:
    """The file of a registered source, on this host: in ``directory`` if it was registered elsewhere, or, if it no
    longer exists, where the paths that a command has ``named`` lead.

    Raises SourceError if it cannot be read, or has another size.
    """
    path = Path(location)
    member = name.removeprefix(f"{path.name}!") if packing == "zip" else None  # any name may contain exclamation marks
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
            hint="`loader work DATASET --directory DIR` says where the file is",
        ) from error
    if member is None and found != size:
        raise SourceError(f"{path} has {found} bytes, but the registered file had {size}")
    return SourceFile(path, member, name, size, cast(Format, packing))
