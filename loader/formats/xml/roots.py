"""The root elements that a mapping knows."""

from __future__ import annotations

from loader.mapping.dataset import Dataset, Entity
from loader.mapping.formats import XML
from loader.mapping.steps import step_parts, tag_of
from loader.source.xml.tags import passes


def known_roots(dataset: Dataset) -> str:
    """The root elements that a mapping reads, in words."""
    return f"known root elements: {', '.join(sorted({f'<{e.record[0]}>' for e in read_as_xml(dataset)}))}"


def read_as_xml(dataset: Dataset) -> list[Entity]:
    """The entities of a dataset whose records are XML."""
    return [entity for entity in dataset.entities if entity.read == XML]


def begins(entity: Entity, root: str, attributes: dict[str, str]) -> bool:
    """Whether the path to the records of an entity may begin with a root element."""
    tag, predicates = step_parts(entity.record[0])
    return tag == root and passes(attributes, predicates)


def missing_namespace(root: str, dataset: Dataset) -> str:
    """The line of a mapping that would make it read a root element whose name it only knows without the namespace."""
    uri, _, local = root.removeprefix("{").rpartition("}")
    if not uri or local not in {tag_of(entity.record[0]) for entity in read_as_xml(dataset)}:
        return ""
    return f'; for elements in this namespace the mapping needs: namespaces: {{"": "{uri}"}}'
