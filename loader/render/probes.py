"""SQL that tries each expression of a mapping separately, so that errors of the server can be
reported with their place.

Tables with indexes are created empty in a separate schema, with their indexes; conditions and expressions are tried as
the rendered procedures use them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import jinja2

from loader.mapping.dataset import Dataset, Entity
from loader.mapping.table_places import Location, place_of
from loader.mapping.tables import Column, Table
from loader.render.casts import computation
from loader.render.names import ident, literal
from loader.render.repeatable import list_changing, without_clock_words

SEARCH_PATH = "pg_catalog, pg_temp"  # of the rendered procedures


@dataclass(frozen=True, slots=True)
class Probe:
    """Statements. They are good unless the server refuses one, or the last one returns false or a text: the text is the
    problem, as is ``untrue`` for false.

    ``makes``: a table, or a proof, that later probes need. ``needs``: the one that must exist for this one.
    """

    place: Location
    statement: str
    untrue: str = ""
    makes: str = ""
    needs: str = ""


def probes(dataset: Dataset, environment: jinja2.Environment, schema: str) -> Iterator[Probe]:
    """The probes of a mapping, to be run in this order under SEARCH_PATH; ``schema`` exists and is empty."""
    has_extensions = any(index.extension for table in dataset.tables for index in table.indexes)
    path = "pg_catalog, public, pg_temp" if has_extensions else SEARCH_PATH  # as in create_target.sql
    for table in dataset.tables:
        place = place_of(dataset, table)
        root = table.key if table.is_root else ()
        for part, columns in (("key", root), ("columns", table.columns)):
            for column in columns:
                yield from _column(column, (*place, part, column.name))
        if table.indexes:  # the server certainly accepts all others (verify)
            made = environment.get_template("create/create_table.sql").render(
                dataset=dataset, table=table, schema=schema, form="target", marks=dataset.marks_gone
            )
            yield Probe(place, made, makes=table.name)
        for column in table.computed:
            yield from _computed(column, table, (*place, "columns", column.name, "expression"), schema)
        if table.check:
            yield from _condition(table, table.check, (*place, "check"), schema)
        if table.where and not table.is_root:
            yield from _condition(table, table.where, (*place, "where"), schema)
        if table.first_by:
            tried = f"select row_number() over (order by {{}}) from ({_row(table)} where false offset 0) as r"
            yield from _expression(tried, ", ".join(table.first_by), (*place, "first_by"), schema)
        yield from _indexes(table, place, environment, schema, path)
    for entity in dataset.entities:
        yield from _entity(entity, dataset.table(entity.tables[0]), schema)


def _column(column: Column, place: Location) -> Iterator[Probe]:
    default = column.default
    if default is not None and column.repeat == "array":
        yield Probe((*place, "default"), without_clock_words(f"select {literal(default)}::{column.sql_type}"))
    if column.pattern is not None:
        # Separately, too: `a)|(b` closes the group that the loader puts around it.
        tried = " and ".join(f"'' ~ {literal(text)} is not null" for text in (column.pattern, _whole(column.pattern)))
        yield Probe((*place, "pattern"), f"select {tried}")
    bounds = {key: value for key in ("minimum", "maximum") if (value := getattr(column, key)) is not None}
    for key, value in bounds.items():
        yield Probe((*place, key), f"select {literal(value)}::{column.type}")
    if len(bounds) == 2:
        low, high = (f"{literal(bounds[key])}::{column.type}" for key in ("minimum", "maximum"))
        yield Probe((*place, "minimum"), f"select {low} <= {high}", "is above maximum, so no value is allowed")
    if default is not None:
        yield from _default(column, (*place, "default"), default)


def _default(column: Column, place: Location, default: str) -> Iterator[Probe]:
    items = f"unnest({literal(default)}::text[])" if column.repeat == "array" else f"(values ({literal(default)}))"
    rules = []
    if column.pattern is not None:
        rules.append((f"e.item ~ {literal(_whole(column.pattern))}", f"does not match {column.pattern}"))
    if column.enum and column.repeat == "array":
        allowed = ", ".join(map(literal, column.enum))
        rules.append((f"e.item in ({allowed})", "is none of the values that enum allows"))
    for bound, sign, word in ((column.minimum, ">=", "below"), (column.maximum, "<=", "above")):
        if bound is not None:
            held = f"e.item::{column.type} {sign} {literal(bound)}::{column.type}"
            rules.append((held, f"is {word} {bound}"))
    for rule, message in rules:
        yield Probe(place, f"select bool_and({rule}) from {items} as e (item)", f"{default!r} {message}")


def _indexes(table: Table, place: Location, environment: jinja2.Environment, schema: str, path: str) -> Iterator[Probe]:
    for number, index in enumerate(table.indexes):
        where = (*place, "indexes", number)
        if index.extension:
            created = f"create extension if not exists {ident(index.extension)} schema public"
            yield Probe((*where, "extension"), created)
        made = environment.get_template("create/create_index.sql").render(table=table, index=index, schema=schema)
        yield Probe((*where, "expression") if index.expression else where, _under(path, made), needs=table.name)


def _entity(entity: Entity, root: Table, schema: str) -> Iterator[Probe]:
    place: Location = ("entities", entity.name)
    if entity.check and entity.check != root.check:
        yield from _condition(root, entity.check, (*place, "check"), schema)
    if entity.where:
        yield from _condition(root, entity.where, (*place, "where"), schema)
    for name, expression in entity.policy.expressions:
        column = root.column(name)
        rows = f"select null::bigint as _place, v.* from ({_row(root, declared=True)}) as v where false"
        tried = f"select ({{}})::{column.type} as merged from (\n    {rows}\n) as version"
        yield from _expression(tried, expression, (*place, "policy", "merge", name), schema)


def _computed(column: Column, table: Table, place: Location, schema: str) -> Iterator[Probe]:
    """An expression of a column: over what is read of a row, and as that of a generated column."""
    read = replace(table, computed=())
    tried = f"select ({{}})::{column.type} as value from ({_row(read)} where false offset 0) as r"
    yield from _expression(tried, str(column.computed_by), place, schema)
    names = {name: kind for name, kind in _kinds(read).items()}
    declared = ", ".join(f"{ident(name)} {kind}" for name, kind in names.items())
    made = f"{ident(schema)}.{ident(f'computed_{table.name}_{column.name}'[:60])}"
    yield Probe(
        place,
        f"create table {made} ({declared}, _value {column.type} generated always as ({computation(column)}) stored)",
        needs=tried.replace("{}", str(column.computed_by)),
    )


def _condition(table: Table, condition: str, place: Location, schema: str) -> Iterator[Probe]:
    """A condition as used in stage_entity.sql: over a row as users see it, before casts to lengths."""
    tried = f"select from ({_row(table)} where false offset 0) as r where ({{}}) is not true"
    return _expression(tried, condition, place, schema)


def _expression(tried: str, expression: str, place: Location, schema: str) -> Iterator[Probe]:
    """An expression in its query, as a view, which is planned and then checked for its dependencies."""
    view = f"{ident(schema)}.tried"
    query = tried.replace("{}", expression)
    made = f"drop view if exists {view};\ncreate view {view} as\n{query};\nselect * from {view};\n"
    yield Probe(place, made + list_changing(view), makes=query)
    if (marked := without_clock_words(query)) != query:
        yield Probe(place, marked, needs=query)


def _row(table: Table, *, declared: bool = False) -> str:
    kinds = _kinds(table, declared=declared)
    return f"select {', '.join(f'null::{kind} as {ident(name)}' for name, kind in kinds.items())}"


def _kinds(table: Table, *, declared: bool = False) -> dict[str, str]:
    """The columns of a row and their types, in the order of the table."""
    kinds = {name: "integer" for name in table.ordinals}
    for column in (*table.key, *table.all_columns):
        kind = column.type if declared or not column.is_text else "text"
        kinds[column.name] = f"{kind}[]" if column.repeat == "array" else kind
    names = (*(column.name for column in table.key), *table.ordinals, *(column.name for column in table.all_columns))
    return {name: kinds[name] for name in names}


def _under(path: str, statement: str) -> str:
    """A statement with another search path than all others."""
    return f"set local search_path = {path};\n{statement}\nset local search_path = {SEARCH_PATH};"


def _whole(pattern: str) -> str:
    return f"^(?:{pattern})$"
