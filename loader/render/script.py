"""Renders the SQL of a dataset: staging tables and procedures, from templates that only decide the shape."""

from __future__ import annotations

import contextlib
import functools
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from operator import attrgetter
from typing import Any

import jinja2
from jinja2.bccache import Bucket

from loader.config.resources import directory
from loader.config.user_cache import user_folder
from loader.mapping.dataset import Dataset
from loader.mapping.tables import TREE_COLUMNS, Column, Index, Table
from loader.render import casts, conflict_order, layout, names, value_rules, versions
from loader.render.digest import rendered_hash
from loader.render.objects import object_names
from loader.render.parts import Part, parts

MAX_COMPILED = 1000  # templates in the cache; a version of the program has some 150
# The conditions of errors that mean that SQL of the mapping cannot be evaluated for a row.
_UNDECIDABLE = """
data_exception or cardinality_violation or raise_exception
            or check_violation or not_null_violation or program_limit_exceeded
""".strip()
_BLANK_LINES = re.compile(r"\n\n\n+")


def render(dataset: Dataset) -> str:
    """The whole script of a dataset, ready for psql: schemas, staging, procedures, registration.

    It reads as if written by hand; each part begins with a line that names its template and mapping.
    """
    return "\n".join(text for _, text in rendered_parts(dataset))


def rendered_parts(dataset: Dataset) -> list[tuple[Part, str]]:
    """The parts of a script in their order, each with its text."""
    names.check_names(dataset)
    engine = environment()
    made = [(part, rendered(part, dataset, engine)) for part in parts(dataset)]
    objects = object_names("\n".join(text for _, text in made), _schemas(dataset))
    room = Part("create/assert_room.sql", {"object_names": objects})
    register = Part(
        "create/register.sql",
        {
            "mapping": dataset.canonical(),
            "settings": asdict(dataset.own_settings),
            "tables": [
                {"name": t.name, "entity": t.entity, "is_root": t.is_root, "key": t.primary_key} for t in dataset.tables
            ],
            "references": list(_references(dataset)),
            "rendered_hash": rendered_hash(dataset),
            "object_names": objects,
        },
    )
    first, last = ((part, rendered(part, dataset, engine)) for part in (room, register))
    return [first, *made, last]


def rendered(part: Part, dataset: Dataset, engine: jinja2.Environment) -> str:
    schemas = _schemas(dataset)
    template = engine.get_template(part.template)
    text = template.render(dataset=dataset, marks=dataset.marks_gone, **schemas, **part.context)
    body = "\n".join(line.rstrip() for line in text.strip("\n").split("\n"))
    body = _BLANK_LINES.sub("\n\n", body)
    return f"-- sql/dataset/{part.template}, mapping {dataset.hash[:12]}\n{body}\n"


def _schemas(dataset: Dataset) -> dict[str, str]:
    name = dataset.name
    return {"target": name, "stage": f"{name}_stage", "build": f"{name}_build", "history": f"{name}_history"}


def _references(dataset: Dataset) -> Iterator[dict[str, Any]]:
    for table in dataset.tables:
        if table.parent is not None:
            parent = dataset.table(table.parent)
            yield {
                "table": table.name,
                "columns": table.primary_key[: len(parent.primary_key)],
                "references_table": parent.name,
                "references_columns": parent.primary_key,
            }
        if table.recursive:
            yield {
                "table": table.name,
                "columns": (*table.primary_key[:-1], TREE_COLUMNS[0].name),
                "references_table": table.name,
                "references_columns": table.primary_key,
            }
    for key in dataset.foreign_keys:
        yield {
            "table": key.table,
            "columns": key.columns,
            "references_table": key.references_table,
            "references_columns": key.references_columns,
        }


