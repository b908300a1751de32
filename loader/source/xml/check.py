"""Whether a file starts like XML, and what it is otherwise."""

from __future__ import annotations

from loader.errors import NoXmlError, SourceError
from loader.source.kinds import kind_of
from loader.source.packing.encoding import UTF8_BOM
from loader.source.packing.format import SourceFile
from loader.source.packing.stream import open_stream

_SHOWN = 40  # bytes of another file that the message shows


def check_is_xml(source: SourceFile) -> None:
    """Raises SourceError unless the content starts like XML: NoXmlError for something else, with its kind."""
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
        raise SourceError(f"{source.name} contains only white space", why="empty")
    shown = head[:_SHOWN].decode("utf-8", "replace")
    raise NoXmlError(f"{source.name} does not look like XML: it starts with {shown!r}", why="not XML")
