"""The parts of the script of a dataset: which templates are rendered, in which order, and for what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from loader.mapping.dataset import Dataset, Entity


@dataclass(frozen=True)
class Part:
    """A template with what it is rendered for."""

    template: str
    context: Mapping[str, Any]


def parts(dataset: Dataset) -> Iterator[Part]:
    """All parts in their order, except the first and the last, which name the objects that the others create."""
    yield Part("create/create_stage.sql", {})
    yield Part("create/create_target.sql", {})
    yield Part("repair/repair_target.sql", {})
    yield Part("repair/repair_keys.sql", {})
    yield Part("create/create_build.sql", {})
    yield Part("create/create_history.sql", {})
    for entity in dataset.entities:
        yield from _parts_of_entity(dataset, entity)
    for table in dataset.tables:
        yield Part("build/build_table.sql", {"table": table})


def _parts_of_entity(dataset: Dataset, entity: Entity) -> Iterator[Part]:
    tables = dataset.entity_tables(entity.name)
    root, children = tables[0], tables[1:]
    rules = [(table, table.check) for table in tables if table.check]
    if entity.check and entity.check != root.check:
        rules.append((root, entity.check))
    keys = replace(root, columns=(), computed=(), indexes=())
    shared = {"entity": entity, "root": root, "rules": rules}
    alone = {**shared, "tables": children}
    whole = {**shared, "tables": tables}
    for way, schema in (("build", f"{dataset.name}_build"), ("merge", f"{dataset.name}_stage")):
        staging = {"way": way, "destination": schema, "slotted": way == "merge", "keys": keys}
        yield Part("validate/stage_entity.sql", {**whole, **staging})
    yield Part("rejects/rejected_entity.sql", alone)
    yield Part("compare/compare_entity.sql", shared)
    yield Part("compose/version_entity.sql", alone)
    for table in tables:
        yield Part("history/as_of_table.sql", {**shared, "table": table})
    yield Part("stage/store_entity.sql", whole)
    if not entity.policy.keeps_versions:
        yield Part("decide/decide_entity.sql", alone)
    yield Part("apply/drop_absent_entity.sql", alone)
    yield Part("apply/apply_entity.sql", {**alone, "chunked": False, "picking": False})
    yield Part("repair/repair_entity.sql", alone)
    yield Part("verify/verify_entity.sql", alone)
    yield Part("history/record_entity.sql", alone)
    yield Part("rollback/undo_entity.sql", alone)
    yield Part("merge_chunk/merge_entity.sql", {**alone, "chunked": True, "picking": False})
    yield Part("merge_chunk/rank_entity.sql", shared)
    yield Part("merge_chunk/correct_entity.sql", whole)
    if entity.policy.keeps_versions:
        yield Part("compose/compose_entity.sql", alone)
    else:
        yield Part("resolve/resolve_entity.sql", whole)
    for template in ("check_keys", "overlaps", "known_keys"):
        yield Part(f"overlaps/{template}_entity.sql", {**shared, "keys": keys})
