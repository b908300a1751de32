"""Which entities have rules that only SQL applies."""

from __future__ import annotations

from loader.mapping.bounds import entries
from loader.mapping.dataset import Dataset
from loader.mapping.tables import Column


def has_rules(dataset: Dataset, entity: str) -> bool:
    """Whether more than the types of values and the presence of the key decides about records.

    Such records always go through text staging, at about three times the cost of a plain COPY.
    """
    rule = dataset.entity(entity)
    tables = dataset.entity_tables(entity)
    return bool(
        rule.where
        or rule.check
        or any(table.where or table.check for table in tables)
        or any(_is_decided(column) or column.required for table in tables for column in table.columns)
        or any(_is_decided(column) for column in tables[0].key)
        or any(column.repeat == "array" for table in tables for entry in entries(table) for column in entry.columns)
    )


def _is_decided(column: Column) -> bool:
    bounds = (column.pattern, column.enum, column.minimum, column.maximum)
    return any(bounds) or column.on_error == "null"
