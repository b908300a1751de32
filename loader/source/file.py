"""Which sources are meant by paths: files, directories of dumps, zip files with several members."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from loader.errors import SourceError, UsageError
from loader.source.format import MAGIC_LENGTH, SourceFile, format_of
from loader.source.stream import open_stream
from loader.source.zipped import members

__all__ = ["SourceFile", "expand"]

_DUMP_SUFFIXES = {".xml", ".gz", ".bz2", ".xz", ".zst", ".zip"}
_BOM = b"\xef\xbb\xbf"
_SHOWN = 40  # bytes of a file that is no XML, in the message that says so
_NOT_XML: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), what)
    for pattern, what in (
        (
            rb"version https://git-lfs\.",
            "is a Git LFS pointer, not the data it stands for; run `git lfs pull`",
        ),
        (rb"<!doctype\s+html\b(?!\s+public)|<html\b", "is an HTML page; a download may have failed"),
        (rb"[\[{]", "looks like JSON, which is not supported"),
        (rb"%PDF-", "is a PDF document"),
    )
)


def expand(paths: Sequence[Path]) -> list[SourceFile]:
    """The sources at the paths, each once: of a directory its dump files by name, of a zip file its members.

    Raises UsageError for a path that does not exist or is CSV, SourceError for a file that cannot be read or
    is no XML.
    """
    found: dict[tuple[Path, str | None], SourceFile] = {}
    for path in paths:
        for file in _files(path):
            for source in _sources(file):
                found.setdefault((source.path.resolve(), source.member), source)
    for source in found.values():
        _check_is_xml(source)
    return list(found.values())


def _files(path: Path) -> Iterator[Path]:
    try:
        if not path.is_dir():
            yield path
            return
        inside = sorted(entry for entry in path.iterdir() if _is_dump_name(entry.name) and entry.is_file())
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}") from error
    if not inside:
        raise SourceError(
            f"{path} is a directory without dumps",
            hint=f"a dump's name ends with {', '.join(sorted(_DUMP_SUFFIXES))}",
        )
    yield from inside


def _is_dump_name(name: str) -> bool:
    """Names count only in a directory: what lies beside the dumps (checksums, notes) must not stop a load."""
    return Path(name).suffix.lower() in _DUMP_SUFFIXES and not name.startswith(".")


def _sources(path: Path) -> list[SourceFile]:
    name = path.name
    if _is_no_text(str(path)):
        raise SourceError(f"the file name {str(path)!a} is not UTF-8, so the database cannot keep it")
    if not path.exists():
        raise UsageError(f"{path} does not exist")
    if not path.is_file():
        raise UsageError(f"{path} is neither a file nor a directory", hint="a source is read more than once")
    if ".csv" in (suffix.lower() for suffix in path.suffixes):
        raise UsageError(f"{path} is CSV, which is not supported yet")
    try:
        with open(path, "rb") as file:
            head = file.read(MAGIC_LENGTH)
        size = path.stat().st_size
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}") from error
    if not head:
        raise SourceError(f"{path} is empty")
    format_ = format_of(head)
    return members(path, name) if format_ == "zip" else [SourceFile(path, None, name, size, format_)]


def _is_no_text(name: str) -> bool:
    """Whether bytes of the name could not be decoded."""
    return any("\ud800" <= letter <= "\udfff" for letter in name)


def _check_is_xml(source: SourceFile) -> None:
    """Raise SourceError, saying what the file is, unless its content starts like XML."""
    stream, _ = open_stream(source)
    try:
        head = b""
        while not head and (block := stream.read()):
            head = block.removeprefix(_BOM).lstrip()
        if head.startswith(b"<") and not _what(head):
            return
        if stream.damage is not None:
            raise SourceError(f"{source.name}: {stream.damage}")
    finally:
        stream.close()
    if not head:
        raise SourceError(f"{source.name} holds nothing but white space")
    shown = head[:_SHOWN].decode("utf-8", "replace")
    raise SourceError(f"{source.name} " + (_what(head) or f"does not look like XML: it starts with {shown!r}"))


def _what(head: bytes) -> str:
    return next((what for pattern, what in _NOT_XML if pattern.match(head)), "")
