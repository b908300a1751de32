"""Keys of records, read without the rest if the bytes prove them, otherwise extracted with it."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field

from loader.mapping.dataset import Dataset
from loader.mapping.tables import Column, Table
from loader.source.protocol import RecordSet


@dataclass(slots=True)
class Keys:
    """Keys of a root table: COPY text for its typed key table and for the text one, lines of key, number, hash."""

    typed: list[bytes] = field(default_factory=list)
    text: list[bytes] = field(default_factory=list)


class KeyReader:
    """Reads the keys of records; ``keyless`` counts those without one. ``hashing``: hashes are stored with them.

    If a key is proven, the rest of the record is not examined: the record may still be rejected for its rest.
    """

    def __init__(self, dataset: Dataset, *, hashing: bool) -> None:
        self.keyless = 0
        self._hashing = hashing
        self._dataset = dataset
        self._roots = {reader.name: dataset.table(reader.target) for reader in dataset.readers}
        self._keys = {reader.name: dataset.entity_tables(reader.name)[0].key for reader in dataset.readers}
        self._removals = {
            reader.name: [table.name for table in dataset.removals_of(reader.name)] for reader in dataset.readers
        }
        self._generated = {entity.name for entity in dataset.entities if entity.generated_key}
        self._plain = {name for name, key in self._keys.items() if all(map(_is_plain, key))}

    def read(self, records: RecordSet, first_record: int) -> dict[str, Keys]:
        """The keys of some records by root table; ``first_record``: the number of the first one."""
        found = {self._roots[entity].name: Keys() for entity in records.entities}
        known: set[int] = set()
        for entity in records.entities:
            if entity in self._generated:  # each record has its own key
                known.update(records.indexes(entity))
                continue
            keys = found[self._roots[entity].name]
            lines = keys.typed if entity in self._plain else keys.text
            for index, key in records.proven_keys(entity):
                digest = records.hashes[index].hex().encode() if self._hashing else rb"\N"
                lines.append(b"%b\t%d\t%b\n" % (key, first_record + index, digest))
                known.add(index)
        if len(known) < len(records):
            self._extract(records, known, found)
        return found

    def _extract(self, records: RecordSet, known: Set[int], found: dict[str, Keys]) -> None:
        """Reads the keys of all other records, with the rest of them."""
        rows = records.extract(known, lambda: None)
        self.keyless += len(rows.rejects)
        for entity in records.entities:
            root = self._roots[entity]
            for table in {self._dataset.entity_tables(entity)[0].name, *self._removals[entity]}:
                for block in (*rows.blocks.get(table, ()), *rows.doubts.get(table, ())):
                    for line in block.splitlines():
                        found[root.name].text.append(self._line(root, line))

    def _line(self, root: Table, line: bytes) -> bytes:
        """Key, number and hash of a line of COPY text of a root table."""
        fields = line.split(b"\t")
        # The data columns are followed by the system columns: source, record, hash.
        key, (_, number, digest) = fields[: len(root.key)], fields[-3:]
        return b"%b\t%b\t%b\n" % (b"\t".join(key), number, digest if self._hashing else rb"\N")


def _is_plain(column: Column) -> bool:
    """Whether each value that a format has proven is valid for the column, so that SQL need not validate it."""
    ruled = column.pattern or column.enum or column.minimum is not None or column.maximum is not None
    return not ruled and not column.type.startswith("varchar")
