"""Merge or replace: the loader decides by itself where both come to the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.support.running import checksum, execute, load, loader, query
from tests.support.working import bring

MAPPING = """\
dataset: {dataset}
deletes: delete
snapshot: '_(\\d{{8}})'
entities:
  row: {{record: /dump/row, key: {{id: {{path: "@id", type: integer}}}}, columns: {{name: name}}}}
"""
RECORDS = 300
MODES = "select mode, options ->> 'reason' from loader.load order by load_id"


@pytest.fixture
def month(tmp_path: Path) -> Callable[..., Path]:
    """Writes the dump of a month in which so many records are not as they were at first."""

    def write(number: int, changed: int, records: int = RECORDS) -> Path:
        rows = (
            f'<row id="{key}"><name>{number if key < changed else 0}</name></row>\n' for key in range(records)
        )  # fmt: skip
        path = tmp_path / f"dump_2026{number:02}01.xml"
        path.write_text(f"<dump>\n{''.join(rows)}</dump>\n")
        return path

    return write


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "tide.yaml"
    path.write_text(MAPPING.format(dataset="tide"))
    return path


@pytest.mark.parametrize(
    ("changed", "chosen"),
    [(120, ("replace", "120 of 300 sampled records differ from the tables")), (90, ("merge", None))],
)
def test_a_dump_that_changes_much_replaces_the_tables(
    changed: int, chosen: tuple[str, str], mapping: Path, month: Callable[..., Path], database: str
) -> None:
    load(database, mapping, month(1, 0))
    load(database, mapping, month(2, changed))

    assert query(database, MODES) == [("replace", None), chosen]


@pytest.mark.parametrize(
    "arguments",
    [("--merge",), ("--set", "replace_above_pct=41"), ("--set", "deletes=ignore"), ("--snapshot", "2025-12-01")],
)
def test_it_merges_where_that_was_asked_or_is_something_else(
    arguments: tuple[str, ...], mapping: Path, month: Callable[..., Path], database: str
) -> None:
    load(database, mapping, month(1, 0))
    load(database, mapping, month(2, 120), *arguments)

    assert query(database, MODES)[-1][0] == "merge"


def test_it_merges_where_others_refer_to_rows(mapping: Path, month: Callable[..., Path], database: str) -> None:
    load(database, mapping, month(1, 0))
    execute(database, "create table mine (id integer references tide.row); insert into mine values (7)")
    load(database, mapping, month(2, 250))

    assert query(database, MODES)[-1][0] == "merge"


BY_HAND = "insert into tide.row (id, name, _source, _record, _hash) values ({}, 'mine', {}, 1, gen_random_uuid())"


def test_rows_that_a_merge_keeps_are_not_replaced(mapping: Path, month: Callable[..., Path], database: str) -> None:
    load(database, mapping, month(1, 0))
    dump = month(2, 300)
    brought = bring(database, mapping, [dump], mode="replace", options={"chosen": True})
    execute(database, BY_HAND.format(9999, 999_999))
    with pytest.raises(psycopg.Error, match="that a merge would keep") as caught:
        execute(database, f"call loader.finish_load({brought})")
    assert caught.value.sqlstate == "LD017"
    execute(database, f"select loader.cancel_load({brought})")

    load(database, mapping, dump)
    load(database, mapping, month(3, 300, records=299))
    execute(database, "delete from tide.row where name = 'mine'")
    load(database, mapping, month(4, 300, records=298))
    mapping.write_text(mapping.read_text().replace("deletes: delete", "deletes: mark"))
    load(database, mapping, month(5, 300, records=297))

    assert [mode for mode, _ in query(database, MODES)] == ["replace", "replace", "merge", "merge", "replace", "merge"]
    assert query(database, "select count(*)::integer, count(_gone_since)::integer from tide.row") == [(298, 1)]


def test_a_dump_that_lacks_much_does_not_replace_the_tables_unasked(
    mapping: Path, month: Callable[..., Path], database: str
) -> None:
    load(database, mapping, month(1, 0))
    thin = month(2, 210, records=210)

    for _ in range(2):  # the second time the load goes on, and the limit still holds
        told = loader("load", mapping, thin, "-w", 1, "--no-space-check", database=database)
        assert (told.code, "90 of the 300 row records in the tables are not in the new dump" in told.err) == (1, True)
    assert query(database, "select count(*)::integer from tide.row where name = '0'") == [(300,)]
    load(database, mapping, thin, "--allow-deletes")
    assert query(database, "select count(*)::integer, min(name) from tide.row") == [(210, "2")]
    assert query(database, "select mode, deleted::integer from loader.load")[-1] == ("replace", 90)


def test_both_ways_come_to_the_same(mapping: Path, month: Callable[..., Path], database: str) -> None:
    load(database, mapping, month(1, 0))
    load(database, mapping, month(2, 200))
    replaced = checksum(database, mapping)
    load(database, mapping, month(1, 0), "--replace")
    load(database, mapping, month(2, 200), "--merge")

    assert checksum(database, mapping) == replaced
