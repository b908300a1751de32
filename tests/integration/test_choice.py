"""Merge or replace: the loader decides by itself where both come to the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest

from tests.support.running import checksum, execute, load, loader, query
from tests.support.server import fresh_database
from tests.support.working import bring, load_here

MAPPING = """\
dataset: {dataset}
deletes: delete
snapshot: '_(\\d{{8}})'
entities:
  row: {{record: /dump/row, key: {{id: {{path: "@id", type: integer}}}}, columns: {{name: name}}}}
"""
RECORDS = 300
MODES = "select mode, options ->> 'reason' from loader.load order by load_id"


def write(folder: Path, number: int, changed: int, records: int = RECORDS) -> Path:
    """The dump of a month in which so many records are not as they were at first."""
    rows = (f'<row id="{key}"><name>{number if key < changed else 0}</name></row>\n' for key in range(records))
    path = folder / f"dump_2026{number:02}01.xml"
    path.write_text(f"<dump>\n{''.join(rows)}</dump>\n")
    return path


@pytest.fixture
def month(tmp_path: Path) -> Callable[..., Path]:
    """Writes the dump of a month, as `write` does."""
    return partial(write, tmp_path)


@pytest.fixture(scope="module")
def _january(server: str, control_schema: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("january")
    (mapping := folder / "tide.yaml").write_text(MAPPING.format(dataset="tide"))
    with fresh_database(server, control_schema) as url:
        load_here(url, mapping, [write(folder, 1, 0)], 1 << 20)
        yield url


@pytest.fixture
def january(server: str, _january: str) -> Iterator[str]:
    """A database that holds the first month."""
    with fresh_database(server, _january) as url:
        yield url


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
    changed: int, chosen: tuple[str, str], mapping: Path, month: Callable[..., Path], january: str
) -> None:
    load(january, mapping, month(2, changed))

    assert query(january, MODES) == [("replace", None), chosen]


@pytest.mark.parametrize(
    "arguments",
    [("--merge",), ("--set", "replace_above_pct=41"), ("--set", "deletes=ignore"), ("--snapshot", "2025-12-01")],
)
def test_it_merges_where_that_was_asked_or_is_something_else(
    arguments: tuple[str, ...], mapping: Path, month: Callable[..., Path], january: str
) -> None:
    load(january, mapping, month(2, 120), *arguments)

    assert query(january, MODES)[-1][0] == "merge"


def test_it_merges_where_others_refer_to_rows(mapping: Path, month: Callable[..., Path], january: str) -> None:
    execute(january, "create table mine (id integer references tide.row); insert into mine values (7)")
    load(january, mapping, month(2, 250))

    assert query(january, MODES)[-1][0] == "merge"


BY_HAND = "insert into tide.row (id, name, _source, _record, _hash) values ({}, 'mine', {}, 1, gen_random_uuid())"


def test_rows_that_a_merge_keeps_are_not_replaced(mapping: Path, month: Callable[..., Path], january: str) -> None:
    dump = month(2, 300)
    brought = bring(january, mapping, [dump], mode="replace", options={"chosen": True})
    execute(january, BY_HAND.format(9999, 999_999))
    with pytest.raises(psycopg.Error, match="that a merge would keep") as caught:
        execute(january, f"call loader.finish_load({brought})")
    assert caught.value.sqlstate == "LD017"
    execute(january, f"select loader.cancel_load({brought})")

    load(january, mapping, dump)
    load(january, mapping, month(3, 300, records=299))
    execute(january, "delete from tide.row where name = 'mine'")
    load(january, mapping, month(4, 300, records=298))
    mapping.write_text(mapping.read_text().replace("deletes: delete", "deletes: mark"))
    load(january, mapping, month(5, 300, records=297))

    assert [mode for mode, _ in query(january, MODES)] == ["replace", "replace", "merge", "merge", "replace", "merge"]
    assert query(january, "select count(*)::integer, count(_gone_since)::integer from tide.row") == [(298, 1)]


def test_a_dump_that_lacks_much_does_not_replace_the_tables_unasked(
    mapping: Path, month: Callable[..., Path], january: str
) -> None:
    thin = month(2, 210, records=210)

    for _ in range(2):  # the second time the load goes on, and the limit still holds
        told = loader("load", mapping, thin, "-w", 1, "--no-space-check", database=january)
        assert (told.code, "90 of the 300 row records in the tables are not in the new dump" in told.err) == (1, True)
    assert query(january, "select count(*)::integer from tide.row where name = '0'") == [(300,)]
    load(january, mapping, thin, "--allow-deletes")
    assert query(january, "select count(*)::integer, min(name) from tide.row") == [(210, "2")]
    assert query(january, "select mode, deleted::integer from loader.load")[-1] == ("replace", 90)


def test_both_ways_come_to_the_same(mapping: Path, month: Callable[..., Path], january: str) -> None:
    load(january, mapping, month(2, 200))
    replaced = checksum(january, mapping)
    load(january, mapping, month(1, 0), "--replace")
    load(january, mapping, month(2, 200), "--merge")

    assert checksum(january, mapping) == replaced
