"""Delete records: what `operation` and `removes` read of them, and what makes these keys impossible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from loader.mapping.dataset import Dataset, Entity
from loader.mapping.formats import XML
from loader.mapping.tables import Table
from loader.mapping.yaml_keys import ColumnModel, EntityModel
from loader.mapping.yaml_with_lines import Location

UPSERT, DELETE = "upsert", "delete"
# Nobody keeps these rules of a record that leaves no row.
_RULES: dict[str, Any] = {
    "required": False, "enum": (), "pattern": None, "minimum": None, "maximum": None, "on_error": "reject",
    "stored": True,
}  # fmt: skip
_OF_REMOVING = {"read", "record", "files", "key", "removes", "columns", "comment"}
_OF_OPERATIONS = {"path", "coalesce", "read_as", "trim", "null_if", "default", "mapped"}
_POLICIES = ("newest", "latest_by")

Problem = tuple[Location, str]


def operation_problems(model: ColumnModel) -> Iterator[tuple[str, str]]:
    """Keys of an `operation` that have no meaning, each with the reason."""
    names = {name: field.alias or name for name, field in ColumnModel.model_fields.items()}
    for key in sorted(names[name] for name in model.model_fields_set - _OF_OPERATIONS):
        yield key, "has no meaning here: an operation is 'upsert' or 'delete'"
    if model.read_as in {"exists", "order", "markup"}:
        yield "as", f"'as: {model.read_as}' is never 'upsert' or 'delete'"
    for value in (model.mapped or {}).values():
        if value not in {UPSERT, DELETE, None}:
            yield "map", f"{value!r} is neither 'upsert' nor 'delete'"
    if model.default is not None and model.default not in {UPSERT, DELETE}:
        yield "default", f"{model.default!r} is neither 'upsert' nor 'delete'"


def removing_problems(model: EntityModel) -> Iterator[tuple[str, str]]:
    """Keys of an entity with `removes` that have no meaning, each with the reason."""
    for key in sorted(model.model_fields_set - _OF_REMOVING):
        yield key, "has no meaning with 'removes': such records have no rows of their own"
    if model.key == "generated":
        yield "key", "must be that of the records to delete, which a generated key is not"


def shape_of(root: Table, entity: Entity) -> Table:
    """The delete records among the records of an entity: the key, and the value that decides between versions."""
    deciding = tuple(replace(column, **_RULES) for column in root.columns if column.name == entity.policy.column)
    return Table(f"{root.name}/delete", root.entity, None, root.key, (), deciding)


def removing_shape(written: Table, root: Table, target: Entity) -> Table:
    """The records of an entity with `removes`: read as it says, with the rules of the key that they delete."""
    ruled = {column.name: {rule: getattr(column, rule) for rule in _RULES} for column in root.key}
    key = tuple(replace(column, **ruled.get(column.name, {})) for column in written.key)
    deciding = tuple(column for column in written.columns if column.name == target.policy.column)
    return replace(written, key=key, columns=deciding)


def shape_problems(written: Table, entity: Entity, root: Table, target: Entity) -> Iterator[Problem]:
    """What an entity with `removes` does not have in common with the one whose records it deletes."""
    place = ("entities", entity.name)
    wanted = [(column.name, column.type) for column in root.key]
    if [(column.name, column.type) for column in written.key] != wanted:
        shown = ", ".join(f"{name} {type_}" for name, type_ in wanted)
        yield (*place, "key"), f"must have the names and types of the key of {root.name}: {shown}"
    if entity.read != target.read or entity.read != XML:
        yield (*place, "removes"), f"needs records of the format {XML}, as those of {target.name}"
    deciding = next((column for column in root.columns if column.name == target.policy.column), None)
    found = next((column for column in written.columns if column.name == target.policy.column), None)
    if deciding and (found is None or found.type != deciding.type):
        yield (
            (*place, "columns") if written.columns else place,
            f"needs the column {deciding.name} of type {deciding.type}, by which {target.name} chooses a version",
        )
    for column in written.columns:
        if column is not found:
            yield (
                (*place, "columns", column.name),
                f"a delete record of {target.name} has its key"
                + (f" and {deciding.name}" if deciding else "")
                + ", and nothing else is read of it",
            )
    for column in written.computed:
        yield (*place, "columns", column.name, "expression"), "a delete record has no row, so nothing is computed"
    for part, columns in (("key", written.key), ("columns", written.columns)):
        for column in columns:
            for rule, value in _RULES.items():
                if getattr(column, rule) != value:
                    yield (*place, part, column.name, rule), f"has no meaning here: the rules of {target.name} apply"
            other = next((each for each in (*root.key, *root.columns) if each.name == column.name), column)
            if column.is_converted != other.is_converted:
                yield (*place, part, column.name), f"needs 'map' and 'format' as {target.name} has them"
            if column.repeat == "array":
                yield (*place, part, column.name, "repeat"), "cannot be an array here"


def removal_problems(dataset: Dataset) -> Iterator[Problem]:
    """What delete records need of their entity, and of the settings."""
    for entity in dataset.entities:
        if not entity.is_removable:
            continue
        key = "operation" if entity.operation else "policy"
        place = ("entities", entity.name, key)
        if entity.policy.name not in _POLICIES:
            yield place, f"delete records of {entity.name} need policy: newest or latest_by, not {entity.policy.name}"
        if entity.generated_key:
            yield ("entities", entity.name, "key"), "a generated key cannot be named by a delete record"
        if entity.operation and entity.read != XML:
            yield place, f"needs records of the format {XML}"
    if dataset.settings.deletes != "ignore" and (names := removable(dataset)):
        yield (
            ("deletes",),
            (
                f"must be ignore: delete records say which records of {names} are gone, and a file that lacks a record "
                "says nothing"
            ),
        )


def removable(dataset: Dataset) -> str:
    """The entities that have delete records, in words."""
    return ", ".join(entity.name for entity in dataset.entities if entity.is_removable)
