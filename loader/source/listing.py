"""Which sources are at the paths of a command: files, directories of dumps, zip files with several members.

A file that is named by a command must be a dump. In directories and zip files that it names, dumps are loaded. All
other files there are passed over, with a reason, unless the name says that a file is a dump: then it is a broken one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Protocol

from loader.errors import NotMappedError, NoXmlError, SourceError, UsageError
from loader.source.file import sources_in
from loader.source.packing.format import SourceFile

_PACKED_SUFFIXES = {".gz", ".bz2", ".xz", ".zst", ".zip"}
# What programs append to the names of copies and unfinished downloads, which would be loaded twice, or in part.
_COPY = re.compile(r"~$|\.(bak|old|orig|tmp|temp|swp|part|partial|crdownload|download|aria2)$", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
MAX_SHOWN = 5  # files that a message about passed over files names


class Reader(Protocol):
    """The formats that are to read the sources."""

    @property
    def suffixes(self) -> Set[str]:
        """Suffixes of names, such as `.xml`, of files that must be dumps."""

    def check_name(self, path: Path) -> None:
        """Raises NoXmlError if the name alone shows that no format reads the file."""

    def takes_name(self, names: Sequence[str]) -> bool | None:
        """Whether a file of one of these names is expected (True), or not read (False). None: its content decides."""

    def check(self, file: SourceFile) -> None:
        """Raises NotMappedError or UsageError for a file that no mapping reads, SourceError for a broken one."""


@dataclass(slots=True)
class Listing:
    """``sources``: each once, in the order of the paths; those of a directory or zip file by name. ``passed_over``: by
    name, why a file beside them is not loaded.
    """

    sources: list[SourceFile] = field(default_factory=list)
    passed_over: dict[str, str] = field(default_factory=dict)


def list_sources(paths: Sequence[Path], reader: Reader) -> Listing:
    """The sources at the paths.

    Raises UsageError for a path that does not exist or that no mapping reads, SourceError for a file that is broken or
    has another format, and for a directory or zip file without dumps.
    """
    lister = _Lister(reader)
    for path in paths:
        lister.add(path)
    return Listing(list(lister.sources.values()), lister.passed_over)


def in_words(passed_over: Iterable[tuple[str, str]]) -> str:
    """Names and reasons of files that were passed over, in one line; empty if there are none."""
    told = [f"{_shown(name)} ({why})" for name, why in passed_over]
    more = f" and {len(told) - MAX_SHOWN} more" if len(told) > MAX_SHOWN else ""
    return f"skipped: {', '.join(told[:MAX_SHOWN])}{more}" if told else ""


class _Lister:
    """Gathers sources, path by path."""

    def __init__(self, reader: Reader) -> None:
        self.sources: dict[tuple[Path, str | None], SourceFile] = {}
        self.passed_over: dict[str, str] = {}
        self._reader = reader

    def add(self, path: Path) -> None:
        """Adds a path that the command names."""
        try:
            # A link comes after the file to which it leads, so that the file's own name is used.
            inside = sorted(path.iterdir(), key=lambda p: (p.is_symlink(), p.name)) if path.is_dir() else None
        except OSError as error:
            raise SourceError(f"{path} cannot be read: {error.strerror}") from error
        if inside is None:
            self._add_file(path)
            return
        before = dict(self.passed_over)
        found = [self._add_found(entry) for entry in inside if not entry.name.startswith(".")]
        if not any(found):
            hint = in_words((name, why) for name, why in self.passed_over.items() if name not in before)
            raise SourceError(f"{path} is a directory without dumps", hint=hint)

    def _add_found(self, path: Path) -> bool:
        """Adds a file of a directory; returns whether it is a dump."""
        if path.is_dir():
            self.passed_over[path.name] = "a directory"
            return False
        if any(known == path.resolve() for known, _ in self.sources):
            return True
        add = self._add_file if path.is_file() else _refuse
        return self._unless_passed_over((path.name,), partial(add, path))

    def _add_file(self, path: Path) -> None:
        sources = sources_in(path, self._reader.check_name)
        if sources[0].member is None:
            self._take(sources[0])
            return
        found = [self._unless_passed_over(source.names, partial(self._take, source)) for source in sources]
        if not any(found):
            hint = in_words((source.name, self.passed_over.pop(source.name)) for source in sources)
            raise NoXmlError(f"{path.name} is a zip file without dumps", hint=hint, why="a zip file without dumps")

    def _take(self, source: SourceFile) -> None:
        if _CONTROL.search(source.name):
            raise SourceError(
                f"the name of the file {_shown(source.name)} has control characters, which would garble each report",
                hint="rename the file",
                why="control characters in its name",
            )
        key = (source.path.resolve(), source.member)
        if key not in self.sources:
            self._reader.check(source)
            self.sources[key] = source

    def _unless_passed_over(self, names: Sequence[str], add: Callable[[], None]) -> bool:
        """Adds what was found under the first of these names (the last is without folders), or notes why not;
        returns whether it was added.
        """
        name, last = names[0], names[-1]
        suffixes = {suffix.lower() for suffix in PurePosixPath(last).suffixes}
        expected = self._reader.takes_name(names)
        why = ""
        if _COPY.search(last):
            why = "a copy, or not complete"
        elif expected is False:
            why = "no entity accepts its name"
        else:
            try:
                add()
            except (UsageError, NotMappedError) as error:
                if expected:
                    raise
                why = str(error.context.get("why", "no dump"))
            except NoXmlError as error:
                if expected or suffixes & self._reader.suffixes:
                    raise
                why = str(error.context["why"])
            except SourceError as error:
                if expected or suffixes & (self._reader.suffixes | _PACKED_SUFFIXES):
                    raise
                why = str(error.context.get("why", "cannot be read"))
        if why:
            self.passed_over[name] = why
        return not why


def _shown(name: str) -> str:
    """A name as one line; control characters, which may be a line feed or steer a terminal, are escaped."""
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], name)


def _refuse(path: Path) -> None:
    """A link that leads nowhere, as to a disk that is not mounted; a pipe, or a socket."""
    raise SourceError(f"{path} {'is no file' if path.exists() else 'is a link to nothing'}", why="no file")
