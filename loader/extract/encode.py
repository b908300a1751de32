"""Rows joined by control characters, turned into COPY text by whole-block replacements."""

from __future__ import annotations

from collections.abc import Sequence

# XML 1.0 forbids these characters, so no value can contain one. The generated code writes them literally.
NULL = "\x1c"
MISSING = "\x1d"
ROW = "\x1e"
FIELD = "\x1f"

_ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"), (NULL, "\\N"), (MISSING, "\\N"))


def encode(rows: Sequence[str]) -> bytes:
    """COPY text (tab, newline, `\\N`) of rows whose fields are joined by FIELD; complete lines, UTF-8."""
    text = ROW.join(rows)
    for character, escaped in _ESCAPES:
        if character in text:
            text = text.replace(character, escaped)
    return f"{text}{ROW}".replace(FIELD, "\t").replace(ROW, "\n").encode()


def array(values: Sequence[str]) -> str:
    """A PostgreSQL array literal; every element is quoted, so that none needs to be checked."""
    text = FIELD.join(values).replace("\\", "\\\\").replace('"', '\\"')
    return "{" + ",".join("NULL" if value == NULL else f'"{value}"' for value in text.split(FIELD)) + "}"
