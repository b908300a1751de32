"""Namespaces in the paths of a file that the mapping does not declare: prefixes, and where to declare them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

_URI = re.compile(r"\{([^}]+)\}")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_LONGEST = 12


def prefixes(paths: Iterable[str]) -> dict[str, str]:
    """A prefix for each URI in some paths, where names are written `{URI}name` if the mapping has no prefix for them:
    the last word of the URI.
    """
    found: dict[str, str] = {}
    for uri in dict.fromkeys(uri for path in paths for uri in _URI.findall(path)):
        wanted = prefix = ["n", *_WORD.findall(uri)][-1].lower()[:_LONGEST]
        number = 1
        while prefix in found.values():
            number += 1
            prefix = f"{wanted}{number}"
        found[uri] = prefix
    return found


def declaration(paths: Sequence[str]) -> list[str]:
    """What to add to a mapping so that it can contain all of some paths; nothing if it can."""
    found = prefixes(paths)
    if not found:
        return []
    shown = ", ".join(f'{prefix}: "{uri}"' for uri, prefix in found.items())
    example = next(path for path in paths if _URI.search(path))
    return [f"with `namespaces: {{{shown}}}` in the mapping, {example} is {with_prefixes(example, found)}"]


def with_prefixes(path: str, found: Mapping[str, str]) -> str:
    """A path with prefixes instead of their URIs."""
    return _URI.sub(lambda each: f"{found[each[1]]}:", path)
