"""SIGTERM and SIGINT in every phase: the command ends within a second, gives back what it held, and goes on later."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.crashing import alive, held_up
from tests.running import checksum, execute, load, loader, query, running, wait_until
from tests.server import fresh_database
from tests.stopping import assert_let_go, frozen, locked, stop, wait_for_a_lock

OPTIONS = ("-w", 2, "--chunk-bytes", "64KB", "--no-space-check")
GOES_ON = "stopped; the same command goes on where it was"
WORKERS = "select distinct worker from loader.chunk where state = 'leased'"
# For each row that is written: work of the processor that no lock shows, many minutes of it.
SLOW = """
create function public.slow() returns trigger language plpgsql as
'begin perform count(*) from generate_series(1, 3000000); return new; end';
create trigger slow before insert or update on discogs.release for each row execute function public.slow();
"""
RUNNING = "select 1 from pg_stat_activity where datname = current_database() and state = 'active' and query like %s"


@dataclass
class Months:
    """Dumps of two months; a database with the first; what the tables are after both."""

    folders: tuple[Path, Path]
    first: str
    undisturbed: list[dict[str, tuple[int, str]]] = field(default_factory=list)


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory, server: str) -> Iterator[Months]:
    folders = (tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second"))
    for folder, options in zip(folders, ((), ("--change-pct", 20, "--snapshot", "2026-12-01")), strict=True):
        assert loader("sample", folder, "--releases", 150, *options, database=None).code == 0
    with fresh_database(server) as first:
        load(first, "discogs", folders[0])
        found = Months(folders, first, [checksum(first, "discogs")])
        with fresh_database(server, first) as both:
            load(both, "discogs", folders[1], "--merge")
            found.undisturbed.append(checksum(both, "discogs"))
        yield found


@dataclass(frozen=True)
class Phase:
    """A load of which so many sessions wait for tables that somebody has locked."""

    options: tuple[str, ...]
    table: str
    mode: str
    sessions: int = 1
    month: int = 0
    signal: signal.Signals = signal.SIGTERM


FIRST = {
    "COPY": Phase(("--replace",), "discogs_build.release", "share"),
    "merge of a chunk": Phase(
        ("--merge", "--set", "visibility=chunk"), "discogs.release", "share", signal=signal.SIGINT
    ),
    "building tables": Phase(
        ("--replace",), "discogs_build.release_track, discogs_build.release_format", "access share", sessions=2
    ),
}
LATER = {
    "registering": Phase(("--merge",), "loader.load", "access exclusive", month=1),
    "applying a refresh": Phase(("--merge",), "discogs.release", "share", month=1),
    "publishing": Phase(("--replace",), "discogs.release", "access share"),
}


@pytest.mark.parametrize("phase", FIRST.values(), ids=FIRST)
def test_a_first_load(phase: Phase, months: Months, database: str) -> None:
    arguments = ("load", "discogs", months.folders[0], *OPTIONS, *phase.options)
    with (
        running(*arguments, database=database) as process,
        held_up(database, phase.table, sessions=phase.sessions, mode=phase.mode),
    ):
        assert GOES_ON in stop(process, phase.signal).out
        assert_let_go(database)

    assert loader(*arguments, database=database).code == 0
    assert checksum(database, "discogs") == months.undisturbed[0]
    assert query(database, "select count(*)::int, count(distinct state)::int from loader.load") == [(1, 1)]


@pytest.mark.parametrize("phase", LATER.values(), ids=LATER)
def test_a_later_load(phase: Phase, months: Months, server: str) -> None:
    arguments = ("load", "discogs", months.folders[phase.month], *OPTIONS, *phase.options)
    with fresh_database(server, months.first) as database:
        with locked(database, phase.table, phase.mode), running(*arguments, database=database) as process:
            wait_for_a_lock(database)
            assert GOES_ON in stop(process, phase.signal).out
        assert_let_go(database)

        assert loader(*arguments, database=database).code == 0
        assert checksum(database, "discogs") == months.undisturbed[phase.month]


def test_work_that_takes_minutes_and_the_rollback(months: Months, server: str) -> None:
    arguments = ("load", "discogs", months.folders[1], *OPTIONS, "--merge", "--set", "history=on")
    with fresh_database(server, months.first) as database:
        execute(database, SLOW)
        with running(*arguments, database=database) as process:
            wait_until(lambda: bool(query(database, RUNNING, "call loader.finish_load%")), "the load was applied")
            assert GOES_ON in stop(process).out
        assert_let_go(database)
        execute(database, "alter table discogs.release disable trigger slow")
        assert loader(*arguments, database=database).code == 0
        assert checksum(database, "discogs") == months.undisturbed[1]

        execute(database, "alter table discogs.release enable trigger slow")
        with running("rollback", "--yes", 2, database=database) as process:
            wait_until(lambda: bool(query(database, RUNNING, "call loader.rollback%")), "the load was rolled back")
            assert "as a whole, or not at all" in stop(process).out
        assert_let_go(database)
        assert checksum(database, "discogs") == months.undisturbed[1]
        execute(database, "alter table discogs.release disable trigger slow")
        assert loader("rollback", "--yes", 2, database=database).code == 0
        assert checksum(database, "discogs") == months.undisturbed[0]


def test_waiting_for_a_server_that_takes_no_connection(months: Months, server: str, database: str) -> None:
    arguments = ("load", "discogs", months.folders[0], *OPTIONS, "--replace")
    name = database.rpartition("/")[2].partition("?")[0]
    ours = f"datname = '{name}' and application_name like 'loader%'"
    with running(*arguments, database=database) as process, held_up(database, "discogs_build.release"):
        execute(server, f"alter database {name} allow_connections false")
        execute(server, f"select pg_terminate_backend(pid) from pg_stat_activity where {ours}")
        assert process.stdout is not None
        assert any("the server does not answer" in line for line in process.stdout)
        stop(process)
    execute(server, f"alter database {name} allow_connections true")
    assert loader(*arguments, database=database).code == 0
    assert checksum(database, "discogs") == months.undisturbed[0]


def test_a_sample_that_is_written(tmp_path: Path) -> None:
    with running("sample", tmp_path, "--releases", 100_000, database="") as process:
        wait_until(lambda: bool(list(tmp_path.glob("*masters.xml"))), "some of the files were written")
        assert "the same command writes them anew" in stop(process).out
    assert loader("sample", tmp_path, "--releases", 10, database=None).code == 0


def test_workers_that_wait_for_a_server_that_answers_nothing_at_all(months: Months, database: str) -> None:
    """Nothing can be cancelled or given back; they are killed in time."""
    arguments = ("load", "discogs", months.folders[0], *OPTIONS, "--replace")
    with running(*arguments, database=database) as process, held_up(database, "discogs_build.release"):
        workers = [int(name.rpartition(":")[2]) for (name,) in query(database, WORKERS)]
        with frozen(database):
            assert GOES_ON in stop(process).out
            wait_until(lambda: not any(alive(pid) for pid in workers), "the workers were gone")
    assert loader(*arguments, database=database).code == 0
    assert checksum(database, "discogs") == months.undisturbed[0]


def test_a_command_that_waits_for_a_server_that_answers_nothing_at_all(months: Months, server: str) -> None:
    arguments = ("load", "discogs", months.folders[1], *OPTIONS, "--merge")
    with (
        fresh_database(server, months.first) as database,
        locked(database, "discogs.release", "share"),
        running(*arguments, database=database) as process,
    ):
        wait_for_a_lock(database)
        with frozen(database):
            assert GOES_ON in stop(process).out


def test_a_replay_whose_file_was_made_for_it(tmp_path: Path, database: str) -> None:
    dumps, rejects = tmp_path / "dumps", tmp_path / "rejects.jsonl"
    assert loader("sample", dumps, "--releases", 20, "--fault", "bad_integer", database=None).code == 0
    load(database, "discogs", dumps, code=3)
    assert loader("rejects", "export", "discogs", "-o", rejects, database=database).code == 0
    rejects.write_text(re.sub(r'id=\\"(\d+)x', r'id=\\"\1', rejects.read_text()))
    arguments = ("rejects", "replay", "discogs", rejects)
    with locked(database, "discogs.release", "share"), running(*arguments, database=database) as process:
        wait_for_a_lock(database)
        assert GOES_ON in stop(process).out
    assert_let_go(database)
    assert loader(*arguments, database=database).code == 0
    assert query(database, "select distinct state from loader.load union select state from loader.reject") == [
        ("done",), ("replayed",),
    ]  # fmt: skip
