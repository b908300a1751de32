"""Values as a file writes them, rewritten in the server's notation."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

from loader.mapping.lexical_forms import WHITE_SPACE, fits
from loader.mapping.tables import Column, Table
from loader.mapping.values.dates import XSD, date_reader, picture_problems
from loader.mapping.values.json_values import is_json
from loader.mapping.values.numbers import NUMBERS, WHOLE, number_reader, separator_problems

# Before a value that cannot be rewritten: no type has such a value, and XML forbids the character.
UNFIT = "\x1a"
BYTE_FORMATS = ("hex", "base64")
_MOMENTS = ("timestamp", "timestamptz")

Convert = Callable[[str], str | None]

_SPACES = re.compile(f"[{WHITE_SPACE}]+")


def is_rewritable(column: Column) -> bool:
    """Whether the values of a column are rewritten, by keys that go with its type."""
    return column.is_rewritten and not any(form_problems(column))


def form_problems(column: Column) -> Iterator[tuple[str, str]]:
    """Keys that say how values are written, and do not go with the type of a column, each with the reason."""
    yield from _format_problems(column)
    if column.decimal != "." or column.thousands is not None:
        given = "thousands" if column.decimal == "." else "decimal"
        if column.type not in NUMBERS:
            yield given, f"{column.type} is not a type of numbers"
        elif given == "decimal" and column.type in WHOLE and not column.round:
            yield given, f"{column.type} has no decimals; 'round: true' rounds them"
        yield from separator_problems(column.decimal, column.thousands)
    if column.round and column.type not in {*WHOLE, *_MOMENTS}:
        yield (
            "round",
            f"values of type {column.type} keep their decimals"
            if column.type in NUMBERS
            else (f"{column.type} is not a type of whole numbers or times"),
        )
    if column.is_rewritten:
        for key in ("enum", "pattern"):
            if getattr(column, key):
                yield key, f"has no meaning for values {described(column)}; minimum and maximum may have"
    if column.type in {"bytea", "jsonb"}:
        for key in ("minimum", "maximum"):
            if getattr(column, key) is not None:
                yield key, f"values of type {column.type} have no order"


def _format_problems(column: Column) -> Iterator[tuple[str, str]]:
    if column.type == "bytea":
        if column.format not in BYTE_FORMATS:
            yield "format" if column.format else "type", "bytes are written as 'format: hex' or 'format: base64'"
    elif column.format is not None and column.type in {"date", *_MOMENTS}:
        if column.format != XSD:
            yield from (("format", problem) for problem in picture_problems(column.format, column.type))
    elif column.format is not None and column.type in NUMBERS:
        yield "format", "of numbers, only 'decimal' and 'thousands' may differ"
    elif column.format is not None:
        yield "format", f"values of type {column.type} are written in one form only"


def map_problems(column: Column) -> Iterator[tuple[tuple[str, ...], str]]:
    """What is wrong with `map`, each with its place."""
    if not column.mapped:
        if column.unmatched != "reject":
            yield ("unmatched",), "has no meaning without 'map'"
        return
    if column.enum:
        yield ("enum",), "has no meaning beside 'map', which names the values"
    if any(form_problems(column)):
        return
    read = converter(replace(column, mapped=()))
    for text, target in column.mapped:
        if text in column.null_if:
            yield ("map", text), f"{text!r} means NULL already, as null_if says"
        elif target is not None and UNFIT in (read(target) or ""):
            yield ("map", text), f"{target!r} is not {described(column)}"


def described(column: Column) -> str:
    """What the values of a column have to be, for messages."""
    marks = [f"{column.decimal!r} as decimal point"] if column.decimal != "." else []
    marks += [f"{column.thousands!r} between thousands"] if column.thousands else []
    written = f" as {column.format}" if column.format else f" with {' and '.join(marks)}" if marks else ""
    return f"of type {column.type}" + (f", written{written}" if written else "")


def converted(tables: Iterable[Table]) -> list[Column]:
    """The columns of some tables whose values are converted, in one order for all that need it."""
    columns = (column for table in tables for column in (*(table.key if table.is_root else ()), *table.columns))
    return [column for column in columns if column.is_converted]


def keeps_usual_form(column: Column) -> bool:
    """Whether a value that is in the usual form of its type is not changed."""
    is_other = column.mapped or column.decimal != "." or column.format not in {None, XSD}
    return not is_other and column.type in {*NUMBERS, *_MOMENTS, "date"}


def converter(column: Column) -> Convert:
    """Rewrites the texts of a column that is converted. The result is a value of its type, None for NULL, or the text
    after UNFIT.
    """
    read, mapped, keeps = _reader(column), dict(column.mapped), column.unmatched == "keep"

    def convert(text: str) -> str | None:
        value: str | None = text if column.is_text else text.strip(WHITE_SPACE)
        if mapped and value is not None:
            value = mapped.get(value, value if keeps else UNFIT + text)
        if value is None or UNFIT in value:
            return value
        try:
            return read(value)
        except ValueError:
            return UNFIT + text

    return convert


def _reader(column: Column) -> Convert:
    """Raises ValueError for what is not a value."""
    if column.type == "jsonb":
        return _json
    if column.type == "bytea":
        return _from_hex if column.format == "hex" else _from_base64
    if column.is_rewritten and column.type in NUMBERS:
        return number_reader(column.type, column.decimal, column.thousands, rounds=column.round)
    if column.is_rewritten:
        return date_reader(column.type, column.format, rounds=column.round)
    return partial(_as_is, column.type)


def _as_is(kind: str, text: str) -> str:
    if not fits(kind, text):
        raise ValueError("of another type")
    return text


def _json(text: str) -> str | None:
    """JSON's null is NULL: in a row as JSON, as the history keeps it, both are the same."""
    if not is_json(text):
        raise ValueError("no JSON")
    return None if text == "null" else text


def _from_hex(text: str) -> str:
    if not (text.isascii() and text.isalnum()):  # bytes.fromhex() accepts blanks
        raise ValueError("no hexadecimal digits")
    return rf"\x{bytes.fromhex(text).hex()}"


def _from_base64(text: str) -> str:
    try:
        return rf"\x{base64.b64decode(_SPACES.sub('', text), validate=True).hex()}"
    except binascii.Error as error:
        raise ValueError("not base64") from error
