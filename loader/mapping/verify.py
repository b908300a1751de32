"""What makes a resolved mapping impossible: clashing names, ignored paths that are read, records inside records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from loader.mapping.column_rules import column_problems, reading_problems
from loader.mapping.dataset import Dataset, Entity
from loader.mapping.policies import expression_problem, policy_problems
from loader.mapping.problems.path_problems import outside_problems, path_problems
from loader.mapping.problems.recursion import recursion_problems
from loader.mapping.removals import removal_problems
from loader.mapping.steps import tags_of, takes_all
from loader.mapping.tables import MAX_NAME_BYTES, Table
from loader.mapping.values.pieces import split_problems
from loader.mapping.yaml_with_lines import Location
from loader.nearest import unknown

# Columns of the tables in which the loader stores keys: key log, decisions, change, version.
_BESIDE_KEYS = {
    "chunk_id", "record", "outcome", "load_id", "hash", "op", "columns", "source_before", "record_before",
    "hash_before", "source_after", "record_after", "hash_after", "before", "source_id", "content",
}  # fmt: skip
_MAX_DATASET_BYTES = 55  # leaves room for `_stage`, `_build`, `_old` and `_history` in schema names
_RESERVED_DATASETS = {"loader", "public", "information_schema", "tap"}
_MAX_TABLE_BYTES = 51  # leaves room for `stage_merge_` in names of procedures and `_text_s999` in those of staging
_MAX_KEY_COLUMNS = 32  # the server's limit for an index
_NO_KEYS = ("real", "double precision", "jsonb")
_AS_OF_PARAMETERS = {"p_load", "p_at"}  # columns and parameters of a function that returns a table share their names
_MAX_COLUMNS = 1600  # the server's limit for a table
_OWN_COLUMNS = {True: 4, False: 2}  # of these, columns that the staging of a root, or of a child, has of its own

Problem = tuple[Location, str]


def verify(dataset: Dataset, places: Mapping[str, Location]) -> Iterator[Problem]:
    """Yield every problem with the place of its table or entity in the file."""
    yield from _dataset(dataset)
    yield from _records(dataset)
    yield from _tables(dataset, places)
    yield from policy_problems(dataset)
    yield from removal_problems(dataset)
    for table in dataset.tables:
        if table.split is not None:
            yield from (((*places[table.name], "split"), problem) for problem in split_problems(table.split))
        yield from _names(table, places[table.name])
        yield from _indexes(table, places[table.name])
        yield from _columns(table, places[table.name])
        yield from path_problems(dataset, table, places[table.name])
        yield from recursion_problems(dataset, table, places[table.name])
        yield from _chosen_rows(dataset, table, places[table.name])
        yield from _conditions(dataset, table, places[table.name])
    for entity in dataset.readers:
        yield from _delete_records(dataset, entity)


def _chosen_rows(dataset: Dataset, table: Table, place: Location) -> Iterator[Problem]:
    policy = dataset.entity(table.entity).policy.name
    if table.first_by and policy in {"fill", "merge"}:
        yield (
            (*place, "first_by"),
            f"is not possible with the policy {policy}, which unites the child rows of several versions by their "
            "ordinals: the rows that two versions keep could both stay",
        )


def _dataset(dataset: Dataset) -> Iterator[Problem]:
    if len(dataset.name.encode()) > _MAX_DATASET_BYTES:
        yield ("dataset",), f"the name is longer than {_MAX_DATASET_BYTES} bytes"
    if dataset.name in _RESERVED_DATASETS or dataset.name.startswith("pg_"):
        yield ("dataset",), f"{dataset.name!r} is the name of a schema that is not the dataset's own"


def _records(dataset: Dataset) -> Iterator[Problem]:
    placed: list[tuple[Entity, Location, tuple[str, ...]]] = [
        (entity, ("entities", entity.name, "record", *([i] if entity.more_records else [])), record)
        for entity in dataset.readers
        for i, record in enumerate(entity.record_paths)
    ]
    for (one, _, before), (other, place, record) in combinations(placed, 2):
        (shorter, outer), (longer, inner) = sorted(((before, one), (record, other)), key=lambda pair: len(pair[0]))
        if one.read != other.read or tags_of(longer[: len(shorter)]) != tags_of(shorter):
            continue
        if len(shorter) < len(longer):
            yield place, f"records of {inner.name} lie inside those of {outer.name}; make it a child"
        elif one is not other and one.files and other.files:
            continue
        elif before == record:
            told = "path twice" if one is other else f"as that of {one.name}; tell their files apart by 'files'"
            yield place, f"is the same {told}"
        elif one is not other and takes_all(before, record):
            yield (
                place,
                f"never has a record: {one.name}, which is tried first, takes them all; write it before {one.name}",
            )


def _delete_records(dataset: Dataset, entity: Entity) -> Iterator[Problem]:
    """What is read of delete records follows the same rules as columns."""
    place: Location = ("entities", entity.name)
    for table in dataset.removals_of(entity.name) if entity.removes else ():
        yield from _columns(table, place)
        yield from path_problems(dataset, table, place)
    if entity.operation is not None:
        where = (*place, "operation")
        yield from reading_problems(entity.operation, where, is_of_root=True)
        yield from column_problems(entity.operation, where)
        for path in entity.operation.paths:
            yield from outside_problems(dataset, dataset.table(entity.name), entity.operation, path, (*where, "path"))


def _tables(dataset: Dataset, places: Mapping[str, Location]) -> Iterator[Problem]:
    """Staging has several tables for each of the dataset's: their names must be free."""
    for table in dataset.tables:
        if len(table.name.encode()) > _MAX_TABLE_BYTES:
            yield places[table.name], f"the table name {table.name!r} is longer than {_MAX_TABLE_BYTES} bytes"
        suffixes = "_text|(_text)?_s[0-9]+"
        suffixes += "|_(key_log|before|key|key_text|decision|touched|per_source)" if table.is_root else ""
        for other in dataset.tables:
            if re.fullmatch(f"{re.escape(table.name)}({suffixes})", other.name):
                yield places[other.name], f"the name {other.name!r} is taken: the staging of {table.name} needs it"


