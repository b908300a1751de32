"""Rows of versions: the columns of a table as they are declared, stored as JSON and read again."""

from __future__ import annotations

from loader.mapping.tables import Table
from loader.render.casts import computation
from loader.render.names import ident, literal


def kept(table: Table, marks: bool) -> list[str]:
    """Names of the columns; ``marks``: root tables have the column for marks."""
    return list(_types(table, marks))


def declared(table: Table, marks: bool) -> list[str]:
    """Name and type of each column."""
    return [f"{ident(name)} {type_}" for name, type_ in _types(table, marks).items()]


def added(table: Table, staged: bool) -> list[str]:
    """The columns that the loader adds, declared; ``staged``: a row without a digest gets a unique one."""
    default = {"_hash": " default gen_random_uuid()"} if staged else {}
    return [f"{ident(name)} {type_} not null{default.get(name, '')}" for name, type_ in table.system_columns.items()]


def typed(table: Table) -> list[str]:
    """Name and type of each column of a version, and so also of those that only expressions read."""
    return [f"{ident(name)} {type_}" for name, type_ in _version_types(table).items()]


def typed_names(table: Table) -> list[str]:
    """Names of these columns."""
    return list(_version_types(table))


def composed(table: Table, alias: str, anew: bool) -> list[str]:
    """The columns of a row of versions; ``anew``: what is computed is computed of this row."""
    computed = table.computed if anew else ()
    values = {column.name: f"{computation(column)} as {ident(column.name)}" for column in computed}
    return [values.get(name, f"{alias}.{ident(name)}") for name in table.row_columns]


def stored(table: Table, version: str) -> str:
    """The rows of the table in a version of a record stored as JSON: {"row": …, "children": {table: […]}}."""
    if table.is_root:
        return f"jsonb_to_record({version} -> 'row')"
    return f"jsonb_to_recordset({version} -> 'children' -> {literal(table.name)})"


def belongs(table: Table, root: Table, own: str, other: str) -> str:
    """The condition that a row of the table, called ``own``, belongs to the record whose key ``other`` has."""
    pairs = zip(table.key, root.key, strict=True)
    return " and ".join(f"{own}.{ident(column.name)} = {other}.{ident(key.name)}" for column, key in pairs)


def _types(table: Table, marks: bool) -> dict[str, str]:
    own = {**table.system_columns, **({"_gone_since": "date"} if marks else {})}
    return _row_types(table) | (own if table.is_root else {})


def _version_types(table: Table) -> dict[str, str]:
    return _row_types(table) | {column.name: column.sql_type for column in table.columns if not column.stored}


def _row_types(table: Table) -> dict[str, str]:
    types = {column.name: column.sql_type for column in (*table.key, *table.all_columns)} | dict.fromkeys(
        table.ordinals, "integer"
    )
    return {name: types[name] for name in table.row_columns}


FILTERS = {
    "kept": kept, "declared": declared, "stored": stored, "belongs": belongs, "typed": typed, "composed": composed,
    "typed_names": typed_names, "added": added,
}  # fmt: skip
