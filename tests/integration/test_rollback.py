"""Loads are taken back exactly, alone or one after the other, or it is said why they cannot be."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.support.history import EBB, FLOOD, HISTORY, KEEP, SLACK, V1, V2, V3, Rows, Tide
from tests.support.running import ended, execute, query, running, wait_until
from tests.support.stopping import locked
from tests.support.versions import MAPPING, Dump, write
from tests.support.working import load_here

TERMINATED = (
    "select pg_terminate_backend(pid) from pg_stat_activity "
    "where datname = current_database() and wait_event_type = 'Lock' and query like 'call loader.rollback%'"
)


def test_rolling_back_the_last_loads_gives_the_first_state_exactly(
    months: tuple[Tide, list[tuple[Rows, Rows]]],
) -> None:
    tide, states = months
    before = tide.checksums()

    assert [tide.rollback(3), tide.rollback(2)] == ["", ""]
    assert tide.state() == states[1]
    assert [tide.as_of(number) for number in range(6)] == [*states, states[2], states[1]]
    assert "was already undone by load 4" in tide.rollback(3)
    assert tide.rollback(1) == ""
    assert tide.state() == states[0]

    tide.load("20260301", V3)
    assert query(tide.database, "select changes from loader.load where load_id = 7") == [("first",)]
    assert tide.checksums() == before
    assert [tide.as_of(number) for number in range(7)] == [*states, states[2], states[1], states[0]]


def test_a_load_in_the_middle_is_rolled_back_where_nothing_touched_its_keys_since(january: Tide) -> None:
    january.load("20260201", [(2, FLOOD), (8, EBB)], options=KEEP)
    january.load("20260301", [(1, SLACK), (9, EBB)], options=KEEP)
    assert january.rollback(2) == ""
    assert [row[:2] for row in january.rows("tide.row")] == [
        (1, "slack"), (2, "ebb"), (3, "flood"), (5, "slack"), (7, "flood"), (9, "ebb"),
    ]  # fmt: skip
    assert [len(january.as_of(number)[0]) for number in range(5)] == [0, 5, 6, 7, 6]
    told = january.rollback(1)
    assert "1 of the records that it wrote were changed since" in told
    assert "row 1" in told
    assert "roll these loads back first, in this order: 3\n" in f"{told}\n", "load 2 is rolled back already"
    assert january.rollback(3) == ""
    assert january.rollback(1) == ""
    assert january.state() == ([], [])


def test_readers_wait_for_no_rollback_and_see_it_at_once(months: tuple[Tide, list[tuple[Rows, Rows]]]) -> None:
    tide, states = months
    with psycopg.connect(tide.database) as session, psycopg.connect(tide.database, autocommit=True) as reader:
        reader.execute("set lock_timeout = '100ms'")
        session.execute("call loader.rollback(3)")
        assert reader.execute("select * from tide.row order by 1, 2").fetchall() == states[3][0]
        session.commit()
        assert reader.execute("select * from tide.row order by 1, 2").fetchall() == states[2][0]


def test_who_loses_the_connection_is_told_where_the_answer_stands(january: Tide) -> None:
    january.load("20260201", V2)
    with (
        locked(january.database, "tide.row", "share"),
        running("rollback", "--yes", 2, database=january.database) as process,
    ):
        wait_until(lambda: query(january.database, TERMINATED) == [(True,)], "the rollback had begun")
        told = ended(process)

    assert told.code == 1, told
    assert "the connection was lost" in told.out
    assert "completely or not at all; `loader log` shows which" in told.out
    assert january.rollback(2) == ""


def test_a_first_load_is_not_rolled_back_when_rows_are_missing(january: Tide) -> None:
    execute(january.database, "delete from tide.row where id = 1")

    assert "it inserted 5 records, of which 4 are left" in january.rollback(1)


def test_a_load_whose_keys_were_touched_since_is_refused_with_the_keys(
    months: tuple[Tide, list[tuple[Rows, Rows]]],
) -> None:
    tide, states = months

    told = tide.rollback(2)
    assert "load 2 cannot be rolled back: 1 of the records that it wrote were changed since" in told
    assert "row 1" in told
    assert "roll these loads back first, in this order: 3" in told
    assert tide.state() == states[3]
    assert query(tide.database, "select count(*)::int from loader.load") == [(3,)]
    execute(tide.database, "delete from tide.row where id = 1")
    assert "row 1 they were changed by hand" in tide.rollback(3)


def test_a_load_that_only_inserted_is_rolled_back_without_history(tmp_path: Path, database: str) -> None:
    tide = Tide(tmp_path, database, MAPPING)
    tide.load("20260101", V1)
    tide.load("20260201", [(8, EBB)])
    tide.load("20260301", [(9, EBB), (1, FLOOD)])

    assert "history: on keeps them" in tide.rollback(3)
    assert tide.rollback(2) == ""
    assert query(database, "select id from tide.row where id > 7") == [(9,)]
    with pytest.raises(psycopg.Error, match="what load 3 changed is recorded, but not the versions before it"):
        tide.as_of(1)
    assert tide.as_of(4) == tide.state()


def test_rows_that_others_refer_to_are_not_taken_away(months: tuple[Tide, list[tuple[Rows, Rows]]]) -> None:
    tide, states = months
    for table, key in (("row", "(id)"), ("row_item", "(row_id, ordinal)")):
        columns = "a integer, b integer, foreign key (a, b)" if table == "row_item" else "a integer, foreign key (a)"
        execute(tide.database, f"create table mine ({columns} references tide.{table} {key} on delete cascade)")
        execute(tide.database, "insert into mine values (6" + (", 2)" if table == "row_item" else ")"))
        told = tide.rollback(3)
        assert "other rows refer to 1 row records" in told
        assert "DETAIL" in told or "6" in told
        assert tide.state() == states[3]
        execute(tide.database, "drop table mine")
    execute(tide.database, "create table mine (a integer, b integer, foreign key (a, b) references tide.row_item)")
    execute(tide.database, "insert into mine values (7, 1)")
    assert tide.rollback(3) == ""
    assert tide.state() == states[2]


def test_what_was_rolled_back_decides_nothing_any_more(january: Tide) -> None:
    """Neither the horizon of its snapshot, nor the place of its source, nor what it found unchanged."""
    january.load("20260301", V3)
    assert january.rollback(2) == ""
    january.load("20260201", V2)
    assert [row[:2] for row in january.rows("tide.row")] == [(key, name) for key, (name, _) in V2]


def test_a_child_that_others_refer_to_is_not_taken_away(january: Tide) -> None:
    january.load("20260201", [(3, EBB)], options=KEEP)
    state = january.state()
    execute(january.database, "create table mine (a integer, b integer, foreign key (a, b) references tide.row_item)")
    execute(january.database, "insert into mine values (3, 2)")

    assert "1 rows of row could not be brought back" in january.rollback(2)
    assert january.state() == state


def test_what_was_found_unchanged_counts_as_long_as_its_version_is_there(tide: Tide) -> None:
    """April finds key 1 as February has made it, and the version of a replace comes and goes."""
    tide.load("20260101", [(1, EBB)], options=KEEP)
    tide.load("20260201", [(1, FLOOD)], options=KEEP)
    tide.load("20260401", [(1, FLOOD)], options=KEEP)
    tide.load("20260501", [(1, SLACK)], mode="replace")
    assert tide.rollback(4) == ""

    tide.load("20260301", [(1, SLACK)], options=KEEP)
    assert [row[:2] for row in tide.rows("tide.row")] == [(1, "flood")]


def test_a_load_that_later_ones_count_on_is_not_taken_back(tide: Tide) -> None:
    """They found its records as it had left them, or gone as well, or lost against it: that wrote nothing.

    What is refused takes a number, too.
    """
    held = "later loads hold 1 of its changes of row as it left them {} roll these loads back first, in this order: {}"
    tide.load("20260101", [(1, EBB), (2, EBB)])
    before = tide.state()
    tide.load("20260301", [(1, EBB)])
    tide.load("20260401", [(1, EBB)])
    assert held.format(2, 3) in tide.rollback(2), "April lacks key 2, too"
    assert tide.rollback(3) == ""
    tide.load("20260201", [(2, FLOOD)], options=KEEP)
    assert held.format(2, 6) in tide.rollback(2), "February's key 2 lost against March, which lacks it"
    assert [tide.rollback(6), tide.rollback(2), tide.state()] == ["", "", before]
    tide.load("20260302", [(1, FLOOD)], options=KEEP)
    tide.load("20260402", [(1, FLOOD)], options=KEEP)
    assert held.format(1, 11) in tide.rollback(10), "April holds key 1 as March has made it"


@pytest.mark.parametrize("policy", ["newest", "fill"])
def test_records_that_a_later_load_holds_are_not_taken_away(tmp_path: Path, database: str, policy: str) -> None:
    entity = "entities:\n  row:\n"
    tide = Tide(tmp_path, database, HISTORY.replace(entity, f"{entity}    policy: {policy}\n"))
    tide.load("20260101", [(1, EBB)], options=KEEP)
    tide.load("20260201", [(1, EBB), (2, EBB)], options=KEEP)

    assert "in this order: 2" in tide.rollback(1)
    assert [tide.rollback(2), tide.rollback(1), tide.state()] == ["", "", ([], [])]


@pytest.mark.parametrize("policy", ["newest", "first", "{{latest_by: name}}", "keep_all", "fill", "error"])
def test_a_load_is_rolled_back_under_every_policy(tmp_path: Path, database: str, policy: str) -> None:
    """Two sources share keys. What the second says of them is gone with it, and comes again with it."""
    entity = "entities:\n  row:\n"
    mapping = HISTORY.replace("deletes: delete", "deletes: ignore").replace(entity, f"{entity}    policy: {policy}\n")
    tide = Tide(tmp_path, database, mapping)
    dumps = [
        write(tmp_path / str(number), [Dump(f"{name}_20260{number}01.xml", records)])
        for number, name, records in ((1, "ebb", V1), (2, "flood", V2), (3, "slack", V3))
    ]
    states: list[tuple[Rows, Rows]] = [([], [])]
    sums = []
    for dump in dumps:
        load_here(database, tide.mapping, dump)
        states.append(tide.state())
        sums.append(tide.checksums())

    assert [tide.rollback(3), tide.rollback(2)] == ["", ""]
    assert tide.state() == states[1]
    assert [tide.as_of(number) for number in range(4)] == states
    for dump, expected in zip(dumps[1:], sums[1:], strict=True):
        load_here(database, tide.mapping, dump)
        assert tide.checksums() == expected
