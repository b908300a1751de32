"""Records that a merge need not parse: their hash is that of the row which has their key already."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress

from psycopg import pq, sql
from psycopg.adapt import Dumper

from loader.database.connect import Connection
from loader.extract.batch import GeneratedKeys
from loader.mapping.dataset import Dataset
from loader.mapping.tables import Column
from loader.queue.records import Records
from loader.source.xml.scan import RecordPath

# Values that mean the same in XML and in SQL; a key that is written otherwise is not guessed.
_VALUES = {
    "integer": rb"[0-9]{1,9}",
    "bigint": rb"[0-9]{1,18}",
    # It ends where no white space is: what may follow it is then found at once, however much there is.
    "text": rb"""[^<>&"'\s\0](?:[^<>&"'\t\r\n\0]{0,498}[^<>&"'\s\0])?""",
}


@dataclass(slots=True)
class Unchanged:
    """The records of a chunk that are not parsed: their indexes, and, by root table, what proves it to the merge."""

    indexes: set[int] = field(default_factory=set)
    proofs: dict[str, list[str]] = field(default_factory=dict)

    def as_json(self) -> str:
        """{root table: [record numbers, keys by column …]}, each the text of an array."""
        return json.dumps(self.proofs, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class _Guess:
    """How the key of an entity's records is guessed: by column a search, which gives the value as its group 1.

    No searches: the key is generated, so it is known.
    """

    root: str
    searches: tuple[Callable[[bytes, int, int], re.Match[bytes] | None], ...] = ()


_Keyed = tuple[list[int], list[list[bytes]]]  # indexes of records, and their keys by column


class Comparison:
    """Finds the unchanged among the records of a chunk. Parsing them, or any that it does not find, does no harm.

    ``before``: by entity, the source from which on rows do not count. A key is guessed from a record's bytes. A wrong
    guess cannot be taken for unchanged: an equal hash means equal bytes under the same mapping, hence the same key.
    """

    def __init__(self, connection: Connection, dataset: Dataset, before: Mapping[str, int]) -> None:
        self._connection = connection
        connection.adapters.register_dumper(_Hashes, _HashesDumper)
        self._schema = f"{dataset.name}_stage"
        self._guesses: dict[str, _Guess] = {}
        self._first = 0
        if dataset.settings.unmapped == "fail":
            return  # what no mapping reads is found by parsing only
        for entity, first in before.items():
            guess = _guess(dataset, entity)
            if guess is not None:
                self._guesses[entity], self._first = guess, first

    @classmethod
    def of_load(cls, connection: Connection, dataset: Dataset, load_id: int) -> Comparison:
        """With what was there before a load."""
        query = "select entity, first_source from loader.roots_before(%s)"
        return cls(connection, dataset, dict(connection.execute(query, (load_id,)).fetchall()))

    def find(
        self, first_record: int, paths: Sequence[RecordPath], records: Records, generated: GeneratedKeys | None = None
    ) -> Unchanged:
        """The records that need not be parsed. ``first_record``: the number of the first one in its source.

        ``generated``: what generated keys are made of; without it, records that have such keys are not compared.
        """
        found = Unchanged()
        for place, path in enumerate(paths):
            guess = self._guesses.get(path.entity)
            if guess is None:
                continue
            only = None if len(paths) == 1 else place
            if guess.searches:
                keyed = _keys(guess, only, records)
            elif generated is not None:
                indexes = _of_path(only, records)
                keyed = indexes, [[b"%d" % generated.key(first_record + index) for index in indexes]]
            else:
                continue
            self._compare(guess.root, keyed, first_record, records, found)
        return found

    def _compare(self, root: str, keyed: _Keyed, first_record: int, records: Records, found: Unchanged) -> None:
        indexes, keys = keyed
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
            (self._first, _Hashes(hashes), *arrays),
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


def _keys(guess: _Guess, path: int | None, records: Records) -> _Keyed:
    """The records of a path (None: of all) whose key can be guessed, and the keys by column."""
    spans, data = records.spans, records.data
    indexes = _of_path(path, records)
    if len(indexes) < len(spans):
        spans = [spans[index] for index in indexes]
    columns = [[search(data, start, end) for start, end, _ in spans] for search in guess.searches]
    guessed = [all(matches) for matches in zip(*columns, strict=True)]
    if not all(guessed):
        indexes = list(compress(indexes, guessed))
        columns = [list(compress(column, guessed)) for column in columns]
    return indexes, [[match[1] for match in column if match] for column in columns]


def _of_path(path: int | None, records: Records) -> list[int]:
    return [index for index, span in enumerate(records.spans) if path is None or span[2] == path]


def _guess(dataset: Dataset, entity: str) -> _Guess | None:
    root = dataset.entity_tables(entity)[0]
    if dataset.entity(entity).generated_key:
        return _Guess(root.name)
    searches = [_search(column) for column in root.key]
    found = tuple(search for search in searches if search is not None)
    return _Guess(root.name, found) if found and len(found) == len(searches) else None


def _search(column: Column) -> Callable[[bytes, int, int], re.Match[bytes] | None] | None:
    """How a key column's value is found: an attribute of the record, or the first child element of that name."""
    path, value = column.path, _VALUES.get("text" if column.is_text else column.type)
    if path is None or path.absolute or value is None:
        return None
    if path.attribute is not None and not path.steps:
        name = re.escape(_local(path.attribute)).encode()
        return re.compile(rb"<[^<>\s]+(?:\s[^<>]*?)??\s" + name + rb"""\s*=\s*["'](""" + value + rb""")["']""").match
    if path.attribute is None and len(path.steps) == 1:
        name = re.escape(_local(path.steps[0])).encode()
        return re.compile(rb"<" + name + rb">[ \t\r\n]*(" + value + rb")[ \t\r\n]*</" + name + rb">").search
    return None


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _text_array(values: Sequence[bytes]) -> str:
    """The text of an array of keys; none has a quote in it. UnicodeDecodeError when it is no UTF-8."""
    return '{"' + b'","'.join(values).decode().replace("\\", "\\\\") + '"}'


class _Hashes(list[bytes]):
    """Hashes of 16 bytes, as a parameter of type uuid[]."""


class _HashesDumper(Dumper):
    """Sends hashes in the binary form of an array: the server takes five times as long to read them as text."""

    format = pq.Format.BINARY
    oid = 2951  # uuid[]

    def dump(self, obj: _Hashes) -> bytes:
        """Dimensions, no NULLs, type of the elements (uuid), their number, first index; then each with its length."""
        length = struct.pack(">i", 16)
        return b"".join([struct.pack(">iiIii", 1, 0, 2950, len(obj), 1), length, length.join(obj)])
