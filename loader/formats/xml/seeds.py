"""The seeds of the hashes of records: what determines the rows of a record besides its bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

import xxhash

from loader.mapping.dataset import Dataset
from loader.source.xml.ancestors import Ancestors, Context
from loader.source.xml.records_of_span import ancestors_in
from loader.source.xml.tags import plain_attributes, record_paths

# Of the language of mappings: it grows when the same mapping begins to give other rows of the same records.
LANGUAGE = 1
_SUBSET = re.compile(rb"<!DOCTYPE.*?\]\s*>", re.DOTALL)
_DECLARATION = re.compile(rb"""\sxmlns(?::[^\s=]+)?\s*=\s*(?:"[^"]*"|'[^']*')|""" + _SUBSET.pattern, re.DOTALL)


def make_seeds(
    dataset: Dataset, entities: Sequence[str], context: Context, former: Mapping[str, tuple[str, bool]]
) -> list[int]:
    """The seed of each entity, for records in a context.

    It contains what the mapping says of the entity, the namespaces in scope, the internal DTD, and the values from
    outside of the records that the entity reads. ``former``: see loader.source.protocol.Reading.
    """
    prefix = context.prefix
    ancestors = ancestors_in(prefix, record_paths(dataset, entities))
    subset = b"".join(_SUBSET.findall(prefix)).decode("latin-1")
    scope = ancestors.stack[-1].namespaces if ancestors.stack else {}
    shared = [LANGUAGE, subset, sorted((name.decode("latin-1"), uri) for name, uri in scope.items() if uri)]
    return [
        _former(prefix, *former[name])
        if name in former
        else _seed([*shared, dataset.digests[name], *_outside(dataset, name, ancestors, context.values)])
        for name in entities
    ]


def _seed(parts: list[object]) -> int:
    return xxhash.xxh3_64_intdigest(json.dumps(parts).encode())


def _outside(dataset: Dataset, entity: str, ancestors: Ancestors, values: Mapping[str, object]) -> list[object]:
    """What an entity reads of ancestors: the level of the element, name and value of the attribute. Then, if it reads
    any, the names of ancestors, by level, and the values of elements before the records.
    """
    outside, stack = dataset.outside(entity), ancestors.stack
    around = {(each.anchor - 1, each.attribute) for each in outside if not each.is_before and each.attribute}
    read: list[object] = [
        (level, name, plain_attributes(element.tag, element.namespaces, ancestors.doctype).get(name))
        for level, name in sorted(around)
        for element in stack[level : level + 1]
    ]
    named = {each.anchor - 1 for each in outside if not (each.is_before or each.attribute)}
    names = [(level, element.clark) for level in sorted(named) for element in stack[level : level + 1]]
    before = [(key, values[key]) for key in sorted({each.key for each in outside}) if key in values]
    return [read, names, before] if any(each.is_before or not each.attribute for each in outside) else [read]


def _former(prefix: bytes, mapping: str, reads_ancestors: bool) -> int:
    """As all entities of a mapping were seeded before version 0.2.0, until the rows are made again."""
    context = prefix if reads_ancestors else b"".join(sorted(_DECLARATION.findall(prefix)))
    return xxhash.xxh3_64_intdigest(mapping.encode() + context)
