"""Which entities must take the slow way through all-text staging."""

from __future__ import annotations

import pytest

from loader.mapping.read import parse_dataset, read_dataset
from loader.mapping.rules import has_rules

MAPPING = """
dataset: shop
entities:
  item:
    record: /shop/item
    key: {id: {path: "@id", type: integer}}
    columns:
      price: {PRICE}
"""


def test_the_discogs_mapping_has_no_rules_so_its_chunks_take_the_quick_way() -> None:
    dataset = read_dataset("discogs")
    assert [entity.name for entity in dataset.entities if has_rules(dataset, entity.name)] == []


@pytest.mark.parametrize("rule", ["required: true", "enum: [a, b]", "pattern: 'x+'", "type: integer, on_error: 'null'"])
def test_a_rule_on_a_column_makes_the_entity_a_judged_one(rule: str) -> None:
    column = "{path: price, " + rule + "}"
    dataset = parse_dataset(MAPPING.replace("{PRICE}", column))
    assert has_rules(dataset, "item")


def test_a_type_alone_is_no_rule() -> None:
    assert not has_rules(parse_dataset(MAPPING.replace("{PRICE}", "{path: price, type: integer}")), "item")
