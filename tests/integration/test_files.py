"""Files beside the dumps, files that nothing reads, files that were moved: said, refused or found."""

from __future__ import annotations

from pathlib import Path

from loader.config.settings import RunSettings
from loader.database.connect import connect
from loader.load.register import register
from loader.load.request import LoadRequest
from loader.mapping.read import read_dataset
from tests.support.nasty_build import zipped
from tests.support.running import load, loader, query
from tests.support.working import load_here

MAPPING = """\
dataset: shop
entities:
  item: {record: /items/item, files: "items*", key: {id: "@id"}}
  order: {record: /orders/order, key: {id: "@id"}}
"""
ITEMS, ORDERS = b"<items><item id='1'/></items>", b"<orders><order id='1'/></orders>"
NOTES = "select kind, message from loader.event where kind in ('files_passed_over', 'entities_unfed') order by event_id"


def test_what_a_load_leaves_out_is_said_and_kept_in_the_manifest(tmp_path: Path, database: str) -> None:
    mapping, archive = tmp_path / "shop.yaml", tmp_path / "all!2.zip"
    mapping.write_text(MAPPING)
    archive.write_bytes(zipped({"items.xml": ITEMS, "README": b"Hi", "orders.xml": ORDERS, "x.xml": b"<x/>"}))
    load_here(database, mapping, [archive])
    assert query(database, NOTES) == [
        ("files_passed_over", "skipped: all!2.zip!README (not XML), all!2.zip!x.xml (<x> is not mapped)")
    ]
    (tmp_path / "items.xml").write_bytes(ITEMS.replace(b"1", b"2"))
    summary = load(database, mapping, tmp_path / "items.xml")
    assert summary["notices"] == ["no file of this load holds order: the rows stay as they are"]
    assert query(database, "select (select count(*) from shop.item), (select count(*) from shop.order)") == [(2, 1)]


def test_a_named_file_of_another_name_is_refused_before_anything_is_begun(tmp_path: Path, empty_database: str) -> None:
    mapping, file = tmp_path / "shop.yaml", tmp_path / "goods.xml"
    mapping.write_text(MAPPING)
    file.write_bytes(ITEMS)
    told = loader("load", mapping, file, database=empty_database)
    assert (told.code, told.out) == (2, "")
    assert "goods.xml: its root element is <items>, but no entity of shop accepts this file name" in told.err
    assert "items* (item)" in told.err
    assert query(empty_database, "select to_regnamespace('loader')") == [(None,)]


def test_an_open_load_goes_on_with_a_file_that_was_moved(tmp_path: Path, database: str) -> None:
    mapping, file = tmp_path / "shop.yaml", tmp_path / "items.xml"
    mapping.write_text(MAPPING)
    file.write_bytes(ITEMS)
    request = LoadRequest(read_dataset(mapping), RunSettings(), database, [file], workers=1, check_space=False)
    with connect(database) as connection:
        load_id = register(connection, request)
    (tmp_path / "moved").mkdir()
    moved = file.rename(tmp_path / "moved" / "items.xml")
    summary = load(database, mapping, moved)
    assert (summary["load"], summary["read"]) == (load_id, 1)
