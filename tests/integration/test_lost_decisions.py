"""What earlier loads decided without writing it, and somebody has removed: later loads that go by it are refused."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from loader.errors import DatabaseError
from tests.support.history import HISTORY, Rows, Tide
from tests.support.running import execute, query
from tests.support.server import fresh_database
from tests.support.versions import Content
from tests.support.working import bring, load_here

A, B, C, BAD = ("a", ("a",)), ("b", ("b",)), ("c", ()), ("x" * 20, ())
Records = list[tuple[int, Content]]
# Names longer than ten characters are rejected, with their key.
MAPPING = HISTORY.replace("name: name", 'name: {{path: name, pattern: ".{{1,10}}"}}') + "max_rejects: 100%\n"
JANUARY: Records = [(1, A), (2, A), (3, A), (4, A), (5, A)]
MARCH: Records = [(1, A), (2, C), (6, C), (3, BAD)]
FEBRUARY: Records = [(1, B), (2, B), (3, B), (6, B), (7, B)]
SEEN, REJECTS = "truncate tide_stage.row_key_log", "delete from loader.reject"


@dataclass(frozen=True)
class Case:
    """Loads, and a late one that goes by what the second of them decided. ``keeps``: of the mapping; ``lost``: how, one
    way after the other.
    """

    keeps: str
    lost: tuple[str, ...]
    days: tuple[str, str, str] = ("20260101", "20260301", "20260201")
    policy: str = "newest"
    march: tuple[tuple[int, Content], ...] = tuple(MARCH)
    late: tuple[tuple[int, Content], ...] = tuple(FEBRUARY)


CASES = {
    "what a delta confirmed": Case(
        "deletes: ignore",
        (SEEN, "delete from tide_stage.row_key_log where 1 = any (id)", "drop table tide_stage.row_key_log"),
    ),
    "chunk by chunk": Case("deletes: ignore\nvisibility: chunk", (SEEN,)),
    "under the policy first": Case("deletes: ignore", (SEEN,), ("20260301", "20260101", "20260201"), "first"),
    "what the other part of a dump confirmed": Case(
        "deletes: delete", (SEEN,), ("20260101", "20260301", "20260301b"), late=((3, A), (6, B))
    ),
    "rejects": Case("deletes: delete", (REJECTS, "update loader.reject set key = null")),
    "rejects, marked": Case("deletes: mark", (REJECTS,)),
    "rejects, chunk by chunk": Case("deletes: delete\nvisibility: chunk", (REJECTS,)),
}


def _tide(folder: Path, database: str, keeps: str, policy: str = "newest") -> Tide:
    mapping = MAPPING.replace("deletes: delete\n", "").replace("    key:", f"    policy: {policy}\n    key:")
    return Tide(folder, database, mapping.replace("history: on\n", "" if "chunk" in keeps else "history: on\n") + keeps)


def _outcome(database: str) -> Rows:
    return query(database, "select id, name from tide.row order by id")


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_late_dump_is_refused_and_goes_on_once_the_newer_one_is_loaded_again(
    tmp_path: Path, server: str, database: str, case: Case
) -> None:
    tide = _tide(tmp_path, database, case.keeps, case.policy)
    first, second, late = case.days
    tide.load(first, JANUARY)
    tide.load(second, case.march)
    execute(database, "call loader.finish_load(2)")  # drops the build
    before = _outcome(database)
    with fresh_database(server, database) as intact:
        load_here(intact, tide.mapping, tide.dump(late, case.late))
        wanted = _outcome(intact)
    assert wanted != before
    for lost in case.lost:
        with fresh_database(server, database) as url:
            execute(url, lost)
            for _ in range(2):
                with pytest.raises(DatabaseError) as refused:
                    load_here(url, tide.mapping, tide.dump(late, case.late), mode="merge")
                assert refused.value.context["sqlstate"] == "LD038"
                assert f"load 2 (tide_{second}.xml): 1 of 1 rows about row are missing in" in str(refused.value)
                assert _outcome(url) == before
            load_here(url, tide.mapping, tide.dump(second, case.march))
            assert _outcome(url) == before
            load_here(url, tide.mapping, tide.dump(late, case.late))
            assert _outcome(url) == wanted


@pytest.mark.parametrize("policy", ["fill", "{{merge: {{name: max(name)}}}}", "error", "keep_all"])
def test_lost_rejects_of_composed_rows_are_told_and_a_late_dump_waits_until_they_are_back(
    tmp_path: Path, server: str, database: str, policy: str
) -> None:
    tide = _tide(tmp_path, database, "deletes: delete", policy)
    tide.load("20260101", JANUARY)
    tide.load("20260301", MARCH)
    execute(database, "call loader.finish_load(2); create table public.lost as select * from loader.reject")
    before = _outcome(database)
    with fresh_database(server, database) as intact:
        load_here(intact, tide.mapping, tide.dump("20260201", FEBRUARY), mode="merge")
        wanted = _outcome(intact)
    for lost, back in (
        (REJECTS, "insert into loader.reject overriding system value select * from public.lost"),
        (
            "update loader.reject set key = null",
            "update loader.reject as r set key = o.key from public.lost as o where o.reject_id = r.reject_id",
        ),
    ):
        with fresh_database(server, database) as url:
            execute(url, lost)
            with pytest.raises(DatabaseError, match="put these rows back, or load all files with --replace") as refused:
                load_here(url, tide.mapping, tide.dump("20260201", FEBRUARY), mode="merge")
            assert refused.value.context["sqlstate"] == "LD038"
            assert _outcome(url) == before
            execute(url, back)
            load_here(url, tide.mapping, tide.dump("20260201", FEBRUARY), mode="merge")
            assert _outcome(url) == wanted


def test_an_older_dump_is_not_refused_where_a_whole_newer_one_has_decided_about_all(
    months: tuple[Tide, list[tuple[Rows, Rows]]],
) -> None:
    """What the newer ones had confirmed and rejected is asked for in vain then."""
    tide, states = months
    execute(tide.database, SEEN)
    tide.load("20260215", FEBRUARY)
    assert tide.state() == states[3]


def test_what_the_chunks_of_an_open_load_have_noted_is_not_removed(tmp_path: Path, database: str) -> None:
    tide = _tide(tmp_path, database, "deletes: delete")
    tide.load("20260101", JANUARY)
    before = _outcome(database)
    waiting = bring(database, tide.mapping, tide.dump("20260301", MARCH))
    for removed, what in (
        (SEEN, "noted the keys of 1 records, and its key log holds 0"),
        (REJECTS, "rejected 1 records"),
    ):
        with psycopg.connect(database) as connection:
            connection.execute(removed.encode())
            with pytest.raises(psycopg.Error, match=what) as refused:
                connection.execute("select loader.apply_load(%s)", (waiting,))
            assert refused.value.sqlstate == "LD012"
    assert _outcome(database) == before


def test_a_load_is_not_taken_back_when_what_later_ones_confirmed_is_lost(tmp_path: Path, database: str) -> None:
    tide = _tide(tmp_path, database, "deletes: ignore")
    tide.load("20260101", JANUARY)
    tide.load("20260201", FEBRUARY[:3])
    after = tide.state()
    tide.load("20260301", FEBRUARY[:2])
    execute(database, SEEN)
    assert "is not recorded any more" in tide.rollback(2)
    assert tide.state() == after
    assert tide.rollback(3) == tide.rollback(2) == ""


def test_a_replace_is_chosen_by_no_load_when_what_others_confirmed_is_lost(tmp_path: Path, database: str) -> None:
    tide = _tide(tmp_path, database, "deletes: delete")
    tide.load("20260101", JANUARY)
    tide.load("20260301", JANUARY[:2], options={"deletes": "ignore"})
    asked = "select loader.keeps_rows('tide', '{row}', 0, '2026-03-01')"
    assert query(database, asked) == [(True,)]
    execute(database, SEEN)
    assert query(database, asked) == [(True,)]
    with pytest.raises(DatabaseError, match="load the files that are listed again"):
        tide.load("20260301b", [(key, B) for key, _ in JANUARY[1:]], mode="merge")


def test_what_was_confirmed_before_a_replace_counts_again_when_that_is_reverted(tmp_path: Path, database: str) -> None:
    tide = _tide(tmp_path, database, "deletes: ignore")
    tide.mapping.write_text(tide.mapping.read_text().replace("history: on", "history: off"))
    tide.load("20260101", JANUARY)
    tide.load("20260301", JANUARY[:1])
    before = _outcome(database)
    tide.load("20260401", FEBRUARY, mode="replace", options={"deletes": "delete"})
    for number, day, records in ((4, "20260501", FEBRUARY[:1]), (6, "20260215", JANUARY[:1])):
        tide.load(day, records)
        with pytest.raises(psycopg.Error, match=rf"later loads \({number}\) depend .*\n.*in this order: {number}"):
            execute(database, "call loader.revert('tide')")
        assert tide.rollback(number) == ""
    execute(database, "call loader.revert('tide')")
    assert _outcome(database) == before
    tide.load("20260201", FEBRUARY[:2])
    assert _outcome(database) == [before[0], (2, "b"), *before[2:]], "March's word on key 1, and not April's on key 2"


def test_events_are_for_people(months: tuple[Tide, list[tuple[Rows, Rows]]]) -> None:
    """Those that somebody removes have decided nothing."""
    tide, _ = months
    execute(tide.database, "alter table tide.row drop name; select loader.restore_marks('tide')")
    execute(tide.database, "select loader.repair_tables('tide')")
    execute(tide.database, "delete from loader.event")
    assert "rows have lost values since" in tide.rollback(3)
    with pytest.raises(psycopg.Error, match="is unknown"):
        tide.as_of(2)
