"""XML as a format of records: addresses are paths, and the root element tells what a file contains."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path as File
from typing import TYPE_CHECKING

from loader.errors import NotMappedError, UsageError
from loader.formats.xml.roots import begins, known_roots, missing_namespace, read_as_xml
from loader.mapping.dataset import Dataset, Entity
from loader.mapping.paths import Path, parse_path, parse_steps

if TYPE_CHECKING:
    from loader.source.packing.format import SourceFile
    from loader.source.protocol import Source

_ASIDE = re.compile(rb"(?:[ \t\r\n]|<!--.*?-->|<\?.*?\?>)*", re.DOTALL)  # what may precede or follow a record


class XmlFormat:
    """See loader.source.protocol.Format."""

    suffixes = frozenset({".xml"})

    def record(self, text: str | None, namespaces: Mapping[str, str]) -> tuple[str, ...]:
        if text is None:
            raise ValueError("the key 'record' is missing")
        return parse_steps(text, namespaces, absolute=True)

    def rows(self, text: str, namespaces: Mapping[str, str]) -> tuple[str, ...]:
        return parse_steps(text, namespaces, absolute=False)

    def column(self, text: str, namespaces: Mapping[str, str]) -> Path:
        return parse_path(text, namespaces)

    def check_name(self, path: File) -> None:
        from loader.source.kinds import refuse_csv

        refuse_csv(path)

    def check(self, file: SourceFile) -> None:
        from loader.source.xml.check import check_is_xml

        check_is_xml(file)

    def entities_of(self, file: SourceFile, dataset: Dataset) -> list[Entity]:
        """By its root element, then by its name. For a file that may contain several documents, only the name counts,
        because each has its own root element; which entities it contains is known at the end of a scan.
        """
        from loader.source.xml.scan import match_root

        self.check(file)
        root, attributes = match_root(file, dataset.settings.internal_subset, dataset.dtds)
        many = dataset.settings.documents == "many"
        found = [entity for entity in read_as_xml(dataset) if many or begins(entity, root, attributes, dataset.aliases)]
        named = [entity for entity in found if entity.takes_file(file.names)]
        if found and not named:
            patterns = ", ".join(f"{entity.files} ({entity.name})" for entity in found)
            raise UsageError(
                f"{file.name}: its root element is <{root}>, but no entity of {dataset.name} accepts this file name",
                hint=f"the mapping's patterns (files): {patterns}",
                why="no entity accepts its name",
            )
        if not named:
            raise NotMappedError(
                f"{file.name}: its root element is <{root}>, which the mapping {dataset.name} does not know",
                hint=known_roots(dataset) + missing_namespace(root, dataset),
                why=f"<{root}> is not mapped",
            )
        return [dataset.entity(name) for name in dataset.targets_of(entity.name for entity in named)]

    def open(self, file: SourceFile, dataset: Dataset, entities: Sequence[str]) -> Source:
        from loader.formats.xml.source import XmlSource

        return XmlSource(file, dataset, entities)

    def compose(
        self, records: Sequence[tuple[bytes | None, bytes]], dataset: Dataset, entities: Sequence[str]
    ) -> tuple[bytes, list[int]]:
        from loader.source.xml.compose import compose
        from loader.source.xml.locator import context_of
        from loader.source.xml.tags import record_paths

        entities = dataset.readers_of(entities)
        placed = [(context_of(context), record) for context, record in records]
        return compose(placed, record_paths(dataset, entities))

    def is_aside(self, text: bytes) -> bool:
        return _ASIDE.fullmatch(text) is not None

    def prepare(self, engine: str) -> None:
        from loader.extract.engines import prepare

        prepare(engine)

    def extractor_source(self, dataset: Dataset, entity: str) -> str:
        from loader.extract.lxml.compile import extractor_source

        return extractor_source(dataset, entity)


FORMAT = XmlFormat()
