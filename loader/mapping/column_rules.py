"""What makes a column impossible: keys that cannot stand together (`as`, `coalesce`), values that its type does not
have, expressions that no server accepts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from loader.mapping.lexical_forms import fits
from loader.mapping.pattern import pattern_problem
from loader.mapping.policies import expression_problem
from loader.mapping.tables import Column
from loader.mapping.values.conversion import form_problems, map_problems
from loader.mapping.values.pieces import split_problems
from loader.mapping.yaml_keys import ChildModel, ColumnModel
from loader.mapping.yaml_with_lines import Location

# What `as` implies for a column. Whether an element exists is false unless the path leads to one, or to several.
IMPLIED: dict[str, dict[str, Any]] = {
    "exists": {"type": "boolean", "default": "false", "repeat": "last"},
    "order": {"type": "integer"},
}
_TYPES = {"exists": ("boolean",), "order": ("integer",), "name": ("text",), "markup": ("text",)}
_MEANINGLESS = (
    "type", "null_if", "default", "required", "trim", "repeat", "separator", "map", "unmatched", "format",
    "decimal", "thousands", "round", "split",
)  # fmt: skip  # beside `as: exists`

_OF_EXPRESSIONS = {"expression", "type", "comment"}
_RULES = {"required", "enum", "pattern", "minimum", "maximum"}

Problem = tuple[Location, str]


def written_problems(model: ColumnModel) -> Iterator[tuple[str, str]]:
    """Keys of a written column that cannot stand together, each with the reason."""
    if model.expression is not None:
        yield from _computed_problems(model, model.expression)
    elif (model.path is None) == (not model.coalesce):
        yield "path" if model.path else "", "needs either 'path' or 'coalesce'"
    elif len(model.coalesce) == 1:
        yield "coalesce", "has only one path: write 'path'"
    given = model.model_fields_set
    if model.optional and model.required:
        yield "optional", "contradicts 'required'"
    if model.split is not None and "repeat" in given and model.repeat != "array":
        yield "repeat", "has to be 'array' with 'split', which makes several values of one"
    if model.split is not None and model.read_as == "order":
        yield "split", "has no meaning with 'as: order', which is a number"
    if model.read_as == "exists":
        given = {"map" if key == "mapped" else key for key in given}
        for key in sorted(given.intersection(_MEANINGLESS)):
            yield key, "has no meaning with 'as: exists', which is always true or false"
        if model.coalesce:
            yield "coalesce", "has no meaning with 'as: exists': the first path always has a value"
    elif model.read_as == "order" and model.mapped:
        yield "map", "has no meaning with 'as: order', which is a number"
    elif "type" in given and not model.mapped and (types := _TYPES.get(model.read_as)):
        fits = model.type in types or (types == ("text",) and model.type.startswith("varchar"))
        if not fits:
            yield "type", f"'as: {model.read_as}' gives values of type {types[0]}"


def split_rows_problems(model: ChildModel) -> Iterator[tuple[Location, str]]:
    """Keys of a child table that cannot stand beside `split`, each with the reason."""
    if model.split is None:
        return
    if len(model.rows) > 1:
        yield ("split",), "has no meaning with several paths in 'rows'"
    elif model.rows[0].startswith(("/", "..")):
        yield ("rows",), "must be a path in the parent row"
    for key in ("children", "ignore"):
        if getattr(model, key):
            yield (key,), "has no meaning with 'split': a row is a part of a text"
    for name, column in model.columns.items():
        if column.expression is None and (column.path != "." or column.coalesce):
            yield ("columns", name), "must have the path '.': with 'split', a row is a part of a text"
        elif column.read_as != "text" or column.split is not None or "repeat" in column.model_fields_set:
            yield ("columns", name), "'as', 'split' and 'repeat' have no meaning in rows that 'split' makes"


def reads(condition: str, column: Column) -> bool:
    """Whether an SQL condition reads a column: certainly false if its name does not occur."""
    return re.search(rf"(?<![\w$]){re.escape(column.name)}(?![\w$])", condition, re.IGNORECASE) is not None


def _computed_problems(model: ColumnModel, expression: str) -> Iterator[tuple[str, str]]:
    """The same for a column with an `expression`, which reads nothing."""
    if problem := expression_problem(expression):
        yield "expression", problem
    names = {"read_as": "as", "mapped": "map"}
    for key in sorted(names.get(key, key) for key in model.model_fields_set - _OF_EXPRESSIONS):
        if key == "stored":
            yield key, "has no meaning with 'expression': nothing else could use the value"
        elif key in _RULES:
            yield key, "has no meaning with 'expression': write the rule as 'check'"
        elif key in {"path", "coalesce"}:
            yield key, "a column has a path or an expression: give the value a column of its own, with stored: false"
        else:
            yield key, "has no meaning with 'expression': what the expression reads can have it"
    if model.type.startswith("varchar"):
        yield "type", "a computed text is of type text; write its length as 'check'"


def reading_problems(column: Column, where: Location, *, is_of_root: bool) -> Iterator[Problem]:
    """What the resolved paths of a column make impossible."""
    for path in column.paths:
        if column.read_as not in {"text", "exists"} and path.attribute is not None:
            yield (*where, "as"), f"{path.text!r} is an attribute, which has nothing but its text"
        elif column.read_as == "order" and is_of_root and not path.steps:
            yield (*where, "as"), "the record itself is number 0; its place in the file is the column _record"


def column_problems(column: Column, where: Location) -> Iterator[Problem]:
    """Every problem of one column, which is at ``where`` in the file."""
    yield from (((*where, key), problem) for key, problem in form_problems(column))
    yield from (((*where, *place), problem) for place, problem in map_problems(column))
    if column.split is not None:
        yield from (((*where, "split"), problem) for problem in split_problems(column.split))
    for value in () if column.is_rewritten else column.enum:
        if value in column.null_if:
            yield (*where, "enum"), f"{value!r} means NULL and is allowed too"
        elif not fits(column.type, value):
            yield (*where, "enum"), f"{value!r} is not of type {column.type}"
    if column.pattern is not None and (problem := pattern_problem(column.pattern)):
        yield (*where, "pattern"), problem
    for key in ("minimum", "maximum"):
        bound = getattr(column, key)
        if bound is not None and column.type not in {"bytea", "jsonb"} and not fits(column.type, bound):
            yield (*where, key), f"{bound!r} is not of type {column.type}"
    # The default of an array is in the server's notation, {a,b}, and the server checks it.
    if column.default is not None and column.repeat != "array" and not column.is_rewritten:
        yield from _default(column, (*where, "default"))


def _default(column: Column, where: Location) -> Iterator[Problem]:
    value = column.default or ""
    if not fits(column.type, value):
        yield where, f"{value!r} is not of type {column.type}"
    elif column.enum and value not in column.enum:
        yield where, f"{value!r} is none of the values that enum allows"
