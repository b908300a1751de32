"""A key that a mapping cannot have at its place: which one was probably meant, or where the key belongs."""

from __future__ import annotations

from typing import Any

from loader.mapping.yaml_keys import (
    ChildModel,
    ColumnModel,
    DatasetModel,
    EntityModel,
    ForeignKeyModel,
    IndexModel,
    PolicyModel,
    Strict,
)
from loader.mapping.yaml_with_lines import Location
from loader.nearest import did_you_mean, nearest

# What a key can be a key of, in the order in which they are tried, and where it is written.
_NAMES: dict[type[Strict], str] = {
    DatasetModel: "of the whole mapping",
    EntityModel: "of entities",
    ChildModel: "of child tables",
    ColumnModel: "of columns",
    IndexModel: "of indexes",
    ForeignKeyModel: "of foreign keys",
}
_BELOW: dict[str, type[Strict]] = {
    "entities": EntityModel, "children": ChildModel, "columns": ColumnModel, "key": ColumnModel, "indexes": IndexModel,
    "foreign_keys": ForeignKeyModel,
}  # fmt: skip
# Words that other programs use, with those of this language.
_OTHER_WORDS = {
    "fields": "columns", "xpath": "path", "select": "path", "tables": "entities", "primary_key": "key", "keys": "key",
    "namespace": "namespaces", "not_null": "required", "nullable": "required", "regex": "pattern", "values": "enum",
    "min": "minimum", "max": "maximum", "nulls": "null_if", "na_values": "null_if", "description": "comment",
    "strip": "trim", "datatype": "type", "references": "foreign_keys", "filter": "where", "nested": "children",
    "on_conflict": "policy", "many": "repeat", "attribute": "path", "element": "path", "row": "rows",
}  # fmt: skip


def unknown_key(location: Location) -> str:
    """What to say about an unknown key at a place in the file."""
    word, own = str(location[-1]), _keys(_model(location[:-1]))
    elsewhere = [name for model, name in _NAMES.items() if word in _keys(model)]
    if word in own or not elsewhere:
        other = _OTHER_WORDS.get(word, "")
        if other not in own:
            other = nearest(word, own)
        return f"unknown key; did you mean {other}?" if other else f"unknown key{_elsewhere(word)}"
    return f"unknown key{did_you_mean(word, own)}" if nearest(word, own) else f"is a key {' and '.join(elsewhere)} only"


def _elsewhere(word: str) -> str:
    for model, name in _NAMES.items():
        other = _OTHER_WORDS.get(word, "")
        if meant := other if other in _keys(model) else nearest(word, _keys(model)):
            return f"; did you mean {meant}, a key {name}?"
    return ""


def _model(place: Location) -> type[Strict]:
    """What is at a place in the file."""
    if not place:
        return DatasetModel
    if place[-1] == "policy":
        return PolicyModel
    if place[-1] == "operation":
        return ColumnModel
    return _BELOW.get(str(place[-2]), DatasetModel) if len(place) > 1 else DatasetModel


def _keys(model: type[Strict]) -> list[str]:
    fields: dict[str, Any] = model.model_fields
    return [field.alias or name for name, field in fields.items()]
