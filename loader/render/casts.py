"""The SQL expressions that cast the text of a column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from loader.mapping.column_rules import reads
from loader.mapping.tables import RECORD_BITS, REMOVED_HASH, Column, Table
from loader.render.names import ident
from loader.render.value_rules import ITEM, in_parentheses, plain_cast, rules_of


def record_number(table: Table, alias: str) -> str:
    """Number in its source of the record that a staging row belongs to."""
    return f"{alias}._record" if table.is_root else f"{alias}._rec & ((1::bigint << {RECORD_BITS}) - 1)"


def record_id(table: Table, alias: str) -> str:
    """`_rec` of the record that a staging row belongs to."""
    return f"loader.record_id({alias}._source, {alias}._record)" if table.is_root else f"{alias}._rec"


def nulled(table: Table, alias: str) -> list[tuple[str, str]]:
    """The columns in which `on_error: null` may set a value of text staging to NULL, each
    with the condition for that.
    """
    found = []
    for column in table.columns:
        conditions = [condition for _, _, condition in rules_of(column, f"{alias}.{ident(column.name)}")]
        if column.on_error == "null" and conditions:
            held = "\nand ".join(in_parentheses(condition) for condition in conditions)
            found.append((column.name, f"(\n    {held.replace(chr(10), chr(10) + '    ')}\n) is false"))
    return found


def data_columns(table: Table, alias: str) -> list[str]:
    """The select list that turns a row of text staging into a typed one, as users see it."""
    casts = [_key_cast(column, alias) for column in table.key]
    casts += [f"{alias}.{ident(name)}" for name in table.ordinals]
    return casts + [_cast_as(column, alias) for column in table.columns]


def computation(column: Column, spares_removals: bool = False) -> str:
    """The value of a computed column, from the columns of its row; for delete records, if there are any, none."""
    value = f"({column.computed_by})::{column.type}"
    return f"case when _hash <> '{UUID(REMOVED_HASH)}' then {value} end" if spares_removals else value


def computed(table: Table, condition: str | None = None) -> list[str]:
    """The select list that computes, beside a typed row, the columns that a condition reads; without one, all."""
    wanted = [column for column in table.computed if condition is None or reads(condition, column)]
    return [f"{computation(column)} as {ident(column.name)}" for column in wanted]


def ordered(table: Table, alias: str) -> list[str]:
    """The select list of a typed row whose texts are compared by code point."""
    names = [f"{alias}.{ident(name)}" for name in (*table.primary_key, *(column.name for column in table.columns))]
    texts = {f"{alias}.{ident(column.name)}" for column in (*table.key, *table.columns) if column.is_text}
    return [f'{name} collate "C" as {name.removeprefix(f"{alias}.")}' if name in texts else name for name in names]


def pruned(tables: Sequence[Table]) -> list[tuple[Table, Table]]:
    """The tables of which some parent row may be left out, each with the table of that row; parents before children."""
    named = {table.name: table for table in tables}
    cut = {table.name for table in tables if not table.is_root and (table.where or table.first_by)}
    found = []
    for table in tables:
        if table.parent in cut:
            found.append((table, named[table.parent]))
            cut.add(table.name)
    return found


def fields(table: Table, record: str) -> list[str]:
    """The select list that reads the result of data_columns from a variable of PL/pgSQL, one row of it."""
    names = [ident(name) for name in (*table.primary_key, *(column.name for column in table.columns))]
    return [f"{record}.{name} as {name}" for name in names]


def compared(columns: Iterable[Column], alias: str) -> list[str]:
    """The columns as values that are equal only if their texts are: as numbers, 1.0 and 1.00 are equal."""
    values = [(f"{alias}.{ident(column.name)}", column.type) for column in columns]
    return [f"{value}::text" if kind in {"numeric", "jsonb"} else value for value, kind in values]


def _key_cast(column: Column, alias: str) -> str:
    """A number in a key has one notation, because 1.0 and 1.00 are the same key."""
    if column.type != "numeric":
        return _cast_as(column, alias)
    return f"trim_scale({_cast(column, alias)}) as {ident(column.name)}"


def _cast_as(column: Column, alias: str) -> str:
    value = f"{alias}.{ident(column.name)}"
    cast = _cast(column, alias)
    return value if cast == value else f"{cast} as {ident(column.name)}"


def _cast(column: Column, alias: str) -> str:
    value = f"{alias}.{ident(column.name)}"
    if column.repeat == "array":
        item = plain_cast(column, ITEM)
        cast = (
            f"case when {value} is not null then array(\n    select {item}\n"
            f"    from unnest({value}::text[]) with ordinality as e (item, place) order by e.place\n) end"
        )
    else:
        cast = plain_cast(column, value)
    if column.on_error == "null":
        conditions = [condition for _, _, condition in rules_of(column, value)]
        if conditions:
            held = "\n    and ".join(in_parentheses(item).replace("\n", "\n    ") for item in conditions)
            indented = cast.replace("\n", "\n    ")
            return f"case when {held}\n    then {indented}\nend"
    return cast