def _conditions(dataset: Dataset, table: Table, place: Location) -> Iterator[Problem]:
    entity = dataset.entity(table.entity)
    check = table.check or (entity.check if table.is_root else None)
    where = table.where or (entity.where if table.is_root else None)
    given: dict[Location, str | None] = {("check",): check, ("where",): where}
    given |= {("indexes", i, "expression"): index.expression for i, index in enumerate(table.indexes)}
    for key, text in given.items():
        if text is not None and (problem := expression_problem(text)):
            yield (*place, *key), problem


def _names(table: Table, place: Location) -> Iterator[Problem]:
    names = [*table.primary_key, *(column.name for column in table.all_columns)]
    for name in sorted(_AS_OF_PARAMETERS.intersection(names)):
        yield place, f"a column of {table.name} cannot be named {name!r}: a parameter of {table.name}_as_of() is"
    for name in sorted({name for name in names if names.count(name) > 1}):
        own = name in {column.name for column in table.all_columns}
        yield (*place, "columns", name) if own else place, f"column {name} occurs twice in table {table.name}"
    for name in names:
        if len(name.encode()) > MAX_NAME_BYTES:
            yield place, f"{name!r}, a column of {table.name}, is longer than {MAX_NAME_BYTES} bytes"
    for name in sorted(_BESIDE_KEYS.intersection(column.name for column in table.key) if table.is_root else ()):
        yield (*place, "key", name), f"a key column cannot be named {name!r}: the loader keeps a column of that name"
    if len(names) + _OWN_COLUMNS[table.is_root] > _MAX_COLUMNS:
        most = _MAX_COLUMNS - _OWN_COLUMNS[table.is_root]
        yield place, f"table {table.name} has {len(names):,} columns, its key included, and {most:,} are the most"
    if len(table.primary_key) > _MAX_KEY_COLUMNS:
        yield place, f"the key of table {table.name} has more than {_MAX_KEY_COLUMNS} columns"


def _indexes(table: Table, place: Location) -> Iterator[Problem]:
    for i, index in enumerate(table.indexes):
        where = (*place, "indexes", i)
        missing = [name for name in index.columns if name not in table.row_columns]
        if missing:
            yield (*where, "columns"), no_column(table, missing)
        if index.columns and any(index.columns == other.columns for other in table.indexes[:i]):
            yield where, f"there is an index on {', '.join(index.columns)} already"
        for name in index.columns if index.using == "btree" and not missing else ():
            if name not in table.ordinals and table.column(name).type == "jsonb":
                yield where, f"a B-tree cannot hold {name}, which is jsonb: write {{columns: [{name}], using: gin}}"
        if bool(index.columns) == (index.expression is not None):
            yield where, "an index is on columns or on an expression: one of the two"


def no_column(table: Table, missing: Sequence[str]) -> str:
    """That a table has no columns of these names, and why."""
    unstored = ", ".join(column.name for column in table.columns if column.name in missing and not column.stored)
    told = f": {unstored} is not stored" if unstored else ""
    return f"table {table.name} has no column {unknown(missing, table.row_columns)}{told}"


def _columns(table: Table, place: Location) -> Iterator[Problem]:
    for part, columns in (("key", table.key if table.is_root else ()), ("columns", table.columns)):
        for column in columns:
            where = (*place, part, column.name)
            if column.repeat == "join" and not column.is_text:
                yield (*where, "repeat"), f"only text can be joined, and {column.name} is {column.type}"
            if part == "key" and not column.stored:
                yield (*where, "stored"), "a key is always stored"
            if part == "key" and column.optional:
                yield (*where, "optional"), "a key cannot be optional"
            if part == "key" and column.split is not None:
                yield (*where, "split"), "a key cannot be split"
            elif part == "key" and column.repeat == "array":
                yield (*where, "repeat"), "a key cannot be an array"
            if part == "key" and column.on_error == "null":
                yield (*where, "on_error"), "a key cannot become NULL"
            if part == "key" and column.type in _NO_KEYS:
                yield (*where, "type"), f"a key cannot be {column.type}, where different texts are one value"
            if column.repeat == "array" and column.type == "jsonb":
                yield (*where, "repeat"), "arrays of jsonb are not possible; make a child table"
            yield from reading_problems(column, where, is_of_root=table.is_root)
            yield from column_problems(column, where)
