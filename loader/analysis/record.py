"""Stores the keys of a source in the database, where loader.overlaps groups them."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass

from psycopg import sql

from loader.analysis.keys import KeyReader, Keys
from loader.config.units import MIB
from loader.database.connect import Connection
from loader.mapping.dataset import Dataset
from loader.queue.skip_unchanged import former_seeds
from loader.source.file import SourceFile
from loader.source.protocol import Reading, open_source

COPY_BYTES = MIB  # bytes of keys that are sent together


@dataclass(frozen=True, slots=True)
class Source:
    """A file to analyse: its number in the database, the entities it may contain."""

    number: int
    file: SourceFile
    entities: list[str]


class SourceNotes:
    """Stores the keys of one source in the key tables."""

    def __init__(self, connection: Connection, dataset: Dataset, engine: str, source: Source, *, hashing: bool) -> None:
        self._connection = connection
        self._dataset = dataset
        self._source = source
        self._engine, self._hashing = engine, hashing
        self._noted: dict[str, list[bytes]] = {}
        self._size: Counter[str] = Counter()

    def note(self) -> str | None:
        """Reads the whole source; returns a word about its damage, if it has any."""
        number, entities = self._source.number, self._source.entities
        source = open_source(self._source.file, self._dataset, entities)
        keys_of, look = KeyReader(self._dataset, hashing=self._hashing), source.look()
        reading = Reading(engine=self._engine, former_seeds=former_seeds(self._connection, self._dataset))
        with closing(source.reader(reading)) as reader:
            for piece in look:
                for root, keys in keys_of.read(reader.records(piece), piece.first_record).items():
                    self._add(root, keys)
        summary = look.summary
        for relation in self._noted:
            self._send(relation)
        self._connection.execute(
            sql.SQL("update {} set records = %s, keyless = %s where source = %s").format(
                staged(self._dataset, "_key_source")
            ),
            (summary.records, keys_of.keyless + summary.oversized, number),
        )
        return str(summary.damage) if summary.damage else None

    def _add(self, root: str, keys: Keys) -> None:
        for relation, lines in ((f"{root}_key", keys.typed), (f"{root}_key_text", keys.text)):
            if not lines:
                continue
            number = b"%d\t" % self._source.number
            block = number + number.join(lines)
            self._noted.setdefault(relation, []).append(block)
            self._size[relation] += len(block)
            if self._size[relation] > COPY_BYTES:
                self._send(relation)

    def _send(self, relation: str) -> None:
        blocks, self._noted[relation] = self._noted[relation], []
        self._size[relation] = 0
        statement = sql.SQL("copy {} from stdin").format(staged(self._dataset, relation))
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for block in blocks:
                copy.write(block)


def staged(dataset: Dataset, relation: str) -> sql.Identifier:
    """A relation in the dataset's staging schema."""
    return sql.Identifier(f"{dataset.name}_stage", relation)
