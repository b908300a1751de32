"""What `expression` and `stored: false` cannot mean is refused with its line."""

from __future__ import annotations

import pytest

from loader.errors import MappingError
from loader.mapping.difference import difference
from loader.mapping.read import parse_dataset

ITEM = """\
dataset: shop
entities:
  item:
    record: /shop/item
    key: {id: {path: "@id", type: integer}}
    policy: newest
    columns:
      price: {path: price, type: numeric, stored: false}
      taxed: {type: numeric, expression: price * 1.2}
      name: name
"""


def complaint(text: str) -> str:
    with pytest.raises(MappingError) as caught:
        parse_dataset(text, name="shop.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ("expression: price * 1.2", "expression: price * 1.2, path: taxed", 9, "a path or an expression"),
        ("expression: price * 1.2", "expression: price * 1.2, coalesce: [a, b]", 9, "a path or an expression"),
        ("expression: price * 1.2", "expression: price * 1.2, stored: false", 9, "nothing else could use the value"),
        ("expression: price * 1.2", "expression: price * 1.2, required: true", 9, "write the rule as 'check'"),
        ("expression: price * 1.2", "expression: price * 1.2, on_error: null", 9, "what the expression reads"),
        ("expression: price * 1.2", "expression: price * 1.2, map: {a: b}", 9, "what the expression reads"),
        ("expression: price * 1.2", "expression: price * 1.2, repeat: array", 9, "what the expression reads"),
        ("type: numeric, expression", "type: varchar(3), expression", 9, "a computed text is of type text"),
        ("expression: price * 1.2", 'expression: "price) * (1"', 9, "parentheses of the SQL expression do not match"),
        ("expression: price * 1.2", 'expression: "price -- tax"', 9, "cannot hold"),
        ("expression: price * 1.2", 'expression: ""', 9, "at least 1 character"),
        ("type: integer}}", "expression: price}}", 5, "a key cannot be computed"),
        ("type: integer}}", "stored: false}}", 5, "a key is always stored"),
        ("name: name\n", "name: name\n    indexes: [price]\n", 11, "no column price: price is not stored"),
        ("policy: newest", "policy: {latest_by: price}", 6, "price is not stored"),
        ("policy: newest", "policy: {latest_by: taxed}", 6, "taxed is computed"),
        ("policy: newest", "policy: {merge: {taxed: max(taxed)}}", 6, "taxed is computed"),
        ("name: name\n", "taxed: taxed\n", 10, "occurs twice"),
        (
            "name: name\n", "name: name\n    foreign_keys: [{columns: [price], references: item}]\n", 11,
            "no column price: price is not stored",
        ),
        (
            "name: name\n",
            "name: name\n  gone:\n    record: /shop/gone\n    removes: item\n    columns: {x: {expression: '1'}}\n"
            "    key: {id: {path: '@id', type: integer}}\n", 14, "nothing is computed",
        ),
    ],
)  # fmt: skip
def test_what_expression_and_stored_cannot_mean(old: str, new: str, line: int, expected: str) -> None:
    told = complaint(ITEM.replace(old, new, 1))
    assert f"line {line}:" in told
    assert expected in told


def test_columns_keep_their_order_and_the_tables_their_columns() -> None:
    table = parse_dataset(ITEM, name="shop.yaml").table("item")
    assert [column.name for column in table.all_columns] == ["price", "taxed", "name"]
    assert table.row_columns == ("id", "taxed", "name")
    assert table.copy_columns[:3] == ("id", "price", "name")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("price * 1.2", "price * 1.3", "tables.item.computed.taxed.computed_by: price * 1.2 -> price * 1.3"),
        (", stored: false", "", "tables.item.columns.price.stored: removed"),
    ],
)
def test_a_change_of_either_changes_the_entity(old: str, new: str, told: str) -> None:
    before, after = (parse_dataset(text, name="shop.yaml") for text in (ITEM, ITEM.replace(old, new)))
    assert before.digests["item"] != after.digests["item"]
    assert difference(before.canonical(), after.canonical()) == [told]
