"""A mapping file becomes the tables it describes."""

from __future__ import annotations

import json
import re
from pathlib import Path

from loader.config.max_rejects import MaxRejects
from loader.mapping.dataset import Dataset
from loader.mapping.read import built_in_datasets, parse_dataset, read_dataset
from loader.mapping.tables import Index

SHOP = """\
dataset: shop
namespaces: {s: urn:shop}
definitions:
  price: &price {amount: {path: "@amount", type: numeric}, currency: "@currency"}
entities:
  item:
    record: /s:shop/s:item
    key: {country: "@country", code: {path: s:code, type: varchar(10)}}
    columns:
      day: {path: /s:shop/@day, type: date}
      names: {path: s:name, repeat: array}
      sizes: {path: s:size, type: integer, repeat: array}
      flag: {path: "@flag", enum: [no, on, "true", true], null_if: ["0", "null", "~"]}
      lang: "@xml:lang"
    check: amount > 0
    where: country <> 'XX'
    indexes: [code, {columns: [day], using: brin}, {expression: lower(code), extension: citext}]
    children:
      item_offer:
        rows: s:offers/s:offer
        columns: {<<: *price, note: ., currency: "@c"}
        children:
          item_offer_note: {rows: s:text, columns: {text: .}, check: text <> ''}
          other: {rows: s:other, columns: {v: .}, children: {deep: {rows: s:x}}}
  sale:
    record: /s:shop/s:sale
    key: generated
    columns: {country: "@country", code: {path: "@code", type: VARCHAR( 10 )}}
    foreign_keys: [{columns: [country, code], references: item}]
    children: {sale_line: {rows: s:line}}
max_rejects: 100
chunk_bytes: 2 MB
"""


def shop() -> Dataset:
    return parse_dataset(SHOP)


def test_children_repeat_the_root_key_and_count_every_level() -> None:
    dataset = shop()
    assert dataset.table("item").primary_key == ("country", "code")
    assert dataset.table("item_offer").primary_key == ("item_country", "item_code", "ordinal")
    assert dataset.table("item_offer_note").primary_key[2:] == ("offer_ordinal", "ordinal")
    assert dataset.table("deep").primary_key[2:] == ("offer_ordinal", "other_ordinal", "ordinal")
    assert [column.type for column in dataset.table("deep").key] == ["text", "varchar(10)"]


def test_a_key_that_starts_with_the_root_is_not_prefixed_again() -> None:
    text = SHOP.replace("key: {country:", "key: {item_country:").replace("[country, code], ref", "[], ref")
    text = text.replace("    foreign_keys: [{columns: [], references: item}]\n", "")
    assert parse_dataset(text).table("item_offer").primary_key[0] == "item_country"


def test_a_generated_key_is_a_bigint_of_its_own() -> None:
    dataset = shop()
    assert dataset.entity("sale").generated_key
    assert dataset.table("sale").primary_key == ("record_id",)
    assert dataset.table("sale_line").primary_key == ("sale_record_id", "ordinal")
    assert not dataset.entity("item").generated_key


def test_paths_are_resolved_by_namespace() -> None:
    table = shop().table("item")
    assert shop().entity("item").record == ("{urn:shop}shop", "{urn:shop}item")
    paths = {column.name: column.path for column in (*table.key, *table.columns)}
    day, lang, code = paths["day"], paths["lang"], paths["code"]
    assert day is not None
    assert (day.absolute, day.steps, day.attribute) == (True, ("{urn:shop}shop",), "day")
    assert lang is not None
    assert lang.attribute == "{http://www.w3.org/XML/1998/namespace}lang"
    assert code is not None
    assert code.steps == ("{urn:shop}code",)


def test_yaml_words_stay_words() -> None:
    flag = shop().table("item").column("flag")
    assert flag.enum == ("no", "on", "true", "true")
    assert flag.null_if == ("0", "null", "~")


def test_types_are_normalised_and_arrays_declared() -> None:
    dataset = shop()
    assert dataset.table("sale").column("code").type == "varchar(10)"
    assert [dataset.table("item").column(name).sql_type for name in ("names", "sizes")] == [
        "text[]",
        "integer[]",
    ]


