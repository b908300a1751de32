"""The rules for values of text staging, as SQL expressions: types, required, enum, pattern, bounds, lengths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from loader.mapping.bounds import MAX_ENTRY_BYTES, Entry, entries
from loader.mapping.dataset import Entity
from loader.mapping.tables import Column, Table
from loader.mapping.values.conversion import UNFIT, described
from loader.render.names import ident, literal

_BLANKS = r"E' \t\n\r'"  # white space of XML
ITEM = "e.item"
_MINUS_ZERO = {"real": " + 0::real", "double precision": " + 0"}  # makes it 0
_CALL = re.compile(r"[\w.]+\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule of one column: ``broken``, ``value`` and ``message`` are SQL expressions over the staging row.
    ``is_misfit``: a row that breaks it cannot be cast.
    """

    column: str
    reason: str
    value: str
    message: str
    broken: str
    is_misfit: bool = False


def faults(table: Table, alias: str) -> list[Fault]:
    """Everything that can be wrong with a row of text staging, by column."""
    found: list[Fault] = []
    if table.is_root:
        found += [_missing_key(column, alias) for column in table.key]
        found += [fault for column in table.key for fault in _value_faults(column, alias)]
    for column in table.columns:
        found += _value_faults(column, alias)
    return found + [_limit(entry, alias) for entry in entries(table)]


def misfits(table: Table, alias: str) -> list[Fault]:
    """The faults that prevent casting a row, and thus `where`: missing keys, and values not of their type."""
    return [fault for fault in faults(table, alias) if fault.is_misfit]


def broken_rules(table: Table, alias: str) -> list[Fault]:
    """All other faults, which do not apply to a record that `where` leaves out."""
    return [fault for fault in faults(table, alias) if not fault.is_misfit]


def spares_removals(fault: Fault, entity: Entity, table: Table) -> bool:
    """Whether a fault does not apply to delete records: they have a key and the value that decides between versions."""
    if not (entity.is_removable and table.is_root) or fault.column in table.primary_key:
        return False
    return fault.column != entity.policy.column or not fault.is_misfit


def _missing_key(column: Column, alias: str) -> Fault:
    value = f"{alias}.{ident(column.name)}"
    broken = f"{_filled(column, value)} is null"
    return Fault(
        column.name, "missing_key", value, literal(f"the key {column.name} is missing"), broken, is_misfit=True
    )


def _limit(entry: Entry, alias: str) -> Fault:
    """An index cannot hold the row: the fault names one text, and the length of all of them."""
    values = [f"{alias}.{ident(column.name)}" for column in entry.columns]
    lengths = [_octets(column, value) for column, value in zip(entry.columns, values, strict=True)]
    total = lengths[0] if len(lengths) == 1 else "\n+ ".join(f"coalesce({length}, 0)" for length in lengths)
    message = literal(f"{entry.name} has %s bytes, and an index holds no more than {MAX_ENTRY_BYTES}")
    place = next(
        place
        for place, column in enumerate(entry.columns)
        if column.is_text or column.type == "bytea" or column.repeat == "array"
    )
    indented = total.replace("\n", "\n    ")
    return Fault(
        entry.columns[place].name, "limit", values[place], f"format(\n    {message},\n    {indented}\n)",
        f"{total} > {MAX_ENTRY_BYTES}",
    )  # fmt: skip


def _octets(column: Column, value: str) -> str:
    length = f"octet_length({value})"
    return f"({length} - 2) / 2" if column.type == "bytea" and column.repeat != "array" else length  # \\xABCD


def _value_faults(column: Column, alias: str) -> Iterator[Fault]:
    value = f"{alias}.{ident(column.name)}"
    if column.required:
        missing = f"{_filled(column, value)} is null"
        yield Fault(column.name, "required", value, literal(f"{column.name} is required"), missing)
    if column.on_error == "null":
        return
    for reason, message, holds in rules_of(column, value):
        shown = f"replace({value}, {literal(UNFIT)}, '')" if column.is_converted else value
        text = f"format({literal(f'{column.name}: %L {message}')}, left({shown}, 100))"
        is_misfit = reason == "type" or (reason == "enum" and bool(column.mapped))
        yield Fault(column.name, reason, shown, text, f"not {in_parentheses(holds)}", is_misfit)


def rules_of(column: Column, value: str) -> Iterator[tuple[str, str, str]]:
    """(reason, what is wrong, condition that is true for a good value or null for a missing one)."""
    for reason, message, holds in _item_rules(column, ITEM if column.repeat == "array" else value):
        yield reason, message, _all_items(holds, value) if column.repeat == "array" else holds


def _item_rules(column: Column, value: str) -> Iterator[tuple[str, str, str]]:
    """The rules of one value: of a scalar column, or of one item of an array."""
    fits = _fits(column, value)
    if column.mapped and column.unmatched == "reject":
        yield "enum", "is none of the values that map names", fits
    elif fits:
        length = _length(column)
        message = f"is longer than {length} characters" if length else f"is not {described(column)}"
        yield "type", message, fits
    if column.enum:
        allowed = ", ".join(literal(item) for item in column.enum)
        yield "enum", "is none of the values allowed", f"{_filled(column, value)} in ({allowed})"
    if column.pattern:
        pattern = literal(f"^(?:{column.pattern})$")
        yield "pattern", f"does not match {column.pattern}".replace("%", "%%"), f"{_filled(column, value)} ~ {pattern}"
    for bound, sign, word in ((column.minimum, ">=", "below"), (column.maximum, "<=", "above")):
        if bound is not None:
            held = f"{plain_cast(column, value)} {sign} {literal(bound)}::{column.type}"
            # A cast must only be tried on values that fit: the type is a fault of its own.
            yield "range", f"is {word} {bound}", f"case when {fits}\n    then {held}\nend" if fits else held


def _all_items(holds: str, value: str) -> str:
    indented = holds.replace("\n", "\n    ")
    return f"select coalesce(bool_and(\n    {indented}\n), true) from unnest({value}::text[]) as e (item)"


def _length(column: Column) -> int | None:
    return int(column.type[len("varchar(") : -1]) if column.type.startswith("varchar(") else None


def _fits(column: Column, value: str) -> str:
    """Condition that a text has the documented form of the type; '' if every text has."""
    length = _length(column)
    if column.is_converted:  # what an engine has not marked is of the type
        return f"strpos({value}, {literal(UNFIT)}) = 0"
    if column.type == "text":
        return ""
    return f"length({value}) <= {length}" if length else f"loader.is_{column.type.split()[0]}({value})"


def in_parentheses(condition: str) -> str:
    """A condition that other operators may follow."""
    if _CALL.fullmatch(condition):
        return condition
    if "\n" not in condition:
        return f"({condition})"
    indented = condition.replace("\n", "\n    ")
    return f"(\n    {indented}\n)"


def _filled(column: Column, value: str) -> str:
    """The text of a value, NULL if the type has no such value."""
    return value if column.is_text else f"nullif(btrim({value}, {_BLANKS}), '')"


def plain_cast(column: Column, value: str) -> str:
    """A value, without regard to its rules, as its type."""
    if column.is_text:
        return value
    cast = f"{_filled(column, value)}::{column.type}"
    return cast + _MINUS_ZERO.get(column.type, "")
