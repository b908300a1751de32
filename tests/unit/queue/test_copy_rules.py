"""Rules for records as conditions of COPY, and the rows of the records that they leave out."""

from __future__ import annotations

from loader.mapping.read import parse_dataset, read_dataset
from loader.mapping.tables import RECORD_BITS
from loader.queue.copy_rules import conditions, leave_out, left_out
from loader.source.rows import Rows, copy_line

SHOP = parse_dataset("""
dataset: shop
entities:
  item:
    record: /shop/item
    key: {id: {path: "@id", type: integer}}
    where: price > 0
    check: price < 9
    columns: {price: {path: price, type: integer, required: true}}
    children:
      tag: {rows: tag, columns: {text: .}, check: text <> ''}
      size: {rows: size, columns: {text: .}}
""")
BASE = 7 << RECORD_BITS


def test_tables_without_rules_for_records_have_no_condition() -> None:
    assert conditions(read_dataset("discogs")) == {}
    assert set(conditions(SHOP)) == {"item", "tag"}


def test_what_was_left_out_is_told_by_record_and_rule() -> None:
    assert list(left_out(f"{BASE + 3} where {BASE + 70} check ")) == [(3, "where"), (70, "check")]


def test_all_rows_of_a_record_are_left_out_together() -> None:
    rows = Rows()
    for number in (1, 2, 3):
        rows.add("item", copy_line([str(number), "5\t\n", "7", str(number), "ab"]), 1)
        for table in ("tag", "size"):
            rows.add(table, copy_line([str(number), "1", f"{BASE}\n{BASE + 3}", str(BASE + number)]), 1)
    leave_out(rows, SHOP.tables, {1}, {2})
    assert {table: b"".join(blocks)[:1] for table, blocks in rows.blocks.items()} == dict.fromkeys(rows.counts, b"3")
    assert {table: b"".join(blocks)[:1] for table, blocks in rows.doubts.items()} == dict.fromkeys(rows.counts, b"2")
    assert [len(b"".join(blocks).splitlines()) for blocks in (*rows.blocks.values(), *rows.doubts.values())] == [1] * 6
    assert rows.filtered == {1}