class _Compiled(jinja2.FileSystemBytecodeCache):
    """A cache that may be impossible to write, which is ignored."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


def _compiled() -> _Compiled | None:
    """Where compiled templates are stored; None if there is no cache."""
    folder = user_folder("templates", make=True)
    if folder is None:
        return None
    cache = _Compiled(str(folder))
    if sum(1 for _ in folder.iterdir()) > MAX_COMPILED:
        cache.clear()
    return cache


@functools.cache
def environment() -> jinja2.Environment:
    """The templates' environment: StrictUndefined, and filters for everything that becomes SQL."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(directory("sql") / "dataset"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,
        # Compiled templates are stored, because compiling them takes longer than a small load. Filters must not be
        # applied to constants in them, because templates may stay the same when a filter changes.
        bytecode_cache=_compiled(),
        optimized=False,
    )
    env.globals["undecidable"] = _UNDECIDABLE
    env.filters.update(versions.FILTERS)
    env.filters.update(conflict_order.FILTERS)
    env.filters.update(
        ident=names.ident,
        literal=names.literal,
        type=_type,
        idents=_idents,
        names=_names,
        quoted=_quoted,
        keys_declared=_keys_declared,
        lines=layout.lines,
        filled=layout.filled,
        sentence=layout.sentence,
        matches=_matches,
        into=_into,
        updated=_updated,
        written=_written,
        same=_same,
        json=_json,
        extensions=_extensions,
        row_columns=attrgetter("row_columns"),
        target_columns=attrgetter("target_columns"),
        staged_columns=attrgetter("copy_columns"),
        record_number=casts.record_number,
        record_id=casts.record_id,
        faults=value_rules.faults,
        misfits=value_rules.misfits,
        broken_rules=value_rules.broken_rules,
        spares_removals=value_rules.spares_removals,
        nulled=casts.nulled,
        data_columns=casts.data_columns,
        fields=casts.fields,
        computation=casts.computation,
        computed=casts.computed,
        ordered=casts.ordered,
        pruned=casts.pruned,
        origin=_origin,
        cast_columns=_cast_columns,
        compared=casts.compared,
        index_name=names.index_name,
        table_mark=_table_mark,
        index_comment=_index_comment,
        ordinal_comment=_ordinal_comment,
    )
    return env


def _cast_columns(table: Table, alias: str) -> list[str]:
    return [*casts.data_columns(table, alias), *(f"{alias}.{name}" for name in table.system_columns)]


def _type(column: Column) -> str:
    return column.sql_type


def _origin(column: Column) -> str:
    """Where a column comes from, as a comment."""
    return f"From {column.path.text}" if column.path else f"Computed: {column.computed_by}"


def _into(variables: Sequence[str]) -> str:
    """The variables into which a SELECT of PL/pgSQL puts its columns. A filter, because SQL linters
    cannot parse more than one.
    """
    return f"into {', '.join(variables)}"


def _updated(table: Table) -> list[str]:
    """The variables that hold the keys of updated roots: one array per key column."""
    return [f"_v_updated_{place}" for place, _ in enumerate(table.key, 1)]


def _written(table: Table) -> list[str]:
    """The variables that hold the keys of inserted, and of updated, roots: two arrays per key column."""
    return [f"_v_{kind}_{place}" for place, _ in enumerate(table.key, 1) for kind in ("inserted", "updated")]


def _same(table: Table) -> list[str]:
    """The variables that hold the keys of unchanged records: one array per key column."""
    return [f"_v_same_{place}" for place, _ in enumerate(table.key, 1)]


def _quoted(items: Iterable[str], alias: str = "") -> list[str]:
    prefix = f"{alias}." if alias else ""
    return [prefix + names.ident(name) for name in items]


def _idents(items: Iterable[str], alias: str = "") -> str:
    return ", ".join(_quoted(items, alias))


def _extensions(dataset: Dataset) -> list[str]:
    return sorted({index.extension for table in dataset.tables for index in table.indexes if index.extension})


def _keys_declared(columns: Iterable[Column]) -> str:
    return ", ".join(f"{names.ident(column.name)} {column.sql_type}" for column in columns)


def _names(columns: Iterable[Column]) -> list[str]:
    return [column.name for column in columns]


def _matches(items: Sequence[str], left: str, right: str, indent: int | None = None) -> str:
    """The condition that two rows are equal in some columns; one column per line if ``indent`` is given."""
    glue = " and " if indent is None else "\n" + " " * indent + "and "
    return glue.join(f"{left}.{names.ident(name)} = {right}.{names.ident(name)}" for name in items)


def _json(value: Any) -> str:
    return names.literal(json.dumps(value, ensure_ascii=False, sort_keys=True)) + "::jsonb"


def _index_comment(index: Index) -> str:
    serves = f"searches by {', '.join(index.columns) or 'the expression'}"
    return f"Made by the mapping. {index.comment or f'Serves {serves}'}"


def _table_mark(dataset: Dataset) -> str:
    """The comment by which the loader recognizes its tables for users: on the build, later on its primary key."""
    return f"Table of the dataset {dataset.name}, made by the loader."


def _ordinal_comment(name: str) -> str:
    if name == "ordinal":
        return "Place among its siblings in the record, from 1"
    return f"Place of the {name.removesuffix('_ordinal').replace('_', ' ')} it belongs to, from 1"
