"""Publications with which the server refuses updates or deletes are told before a merge writes anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from loader.errors import LoaderError
from tests.support.running import execute, query
from tests.support.server import fresh_database
from tests.support.versions import MAPPING, Dump, write
from tests.support.working import load_here

JANUARY = Dump("pier_20260101.xml", ((1, ("ebb", ("a", "b"))), (2, ("ebb", ("a",)))))
FEBRUARY = Dump("pier_20260201.xml", ((1, ("flood", ("b",))),))
KEYED = "create table public.boat (id integer references pier.row on delete {}{}); "
ASK = "select loader.assert_mergeable('pier')"
START = "select loader.start_load('pier', 'merge')"
BOAT = "create publication p for table public.boat"
PARTS = (
    "create table public.boat (id integer references pier.row on delete cascade) partition by list (id); "
    "create table public.boat_1 partition of public.boat for values in (1); "
)
# What is made, and the command that the server refuses with it, on the table that it then names; none: it refuses none.
CASES = {
    "a table without replica identity": (
        "alter table pier.row replica identity nothing; create publication p for table pier.row", "update pier.row"),
    "a child whose identity was dropped": (
        "create unique index i on pier.row_item (row_id, ordinal); "
        "alter table pier.row_item replica identity using index i; drop index pier.i; "
        "create publication p for tables in schema pier", "delete from pier.row_item"),
    "a history without replica identity": (
        "alter table pier_history.row_change replica identity nothing; create publication p for all tables",
        "delete from pier_history.row_change"),
    "a row filter beside the key": (
        "create publication p for table pier.row where (name <> 'x')", "update pier.row"),
    "a row filter over the key": ("create publication p for table pier.row where (id > 0)", ""),
    "a row filter with the whole row as identity": (
        "alter table pier.row replica identity full; create publication p for table pier.row where (name <> 'x')", ""),
    "a column list without the key": (
        "create publication p for table pier.row_item (row_id, text)", "delete from pier.row_item"),
    "a column list with the key": ("create publication p for table pier.row_item (row_id, ordinal)", ""),
    "a list with the whole row as identity": (
        "alter table pier.row replica identity full; create publication p for table pier.row (id, name)",
        "update pier.row"),
    "a generated column of the whole row": (
        "alter table pier.row add double integer generated always as (2 * id) stored, replica identity full; "
        "create publication p for table pier.row", "update pier.row"),
    "inserts alone": (
        "alter table pier.row replica identity nothing; "
        "create publication p for table pier.row with (publish = 'insert')", ""),
    "a key that deletes": (KEYED.format("cascade", "") + BOAT, "delete from public.boat"),
    "a key that empties": (KEYED.format("set null", "") + BOAT, "update public.boat"),
    "a key that empties, and deletes alone": (
        KEYED.format("set null", "") + BOAT + " with (publish = 'delete')", ""),
    "a key that only looks": (KEYED.format("restrict", "") + "create publication p for tables in schema public", ""),
    "a key of a table with an identity": (KEYED.format("cascade", " primary key") + BOAT, ""),
    "a deferrable primary key": (
        KEYED.format("cascade", " primary key deferrable") + BOAT, "delete from public.boat"),
    "a key of a partition": (PARTS + "create publication p for table public.boat_1", "delete from public.boat_1"),
    "a key of a partitioned table": (PARTS + BOAT, "delete from public.boat_1"),
    "a key of a partition that was published alone": (
        PARTS + "alter table public.boat_1 replica identity full; " + BOAT, ""),
    "a filter over the parts of a table": (
        PARTS + BOAT + " where (id > 0) with (publish_via_partition_root)", "delete from public.boat_1"),
    "an unlogged table": (
        "create unlogged table public.boat (id integer); create publication p for all tables", ""),
}  # fmt: skip


@pytest.fixture(scope="module")
def pier(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A database with one loaded month, and the mapping."""
    folder = tmp_path_factory.mktemp("pier")
    mapping = folder / "pier.yaml"
    mapping.write_text(MAPPING.format(dataset="pier") + "deletes: delete\nmax_delete_pct: 100\nhistory: on\n")
    with fresh_database(server) as url:
        load_here(url, mapping, write(folder, [JANUARY]))
        yield url, mapping


