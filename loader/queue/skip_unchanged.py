"""Records that a merge need not parse, because their hash equals that of the row with their key."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from psycopg import pq, sql
from psycopg.adapt import Dumper

from loader.database.connect import Connection
from loader.mapping.dataset import Dataset
from loader.source.protocol import RecordSet
from loader.source.rows import GeneratedKeys


@dataclass(slots=True)
class Unchanged:
    """The records of a chunk that are not parsed: their indexes and, by root table, the proof for the merge."""

    indexes: set[int] = field(default_factory=set)
    proofs: dict[str, list[str]] = field(default_factory=dict)

    def as_json(self) -> str:
        """{root table: [record numbers, keys by column …]}, each the text of an array."""
        return json.dumps(self.proofs, ensure_ascii=False)


def former_seeds(connection: Connection, dataset: Dataset) -> dict[str, tuple[str, bool]]:
    """Reading.former_seeds of records that are compared with the rows that there are."""
    row = connection.execute("select loader.former_seeds(%s)", (dataset.name,)).fetchone()
    return row[0] if row else {}


_Keyed = tuple[Sequence[int], list[list[bytes]]]  # indexes of records, and their keys by column


class Comparison:
    """Finds the unchanged records of a chunk. Parsing them, or any that it does not find, does no harm.

    ``before``: by entity, the first source whose rows do not count. A key is guessed from a record's bytes. A wrong
    guess cannot make a record unchanged: an equal hash means equal bytes under the same mapping, and therefore the same
    key.
    """

    def __init__(self, connection: Connection, dataset: Dataset, before: Mapping[str, int]) -> None:
        self._connection = connection
        connection.adapters.register_dumper(_Hashes, _HashesDumper)
        self._schema = f"{dataset.name}_stage"
        # Paths that no mapping reads are only found by parsing.
        self._first = {} if dataset.settings.unmapped == "fail" else before
        self._roots = {entity: dataset.entity_tables(entity)[0].name for entity in self._first}
        self._generated = {entity.name for entity in dataset.entities if entity.generated_key}

    @classmethod
    def of_load(cls, connection: Connection, dataset: Dataset, load_id: int) -> Comparison:
        """With the rows from before a load."""
        query = "select entity, first_source from loader.roots_before(%s)"
        return cls(connection, dataset, dict(connection.execute(query, (load_id,)).fetchall()))

    def find(self, first_record: int, records: RecordSet, generated: GeneratedKeys | None = None) -> Unchanged:
        """The records that need not be parsed. ``first_record``: the number of the first one in its source.

        ``generated``: the parts of generated keys; without it, records with such keys are not compared.
        """
        found = Unchanged()
        for entity in records.entities:
            if entity not in self._roots:
                continue
            keyed: _Keyed | None = None
            if entity not in self._generated:
                keyed = records.keys(entity)
            elif generated is not None:
                indexes = records.indexes(entity)
                keyed = indexes, [[b"%d" % generated.key(first_record + index) for index in indexes]]
            if keyed is not None:
                self._compare(entity, keyed, first_record, records, found)
        return found

    def _compare(self, entity: str, keyed: _Keyed, first_record: int, records: RecordSet, found: Unchanged) -> None:
        indexes, keys = keyed
        root = self._roots[entity]
        if not indexes:
            return
        hashes = records.hashes if len(indexes) == len(records.hashes) else [records.hashes[i] for i in indexes]
        try:
            arrays = [_text_array(column) for column in keys]
        except UnicodeDecodeError:
            return
        row = self._connection.execute(
            sql.SQL("select {}.{}({})").format(
                sql.Identifier(self._schema),
                sql.Identifier(f"changed_{root}"),
                sql.SQL(", ").join(sql.Placeholder() * (2 + len(arrays))),
            ),
            (self._first[entity], _Hashes(hashes), *arrays),
        ).fetchone()
        changed = {place - 1 for place in row[0]} if row else set(range(len(indexes)))
        if len(changed) == len(indexes):
            return
        if changed:
            kept = [place for place in range(len(indexes)) if place not in changed]
            indexes = [indexes[place] for place in kept]
            arrays = [_text_array([column[place] for place in kept]) for column in keys]
        found.indexes.update(indexes)
        numbers = ",".join([str(first_record + index) for index in indexes])
        found.proofs[root] = [f"{{{numbers}}}", *arrays]


def _text_array(values: Sequence[bytes]) -> str:
    """The text of an array of keys. Raises UnicodeDecodeError if they are not UTF-8."""
    text = b"\0".join(values).decode().replace("\\", "\\\\").replace('"', '\\"')  # no value contains NUL
    return '{"' + text.replace("\0", '","') + '"}'


class _Hashes(list[bytes]):
    """Hashes of 16 bytes, as a parameter of type uuid[]."""


class _HashesDumper(Dumper):
    """Sends hashes in the binary form of an array: the server takes five times as long to read them as text."""

    format = pq.Format.BINARY
    oid = 2951  # uuid[]

    def dump(self, obj: _Hashes) -> bytes:
        """Dimensions, no NULLs, the type of the elements (uuid), their number, the first index;
        then each with its length.
        """
        length = struct.pack(">i", 16)
        return b"".join([struct.pack(">iiIii", 1, 0, 2950, len(obj), 1), length, length.join(obj)])
