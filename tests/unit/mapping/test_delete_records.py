"""What `removes` and `operation` cannot mean is refused with its line."""

from __future__ import annotations

import pytest

from loader.errors import MappingError
from loader.mapping.dataset import Dataset
from loader.mapping.difference import difference
from loader.mapping.override_settings import override
from loader.mapping.policies import visibility_problem
from loader.mapping.read import parse_dataset

ITEM = """\
dataset: shop
entities:
  item:
    record: /shop/item
    key: {id: {path: "@id", type: integer}}
    policy: newest
    columns: {version: {path: "@v", type: integer}, name: name}
"""
GONE = """\
  gone:
    record: /shop/gone
    removes: item
    key: {id: {path: "@id", type: integer}}
"""


def complaint(text: str) -> str:
    with pytest.raises(MappingError) as caught:
        parse_dataset(text, name="shop.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ("removes: item", "removes: thing", 10, "there is no entity 'thing'"),
        ("removes: item", "removes: gone", 10, "there is no entity 'gone'"),
        ('    key: {id: {path: "@id", type: integer}}\n', "    key: {id: '@id'}\n", 11, "the key of item: id integer"),
        ('    key: {id: {path: "@id", type: integer}}\n', "    key: {no: '@id'}\n", 11, "the key of item: id integer"),
        ('    key: {id: {path: "@id", type: integer}}\n', "    key: generated\n", 11, "which a generated key is not"),
        ('{path: "@id", type: integer}}\n', '{path: "@id", type: integer, minimum: 1}}\n', 11, "rules of item apply"),
        ('{path: "@id", type: integer}}\n', '{path: "@id", type: integer, stored: false}}\n', 11, "rules of item"),
        ("removes: item\n", "removes: item\n    where: id > 1\n", 11, "no rows of their own"),
        ("removes: item\n", "removes: item\n    policy: newest\n", 11, "no rows of their own"),
        ("removes: item\n", "removes: item\n    columns: {name: name}\n", 11, "its key, and nothing else is read"),
        ("removes: item\n", "removes: item\n    children: {a: {rows: a}}\n", 11, "no rows of their own"),
        ("policy: newest", "policy: first", 6, "delete records of item need policy: newest or latest_by, not first"),
        ("policy: newest", "policy: keep_all", 6, "need policy: newest or latest_by, not keep_all"),
        ("policy: newest", "policy: {latest_by: version}", 8, "needs the column version of type integer"),
        ("dataset: shop", "dataset: shop\ndeletes: delete", 2, "must be ignore: delete records say"),
        ("dataset: shop", "dataset: shop\nvisibility: chunk", 2, "the delete records of item are applied at the end"),
        ("record: /shop/gone", "record: /shop/item", 9, "is the same as that of item"),
        ("record: /shop/gone", "record: /shop/item[@gone]", 9, "never has a record: item, which is tried first"),
    ],
)  # fmt: skip
def test_what_removes_cannot_mean(old: str, new: str, line: int, expected: str) -> None:
    begin = 0 if old in ITEM and old not in GONE else len(ITEM)
    text = ITEM + GONE
    changed = text[:begin] + text[begin:].replace(old, new, 1)
    assert changed != text
    told = complaint(changed)
    assert f"line {line}: " in told, told
    assert expected in told, told


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("{path: '@op', default: remove}", "operation.default: 'remove' is neither 'upsert' nor 'delete'"),
        ("{path: '@op', type: integer}", "operation.type: has no meaning here: an operation is 'upsert' or 'delete'"),
        ("{path: '@op', on_error: 'null'}", "operation.on_error: has no meaning here"),
        ("{path: '@op', repeat: first}", "operation.repeat: has no meaning here"),
        ("{path: old, as: exists}", "operation.as: 'as: exists' is never 'upsert' or 'delete'"),
        ("{path: '@op', coalesce: [a, b]}", "operation.path: needs either 'path' or 'coalesce'"),
        ("{path: '@op', map: {d: remove}}", "operation.map: 'remove' is neither 'upsert' nor 'delete'"),
        ("{path: '@op', map: {d: delete}, unmatched: keep}", "operation.unmatched: has no meaning here"),
        ("..", "'..' is an element around the records: only its attributes and its name can be read"),
        ("/other/@op", "'/other/@op' is in no element around the records"),
        ("[a]", "expected keys with values"),
    ],
)
def test_what_an_operation_cannot_be(operation: str, expected: str) -> None:
    told = complaint(ITEM.replace("    policy: newest\n", f"    policy: newest\n    operation: {operation}\n"))
    assert "line 7: " in told, told
    assert expected in told, told


def test_an_operation_needs_a_policy_that_chooses_one_version() -> None:
    text = ITEM.replace("policy: newest", "operation: '@op'\n    policy: fill")
    assert "delete records of item need policy: newest or latest_by, not fill" in complaint(text)
    text = ITEM.replace("dataset: shop", "dataset: shop\ndeletes: mark").replace("policy: newest", "operation: '@op'")
    assert "line 2: deletes: must be ignore" in complaint(text)


def test_delete_records_are_tried_in_the_order_of_the_mapping() -> None:
    text = ITEM.replace("entities:\n", "entities:\n" + GONE.replace("/shop/gone", "/shop/item[@gone]"))
    dataset = parse_dataset(text)
    assert [reader.name for reader in dataset.readers] == ["gone", "item"]
    assert [entity.name for entity in dataset.entities] == ["item"]
    assert dataset.readers_of(["item"]) == ["gone", "item"]
    assert dataset.targets_of(["gone", "item"]) == ["item"]


def test_what_is_read_of_delete_records_belongs_to_the_entity() -> None:
    """Its digest differs, so that a changed mapping needs a replace, and the difference is told."""
    one, other = parse_dataset(ITEM + GONE), parse_dataset(ITEM + GONE.replace("/shop/gone", "/shop/went"))
    without = parse_dataset(ITEM)
    assert len({dataset.digests["item"] for dataset in (one, other, without)}) == 3
    assert difference(one.canonical(), other.canonical()) == [
        "entities.gone.record: ['shop', 'gone'] -> ['shop', 'went']"
    ]


def test_no_command_overrides_what_delete_records_need() -> None:
    dataset: Dataset = parse_dataset(ITEM + GONE)
    assert visibility_problem(dataset, "load") is None
    with pytest.raises(Exception, match="must be load: the delete records of item"):
        override(dataset, ["visibility=chunk"])