@contextmanager
def trying(database: str, statements: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A transaction in which this was made, and nothing is left of it."""
    with psycopg.connect(database) as connection:
        connection.execute(statements.encode())
        yield connection
        connection.rollback()


def refusal(connection: psycopg.Connection[tuple[object, ...]], command: str) -> psycopg.Error | None:
    """With what the server refuses a command."""
    try:
        with connection.transaction():
            connection.execute(command.encode())
    except psycopg.Error as error:
        return error
    return None


@pytest.mark.parametrize("case", CASES)
def test_what_the_server_would_refuse_is_refused_before(pier: tuple[str, Path], case: str) -> None:
    """And nothing else, whatever is published of which table."""
    made, command = CASES[case]
    column = "name = name" if "pier.row" in command else "id = id"
    with trying(pier[0], made) as connection:
        server = (
            refusal(connection, f"{command}{f' set {column}' * ('update' in command)} where false") if command else None
        )
        loader = refusal(connection, START)

    assert (server.sqlstate if server else "") in (("55000", "42P10") if command else "")
    assert (loader.sqlstate if loader else "") == ("LD037" if command else "")
    if loader:
        assert (loader.diag.message_detail or "").split(":")[0].replace('"', "") in command


@pytest.mark.parametrize("case", [case for case, (_, command) in CASES.items() if command])
def test_the_statement_that_is_told_helps(pier: tuple[str, Path], case: str) -> None:
    """One after the other, until the load begins."""
    with trying(pier[0], CASES[case][0]) as connection:
        for _ in range(2):
            told = refusal(connection, ASK)
            for line in (told.diag.message_detail or "").splitlines() if told else ():
                connection.execute(line[line.index("alter ") :].encode())

        assert refusal(connection, ASK) is None


def test_rows_that_stay_may_be_referred_to_by_published_tables(pier: tuple[str, Path]) -> None:
    """Without deletions no key is followed from a root; a rollback may follow all of them."""
    with trying(pier[0], KEYED.format("cascade", "") + BOAT) as connection:
        assert refusal(connection, START.replace(")", ', p_options => \'{"deletes": "ignore"}\')')) is None
    with trying(pier[0], KEYED.format("cascade", "") + BOAT) as connection:
        told = refusal(connection, "call loader.rollback(1)")
        assert told is not None
        assert told.sqlstate == "LD037"


@pytest.mark.parametrize(
    "command",
    ["select loader.start_load('pier', 'replace')", "select loader.prune_history('pier', 9)", START, ASK],
)
@pytest.mark.parametrize("table", ["pier_history.row_change", "pier_stage.row_key_log"])
def test_companions_that_are_published_are_told_by_whatever_writes_them(
    pier: tuple[str, Path], command: str, table: str
) -> None:
    with trying(
        pier[0], f"alter table {table} replica identity nothing; create publication p for table {table}"
    ) as run:
        told = refusal(run, command)

    assert told is not None
    assert told.sqlstate == "LD037"
    assert (told.diag.message_detail or "").startswith(table)


@pytest.mark.parametrize("mode", ["merge", "replace"])
@pytest.mark.parametrize("table", ["pier_history.row_change", "pier_stage.row_key_log"])
def test_rules_on_companions_are_told_before(pier: tuple[str, Path], table: str, mode: str) -> None:
    """The server refuses some of the statements that write them."""
    with trying(pier[0], f"create rule mine as on delete to {table} where false do also select 1") as connection:
        told = refusal(connection, f"select loader.start_load('pier', '{mode}')")

    assert told is not None
    assert (told.sqlstate, told.diag.message_detail) == ("LD029", f"rule mine on {table}")


def test_a_load_that_meets_a_publication_at_its_end_goes_on_without_it(pier: tuple[str, Path]) -> None:
    """What was published meanwhile is told, and the same command ends the load."""
    database, mapping = pier
    execute(database, KEYED.format("cascade", "") + BOAT)

    with pytest.raises(LoaderError, match="published"):
        load_here(database, mapping, write(mapping.parent, [FEBRUARY]))

    assert query(database, "select count(*)::int from loader.load") == [(1,)]
    execute(database, "drop publication p")
    load_here(database, mapping, write(mapping.parent, [FEBRUARY]))
    assert query(database, "select id, name from pier.row") == [(1, "flood")]
