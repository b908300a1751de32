"""Values as a file writes them, rewritten in the server's notation."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator

from loader.mapping.lexical_forms import WHITE_SPACE
from loader.mapping.tables import Column, Table
from loader.mapping.values.json_values import is_json

# Before a value that cannot be rewritten: no type has such a value, and XML forbids the character.
UNFIT = "\x1a"
BYTE_FORMATS = ("hex", "base64")

Convert = Callable[[str], str | None]

_SPACES = re.compile(f"[{WHITE_SPACE}]+")


def is_convertible(column: Column) -> bool:
    """Whether the values of a column are converted, by keys that go with its type."""
    return column.is_converted and not any(conversion_problems(column))


def conversion_problems(column: Column) -> Iterator[tuple[str, str]]:
    """Keys that say how values are written, and do not go with the type of a column, each with the reason."""
    if column.type == "bytea" and column.format not in BYTE_FORMATS:
        yield "format" if column.format else "type", "bytes are written as 'format: hex' or 'format: base64'"
    elif column.format is not None and column.type != "bytea":
        yield "format", f"values of type {column.type} are written in one form only"
    if column.is_converted:
        for key in ("enum", "pattern"):
            if getattr(column, key):
                yield key, f"has no meaning for values of type {column.type}"
    if column.type in {"bytea", "jsonb"}:
        for key in ("minimum", "maximum"):
            if getattr(column, key) is not None:
                yield key, f"values of type {column.type} have no order"


def described(column: Column) -> str:
    """What the values of a column have to be, for messages."""
    written = f", written as {column.format}" if column.format else ""
    return f"of type {column.type}{written}"


def converted(tables: Iterable[Table]) -> list[Column]:
    """The columns of some tables whose values are converted, in one order for all that need it."""
    columns = (column for table in tables for column in (*(table.key if table.is_root else ()), *table.columns))
    return [column for column in columns if column.is_converted]


def converter(column: Column) -> Convert:
    """Rewrites the texts of a column that is converted. The result is a value of its type, None for NULL, or the text
    after UNFIT.
    """
    read = _reader(column)

    def convert(text: str) -> str | None:
        value = text if column.is_text else text.strip(WHITE_SPACE)
        try:
            return read(value)
        except ValueError:
            return UNFIT + text

    return convert


def _reader(column: Column) -> Convert:
    """Raises ValueError for what is not a value."""
    if column.type == "jsonb":
        return _json
    return _from_hex if column.format == "hex" else _from_base64


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
