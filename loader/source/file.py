"""What a file is: a source, a zip file of them, or something that cannot be loaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from loader.errors import SourceError, UsageError
from loader.source.packing.format import SourceFile, format_of
from loader.source.packing.zipped import members

__all__ = ["SourceFile", "sources_in"]


def sources_in(path: Path, check_name: Callable[[Path], None]) -> list[SourceFile]:
    """The file as a source, or the members of a zip file as sources. ``check_name`` raises if the name shows that the
    file has an unsupported format.

    Raises UsageError for a path that does not exist, SourceError for a file that cannot be read or is empty.
    """
    name = path.name
    if _is_no_text(str(path)):
        raise SourceError(f"the file name {str(path)!a} is not UTF-8, so the database cannot keep it")
    if not path.exists():
        raise UsageError(f"{path} does not exist")
    if not path.is_file():
        raise UsageError(f"{path} is neither a file nor a directory", hint="a source is read more than once")
    check_name(path)
    try:
        with open(path, "rb") as file:
            format_ = format_of(file)
        size = path.stat().st_size
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}") from error
    if format_ is None:
        raise SourceError(f"{path} is empty", why="empty")
    return members(path, name) if format_ == "zip" else [SourceFile(path, None, name, size, format_)]


def _is_no_text(name: str) -> bool:
    """Whether bytes of the name could not be decoded."""
    return any("\ud800" <= letter <= "\udfff" for letter in name)
