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
_ATTLIST = re.compile(rb'<!ATTLIST ([^ ]+) ([^ ]+) CDATA "([^"]*)">')


def subset(declared: Declarations, names: Set[bytes]) -> bytes:
    """The declarations, without those of entities that the document itself declares."""
    parts = [
        f'<!ENTITY {name} "{text.translate(_IN_ENTITY)}">'
        for name, text in declared.entities.items()
        if name.encode() not in names
    ]
    parts += [
        f'<!ATTLIST {element} {name} CDATA "{value.translate(_IN_DEFAULT)}">'
        for element, attributes in declared.defaults.items()
        for name, value in attributes.items()
    ]
    return "".join(parts).encode()


@lru_cache(maxsize=64)
def defaults(doctype: bytes) -> Mapping[bytes, dict[bytes, bytes]]:
    """The default attributes that such a subset declares: by element, the raw value of each."""
    found: dict[bytes, dict[bytes, bytes]] = {}
    for element, name, value in _ATTLIST.findall(doctype):
        found.setdefault(element, {}).setdefault(name, value)
    return found