def test_anchors_and_merges_give_the_columns_they_name() -> None:
    table = shop().table("item_offer")
    assert [column.name for column in table.columns] == ["amount", "note", "currency"]
    path = table.column("currency").path
    assert path is not None
    assert path.attribute == "c"


def test_rules_indexes_and_references_arrive() -> None:
    dataset = shop()
    item = dataset.table("item")
    assert (item.check, item.where) == ("amount > 0", "country <> 'XX'")
    assert dataset.entity("item").where == item.where
    assert dataset.table("item_offer_note").check == "text <> ''"
    assert item.indexes == (
        Index(("code",)),
        Index(("day",), using="brin"),
        Index(expression="lower(code)", extension="citext"),
    )
    (key,) = dataset.foreign_keys
    assert (key.table, key.columns) == ("sale", ("country", "code"))
    assert (key.references_table, key.references_columns) == ("item", ("country", "code"))


def test_settings_have_defaults_and_can_be_set() -> None:
    settings = shop().settings
    assert settings.max_rejects == MaxRejects(share=None, count=100)
    assert settings.chunk_bytes == 2 * 1024 * 1024
    assert (settings.visibility, settings.foreign_keys, settings.keep_old) == ("load", "report", True)
    assert (settings.deletes, settings.max_delete_pct, settings.replace_above_pct) == ("ignore", 10, 35)
    assert settings.history == "off"
    other = parse_dataset(f"{SHOP}history: on\nmax_delete_pct: 2.5\ndeletes: mark\n").settings
    assert (other.history, other.max_delete_pct, other.deletes) == ("on", 2.5, "mark")
    half = parse_dataset(SHOP.replace("max_rejects: 100", "max_rejects: 0.5 %")).settings.max_rejects
    assert half == MaxRejects(share=0.005, count=None)


def test_tables_stand_after_their_parents() -> None:
    tables = shop().tables
    names = [table.name for table in tables]
    assert all(t.parent is None or names.index(t.parent) < names.index(t.name) for t in tables)
    assert shop().entity("item").tables == ("item", "item_offer", "item_offer_note", "other", "deep")


def test_the_hash_is_of_what_decides_the_rows() -> None:
    same = re.sub(r"(?<![a-z])s:", "t:", SHOP)  # another prefix for the same namespace
    same = same.replace("repeat: array}", "repeat: array, comment: words}")
    same = f"# a remark\n{same}comment: words\nkeep_old: false\n".replace("max_rejects: 100\n", "")
    assert parse_dataset(same).hash == shop().hash
    assert parse_dataset(SHOP.replace('["0",', '["1",')).hash != shop().hash
    assert parse_dataset(SHOP.replace("rows: s:line", "rows: s:lines")).hash != shop().hash
    assert parse_dataset(SHOP.replace("[code, {col", "[{col")).hash != shop().hash
    assert json.loads(json.dumps(shop().canonical())) == shop().canonical()


def test_a_file_is_read_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(f"\ufeff{SHOP}", encoding="utf-8")
    dataset = read_dataset(str(path))
    assert (dataset.name, dataset.location, dataset.hash) == ("shop", str(path), shop().hash)


def test_discogs_is_built_in() -> None:
    assert "discogs" in built_in_datasets()
    assert read_dataset("discogs").name == "discogs"


def test_what_a_mapping_says_of_an_entity_contains_which_others_take_its_records_before() -> None:
    text = """\
dataset: d
entities:
  small: {record: "/d/x[@t='1']", key: {id: "@id"}, columns: {name: name}}
  rest: {record: /d/x, key: {id: "@id"}, columns: {name: name}}
  other: {record: /d/y, key: {id: "@id"}, columns: {name: name}}
"""
    was, now = parse_dataset(text), parse_dataset(text.replace("'1'", "'2'"))
    assert [name for name, digest in was.digests.items() if now.digests[name] != digest] == ["small", "rest"]
