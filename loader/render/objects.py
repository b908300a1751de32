"""The names that a rendered script needs in the schemas of its dataset, read from the script itself."""

from __future__ import annotations

import re
from collections import defaultdict

_NAME = r'[a-z_][a-z0-9_]*|"(?:[^"]|"")+"'
_OBJECT = re.compile(
    rf"^ *create (?:or replace )?(?:unlogged )?(?P<kind>procedure|function|table|view) (?:if not exists )?"
    rf"(?P<schema>{_NAME})\.(?P<name>{_NAME})",
    re.MULTILINE,
)
_INDEX = re.compile(rf"^ *create index (?P<name>{_NAME}) on (?P<schema>{_NAME})\.", re.MULTILINE)


def object_names(script: str, schemas: dict[str, str]) -> dict[str, list[str]]:
    """Names of the relations and routines that a script creates, sorted, by place: target, stage, build, history.

    ``schemas``: the schema of each place. A table includes its primary key, whose index takes a name, too.
    """
    places = {schema: place for place, schema in schemas.items()}
    found = defaultdict(set)
    for match in [*_OBJECT.finditer(script), *_INDEX.finditer(script)]:
        parts = match.groupdict()
        place, name = places[_plain(parts["schema"])], _plain(parts["name"])
        found[place].add(name)
        if parts.get("kind") == "table":
            found[place].add(f"{name}_pkey")
    return {place: sorted(found[place]) for place in schemas}


def _plain(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
