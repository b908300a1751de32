"""Values that need no change on their way to a row."""

from __future__ import annotations

from loader.mapping.tables import Column


def is_plain(column: Column) -> bool:
    """Whether a value is copied unchanged, except for '' as NULL."""
    if column.is_converted:
        return False
    return not (column.trim or column.null_if or (column.default is not None and not column.is_text))
