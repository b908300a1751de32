"""The work on one chunk: its records are compared, extracted, copied and merged; rows and `done` in one transaction."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import psycopg

from loader.database.conflict_retry import retried
from loader.database.connect import Connection
from loader.database.failures import sqlstate
from loader.database.sqlstates import Own
from loader.errors import LoaderError, SourceChangedError
from loader.mapping.dataset import Dataset
from loader.mapping.tables import Table
from loader.process.throttle import Throttle
from loader.queue import copy_rules
from loader.queue.chunk import Chunk
from loader.queue.copy import copy_table
from loader.queue.skip_unchanged import Comparison, Unchanged
from loader.source.protocol import RecordSet, SourceReader
from loader.source.rows import GeneratedKeys, Rows

# Errors for a value that does not fit: the chunk goes through text staging, which finds the value.
_VALUE_ERRORS = (psycopg.DataError, psycopg.errors.NotNullViolation)
_LOCATED_AT_ONCE = 50  # rejects whose bytes are sent together; more would save little, and take memory
# For tests: with 1, text staging decides about every record, whatever is proven. The result must be the same.
_STAGE_ALL = "LOADER_STAGE_ALL"


@dataclass(frozen=True, slots=True)
class OpenSource:
    """What a worker keeps of a source between its chunks. ``keys``: the parts of the generated keys of its records;
    None if no entity of it has such a key.
    """

    name: str
    reader: SourceReader
    entities: Sequence[str]
    keys: GeneratedKeys | None = None


class _LeftOutError(Exception):
    """A rule has left out a record of which other rows were copied."""


class ChunkLoader:
    """Loads chunks of one load over one connection. ``pause`` is called between batches and may raise to stop.

    ``into_build``: rows go there until the load ends; otherwise they are merged chunk by chunk. ``compares``: records
    that equal their rows are left out. ``throttle`` limits the rate, together with other workers.
    """

    def __init__(
        self,
        connection: Connection,
        dataset: Dataset,
        load_id: int,
        pause: Callable[[], None],
        *,
        into_build: bool,
        compares: bool,
        throttle: Throttle | None = None,
    ) -> None:
        self._connection = connection
        self._dataset = dataset
        self._load_id = load_id
        self._into_build = into_build
        self._throttle = throttle
        self._pause = pause
        self._slot: int | None = None
        self._key_log: dict[str, set[str]] = {}  # columns with a value that no committed chunk has reported yet
        self._told: dict[str, set[str]] = {}
        self._rules = copy_rules.conditions(dataset)
        self._staged = copy_rules.staged(dataset)
        # The tables for which COPY evaluates SQL of the mapping: conditions, or the expressions of generated columns.
        self._evaluated = {*self._rules, *(table.name for table in dataset.tables if table.computed)}
        self._rules_in_copy = True  # until the server refuses them there
        self._stages_all = os.environ.get(_STAGE_ALL) == "1"
        self._comparison = Comparison.of_load(connection, dataset, load_id) if compares else None

    def load(self, chunk: Chunk, source: OpenSource) -> None:
        """Loads one chunk in one transaction; if that is impossible, raises and leaves the tables as they were."""
        piece = chunk.piece
        records = source.reader.records(piece)
        if len(records) != piece.records:
            raise SourceChangedError(
                f"{len(records)} records were found where {piece.records} were planned (chunk {chunk.chunk_id})"
            )
        unchanged = Unchanged()
        if self._comparison is not None:
            unchanged = self._comparison.find(piece.first_record, records, source.keys)
        try:
            self._bring(chunk, source, records, unchanged)
        except psycopg.Error as error:
            if sqlstate(error) != Own.ROW_CHANGED:
                raise
            self._bring(chunk, source, records, Unchanged())

    def _bring(self, chunk: Chunk, source: OpenSource, records: RecordSet, unchanged: Unchanged) -> None:
        rows = records.extract(unchanged.indexes, self._pause)
        for table, columns in rows.seen.items():
            self._key_log.setdefault(table, set()).update(columns - self._told.get(table, set()))
        self._pay_and_commit(chunk, source, records, unchanged, rows)
        for table, columns in self._key_log.items():
            self._told.setdefault(table, set()).update(columns)
        self._key_log = {}

    def _pay_and_commit(
        self, chunk: Chunk, source: OpenSource, records: RecordSet, unchanged: Unchanged, rows: Rows
    ) -> None:
        if self._throttle is not None:
            self._throttle.pay(rows.counts.total(), chunk.piece.weight)
        retried(
            self._connection, lambda: self._commit(chunk, source, records, unchanged, rows),
            load=self._load_id, chunk=chunk.chunk_id, pause=self._pause,
        )  # fmt: skip

    def _commit(self, chunk: Chunk, source: OpenSource, records: RecordSet, unchanged: Unchanged, rows: Rows) -> None:
        """The one transaction of a chunk."""
        if rows.counts and not self._into_build:
            self._take_slot()  # before the transaction: its partitions must outlast it, and block no other worker
        with self._connection.transaction():
            self._connection.execute("select loader.fence_chunk(%s, %s)", (chunk.chunk_id, chunk.token))
            for reject in rows.rejects:
                self._connection.execute(
                    "select loader.reject_record(%s, %s, %s, %s, %s, %s, %s, %s, p_byte_length => %s, p_key => %s)",
                    (
                        chunk.chunk_id, chunk.token, reject.entity, reject.number, reject.reason, reject.message,
                        reject.offset, reject.raw, reject.length,
                        None if reject.key is None else json.dumps(reject.key),
                    ),
                )  # fmt: skip
            copied = self._stage(chunk, source, rows, records)
            self._connection.execute(
                "call loader.merge_chunk(%s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    chunk.chunk_id, chunk.token, self._slot, self._roots(copied), json.dumps(rows.unmapped),
                    unchanged.as_json(), self._found(rows, records),
                    None if copied is None else json.dumps(copied),
                ),
            )  # fmt: skip

    def _found(self, rows: Rows, records: RecordSet) -> str:
        """The numbers of records per entity and of rows per table, and the columns with a value, as JSON."""
        delete_records = {table.name: self._dataset.target_table(table).name for table in self._dataset.removals}
        counts: Counter[str] = Counter()
        for table, count in rows.counts.items():
            counts[delete_records.get(table, table)] += count
        seen = {table: columns for table, columns in self._key_log.items() if columns and table not in delete_records}
        return json.dumps(
            {
                "read": records.counts(),
                "rows": counts,
                "filtered": len(rows.filtered),
                "seen": {table: sorted(columns) for table, columns in seen.items()},
            }
        )

    def _stage(self, chunk: Chunk, source: OpenSource, rows: Rows, records: RecordSet) -> dict[str, int] | None:
        """Sends the rows into build or staging; returns the number copied by table, None if SQL validated them all."""
        has_rules = bool(rows.blocks.keys() & self._evaluated)
        if self._stages_all or rows.blocks.keys() & self._staged or (has_rules and not self._rules_in_copy):
            rows.doubt_all()
        copied: dict[str, int] | None = None
        while rows.blocks and copied is None:
            try:
                with self._connection.transaction():
                    copied = self._copy(rows)
            except _VALUE_ERRORS:
                rows.doubt_all()  # not lost: text staging finds the values, and stores their records as rejects
            except _LeftOutError:
                pass  # again, without these records
            except psycopg.Error as error:
                state = sqlstate(error) or ""
                if not has_rules or not (copy_rules.is_refused(state) or copy_rules.is_undecidable(state)):
                    raise
                self._rules_in_copy = not copy_rules.is_refused(state)
                rows.doubt_all()
        if rows.doubts:
            self._judge(chunk, rows.doubts, records)
            return copied
        return copied or {}

    def _copy(self, rows: Rows) -> dict[str, int]:
        """Copies the rows of all records that keep the rules for records; takes those of all others away."""
        schema = f"{self._dataset.name}_{'build' if self._into_build else 'stage'}"
        tail = "" if self._into_build else f"_s{self._take_slot()}"
        copied: dict[str, int] = {}
        for table in (*copy_rules.ordered(self._dataset.tables, self._rules), *self._dataset.removals):
            blocks, rule = rows.blocks.get(table.name), self._rules.get(table.name, "")
            if blocks is None:
                continue
            name = self._dataset.target_table(table).name
            count = copy_table(self._connection, schema, name + tail, table, blocks, condition=rule)
            sent = sum(block.count(b"\n") for block in blocks)
            left = self._left_out() if rule and count < sent else []
            if count + len(left) != sent:
                raise LoaderError(
                    f"{sent:,} rows were sent to {schema}.{name}{tail}, and {count:,} arrived",
                    hint="a trigger or a rule on that table stands in the way: drop it, then "
                    f"`loader requeue {self._dataset.name}`",
                )
            if left:
                filtered = {number for number, why in left if why == copy_rules.WHERE}
                copy_rules.leave_out(rows, self._dataset.tables, filtered, {number for number, _ in left} - filtered)
                if copied or not table.is_root:
                    raise _LeftOutError  # other rows of these records are in the tables
            copied[name] = copied.get(name, 0) + count
        return copied

    def _left_out(self) -> list[tuple[int, str]]:
        found = self._connection.execute("select loader.take_left_out()").fetchone()
        return list(copy_rules.left_out(found[0])) if found else []

    def _roots(self, copied: Mapping[str, int] | None) -> int | None:
        """How many of the copied rows are records."""
        if copied is None:
            return None
        return sum(count for name, count in copied.items() if self._dataset.table(name).is_root)

    def _judge(self, chunk: Chunk, blocks: Mapping[str, list[bytes]], records: RecordSet) -> None:
        slot = self._take_slot()
        self._connection.execute("select loader.prepare_slot(%s, %s)", (self._dataset.name, slot))
        for table in self._tables(blocks):
            name = self._dataset.target_table(table).name
            copy_table(
                self._connection, f"{self._dataset.name}_stage", f"{name}_text_s{slot}", table, blocks[table.name]
            )
        found = self._connection.execute(
            "select loader.stage_chunk(%s, %s, %s, false)", (chunk.chunk_id, chunk.token, slot)
        ).fetchone()
        rejected: list[int] = found[0] if found else []
        for first in range(0, len(rejected), _LOCATED_AT_ONCE):
            numbers = rejected[first : first + _LOCATED_AT_ONCE]
            indexes = [number - chunk.piece.first_record for number in numbers]
            self._connection.execute(
                "select loader.locate_reject(%s, %s, %s::bigint[], %s::bigint[], %s::bytea[])",
                (
                    chunk.chunk_id, chunk.token, numbers,
                    [records.offset(index) for index in indexes], [records.raw(index) for index in indexes],
                ),
            )  # fmt: skip

    def _tables(self, blocks: Mapping[str, list[bytes]]) -> Iterator[Table]:
        return (table for table in (*self._dataset.tables, *self._dataset.removals) if table.name in blocks)

    def _take_slot(self) -> int:
        if self._slot is None:
            found = self._connection.execute("select loader.take_slot(%s)", (self._dataset.name,)).fetchone()
            self._slot = int(found[0]) if found else 0
        return self._slot
