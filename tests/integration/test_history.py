"""What loads changed: former states are seen again, whatever came in between."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from loader.errors import DatabaseError
from tests.support.history import EBB, HISTORY, KEEP, V1, V2, V3, Rows, Tide
from tests.support.running import execute, loader, query
from tests.support.working import bring


def test_each_former_state_is_seen_again_by_load_and_by_time(months: tuple[Tide, list[tuple[Rows, Rows]]]) -> None:
    tide, states = months

    assert [tide.as_of(number) for number in range(4)] == states
    for number in range(1, 4):
        at = f"(select finished_at from loader.load where load_id = {number})"
        assert tide.rows(f"tide_history.row_as_of(p_at => {at})") == states[number][0]
    assert tide.rows("tide_history.row_item_as_of(p_at => '2001-01-01')") == []


def test_a_replace_that_is_given_up_changes_nothing(tide: Tide) -> None:
    tide.load("20260101", V1)
    state = tide.state()
    number = bring(tide.database, tide.mapping, tide.dump("20260201", V2), mode="replace")
    execute(tide.database, f"call loader.finish_load({number})")
    assert query(tide.database, "select count(*)::int from tide_history.changes") == [(6,)]
    execute(tide.database, f"select loader.cancel_load({number})")

    assert query(tide.database, "select count(*)::int from tide_history.changes") == [(0,)]
    assert tide.as_of(1) == state
    with pytest.raises(psycopg.Error, match="there is no load 2 of tide that is done"):
        tide.as_of(2)
    assert "its state is cancelled" in tide.rollback(number)


def test_a_replace_is_recorded_seen_again_and_rolled_back(tide: Tide) -> None:
    tide.load("20260101", V1)
    first = tide.state()
    tide.load("20260201", V2, mode="replace")
    second = tide.state()
    changes = "select op, key ->> 'id', columns from tide_history.changes where load_id = 2 and op <> 'same' order by 2"
    assert query(tide.database, changes) == [
        ("update", "1", ["name", "row_item"]), ("update", "2", ["name", "row_item"]), ("delete", "3", None),
        ("insert", "4", None),
    ]  # fmt: skip
    assert query(tide.database, "select deleted::int, changes from loader.load where load_id = 2") == [(1, "recorded")]
    tide.load("20260301", V3)
    third = tide.state()

    assert [tide.as_of(number) for number in (1, 2, 3)] == [first, second, third]
    told = loader("revert", tide.mapping, database=tide.database)
    assert (told.code, "loader.rollback(2)" in told.err) == (1, True), told
    assert tide.rollback(3) == ""
    assert tide.state() == second
    assert tide.rollback(2) == ""
    assert tide.state() == first
    assert [tide.as_of(number) for number in (1, 2, 3, 4)] == [first, second, third, second]


def test_marks_are_seen_and_taken_back(tmp_path: Path, database: str) -> None:
    tide = Tide(tmp_path, database, HISTORY.replace("deletes: delete", "deletes: mark"))
    states: list[tuple[Rows, Rows]] = [([], [])]
    for day, records in (("20260101", V1), ("20260201", V2), ("20260301", V1), ("20260401", V2)):
        tide.load(day, records)
        states.append(tide.state())
    assert [row[0] for row in tide.rows("tide.row where _gone_since = '2026-04-01'")] == [3]

    for number in (4, 3, 2):
        assert tide.rollback(number) == ""
        assert tide.state() == states[number - 1]
    assert [tide.as_of(number) for number in range(8)] == [*states, *states[3:0:-1]]


def test_another_mapping_begins_another_history(tide: Tide) -> None:
    tide.load("20260101", V1)
    tide.load("20260201", V2)
    tide.mapping.write_text(tide.mapping.read_text().replace("columns: {name: name}", "columns: {title: name}"))
    execute(tide.database, "create view public.jan as select * from tide_history.row_as_of(1)")
    with pytest.raises(DatabaseError, match=r"something uses the functions that show its former states") as refused:
        tide.load("20260301", V3, mode="replace")
    assert (refused.value.context["sqlstate"], "view public.jan, on tide_hi" in str(refused.value)) == ("LD020", True)
    execute(tide.database, "drop view public.jan")
    tide.load("20260301", V3, mode="replace")
    tide.load("20260401", V1)
    state = tide.state()

    assert "the mapping has changed since" in tide.rollback(2)
    with pytest.raises(psycopg.Error, match="what load 3 changed is not recorded"):
        tide.as_of(2)
    assert len(tide.as_of(3)[0]) == len(V3)
    tide.mapping.write_text(tide.mapping.read_text().replace("type: integer", "type: text"))
    tide.load("20260501", V1, mode="replace")
    assert query(tide.database, "select count(*)::int from tide_history.changes") == [(0,)]
    tide.load("20260601", V2)
    assert [row[1:2] for row in tide.as_of(5)[0]] == [row[1:2] for row in state[0]]


def test_revert_and_history(tide: Tide) -> None:
    """Without history, tables are swapped: what came since and was taken back is no obstacle."""
    tide.mapping.write_text(tide.mapping.read_text().replace("history: on", "history: off"))
    tide.load("20260101", V1)
    first = tide.state()
    tide.load("20260201", V2, mode="replace")
    second = tide.state()
    tide.load("20260301", [(9, EBB)], options=KEEP)
    with pytest.raises(psycopg.Error, match=r"later loads \(3\) depend on the tables"):
        execute(tide.database, "call loader.revert('tide')")
    assert tide.rollback(3) == ""
    tide.load("20260201", V2)
    assert tide.state() == second
    execute(tide.database, "call loader.revert('tide')")
    assert tide.state() == first
    assert "was already undone by loader.revert" in tide.rollback(2)
    with pytest.raises(psycopg.Error, match="the state after load 2 is unknown"):
        tide.as_of(2)
    execute(tide.database, "call loader.revert('tide')")
    assert tide.state() == second


def test_history_needs_visibility_load_and_is_pruned(months: tuple[Tide, list[tuple[Rows, Rows]]]) -> None:
    tide, states = months
    told = loader("load", tide.mapping, "x.xml", "--set", "visibility=chunk", database=tide.database)
    assert (told.code, "history" in told.err) == (2, True), told

    prune = "select loader.prune_history('tide', 3)::int"
    key = "load bigint, id integer, constraint {0}_key foreign key (load, id) references tide_history.row_change"
    execute(
        tide.database,
        f"create table public.lost ({key.format('lost')} on delete cascade); insert into public.lost values (2, 1);"
        f"create table public.emptied ({key.format('emptied')} on delete set null);"
        "insert into public.emptied values (2, 2)",
    )
    with pytest.raises(psycopg.Error, match=r"refer to rows of tide_history\.row_change") as told_of:
        query(tide.database, prune)
    assert told_of.value.diag.message_detail == "".join(
        f"foreign key {name}_key on public.{name}" + "\n" * (name == "emptied") for name in ("emptied", "lost")
    )
    assert query(tide.database, "select count(*)::int from public.lost, public.emptied where emptied.id = 2") == [(1,)]
    execute(tide.database, "update public.lost set load = 3; drop table public.emptied")
    assert query(tide.database, prune) == [(4,)]
    assert tide.as_of(2) == states[2]
    with pytest.raises(psycopg.Error, match="what load 2 changed is not recorded"):
        tide.as_of(1)
    assert "what it changed is not recorded" in tide.rollback(2)
    assert tide.rollback(3) == ""
    assert tide.state() == states[2]
