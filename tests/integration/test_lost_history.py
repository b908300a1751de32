"""History that somebody has dropped, emptied or not restored: what leads back over it is refused, never wrong."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from loader.errors import DatabaseError
from tests.support.history import HISTORY, V1, V2, V3, Rows, Tide
from tests.support.running import query
from tests.support.working import bring

# What is asked of load 2 of three, and how it is refused when its changes are not all there.
ASKED = {
    "select * from tide_history.row_as_of(1)": "LD019",
    "select * from tide_history.row_item_as_of(1)": "LD019",
    "select * from loader.list_changes(2)": "LD019",
    "select * from loader.change_counts(2)": "LD019",
    "select loader.assert_can_roll_back(2)": "LD018",
}
REMOVED = ("truncate tide_history.row_change", "delete from tide_history.row_change where load_id = 2 and id = 4")


def _refusals(connection: psycopg.Connection[tuple[object, ...]]) -> dict[str, str | None]:
    found = {}
    for statement in ASKED:
        try:
            with connection.transaction():
                connection.execute(statement.encode())
        except psycopg.Error as error:
            found[statement] = error.sqlstate
    return found


def test_changes_that_somebody_has_removed_are_noticed(months: tuple[Tide, list[tuple[Rows, Rows]]]) -> None:
    tide, states = months
    assert tide.as_of(2) == states[2]
    with psycopg.connect(tide.database) as connection:
        assert _refusals(connection) == {}
        for removed in REMOVED:
            with connection.transaction(force_rollback=True):
                connection.execute(removed.encode())
                assert _refusals(connection) == ASKED, removed
    assert tide.rollback(3) == ""
    assert query(tide.database, "select changes from loader.load_entity where load_id > 2") == [(3,), (3,)]


def test_loads_lose_their_history_with_its_tables(
    months: tuple[Tide, list[tuple[Rows, Rows]]], caplog: pytest.LogCaptureFixture
) -> None:
    tide, states = months
    with psycopg.connect(tide.database) as connection:
        connection.execute("drop schema tide_history cascade")
    tide.load("20260401", V3[:-1])
    assert "what 2 loads of tide had changed is lost, because the table tide_history.row_change" in caplog.text
    assert query(tide.database, "select changes from loader.load order by load_id") == [
        ("first",), (None,), (None,), ("recorded",),
    ]  # fmt: skip
    with psycopg.connect(tide.database) as connection:
        assert _refusals(connection) == {name: code for name, code in ASKED.items() if "from loader" not in name}
    assert tide.as_of(3) == states[3]
    assert tide.rollback(4) == ""
    assert tide.state() == states[3]


def test_only_a_replace_goes_on_without_what_sources_said(
    tmp_path: Path, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    mapping = HISTORY.replace("    key:", "    policy: fill\n    key:").replace("deletes: delete", "deletes: ignore")
    tide = Tide(tmp_path, database, mapping)
    tide.load("20260101", V1)
    before = tide.state()
    with psycopg.connect(database) as connection:
        for removed in ("truncate tide_history.row_version", "delete from tide_history.row_version where id = 1"):
            with connection.transaction(force_rollback=True):
                connection.execute(removed.encode())
                with pytest.raises(psycopg.Error, match=r"of 5 versions that sources gave of row, [15] are missing"):
                    connection.execute("select loader.start_load('tide', 'merge')")
        connection.execute("drop table tide_history.row_version")
    for _ in range(2):
        with pytest.raises(DatabaseError, match=r"differs .*\n  load with --replace"):
            tide.load("20260201", V2)
    assert "load all files with --replace" in caplog.text
    assert tide.state() == before
    tide.load("20260201", V2, mode="replace")
    tide.load("20260301", V3)
    assert query(database, "select versions from loader.load_entity order by load_id") == [(5,), (5,), (10,)]
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("call loader.rollback(5)")
        connection.execute("select loader.assert_versions('tide')")
    waiting = bring(database, tide.mapping, tide.dump("20260401", V1), mode="merge")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("truncate tide_history.row_version")
        with pytest.raises(psycopg.Error, match="of 10 versions that sources gave of row, 10 are missing"):
            connection.execute("call loader.finish_load(%s)", (waiting,))
