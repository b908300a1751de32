"""Which entities must take the slow way through all-text staging."""

from __future__ import annotations

import pytest

from loader.mapping.read import parse_dataset, read_dataset
from loader.mapping.rules import has_record_rules

MAPPING = """
dataset: shop
entities:
  item:
    record: /shop/item
    key: {id: {path: "@id", type: integer}}
    {RULE}
    columns:
      price: {path: price, type: integer}
"""


def test_the_discogs_mapping_has_no_rules_so_its_chunks_take_the_quick_way() -> None:
    dataset = read_dataset("discogs")
    assert [entity.name for entity in dataset.entities if has_record_rules(dataset, entity.name)] == []


@pytest.mark.parametrize(("rule", "expected"), [("where: price > 1", True), ("check: price > 1", True), ("", False)])
def test_a_rule_for_records_makes_the_entity_a_validated_one(rule: str, expected: bool) -> None:
    assert has_record_rules(parse_dataset(MAPPING.replace("{RULE}", rule)), "item") is expected


@pytest.mark.parametrize("rule", ["required: true", "enum: [a, b]", "pattern: 'x+'", "type: integer, on_error: 'null'"])
def test_a_rule_for_values_does_not(rule: str) -> None:
    dataset = parse_dataset(
        MAPPING.replace("{RULE}", "").replace("path: price, type: integer}", f"path: price, {rule}}}")
    )
    assert not has_record_rules(dataset, "item")
