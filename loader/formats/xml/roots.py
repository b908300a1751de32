"""The root elements that a mapping knows."""

from __future__ import annotations

from loader.mapping.dataset import Dataset, Entity
from loader.mapping.formats import XML
from loader.mapping.steps import step_parts, tag_of
from loader.source.xml.tags import passes


def known_roots(dataset: Dataset) -> str:
    """The root elements that a mapping reads, in words."""
    roots = {record[0] for entity in read_as_xml(dataset) for record in entity.record_paths}
    return f"known root elements: {', '.join(f'<{root}>' for root in sorted(roots))}"


def read_as_xml(dataset: Dataset) -> list[Entity]:
    """What reads records of XML in a dataset."""
    return [entity for entity in dataset.readers if entity.read == XML]


def begins(entity: Entity, root: str, attributes: dict[str, str]) -> bool:
    """Whether a path to the records of an entity may begin with a root element."""
    first = (step_parts(record[0]) for record in entity.record_paths)
    return any(tag == root and passes(attributes, predicates) for tag, predicates in first)


def missing_namespace(root: str, dataset: Dataset) -> str:
    """The line of a mapping that would make it read a root element whose name it only knows without the namespace."""
    uri, _, local = root.removeprefix("{").rpartition("}")
    if not uri or local not in {tag_of(record[0]) for entity in read_as_xml(dataset) for record in entity.record_paths}:
        return ""
    return f'; for elements in this namespace the mapping needs: namespaces: {{"": "{uri}"}}'
