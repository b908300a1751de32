"""The DOCTYPE: skipped if it only names a DTD; its entities are kept only if they are harmless and allowed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from loader.config.units import MIB
from loader.mapping.dtd.declarations import Declarations, DtdError, declarations, last_part
from loader.source.xml.markup import RefusedError
from loader.source.xml.subset import NO_DTDS, subset
from loader.source.xml.tags import NAME, SPACE
from loader.source.xml.window import Window

InternalSubset = Literal["refuse", "allow"]
_LIMIT = MIB
_VALUE_LIMIT = 4096  # characters of an entity, which a record may use often
_QUOTED = rb"""(?:"[^"]*"|'[^']*')"""
_SKIPPED = rb"<!--.*?-->|<\?.*?\?>|" + SPACE + rb"+"
_EXTERNAL = SPACE + rb"+(?:SYSTEM" + SPACE + rb"+" + _QUOTED + rb"|PUBLIC(?:" + SPACE + rb"+" + _QUOTED + rb"){1,2})"
_HEAD = re.compile(
    rb"<!DOCTYPE" + SPACE + rb"+(" + NAME + rb"(?<!\[))(?:" + _EXTERNAL + rb")?" + SPACE + rb"*([\[>])",
    re.DOTALL,
)
_NAMED_DTD = re.compile(
    rb"<!DOCTYPE"
    + SPACE
    + rb"+"
    + NAME
    + SPACE
    + rb"+(?:SYSTEM|PUBLIC"
    + SPACE
    + rb"+"
    + _QUOTED
    + rb")"
    + SPACE
    + rb"+("
    + _QUOTED
    + rb")"
)
_TAIL = re.compile(rb"\]" + SPACE + rb"*>")
_DECLARATION = re.compile(_SKIPPED + rb"|<![^<>\"']*(?:" + _QUOTED + rb"[^<>\"']*)*>", re.DOTALL)
_ENTITY = re.compile(
    rb"<!ENTITY" + SPACE + rb"+(" + NAME + rb")" + SPACE + rb"+(" + _QUOTED + rb")" + SPACE + rb"*>\Z",
    re.DOTALL,
)
# Character references are text, except those that would become markup when the entity is used.
_PLAIN_VALUE = re.compile(
    rb"(?:[^&%<]|&#(?!0*(?:37|38|60);|x0*(?:25|26|3[cC]);)(?:[0-9]+|x[0-9a-fA-F]+);)*\Z", re.DOTALL
)
_HINT = (
    "to accept entities that are plain text, set internal_subset: allow in the mapping, or --set internal_subset=allow"
)


class DoctypeError(RefusedError):
    """The DOCTYPE is refused, and with it the source."""


@dataclass(frozen=True)
class Doctype:
    """Where the DOCTYPE ends, and the declaration that spans contain in its place (empty: none)."""

    end: int
    kept: bytes


def external_dtd(head: bytes) -> str:
    """The external DTD that the DOCTYPE in a file's first bytes names; '' if it names none."""
    found = _NAMED_DTD.search(head)
    return found[1][1:-1].decode("utf-8", "replace") if found else ""


def read_doctype(
    window: Window,
    start: int,
    internal_subset: InternalSubset,
    dtds: Mapping[str, Declarations] = NO_DTDS,
    *,
    is_kept: bool = False,
) -> Doctype:
    """Read the DOCTYPE at ``start``; raises DoctypeError if it is malformed, too long or declares too much.

    ``dtds``: what is declared by DTDs that it may name. ``is_kept``: it is one that a scan has kept.
    """
    text = _text(window, start)
    head = _HEAD.match(text)
    if head is None:
        raise DoctypeError(f"the DOCTYPE at byte {start} is malformed")
    external = dtds.get(last_part(external_dtd(text[: head.end()])), Declarations())
    entities: list[bytes] = []
    at = head.end()
    if head[2] == b">":
        return Doctype(start + at, _whole(head[1], entities, external))
    while not (tail := _TAIL.match(text, at)):
        part = _DECLARATION.match(text, at)
        if part is None:
            raise _refused(start, _what(text[at : at + 40]))
        if not is_kept:
            entities.extend(_kept(part[0], start, internal_subset))
        at = part.end()
    kept = text[: tail.end()] if is_kept else _whole(head[1], entities, external)
    return Doctype(start + tail.end(), kept)


def _whole(root: bytes, own: Sequence[bytes], external: Declarations) -> bytes:
    """The DOCTYPE that spans contain: with the declarations of the document, which come first, and of its DTD."""
    entities = [each for each in own if each.startswith(b"<!ENTITY")]
    attributes = "".join(each.decode("utf-8", "replace") for each in own if each not in entities)
    names = {found[1] for each in entities if (found := _ENTITY.match(each))}
    try:
        given = declarations("", {"": attributes})
    except DtdError as error:
        raise DoctypeError(f"the DOCTYPE of {root.decode('utf-8', 'replace')} is refused: {error}") from error
    inside = b"".join([*entities, subset(given, names), subset(external, names)])
    return b"<!DOCTYPE " + root + b" [" + inside + b"]>" if inside else b""


def _text(window: Window, start: int) -> bytes:
    """The whole DOCTYPE, perhaps with more bytes; bounded."""
    length = 4096
    while True:
        text = window.peek(start, length)
        head = _HEAD.match(text)
        if (head and head[2] == b">") or (head and _ended(text, head.end())):
            return text
        if len(text) < length:
            raise DoctypeError(f"the DOCTYPE at byte {start} is malformed or never ends")
        if length >= _LIMIT:
            raise DoctypeError(f"the DOCTYPE at byte {start} is longer than {_LIMIT} bytes")
        length *= 4


def _ended(text: bytes, at: int) -> bool:
    while part := _DECLARATION.match(text, at):
        at = part.end()
    # A reference to a parameter entity prevents finding the end, which is not needed, because the DOCTYPE will be
    # refused.
    return bool(_TAIL.match(text, at)) or text[at : at + 1] == b"%"


def _kept(declaration: bytes, start: int, internal_subset: InternalSubset) -> list[bytes]:
    """The declaration if spans must contain it; raises DoctypeError if the file must not declare it."""
    if not declaration.startswith(b"<!") or declaration.startswith(b"<!--"):
        return []
    if internal_subset == "refuse":
        raise DoctypeError(f"the DOCTYPE at byte {start} has an internal subset ({_what(declaration)})", hint=_HINT)
    if declaration.startswith(b"<!ENTITY"):
        entity = _ENTITY.match(declaration)
        if entity is None or len(entity[2]) > _VALUE_LIMIT or not _PLAIN_VALUE.match(entity[2][1:-1]):
            raise _refused(start, _what(declaration))
        return [declaration]
    if declaration.startswith(b"<!ATTLIST"):
        if re.search(_QUOTED, declaration) and re.search(rb"[&%]", declaration):
            raise _refused(start, _what(declaration))
        return [] if b"%" in declaration else [declaration]
    return []


def _refused(start: int, what: str) -> DoctypeError:
    return DoctypeError(
        f"the DOCTYPE at byte {start} is refused: {what}",
        hint="only entities and default attributes that are plain text are read: no SYSTEM or PUBLIC, no parameter "
        "entities, none inside another",
    )


def _what(declaration: bytes) -> str:
    shown = declaration[:60].decode("utf-8", "replace").strip()
    return shown + (" …" if len(declaration) > 60 else "")
