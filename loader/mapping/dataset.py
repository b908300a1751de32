"""A whole mapping, resolved: its entities, their policies, references, settings."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from loader.config.settings import Settings
from loader.mapping.canonical import ALIASES, CORRECTED, bare
from loader.mapping.corrections import corrections
from loader.mapping.dtd.declarations import Declarations
from loader.mapping.formats import XML
from loader.mapping.outside import Outside, outside_of, placed, placed_column
from loader.mapping.paths import Names
from loader.mapping.tables import Column, Table

PolicyName = Literal["newest", "first", "error", "keep_all", "fill", "latest_by", "merge"]
_ORDERED = ("newest", "first", "latest_by")


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A reference from a table to the key of an entity's root table."""

    table: str
    columns: tuple[str, ...]
    references_table: str
    references_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """How versions of one key are resolved.

    ``column``: whose larger value wins (latest_by only). ``expressions``: pairs of column and SQL expression, in the
    order of the root table's columns (merge only).
    """

    name: PolicyName = "newest"
    column: str | None = None
    expressions: tuple[tuple[str, str], ...] = ()

    @property
    def is_ordered(self) -> bool:
        """Whether one version wins as a whole, and the others are not needed later."""
        return self.name in _ORDERED

    @property
    def keeps_versions(self) -> bool:
        """Whether the versions of all sources are stored, because the result is composed of them."""
        return not self.is_ordered

    def canonical(self) -> dict[str, Any]:
        """As JSON-able data: the name, with the keys that only some policies have."""
        written: dict[str, Any] = {"policy": self.name}
        if self.column is not None:
            written[self.name] = self.column
        if self.expressions:
            written[self.name] = dict(self.expressions)
        return written


@dataclass(frozen=True, slots=True)
class Entity:
    """A kind of record. ``read``: the name of its format. ``record``: the path to its records, in steps of the format
    (for XML, from the document's root to the record); ``more_records``: other such paths.

    ``files``: a shell pattern of file names, if the root element alone does not decide. ``tables``: names, the root
    table first, parents before children. ``operation``: the value that tells its delete records from the others;
    ``removed_by``: the names of the entities whose records are its delete records. One of these has ``removes``, the
    name of the entity, and a table only for reading them (Dataset.removals).
    """

    name: str
    record: tuple[str, ...]
    tables: tuple[str, ...]
    policy: Policy = field(default_factory=Policy)
    where: str | None = None
    check: str | None = None
    generated_key: bool = False
    files: str | None = None
    comment: str = ""
    read: str = XML
    more_records: tuple[tuple[str, ...], ...] = ()
    removes: str | None = None
    operation: Column | None = None
    removed_by: tuple[str, ...] = ()

    @property
    def target(self) -> str:
        """The entity about whose rows its records decide."""
        return self.removes or self.name

    @property
    def is_removable(self) -> bool:
        """Whether records can delete rows of it."""
        return self.operation is not None or bool(self.removed_by)

    @property
    def record_paths(self) -> tuple[tuple[str, ...], ...]:
        """All paths to its records."""
        return (self.record, *self.more_records)

    def takes_file(self, names: Sequence[str]) -> bool:
        """Whether a file that has these names may contain its records."""
        return self.files is None or any(fnmatch.fnmatch(each, self.files) for each in names)

    def canonical(self) -> dict[str, Any]:
        """The parts that determine its rows, as JSON-able data."""
        written = {**bare(asdict(self)), **self.policy.canonical()}
        if self.read == XML:
            del written["read"]  # stored mappings may be older than the second format
        return written


