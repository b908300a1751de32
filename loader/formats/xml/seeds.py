"""The seeds of the hashes of records: what determines the rows of a record besides its bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

import xxhash

from loader.mapping.dataset import Dataset
from loader.source.xml.ancestors import Ancestors
from loader.source.xml.records_of_span import ancestors_in
from loader.source.xml.tags import plain_attributes, record_paths

# Of the language of mappings: it grows when the same mapping begins to give other rows of the same records.
LANGUAGE = 1
_SUBSET = re.compile(rb"<!DOCTYPE.*?\]\s*>", re.DOTALL)
_DECLARATION = re.compile(rb"""\sxmlns(?::[^\s=]+)?\s*=\s*(?:"[^"]*"|'[^']*')|""" + _SUBSET.pattern, re.DOTALL)


def make_seeds(
    dataset: Dataset, entities: Sequence[str], prefix: bytes, former: Mapping[str, tuple[str, bool]]
) -> list[int]:
    """The seed of each entity, for records inside of the elements that the prefix opens.

    It contains what the mapping says of the entity, the namespaces in scope, the internal DTD, and those attributes of
    the elements around the records that the entity reads. ``former``: see loader.source.protocol.Reading.
    """
    ancestors = ancestors_in(prefix, record_paths(dataset, entities))
    subset = b"".join(_SUBSET.findall(prefix)).decode("latin-1")
    scope = ancestors.stack[-1].namespaces if ancestors.stack else {}
    shared = [LANGUAGE, subset, sorted((name.decode("latin-1"), uri) for name, uri in scope.items() if uri)]
    return [
        _former(prefix, *former[name])
        if name in former
        else _seed([*shared, dataset.digests[name], _around(dataset, name, ancestors)])
        for name in entities
    ]


def _seed(parts: list[object]) -> int:
    return xxhash.xxh3_64_intdigest(json.dumps(parts).encode())


def _around(dataset: Dataset, entity: str, ancestors: Ancestors) -> list[tuple[int, str, str | None]]:
    """The attributes of ancestors that an entity reads: the level of the element, name and value of the attribute."""
    return [
        (level, name, plain_attributes(element.tag, element.namespaces, ancestors.doctype).get(name))
        for level, name in sorted(dataset.attributes_around(entity))
        for element in ancestors.stack[level : level + 1]
    ]


def _former(prefix: bytes, mapping: str, reads_ancestors: bool) -> int:
    """As version 0.2.0 made it for all entities of a mapping, until the rows are made again."""
    context = prefix if reads_ancestors else b"".join(sorted(_DECLARATION.findall(prefix)))
    return xxhash.xxh3_64_intdigest(mapping.encode() + context)
