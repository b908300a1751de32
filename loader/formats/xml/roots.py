"""The root elements that a mapping knows."""

from __future__ import annotations

from collections.abc import Mapping

from loader.mapping.dataset import Dataset, Entity
from loader.mapping.formats import XML
from loader.mapping.paths import clark
from loader.mapping.steps import step_parts, tag_of
from loader.source.xml.tags import passes


def known_roots(dataset: Dataset) -> str:
    """The root elements that a mapping reads, in words."""
    roots = {record[0] for entity in read_as_xml(dataset) for record in entity.record_paths}
    return f"known root elements: {', '.join(f'<{root}>' for root in sorted(roots))}"


def read_as_xml(dataset: Dataset) -> list[Entity]:
    """What reads records of XML in a dataset."""
    return [entity for entity in dataset.readers if entity.read == XML]


def begins(entity: Entity, root: str, attributes: Mapping[str, str], aliases: Mapping[str, str]) -> bool:
    """Whether a path to the records of an entity may begin with a root element."""
    first = (step_parts(record[0]) for record in entity.record_paths)
    root, attributes = _known(root, aliases), {_known(name, aliases): value for name, value in attributes.items()}
    return any(tag == root and passes(attributes, predicates) for tag, predicates in first)


def _known(name: str, aliases: Mapping[str, str]) -> str:
    """A name in the namespace for which its own is an alias."""
    uri, bracket, local = name.removeprefix("{").rpartition("}")
    return clark(aliases.get(uri, uri), local) if bracket else name


def missing_namespace(root: str, dataset: Dataset) -> str:
    """The line of a mapping that would make it read a root element whose name it only knows without a namespace, or in
    another one.
    """
    uri, _, local = root.removeprefix("{").rpartition("}")
    known = {tag_of(record[0]) for entity in read_as_xml(dataset) for record in entity.record_paths}
    if not uri:
        return ""
    if local in known:
        return f'; for elements in this namespace the mapping needs: namespaces: {{"": "{uri}"}}'
    for prefix, other in dataset.namespaces.items():
        if clark(other, local) in known:
            uris = [other, *(alias for alias, first in dataset.aliases.items() if first == other), uri]
            shown = ", ".join(f'"{each}"' for each in uris)
            name = prefix or '""'
            return f"; if this namespace means the same, the mapping needs: namespaces: {{{name}: [{shown}]}}"
    return ""
