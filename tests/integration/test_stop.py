"""SIGTERM and SIGINT in every phase: the command ends within a second, gives back what it held, and goes on later."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.crashing import alive, held_up, pause
from tests.support.running import checksum, execute, load, loader, query, running, wait_until
from tests.support.server import fresh_database
from tests.support.stopping import assert_let_go, frozen, locked, stop, wait_for_a_lock
from tests.support.versions import MAPPING, Content, Dump, write

OPTIONS = ("-w", 2, "--chunk-bytes", "2KB", "--no-space-check")
RECORDS = 250  # 12 chunks
GOES_ON = "stopped; the same command continues where it stopped"
WORKERS = "select distinct worker from loader.chunk where state = 'leased'"
# For each row that is written: work of the processor that no lock shows, many minutes of it.
SLOW = """
create function public.slow() returns trigger language plpgsql as
'begin perform count(*) from generate_series(1, 3000000); return new; end';
create trigger slow before insert or update on tide.row for each row execute function public.slow();
"""
ONE_BAD = '<dump><row id="1"><name>ebb</name></row><row id="2x"><name>flood</name></row></dump>'
RUNNING = "select 1 from pg_stat_activity where datname = current_database() and state = 'active' and query like %s"


@dataclass
class Months:
    """A mapping; dumps of two months; a database with the first; what the tables are after each."""

    mapping: Path
    folders: tuple[Path, Path]
    first: str
    undisturbed: list[dict[str, tuple[int, str]]] = field(default_factory=list)


def dumped(folder: Path, day: str, names: tuple[str, ...]) -> Path:
    """A folder with the dump of a day, whose records take turns with these names."""
    records: list[tuple[int, Content]] = [(key, (names[key % len(names)], names)) for key in range(1, RECORDS)]
    write(folder / day, [Dump(f"tide_{day}.xml", tuple(records))])
    return folder / day


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory, server: str, control_schema: str) -> Iterator[Months]:
    folder = tmp_path_factory.mktemp("months")
    mapping = folder / "tide.yaml"
    mapping.write_text(MAPPING.format(dataset="tide"))
    folders = (dumped(folder, "20260101", ("ebb", "flood")), dumped(folder, "20260201", ("ebb", "flood", "slack")))
    with fresh_database(server, control_schema) as first:
        load(first, mapping, folders[0])
        found = Months(mapping, folders, first, [checksum(first, mapping)])
        with fresh_database(server, first) as both:
            load(both, mapping, folders[1], "--merge")
            found.undisturbed.append(checksum(both, mapping))
        yield found


@pytest.fixture
def database(database: str) -> str:
    """Of which the first load is held up."""
    pause(database)
    return database


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
    "COPY": Phase(("--replace",), "tide_build.row", "share"),
    "merge of a chunk": Phase(("--merge", "--set", "visibility=chunk"), "tide.row", "share", signal=signal.SIGINT),
    "building tables": Phase(("--replace",), "tide_build.row, tide_build.row_item", "access share", sessions=2),
}
LATER = {
    "registering": Phase(("--merge",), "loader.load", "access exclusive", month=1),
    "applying a refresh": Phase(("--merge",), "tide.row", "share", month=1),
    "publishing": Phase(("--replace",), "tide.row", "access share"),
}


@pytest.mark.parametrize("phase", FIRST.values(), ids=FIRST)
def test_a_first_load(phase: Phase, months: Months, database: str) -> None:
    arguments = ("load", months.mapping, months.folders[0], *OPTIONS, *phase.options)
    with (
        running(*arguments, database=database) as process,
        held_up(database, phase.table, sessions=phase.sessions, mode=phase.mode),
    ):
        assert GOES_ON in stop(process, phase.signal).out
        assert_let_go(database)

    assert loader(*arguments, database=database).code == 0
    assert checksum(database, months.mapping) == months.undisturbed[0]
    assert query(database, "select count(*)::int, count(distinct state)::int from loader.load") == [(1, 1)]


@pytest.mark.parametrize("phase", LATER.values(), ids=LATER)
def test_a_later_load(phase: Phase, months: Months, server: str) -> None:
    arguments = ("load", months.mapping, months.folders[phase.month], *OPTIONS, *phase.options)
    with fresh_database(server, months.first) as database:
        with locked(database, phase.table, phase.mode), running(*arguments, database=database) as process:
            wait_for_a_lock(database)
            assert GOES_ON in stop(process, phase.signal).out
        assert_let_go(database)

        assert loader(*arguments, database=database).code == 0
        assert checksum(database, months.mapping) == months.undisturbed[phase.month]


def test_work_that_takes_minutes_and_the_rollback(months: Months, server: str) -> None:
    arguments = ("load", months.mapping, months.folders[1], *OPTIONS, "--merge", "--set", "history=on")
    with fresh_database(server, months.first) as database:
        execute(database, SLOW)
        with running(*arguments, database=database) as process:
            wait_until(lambda: bool(query(database, RUNNING, "call loader.finish_load%")), "the load was applied")
            assert GOES_ON in stop(process).out
        assert_let_go(database)
        execute(database, "alter table tide.row disable trigger slow")
        assert loader(*arguments, database=database).code == 0
        assert checksum(database, months.mapping) == months.undisturbed[1]

        execute(database, "alter table tide.row enable trigger slow")
        with running("rollback", "--yes", 2, database=database) as process:
            wait_until(lambda: bool(query(database, RUNNING, "call loader.rollback%")), "the load was rolled back")
            assert "completely or not at all" in stop(process).out
        assert_let_go(database)
        assert checksum(database, months.mapping) == months.undisturbed[1]
        execute(database, "alter table tide.row disable trigger slow")
        assert loader("rollback", "--yes", 2, database=database).code == 0
        assert checksum(database, months.mapping) == months.undisturbed[0]


def test_waiting_for_a_server_that_takes_no_connection(months: Months, server: str, database: str) -> None:
    arguments = ("load", months.mapping, months.folders[0], *OPTIONS, "--replace")
    name = database.rpartition("/")[2].partition("?")[0]
    ours = f"datname = '{name}' and application_name like 'loader%'"
    with running(*arguments, database=database) as process, held_up(database, "tide_build.row"):
        execute(server, f"alter database {name} allow_connections false")
        execute(server, f"select pg_terminate_backend(pid) from pg_stat_activity where {ours}")
        assert process.stdout is not None
        assert any("the server has not answered" in line for line in process.stdout)
        stop(process)
    execute(server, f"alter database {name} allow_connections true")
    assert loader(*arguments, database=database).code == 0
    assert checksum(database, months.mapping) == months.undisturbed[0]


def test_a_sample_that_is_written(tmp_path: Path) -> None:
    with running("sample", tmp_path, "--releases", 100_000, database="") as process:
        wait_until(lambda: bool(list(tmp_path.glob("*masters.xml"))), "some of the files were written")
        assert "the same command writes them again" in stop(process).out
    assert loader("sample", tmp_path, "--releases", 10, database=None).code == 0


def test_workers_that_wait_for_a_server_that_answers_nothing_at_all(months: Months, database: str) -> None:
    """Nothing can be cancelled or given back; they are killed in time."""
    arguments = ("load", months.mapping, months.folders[0], *OPTIONS, "--replace")
    with running(*arguments, database=database) as process, held_up(database, "tide_build.row"):
        workers = [int(name.rpartition(":")[2]) for (name,) in query(database, WORKERS)]
        with frozen(database):
            assert GOES_ON in stop(process).out
            wait_until(lambda: not any(alive(pid) for pid in workers), "the workers were gone")
    assert loader(*arguments, database=database).code == 0
    assert checksum(database, months.mapping) == months.undisturbed[0]


def test_a_command_that_waits_for_a_server_that_answers_nothing_at_all(months: Months, server: str) -> None:
    arguments = ("load", months.mapping, months.folders[1], *OPTIONS, "--merge")
    with (
        fresh_database(server, months.first) as database,
        locked(database, "tide.row", "share"),
        running(*arguments, database=database) as process,
    ):
        wait_for_a_lock(database)
        with frozen(database):
            assert GOES_ON in stop(process).out


def test_a_replay_whose_file_was_made_for_it(months: Months, tmp_path: Path, database: str) -> None:
    rejects = tmp_path / "rejects.jsonl"
    (tmp_path / "tide_20260101.xml").write_text(ONE_BAD)
    load(database, months.mapping, tmp_path / "tide_20260101.xml", "--set", "max_rejects=1", code=3)
    assert loader("rejects", "export", months.mapping, "-o", rejects, database=database).code == 0
    rejects.write_text(rejects.read_text().replace("2x", "2"))
    arguments = ("rejects", "replay", months.mapping, rejects)
    with locked(database, "tide.row", "share"), running(*arguments, database=database) as process:
        wait_for_a_lock(database)
        assert GOES_ON in stop(process).out
    assert_let_go(database)
    assert loader(*arguments, database=database).code == 0
    assert query(database, "select distinct state from loader.load union select state from loader.reject") == [
        ("done",), ("replayed",),
    ]  # fmt: skip
