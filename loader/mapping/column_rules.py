"""What makes the rules of a column impossible: values that its type does not have,
expressions that no server accepts.
"""

from __future__ import annotations

from collections.abc import Iterator

from loader.mapping.lexical_forms import fits
from loader.mapping.pattern import pattern_problem
from loader.mapping.tables import Column
from loader.mapping.yaml_with_lines import Location

Problem = tuple[Location, str]


def column_problems(column: Column, where: Location) -> Iterator[Problem]:
    """Every problem of one column, which is at ``where`` in the file."""
    for value in column.enum:
        if value in column.null_if:
            yield (*where, "enum"), f"{value!r} means NULL and is allowed too"
        elif not fits(column.type, value):
            yield (*where, "enum"), f"{value!r} is not of type {column.type}"
    if column.pattern is not None and (problem := pattern_problem(column.pattern)):
        yield (*where, "pattern"), problem
    for key in ("minimum", "maximum"):
        bound = getattr(column, key)
        if bound is not None and not fits(column.type, bound):
            yield (*where, key), f"{bound!r} is not of type {column.type}"
    # The default of an array is in the server's notation, {a,b}, and the server checks it.
    if column.default is not None and column.repeat != "array":
        yield from _default(column, (*where, "default"))


def _default(column: Column, where: Location) -> Iterator[Problem]:
    value = column.default or ""
    if not fits(column.type, value):
        yield where, f"{value!r} is not of type {column.type}"
    elif column.enum and value not in column.enum:
        yield where, f"{value!r} is none of the values that enum allows"