@dataclass(frozen=True, slots=True)
class Dataset:
    """A whole mapping, resolved. ``tables``: parents before children; ``hash`` identifies ``canonical()``,
    and ``digests`` what it says of each entity.

    ``removing``: the entities with ``removes``; ``removals``: the shape of the delete records of each entity, their key
    and the deciding value, as a table that is only read into (see ``target_table``). ``order``: of all these entities.

    ``aliases``: other URIs of prefixes of ``namespaces``, with those that these have there; names in both are the same.
    ``dtds``: by name, what the DTD files of the mapping declare.

    ``marks_gone``: root tables have a column `_gone_since`, whatever the setting ``deletes`` of one load. ``text``: the
    mapping file, which the database stores, so that commands can refer to the dataset by name. ``declared``: the
    settings in the mapping, while ``settings`` are those of one command (None: the same).
    """

    name: str
    entities: tuple[Entity, ...]
    tables: tuple[Table, ...]
    foreign_keys: tuple[ForeignKey, ...]
    settings: Settings
    namespaces: Mapping[str, str]
    location: str
    hash: str = ""
    digests: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""
    marks_gone: bool = False
    text: str = field(default="", repr=False)
    declared: Settings | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    dtds: Mapping[str, Declarations] = field(default_factory=dict)
    removing: tuple[Entity, ...] = ()
    removals: tuple[Table, ...] = ()
    order: tuple[str, ...] = ()

    @property
    def readers(self) -> tuple[Entity, ...]:
        """Everything that reads records: the entities, and those that remove records of them. In the ``order`` of the
        mapping, because the first one that fits a record has it.
        """
        if not self.removing:
            return self.entities
        return tuple(sorted((*self.entities, *self.removing), key=lambda entity: self.order.index(entity.name)))

    def readers_of(self, names: Iterable[str], files: Sequence[str] = ()) -> list[str]:
        """What reads the records of some entities, their delete records included, in files that have these names."""
        wanted = set(names)
        return [
            reader.name
            for reader in self.readers
            if reader.target in wanted and (reader.removes is None or not files or reader.takes_file(files))
        ]

    def targets_of(self, readers: Iterable[str]) -> list[str]:
        """The entities whose records some readers read, each once."""
        return list(dict.fromkeys(self.entity(name).target for name in readers))

    @property
    def own_settings(self) -> Settings:
        """The settings in the mapping, without those that a command overrides."""
        return self.declared or self.settings

    def table(self, name: str) -> Table:
        """The table of that name; raises KeyError if there is none."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)

    def entity(self, name: str) -> Entity:
        """The entity of that name; raises KeyError if there is none."""
        for entity in self.readers:
            if entity.name == name:
                return entity
        raise KeyError(name)

    def entity_tables(self, name: str) -> tuple[Table, ...]:
        """The tables of an entity, its root table first."""
        return tuple(table for table in self.tables if table.entity == name) or self.removals_of(name)

    def removals_of(self, name: str) -> tuple[Table, ...]:
        """The shape of the delete records that an entity reads; empty if it reads none."""
        return tuple(table for table in self.removals if table.entity == name)

    def read_tables(self, name: str) -> tuple[Table, ...]:
        """Tables with all columns whose values are read of the records of an entity."""
        tables, operation = self.entity_tables(name), self.entity(name).operation
        if operation is None:
            return tables
        return (*tables, *(replace(each, columns=(*each.columns, operation)) for each in self.removals_of(name)))

    def target_table(self, table: Table) -> Table:
        """The table into which the rows of one are copied: for delete records, the root table of their entity."""
        return self.table(self.entity(table.entity).target) if table in self.removals else table

    def outside(self, name: str) -> frozenset[Outside]:
        """The values from outside of its records that an entity reads, wherever they are."""
        return frozenset(each for record in self.entity(name).record_paths for each in self.outside_at(name, record))

    def outside_at(self, name: str, record: tuple[str, ...]) -> frozenset[Outside]:
        """The same for its records at one path."""
        operation = self.entity(name).operation
        return frozenset(outside_of(self.entity_tables(name), operation, record, Names(self.namespaces)))

    def at(self, name: str, record: tuple[str, ...]) -> Dataset:
        """The same mapping for the records of an entity at one path: see loader.mapping.outside.placed."""
        own = (*self.entity_tables(name), *self.removals_of(name))
        here = {old.name: new for old, new in zip(own, placed(own, record), strict=True)}
        if operation := self.entity(name).operation:
            operation = placed_column(operation, (), record)
        return replace(
            self,
            tables=tuple(here.get(each.name, each) for each in self.tables),
            removals=tuple(here.get(each.name, each) for each in self.removals),
            entities=tuple(replace(each, operation=operation) if each.name == name else each for each in self.entities),
        )

    def _removing_tables(self) -> list[Table]:
        """The tables of entities that remove records of others: the shapes that do not follow from other tables."""
        return [table for entity in self.removing for table in self.removals_of(entity.name)]

    def canonical(self) -> dict[str, Any]:
        """The parts that determine rows and tables, as JSON-able data, without comments and settings."""
        corrected = corrections(self.tables)
        return {
            "dataset": self.name,
            **({CORRECTED: corrected} if corrected else {}),
            **({ALIASES: dict(self.aliases)} if self.aliases else {}),
            **({"dtd": {name: asdict(declared) for name, declared in self.dtds.items()}} if self.dtds else {}),
            "entities": [entity.canonical() for entity in self.readers],
            "tables": [bare(asdict(table)) for table in (*self.tables, *self._removing_tables())],
            "foreign_keys": [bare(asdict(key)) for key in self.foreign_keys],
        }
