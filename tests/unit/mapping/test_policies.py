"""What a mapping says of keys that come more than once, and of records that are gone."""

from __future__ import annotations

import json

import pytest

from loader.errors import MappingError
from loader.mapping.dataset import Dataset, Policy
from loader.mapping.difference import difference
from loader.mapping.read import parse_dataset, read_dataset

SHOP = """\
dataset: shop
entities:
  item:
    record: /shop/item
    key: {id: "@id"}
    columns: {day: "@day", comment: "@comment", price: "@price"}
    policy: POLICY
"""


def shop(policy: str, settings: str = "") -> Dataset:
    return parse_dataset(SHOP.replace("POLICY", policy) + settings)


def test_newest_is_what_a_mapping_says_that_says_nothing() -> None:
    unsaid = parse_dataset(SHOP.replace("    policy: POLICY\n", ""))
    assert unsaid.entity("item").policy == Policy("newest")
    assert unsaid.hash == shop("newest").hash


@pytest.mark.parametrize("name", ["newest", "first", "error", "keep_all", "fill"])
def test_a_policy_without_columns_is_a_word(name: str) -> None:
    assert shop(name).entity("item").policy == Policy(name)  # type: ignore[arg-type]


def test_policies_keep_versions_unless_one_version_wins_as_a_whole() -> None:
    written = ["newest", "first", "{latest_by: day}", "error", "keep_all", "fill", "{merge: {day: a}}"]
    policies = [shop(text).entity("item").policy for text in written]
    assert [policy.is_ordered for policy in policies] == [True] * 3 + [False] * 4
    assert [policy.keeps_versions for policy in policies] == [False] * 3 + [True] * 4


def test_expressions_stand_in_the_order_of_the_columns_however_they_are_written() -> None:
    one, other = (
        shop("{merge: {price: max(price), day: min(day)}}"),
        shop("{merge: {day: min(day), price: max(price)}}"),
    )
    assert one.entity("item").policy == Policy("merge", expressions=(("day", "min(day)"), ("price", "max(price)")))
    assert one.hash == other.hash


@pytest.mark.parametrize(
    ("policy", "canonical"),
    [
        ("first", {"policy": "first"}),
        ("{latest_by: comment}", {"policy": "latest_by", "latest_by": "comment"}),
        ("{merge: {comment: max(comment)}}", {"policy": "merge", "merge": {"comment": "max(comment)"}}),
    ],
)
def test_a_policy_is_part_of_the_mapping(policy: str, canonical: dict[str, object]) -> None:
    dataset = shop(policy)
    (entity,) = json.loads(json.dumps(dataset.canonical()))["entities"]

    assert {key: entity[key] for key in ("policy", "latest_by", "merge") if key in entity} == canonical
    assert dataset.hash != shop("newest").hash
    assert "entities.item.policy: newest -> " in difference(shop("newest").canonical(), dataset.canonical())[0]


def test_a_changed_expression_is_named_by_its_column() -> None:
    old, new = shop("{merge: {day: min(day), price: a}}"), shop("{merge: {day: max(day), price: a}}")
    assert difference(old.canonical(), new.canonical()) == ["entities.item.merge.day: min(day) -> max(day)"]


def test_settings_of_refreshes_are_no_part_of_the_mapping() -> None:
    settings = "deletes: mark\nhistory: on\nvisibility: load\nmax_delete_pct: 1\nreplace_above_pct: 2\n"
    assert shop("newest", settings).hash == shop("newest").hash


@pytest.mark.parametrize("policy", ["first", "{latest_by: day}"])
def test_a_winner_of_any_age_cannot_be_deleted(policy: str) -> None:
    """Nothing would be known of the versions that it went before."""
    with pytest.raises(MappingError, match=r"line \d+: .*needs deletes: ignore"):
        shop(policy, "deletes: delete\n")
    assert shop("fill", "deletes: delete\n").entity("item").policy == Policy("fill")


def test_values_of_columns_are_not_compared_chunk_by_chunk() -> None:
    with pytest.raises(MappingError, match="visibility: must be load: the policy latest_by of item"):
        shop("{latest_by: day}", "visibility: chunk\n")
    assert shop("first", "visibility: chunk\n").settings.visibility == "chunk"


def test_discogs_deletes_what_is_gone() -> None:
    settings = read_dataset("discogs").settings
    assert (settings.visibility, settings.deletes, settings.history) == ("load", "delete", "off")
