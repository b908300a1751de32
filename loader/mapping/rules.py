"""Which entities have rules that only SQL applies."""

from __future__ import annotations

from loader.mapping.dataset import Dataset


def has_record_rules(dataset: Dataset, entity: str) -> bool:
    """Whether `where` or `check` decides about the records of an entity. Rules of single values need no SQL: the
    engines tell which records may break one.

    All records of such entities go through text staging, at about three times the cost of a plain COPY.
    """
    rule = dataset.entity(entity)
    return bool(rule.where or rule.check or any(table.where or table.check for table in dataset.entity_tables(entity)))
