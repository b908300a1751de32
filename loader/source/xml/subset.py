"""Declarations of a DTD as an internal subset, which stands before the records of a span; and read from there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from functools import lru_cache

from loader.mapping.dtd.declarations import Declarations

NO_DTDS: Mapping[str, Declarations] = {}
_IN_LITERAL = {character: f"&#{ord(character)};" for character in "&<>\"'%]\t\n\r"}
# The text of an entity is read twice: in its declaration, and where it is used.
_IN_ENTITY = str.maketrans(_IN_LITERAL | {"&": "&#38;#38;", "<": "&#38;#60;", ">": "&#38;#62;"})
_IN_DEFAULT = str.maketrans(_IN_LITERAL)
_ATTLIST = re.compile(rb'<!ATTLIST ([^ ]+) ([^ ]+) (CDATA|NMTOKENS) (?:"([^"]*)"|#IMPLIED)>')


def subset(declared: Declarations, names: Set[bytes]) -> bytes:
    """The declarations, without those of entities that the document itself declares."""
    parts = [
        f'<!ENTITY {name} "{text.translate(_IN_ENTITY)}">'
        for name, text in declared.entities.items()
        if name.encode() not in names
    ]
    for element in dict.fromkeys([*declared.defaults, *declared.tokenized]):
        given, tokenized = declared.defaults.get(element, {}), declared.tokenized.get(element, [])
        for name in dict.fromkeys([*given, *tokenized]):
            value = f'"{given[name].translate(_IN_DEFAULT)}"' if name in given else "#IMPLIED"
            # All types but CDATA are the same to a parser that does not validate.
            parts.append(f"<!ATTLIST {element} {name} {'NMTOKENS' if name in tokenized else 'CDATA'} {value}>")
    return "".join(parts).encode()


@lru_cache(maxsize=64)
def defaults(doctype: bytes) -> Mapping[bytes, dict[bytes, bytes]]:
    """The default attributes that such a subset declares: by element, the raw value of each."""
    found: dict[bytes, dict[bytes, bytes]] = {}
    for declared in _ATTLIST.finditer(doctype):
        element, name, _, value = declared.groups()
        if value is not None:
            found.setdefault(element, {}).setdefault(name, value)
    return found


@lru_cache(maxsize=64)
def tokenized(doctype: bytes) -> Mapping[bytes, Set[bytes]]:
    """The attributes of each element that such a subset declares with another type than CDATA."""
    types: dict[tuple[bytes, bytes], bytes] = {}
    for element, name, kind, _ in _ATTLIST.findall(doctype):
        types.setdefault((element, name), kind)
    found: dict[bytes, set[bytes]] = {}
    for (element, name), kind in types.items():
        if kind == b"NMTOKENS":
            found.setdefault(element, set()).add(name)
    return found
