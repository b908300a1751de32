"""The order list of `first_by`, and what it cannot be."""

from __future__ import annotations

import pytest

from loader.errors import MappingError
from loader.mapping.problems.order_list import order_of
from loader.mapping.read import parse_dataset

FIRM = """\
dataset: firms
entities:
  firm:
    record: /firms/firm
    key: {id: {path: "@id", type: integer}}
    children:
      firm_contact:
        rows: contact
        first_by: name
        columns: {name: .}
"""


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("a", ["(a) asc nulls last"]),
        ("role = 'PR' desc, con_id", ["(role = 'PR') desc nulls last", "(con_id) asc nulls last"]),
        ("coalesce(a, b) ASC,c\nDESC", ["(coalesce(a, b)) asc nulls last", "(c) desc nulls last"]),
        ("a in ('x, y', 'it''s'), \"desc\"", ["(a in ('x, y', 'it''s')) asc nulls last", '("desc") asc nulls last']),
        ("(array[a, b])[1] desc", ["((array[a, b])[1]) desc nulls last"]),
    ],
)
def test_the_items_of_an_order_list(text: str, items: list[str]) -> None:
    assert list(order_of(text)) == items


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ("first_by: name", "first_by: name nulls first", 9, "NULLs are always last"),
        ("first_by: name", "first_by: name,", 9, "an expression is missing"),
        ("first_by: name", "first_by: a) or (b", 9, "parentheses of the SQL expression do not match"),
        ("first_by: name", "first_by: name; x", 9, "cannot hold"),
        ("first_by: name", "where: name; x", 9, "cannot hold"),
        ("record: /firms/firm", "record: /firms/firm\n    policy: fill", 10, "not possible with the policy fill"),
        ("rows: contact", "rows: contact\n        recursive: true", 9, "is not possible with 'first_by'"),
    ],
)
def test_what_cannot_choose_rows(old: str, new: str, line: int, expected: str) -> None:
    with pytest.raises(MappingError) as caught:
        parse_dataset(FIRM.replace(old, new), name="firms.yaml")
    assert f"line {line}:" in str(caught.value)
    assert expected in str(caught.value)
