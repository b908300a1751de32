"""What extracts the records of one source: the engine, the readers of keys, the hashes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property

from loader.extract.engines import make_engine
from loader.extract.key_proof import KeyProof
from loader.extract.keys import Read, Search, key_reader, key_searches
from loader.formats.xml.seeds import make_seeds
from loader.mapping.dataset import Dataset
from loader.mapping.dtd.declarations import last_part
from loader.source.protocol import Reading
from loader.source.xml.ancestors import Context
from loader.source.xml.tags import record_paths

_UNDECLARED = re.compile(r"Entity '[^']*' not defined")


class Extraction:
    """Created once per source, and used for each of its pieces. Rarely used parts are created
    when a piece needs them.
    """

    def __init__(
        self, dataset: Dataset, entities: Sequence[str], reading: Reading, external_dtd: Callable[[], str]
    ) -> None:
        self.dataset, self.entities, self.reading = dataset, entities, reading
        self.paths = record_paths(dataset, entities)
        self.targets = [dataset.entity(name).target for name in entities]
        self.are_removing = [dataset.entity(name).removes is not None for name in entities]
        self.roots = [dataset.entity_tables(name)[0] for name in entities]
        self.engine = make_engine(reading.engine, dataset, entities, reading.block_bytes)
        self._external_dtd = external_dtd

    @cached_property
    def proof(self) -> KeyProof:
        """Proves the keys of records that cannot be loaded."""
        return KeyProof(self.dataset, self.entities)

    @cached_property
    def searches(self) -> list[list[Search] | None]:
        """How the keys of each entity are guessed."""
        return [key_searches(root.key) for root in self.roots]

    @cached_property
    def key_readers(self) -> list[Read]:
        """How the keys of each entity are read if the bytes prove them."""
        return [key_reader(root.key) for root in self.roots]

    def seeds(self, context: Context) -> list[int]:
        """By entity, the seed of the hashes of its records in this context."""
        return make_seeds(self.dataset, self.entities, context, self.reading.former_seeds)

    def told(self, message: str) -> str:
        """The message about a bad record; for an undeclared entity, also where it can be declared."""
        if not _UNDECLARED.search(message):
            return message
        dtd = self._external_dtd()
        if last_part(dtd) in self.dataset.dtds:
            return (
                f"{message}: neither the file nor its DTD {last_part(dtd)} declares an entity of this name that is text"
            )
        if dtd:
            return f"{message}: the DTD {dtd}, which may declare it, is not read; name a copy of it under 'dtd'"
        return f"{message}: the file declares no such entity"
