"""What a file is: a source, a zip file of them, or something that cannot be loaded."""

from __future__ import annotations

from pathlib import Path

from loader.errors import NoXmlError, SourceError, UsageError
from loader.source.kinds import is_named_csv, kind_of
from loader.source.packing.encoding import UTF8_BOM
from loader.source.packing.format import MAGIC_LENGTH, SourceFile, format_of
from loader.source.packing.stream import open_stream
from loader.source.packing.zipped import members

__all__ = ["SourceFile", "check_is_xml", "sources_in"]

_SHOWN = 40  # bytes of a file that is no XML, in the message that says so


def sources_in(path: Path) -> list[SourceFile]:
    """The file as a source, or the members of a zip file as sources.

    Raises UsageError for a path that does not exist, SourceError for a file that cannot be read or is empty, and
    NoXmlError for one whose name says that it is something else.
    """
    name = path.name
    if _is_no_text(str(path)):
        raise SourceError(f"the file name {str(path)!a} is not UTF-8, so the database cannot keep it")
    if not path.exists():
        raise UsageError(f"{path} does not exist")
    if not path.is_file():
        raise UsageError(f"{path} is neither a file nor a directory", hint="a source is read more than once")
    if is_named_csv(name):
        raise NoXmlError(f"{path} is CSV, by its name", hint="only XML is read: convert it to XML", why="CSV")
    try:
        with open(path, "rb") as file:
            head = file.read(MAGIC_LENGTH)
        size = path.stat().st_size
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}") from error
    if not head:
        raise SourceError(f"{path} is empty", why="empty")
    format_ = format_of(head)
    return members(path, name) if format_ == "zip" else [SourceFile(path, None, name, size, format_)]


def _is_no_text(name: str) -> bool:
    """Whether bytes of the name could not be decoded."""
    return any("\ud800" <= letter <= "\udfff" for letter in name)


def check_is_xml(source: SourceFile) -> None:
    """Raises SourceError unless the content starts like XML: NoXmlError for something else, said in few words."""
    stream, _ = open_stream(source)
    try:
        raw = head = b""
        while not head and (block := stream.read()):
            raw, head = raw or block, block.removeprefix(UTF8_BOM).lstrip()
        damage = stream.damage
    finally:
        stream.close()
    if kind := kind_of(raw, head):
        error = SourceError if kind.is_broken else NoXmlError
        raise error(f"{source.name} is {kind.name}", hint=kind.todo, why=kind.why)
    if head.startswith(b"<"):
        return
    if damage is not None:
        raise SourceError(f"{source.name}: {damage}")
    if not head:
        raise SourceError(f"{source.name} holds nothing but white space", why="empty")
    shown = head[:_SHOWN].decode("utf-8", "replace")
    raise NoXmlError(f"{source.name} does not look like XML: it starts with {shown!r}", why="no XML")
