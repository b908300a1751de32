"""Notes the keys of a source in the database, where loader.overlaps groups them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import sql

from loader.analysis.keys import KeyReader, Keys
from loader.database.connect import Connection
from loader.extract.engines import make_engine
from loader.mapping.dataset import Dataset
from loader.source.entities import record_paths
from loader.source.file import SourceFile
from loader.source.xml.look import Look, View

if TYPE_CHECKING:
    from loader.queue.records import Hasher

COPY_BYTES = 1 << 20  # of keys that are gathered before they are sent


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be looked at: its number in the database, the entities it may hold."""

    number: int
    file: SourceFile
    entities: list[str]


class SourceNotes:
    """Notes the keys of one source in the key tables."""

    def __init__(self, connection: Connection, dataset: Dataset, engine: str, source: Source, *, hashing: bool) -> None:
        self._connection = connection
        self._dataset = dataset
        self._source = source
        self._paths = record_paths(dataset, source.entities)
        self._reader = KeyReader(dataset, self._paths, make_engine(engine, dataset, source.entities))
        self._hasher = _hasher(dataset) if hashing else None
        self._noted: dict[str, list[bytes]] = {}
        self._size: Counter[str] = Counter()

    def note(self) -> str | None:
        """Reads the whole source; a word about its damage, if it has any."""
        settings, source = self._dataset.settings, self._source
        look = Look(source.file, self._paths, documents=settings.documents, internal_subset=settings.internal_subset)
        for view in look:
            for root, keys in self._reader.read(view, self._hashes(view)).items():
                self._add(root, keys)
        for relation in self._noted:
            self._send(relation)
        self._connection.execute(
            sql.SQL("update {} set records = %s, keyless = %s where source = %s").format(
                staged(self._dataset, "_key_source")
            ),
            (look.records, self._reader.keyless + look.oversized, source.number),
        )
        damage = look.damage
        return f"at byte {damage.offset}: {damage.message}" if damage else None

    def _hashes(self, view: View) -> list[bytes] | None:
        if self._hasher is None:
            return None
        first, last, base = view.records[0][0], view.records[-1][1], view.base
        spans = [(start - first, end - first, path) for start, end, path in view.records]
        return self._hasher.hashes(bytes(view.data[first - base : last - base]), spans, view.context.prefix)

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


def _hasher(dataset: Dataset) -> Hasher:
    from loader.queue.records import Hasher  # late: only tables that are filled need hashes, and it brings the engines

    return Hasher(dataset)


def staged(dataset: Dataset, relation: str) -> sql.Identifier:
    """A relation of the dataset's staging."""
    return sql.Identifier(f"{dataset.name}_stage", relation)
