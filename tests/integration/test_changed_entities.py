"""A mapping that changes what it says of one entity: only its rows have to be made again, by a replace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from loader.errors import UsageError
from tests.support.running import loader, query
from tests.support.server import fresh_database
from tests.support.working import load_here

BASE = """\
dataset: shop
snapshot: '_(\\d{8})'
deletes: delete
history: on
max_delete_pct: 100
entities:
  tool:
    record: /tools/tool
    key: {id: {path: "@id", type: integer}}
    columns: {name: name}
  price:
    record: /prices/price
    key: {id: {path: "@id", type: integer}}
    columns: {amount: {path: amount, type: integer, on_error: "null"}}
    children: {price_note: {rows: note, columns: {text: .}}}
"""
AMOUNT = 'amount: {path: amount, type: integer, on_error: "null"}'
CHANGES = {
    "path": (AMOUNT, AMOUNT.replace("path: amount", "path: old")),
    "type": (AMOUNT, AMOUNT.replace("integer", "numeric")),
    "on_error": (', on_error: "null"', ""),
    "where": ("record: /prices/price", "record: /prices/price\n    where: id <> 3"),
    "policy": ("record: /prices/price", "record: /prices/price\n    policy: fill"),
    "key": (
        '{id: {path: "@id", type: integer}}\n    columns: {am',
        '{id: "@id"}\n    columns: {am',
    ),
}
MONTHS = ("20260101", "20260201", "20260301")


def mapping(folder: Path, old: str = "", new: str = "") -> Path:
    assert old in BASE
    path = folder / "shop.yaml"
    path.write_text(BASE.replace(old, new))
    return path


def tools(folder: Path, day: str) -> Path:
    """Number 9 goes after the first month; number 2 has another name each month."""
    path, month = folder / f"tools_{day}.xml", MONTHS.index(day)
    names = {1: "saw", 2: f"axe {month}", **({9: "nail"} if month == 0 else {})}
    rows = "".join(f'<tool id="{key}"><name>{name}</name></tool>\n' for key, name in names.items())
    path.write_text(f"<tools>\n{rows}</tools>\n")
    return path


def prices(folder: Path, day: str) -> Path:
    """The price of number 1 is another one in the second month only; number 2 goes after the first month."""
    path, month = folder / f"prices_{day}.xml", MONTHS.index(day)
    rows = "".join(
        f'<price id="{key}"><amount>{key + (month % 2 if key == 1 else month)}</amount><old>{key}0.5</old>'
        f"<note>n{key}</note></price>\n"
        for key in (1, 2, 3)
        if key != 2 or month == 0
    )
    path.write_text(f"<prices>\n{rows}</prices>\n")
    return path


@pytest.fixture(scope="module")
def _january(server: str, control_schema: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("shop")
    with fresh_database(server, control_schema) as url:
        load_here(url, mapping(folder), [tools(folder, MONTHS[0]), prices(folder, MONTHS[0])])
        yield url


@pytest.fixture
def january(server: str, _january: str) -> Iterator[str]:
    with fresh_database(server, _january) as url:
        yield url


def amounts(url: str) -> list[tuple[object, ...]]:
    return query(url, "select id::text, amount::float from shop.price order by 1")


def names(url: str) -> list[tuple[object, ...]]:
    return query(url, "select id, name from shop.tool order by 1")


@pytest.mark.parametrize("change", CHANGES)
def test_rows_of_an_entity_stay_as_its_mapping_made_them_until_a_replace_has_a_file_of_it(
    change: str, january: str, tmp_path: Path
) -> None:
    before = amounts(january)
    changed = mapping(tmp_path, *CHANGES[change])
    load_here(january, changed, [tools(tmp_path, MONTHS[1])], mode="replace")
    told = query(
        january, "select message from loader.event where kind = 'entities_unfed' order by event_id desc limit 1"
    )
    assert told == [(
        "no file of this load holds price: the rows stay as they are; the mapping of price has changed, so the next "
        "load of it has to be a --replace",
    )]  # fmt: skip
    assert amounts(january) == before
    assert query(january, "select message from loader.event where kind = 'history_lost'") == []

    for mode in (None, "merge"):
        for day in MONTHS[:2]:
            with pytest.raises(UsageError, match="mapping of shop has changed since its tables were loaded") as refused:
                load_here(january, changed, [prices(tmp_path, day)], mode=mode)
            assert "price" in str(refused.value)
            assert "tool" not in str(refused.value)
            assert ("give also prices_20260101.xml" in refused.value.hint) == (day == MONTHS[1])
    with (
        psycopg.connect(january) as connection,
        pytest.raises(psycopg.Error, match="the one that the tables of price were loaded with") as error,
    ):
        connection.execute("select loader.start_load('shop', 'merge', '{price}')")
    assert error.value.sqlstate == "LD004"
    assert amounts(january) == before

    load_here(january, changed, [tools(tmp_path, MONTHS[2])])  # what is the same of an entity may be merged on
    assert names(january) == [(1, "saw"), (2, "axe 2")]
    load_here(january, changed, [prices(tmp_path, MONTHS[1])], mode="replace")
    replaced = amounts(january)
    load_here(january, changed, [prices(tmp_path, MONTHS[1])])
    assert amounts(january) == replaced != before
    told = loader("check", changed, database=january)
    assert told.code == 0, told


def test_a_child_table_that_comes_back_has_no_rows_of_before(january: str, tmp_path: Path) -> None:
    notes = "    children: {price_note: {rows: note, columns: {text: .}}}\n"
    without = mapping(tmp_path, notes, "")
    load_here(january, without, [tools(tmp_path, MONTHS[0]), prices(tmp_path, MONTHS[0])], mode="replace")
    load_here(january, without, [prices(tmp_path, MONTHS[1])])
    load_here(january, mapping(tmp_path), [tools(tmp_path, MONTHS[0])], mode="replace")
    with pytest.raises(UsageError, match=r"tables\.price_note: added"):
        load_here(january, mapping(tmp_path), [prices(tmp_path, MONTHS[1])])
    load_here(january, mapping(tmp_path), [prices(tmp_path, MONTHS[1])], mode="replace")
    assert query(january, "select * from shop.price_note order by 1") == [(1, 1, "n1"), (3, 1, "n3")]


def test_an_entity_that_has_not_changed_needs_no_replace(january: str, tmp_path: Path) -> None:
    """What its merges had found unchanged goes on to count, and they can be rolled back."""
    kept = mapping(tmp_path, "deletes: delete", "deletes: ignore")
    load_here(january, kept, [prices(tmp_path, MONTHS[2])])
    changed = tmp_path / "changed.yaml"
    changed.write_text(kept.read_text().replace("columns: {name: name}", "columns: {title: name}"))
    late = load_here(january, changed, [prices(tmp_path, MONTHS[1])])
    assert query(january, "select state from loader.load where load_id = %s", late) == [("done",)]
    assert amounts(january) == [("1", 1), ("2", 2), ("3", 5)]
    with pytest.raises(UsageError, match=r"tables\.tool\.columns\.title: added"):
        load_here(january, changed, [tools(tmp_path, MONTHS[1]), prices(tmp_path, MONTHS[2])])
    load_here(january, changed, [tools(tmp_path, MONTHS[1])], mode="replace")
    for load in (late, 2):
        assert loader("rollback", load, "--yes", database=january).code == 0
    assert amounts(january) == [("1", 1), ("2", 2), ("3", 3)]


def test_an_entity_that_is_new_or_left_out_needs_no_replace_of_the_others(january: str, tmp_path: Path) -> None:
    price = BASE[BASE.index("  price:") :]
    load_here(january, mapping(tmp_path, price, ""), [tools(tmp_path, MONTHS[1])])
    load_here(january, mapping(tmp_path), [prices(tmp_path, MONTHS[1])])  # it comes back as it was
    assert amounts(january) == [("1", 2), ("3", 4)]
    added = mapping(tmp_path, price, price.replace("price", "fee") + price)
    load_here(january, added, [tools(tmp_path, MONTHS[2])])
    fees = tmp_path / "fees_20260101.xml"
    fees.write_text(prices(tmp_path, MONTHS[0]).read_text().replace("price", "fee"))
    load_here(january, added, [fees])
    load_here(january, added, [prices(tmp_path, MONTHS[2]), tools(tmp_path, MONTHS[2])])
    assert query(january, "select count(*)::int from shop.fee") == [(3,)]
    assert (names(january), amounts(january)) == ([(1, "saw"), (2, "axe 2")], [("1", 1), ("3", 5)])
    told = loader("conflicts", added, prices(tmp_path, MONTHS[2]), database=january)
    assert told.code == 0, told
    renamed = mapping(tmp_path, "columns: {name: name}", "columns: {title: name}")
    told = loader("conflicts", renamed, prices(tmp_path, MONTHS[2]), database=january)
    assert told.code == 0, told
    assert loader("conflicts", renamed, tools(tmp_path, MONTHS[2]), database=january).code == 2
