"""What users make on the tables while a merge or a rollback runs counts for it, or waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from loader.errors import LoaderError
from tests.support.history import EBB, FLOOD, HISTORY, Tide
from tests.support.running import execute, query, wait_until
from tests.support.working import bring

CHILD = ("ebb", ("a", "b"))
WAITS = (
    "select count(*)::int from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() "
    "and (wait_event_type = 'Lock' or wait_event = 'PgSleep')"
)
OF_ROW = "create table mine (a integer references tide.row on delete {action})"
OF_ITEM = "create table mine (a integer, b integer, foreign key (a, b) references tide.row_item on delete {action})"


def meanwhile(database: str, statements: str, what: Callable[[], object]) -> list[Exception]:
    """Runs something while a user's transaction is open, which commits as soon as it is waited for; how it failed."""
    failed: list[Exception] = []

    def run() -> None:
        try:
            what()
        except psycopg.Error as error:
            failed.append(error)

    with psycopg.connect(database) as user:
        user.execute(statements.encode())
        other = threading.Thread(target=run)
        other.start()
        wait_until(lambda: query(database, WAITS)[0][0] > 0, "the transaction was waited for")
        user.commit()
        other.join()
    return failed


@pytest.fixture
def tide(tmp_path: Path, database: str) -> Tide:
    made = Tide(tmp_path, database, HISTORY)
    made.load("20260101", [(1, EBB), (2, EBB), (3, FLOOD)])
    return made


def merge(
    tide: Tide, *records: tuple[int, tuple[str, tuple[str, ...]]], visibility: str = "load"
) -> Callable[[], None]:
    """The end of a merge of a second dump."""
    options = {"visibility": visibility, "history": "off" if visibility == "chunk" else "on"}
    number = bring(tide.database, tide.mapping, tide.dump("20260201", records), options=options)
    return lambda: execute(tide.database, f"call loader.finish_load({number})")


@pytest.mark.parametrize(("action", "visibility"), [("cascade", "load"), ("set null", "load"), ("cascade", "chunk")])
def test_a_merge_keeps_the_rows_of_a_foreign_key_that_is_made_meanwhile(
    tide: Tide, action: str, visibility: str
) -> None:
    end = merge(tide, (1, EBB), (2, CHILD), visibility=visibility)
    assert meanwhile(tide.database, OF_ROW.format(action=action) + "; insert into mine values (3)", end) == []
    assert query(tide.database, "select a from mine") == [(3,)]
    assert query(tide.database, "select id from tide.row order by 1") == [(1,), (2,), (3,)]
    assert query(tide.database, "select count(*)::int from loader.event where kind = 'rows_kept'") == [(1,)]


def test_a_merge_keeps_the_child_rows_of_a_foreign_key_that_is_made_meanwhile(tide: Tide) -> None:
    end = merge(tide, (1, EBB), (2, CHILD), (3, FLOOD))
    made = OF_ITEM.format(action="cascade") + "; insert into mine values (2, 3)"
    assert meanwhile(tide.database, made, end) == []
    assert query(tide.database, "select a, b from mine") == [(2, 3)]


def test_a_chunk_keeps_the_child_rows_of_a_foreign_key_that_is_made_meanwhile(tide: Tide) -> None:
    made = OF_ITEM.format(action="cascade") + "; insert into mine values (2, 3)"
    assert meanwhile(tide.database, made, lambda: merge(tide, (2, CHILD), visibility="chunk")) == []
    assert query(tide.database, "select a, b from mine") == [(2, 3)]
    assert query(tide.database, "select count(*)::int from tide.row_item where row_id = 2") == [(3,)]


@pytest.mark.parametrize("visibility", ["load", "chunk"])
def test_orphans_that_a_foreign_key_refers_to_stay(tide: Tide, visibility: str) -> None:
    """Somebody has deleted a root without its children; the record comes again with fewer of them."""
    execute(
        tide.database,
        f"{OF_ITEM.format(action='cascade')}; insert into mine values (2, 3); delete from tide.row where id = 2",
    )
    merge(tide, (1, EBB), (2, CHILD), (3, FLOOD), visibility=visibility)()
    assert query(tide.database, "select a, b from mine") == [(2, 3)]
    assert query(tide.database, "select ordinal::int, text from tide.row_item where row_id = 2 order by 1") == [
        (1, "a"), (2, "b"), (3, "c"),
    ]  # fmt: skip
    assert (
        "1 rows of row_item" in query(tide.database, "select message from loader.event where kind = 'rows_kept'")[0][0]
    )


@pytest.mark.parametrize("action", ["cascade", "set null"])
def test_a_rollback_is_refused_for_a_foreign_key_that_is_made_meanwhile(tide: Tide, action: str) -> None:
    tide.load("20260201", [(1, EBB), (2, EBB), (3, FLOOD), (4, EBB)])
    state, told = tide.state(), []
    made = OF_ROW.format(action=action) + "; insert into mine values (4)"
    assert meanwhile(tide.database, made, lambda: told.append(tide.rollback(2))) == []
    assert "other rows refer to 1 row records" in told[0]
    assert (tide.state(), query(tide.database, "select a from mine")) == (state, [(4,)])


HEIRS = {
    "a merge": ("tide.row", "tide.row_item where row_id = 3", "(3, 'heir', 1, 1, loader.unknown_hash())"),
    "a chunk": ("tide.row_item", "tide.row where id = 2", "(2, 9, 'heir')"),
    "a rollback": ("tide.row", "tide.row_item where row_id = 4", "(4, 'heir', 1, 1, loader.unknown_hash())"),
}


@pytest.mark.parametrize("what", HEIRS)
def test_nothing_is_written_into_a_table_that_begins_to_inherit_meanwhile(tide: Tide, what: str) -> None:
    """Its rows would be deleted as those of the table."""
    parent, held, row = HEIRS[what]
    if what == "a rollback":
        tide.load("20260201", [(1, EBB), (2, EBB), (3, FLOOD), (4, EBB)])
    failed: list[Exception] = []

    def end() -> None:
        try:
            if what == "a rollback":
                tide.rollback(2)
            else:
                merge(tide, (1, EBB), (2, CHILD), visibility="chunk" if what == "a chunk" else "load")()
        except (psycopg.Error, LoaderError) as error:
            failed.append(error)

    with psycopg.connect(tide.database) as holder:
        holder.execute(f"select from {held} for update".encode())
        other = threading.Thread(target=end)
        other.start()
        waits = WAITS + " and wait_event = 'transactionid'"
        wait_until(lambda: query(tide.database, waits)[0][0] > 0, "the row was waited for")
        execute(tide.database, f"create table heir () inherits ({parent}); insert into heir values {row}")
        holder.rollback()
        other.join()
    told = str(failed) + str(query(tide.database, "select error from loader.chunk"))
    assert "other tables inherit from tables of tide" in told
    assert query(tide.database, "select count(*)::int from heir") == [(1,)]
