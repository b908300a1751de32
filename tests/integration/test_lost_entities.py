"""An entity of which nothing could be loaded never takes the place of rows; a share of rejects counts by entity."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.running import load, loader, query
from tests.support.working import load_here

MAPPING = """\
dataset: port
snapshot: '_(\\d{8})'
max_rejects: 5%
SETTINGS
entities:
  ship:
    record: /dump/ship
    key: {id: {path: "@id", type: integer}}
    columns: {name: name, tons: {path: tons, type: integer}}
    where: "name <> 'ghost'"
  pool:
    record: /dump/pool
    key: {id: {path: "@id", type: integer}}
    columns: {name: name}
"""


class Port:
    """Two entities that one file may hold, in a database of its own."""

    def __init__(self, folder: Path, database: str, settings: str = "") -> None:
        self.folder, self.database = folder, database
        self.mapping = folder / "port.yaml"
        self.mapping.write_text(MAPPING.replace("SETTINGS", settings))

    def file(self, day: str, ships: Sequence[str], crews: Sequence[str] = ()) -> Path:
        """A dump of a day; whole records."""
        path = self.folder / f"port_{day}.xml"
        path.write_text(f"<dump>\n{''.join(ships)}\n{''.join(crews)}</dump>")
        return path

    def load(self, path: Path, **request: object) -> str:
        """Loads a dump in this process; the SQLSTATE and message of what refuses it, or ''."""
        try:
            load_here(self.database, self.mapping, [path], chunk_bytes=4096, **request)
        except psycopg.Error as error:
            query(self.database, "select loader.end_load(max(load_id), 'failed', '') from loader.load")
            return f"{error.sqlstate} {error.diag.message_primary}"
        return ""

    def ids(self, table: str = "ship") -> list[int]:
        """Keys in a table."""
        return [key for (key,) in query(self.database, f"select id from port.{table} order by id")]


def good(*ids: int, name: str = "Ann") -> list[str]:
    return [f'<ship id="{key}"><name>{name}</name><tons>5</tons></ship>' for key in ids]


def bad(*ids: int) -> list[str]:
    return [f'<ship id="{key}"><name>Ann</name><tons>five</tons></ship>' for key in ids]


def pool(*ids: int) -> list[str]:
    return [f'<pool id="{key}"><name>Bob</name></pool>' for key in ids]


@pytest.fixture
def empty(tmp_path: Path, database: str) -> Port:
    return Port(tmp_path, database)


@pytest.fixture
def port(tmp_path: Path, database: str) -> Port:
    found = Port(tmp_path, database)
    found.load(found.file("20260101", good(1, 2, 3), pool(1, 2)))
    return found


GONE: dict[str, Any] = {"options": {"allow_deletes": True}}
KEYLESS = ["<ship><name>Ann</name></ship>"] * 3
GHOSTS = good(1, 2, 3, name="ghost")


EMPTY = {
    "rejected": (bad(1, 2), "LD031 every record of ship was rejected (2)"),
    "keyless": (KEYLESS, "LD031 every record of ship was rejected (3)"),
    "rejected or left out": ([*bad(1), *GHOSTS], "LD031 every record of ship was rejected (1)"),
    "malformed": (["<ship id='1'><name>Ann</ship>"], "LD031 every record of ship was rejected (1)"),
    "left out": (GHOSTS, "LD017 none of the 3 ship records in the tables would be left"),
    "none in the file": ([], "LD017 none of the 3 ship records in the tables would be left"),
}


def test_a_replace_puts_nothing_empty_over_rows(port: Port) -> None:
    """The many good records of the other entity do not hide it."""
    for case, (ships, words) in EMPTY.items():
        told = port.load(port.file("20260201", ships, pool(*range(1, 100))), mode="replace")

        assert told.startswith(words), case
        assert (port.ids(), port.ids("pool")) == ([1, 2, 3], [1, 2]), case


def test_all_rejected_into_empty_tables(tmp_path: Path, database: str) -> None:
    port = Port(tmp_path, database)
    assert port.load(port.file("20260101", bad(1, 2), pool(1)), mode="replace") == ""
    assert (port.ids(), port.ids("pool")) == ([], [1])
    assert port.load(port.file("20260201", bad(1, 2), pool(1)), mode="replace") == "", (
        "nothing takes the place of no rows"
    )


def test_what_is_left_out_on_purpose_may_empty_a_table_when_told(port: Port) -> None:
    assert port.load(port.file("20260201", GHOSTS, pool(1)), mode="replace", **GONE) == ""
    assert port.ids() == []
    assert port.load(port.file("20260301", good(1), pool(1)), mode="replace") == ""
    assert port.load(port.file("20260401", bad(1), pool(1)), mode="replace", **GONE).startswith("LD031")
    assert port.ids() == [1]


def test_all_duplicates_leave_one(port: Port) -> None:
    assert port.load(port.file("20260201", good(7, 7, 7), pool(1)), mode="replace", **GONE) == ""
    assert port.ids() == [7]


@pytest.mark.parametrize("visibility", ["load", "chunk"])
def test_a_merge_that_has_rejected_all_deletes_nothing(tmp_path: Path, database: str, visibility: str) -> None:
    port = Port(tmp_path, database, f"deletes: delete\nmax_delete_pct: 100\nvisibility: {visibility}\n")
    port.load(port.file("20260101", good(1, 2, 3), pool(1)))

    assert port.load(port.file("20260201", KEYLESS, pool(1)), mode="merge").startswith("LD031")

    assert port.ids() == [1, 2, 3]


SHARES = [
    (10, 20, "5%", ""),
    (11, 20, "5%", "LD009 11 records of ship were rejected, more than max_rejects allows (10)"),
    (12, 240, "5%", ""),
    (13, 240, "5%", "LD009 13 records of ship were rejected, more than max_rejects allows (12)"),
    (1, 20, "0", "LD009 1 of 420 records were rejected, more than max_rejects allows (0)"),
    (1, 20, "0%", "LD009 1 records of ship were rejected, more than max_rejects allows (0)"),
    (11, 20, "11", ""),
    (4, 20, "50%,3", "LD009 4 of 420 records were rejected, more than max_rejects allows (3)"),
]


def test_a_share_counts_from_the_first_record_on(empty: Port) -> None:
    """By entity, though the file holds 400 good records of another; ten pass."""
    given = empty.mapping.read_text()
    for rejects, records, limit, told in SHARES:
        empty.mapping.write_text(given.replace("5%", limit))
        ships = [*bad(*range(rejects)), *good(*range(rejects, records))]

        assert empty.load(empty.file("20260101", ships, pool(*range(400))), mode="replace", **GONE) == told, limit


def test_what_people_are_told(tmp_path: Path, database: str) -> None:
    port = Port(tmp_path, database)
    load(database, port.mapping, port.file("20260101", good(1, 2, 3)))

    told = loader("load", port.mapping, port.file("20260201", bad(1, 2)), "--replace", database=database)
    assert told.code == 1
    assert "every record of ship was rejected (2), so the rows in the tables stay" in told.err
    assert port.ids() == [1, 2, 3]
    assert query(database, "select state from loader.load order by 1") == [("done",), ("failed",)]

    file = port.file("20260301", [*good(1), *bad(8, 9)])
    told = loader("load", port.mapping, file, "--replace", "--allow-deletes", database=database)
    assert told.code == 3
    assert told.out.splitlines()[-1] == ("2 of 3 ship records were rejected and are missing: loader rejects list port")
    summary = load(database, port.mapping, port.file("20260401", [*good(1), *bad(8)], pool(1)), "--merge", code=3)
    assert summary["entities"] == [
        {"entity": "ship", "read": 2, "rejected": 1, "without_key": 0, "deleted": 0, "kept": 0, "recomposed": 0},
        {"entity": "pool", "read": 1, "rejected": 0, "without_key": 0, "deleted": 0, "kept": 0, "recomposed": 0},
    ]
