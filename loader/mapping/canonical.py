"""The parts of a mapping that count in a comparison of two mappings, and the digests that identify them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from loader.mapping.steps import step_parts, tags_of

CORRECTED = "read wrongly by earlier versions"
ALIASES = "other namespaces"
_PATH_KEYS = {"text", "steps", "attribute", "absolute"}
# Keys that stored mappings may be older than, with the values that mean what was meant without them.
_LATER: dict[str, Any] = {
    "read_as": "text", "coalesce": (), "prefixes": (), "more_rows": (), "more_records": (),
    "split": None, "split_attribute": None,
    "removes": None, "operation": None, "removed_by": (),
    "format": None, "mapped": (), "unmatched": "reject", "decimal": ".", "thousands": None, "round": False,
    "recursive": (),
    "stored": True, "computed_by": None, "after": 0, "computed": (), "first_by": (),
}  # fmt: skip


def bare(value: Any) -> Any:
    """Without comments and what else changes no row, without the spelling of paths (their resolved steps remain), and
    without what later versions of the language have added, if it is not used.
    """
    if isinstance(value, dict):
        if value.keys() == _PATH_KEYS:
            value = {key: item for key, item in value.items() if key != "text"}
        used = {key: item for key, item in value.items() if key not in _LATER or item != _LATER[key]}
        return {key: bare(item) for key, item in used.items() if key not in {"comment", "optional"}}
    if isinstance(value, (list, tuple)):
        return [bare(item) for item in value]
    return value


def part_of(canonical: Mapping[str, Any], entity: str) -> dict[str, Any]:
    """What a canonical mapping says of one entity: all that determines its rows and tables."""
    own = [item for item in canonical.get("entities", ()) if entity in {item["name"], item.get("removes")}]
    readers = {item["name"] for item in own}
    tables = [table for table in canonical.get("tables", ()) if table["entity"] in readers]
    names = {table["name"] for table in tables}
    optional: dict[str, list[Any]] = {
        CORRECTED: [column for column in canonical.get(CORRECTED, ()) if column.partition(".")[0] in names],
        "tried before": _tried_before(canonical.get("entities", ()), entity),
    }
    text = json.dumps((own, tables), ensure_ascii=False) if canonical.get(ALIASES) else ""
    shown = '"read_as": "markup"' in text  # which shows elements of any name with the first URI
    optional[ALIASES] = [
        [other, uri] for other, uri in sorted(canonical.get(ALIASES, {}).items()) if shown or f"{{{uri}}}" in text
    ]
    return {
        "entities": own,
        "tables": tables,
        "foreign_keys": [key for key in canonical.get("foreign_keys", ()) if key["table"] in names],
        **{key: value for key, value in optional.items() if value},
    }


def _tried_before(entities: Sequence[Mapping[str, Any]], entity: str) -> list[dict[str, Any]]:
    """The records and files of entities that may have records of this one: the first that fits a record has it."""
    before: list[dict[str, Any]] = []
    own = next((item for item in entities if item["name"] == entity), None)
    for item in entities:
        if own is None or item is own:
            break
        for record in records_in(item):
            if any(tags_of(record) == tags_of(other) for other in records_in(own)):
                before.append({"record": list(record), "files": item["files"]})
    return before


def records_in(entity: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """All paths to the records of an entity."""
    return [tuple(record) for record in (entity["record"], *entity.get("more_records", ()))]


def selected_around(canonical: Mapping[str, Any]) -> set[tuple[int, str]]:
    """The steps with predicates that lead to elements around records: each with its level, from 0."""
    records = [record for entity in canonical.get("entities", ()) for record in records_in(entity)]
    return {
        (level, step) for record in records for level, step in enumerate(record[:-1]) if step_parts(step)[1]
    }  # fmt: skip


def digests(canonical: Mapping[str, Any]) -> dict[str, str]:
    """The digest of each entity: mappings in which an entity has the same one give the same rows of it."""
    return {item["name"]: digest(part_of(canonical, item["name"])) for item in canonical["entities"]}


def digest(canonical: Mapping[str, Any]) -> str:
    """Identifies a mapping, or a part of one: those with different digests give different rows.

    migrations/0028_loaded_entity.sql makes the same digests of the mappings in a database.
    """
    text = json.dumps(canonical, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
