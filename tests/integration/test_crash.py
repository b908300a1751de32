"""Whoever dies in the middle of a load, worker, loader or server: the load ends complete, and the same."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from loader.config.settings import RunSettings
from loader.database.connect import connect
from loader.load.register import register
from loader.load.request import LoadRequest
from loader.mapping.read import read_dataset
from tests.support.crashing import DONE_BEFORE, crash, done, held_up, pause
from tests.support.running import checksum, ended, execute, kill_group, load, loader, query, running, wait_until
from tests.support.server import fresh_database
from tests.support.versions import MAPPING, Content, Dump, write

OPTIONS = ("--chunk-bytes", "2KB", "--no-space-check")
BY_CHUNK = ("--merge", "--set", "visibility=chunk")
SCHEMAS = {("--replace",): "tide_build", ("--merge",): "tide_build", BY_CHUNK: "tide"}
RECORDS = 250  # 12 chunks
by_mode = pytest.mark.parametrize("mode", SCHEMAS, ids=("replace", "merge", "merge by chunk"))


@pytest.fixture(scope="module")
def mapping(dumps: Path) -> Path:
    path = dumps.parent / "tide.yaml"
    path.write_text(MAPPING.format(dataset="tide") + "max_rejects: 1\n")
    return path


@pytest.fixture(scope="module")
def installed(server: str, control_schema: str, mapping: Path) -> Iterator[str]:
    with fresh_database(server, control_schema) as url:
        assert loader("migrate", mapping, database=url).code == 0
        pause(url)
        yield url


@pytest.fixture
def database(server: str, installed: str) -> Iterator[str]:
    with fresh_database(server, installed) as url:
        yield url


@pytest.fixture(scope="module")
def dumps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file in which three keys come twice, and the record in the middle is not well-formed."""
    records: list[tuple[int, Content]] = [(key, ("ebb", ("a", "b", str(key)))) for key in range(1, RECORDS)]
    dump = Dump("tide_20260101.xml", (*records, *((key, ("flood", ())) for key in (1, 2, 3))))
    (path,) = write(tmp_path_factory.mktemp("tide") / "dumps", [dump])
    path.write_bytes(path.read_bytes().replace(b"<i>150</i>", b"<i>150"))
    return path.parent


@pytest.fixture(scope="module")
def undisturbed(dumps: Path, mapping: Path, module_database: str) -> dict[str, tuple[int, str]]:
    """The checksums of a load in which nothing happened."""
    load(module_database, mapping, dumps, code=3)
    return checksum(module_database, mapping)


def assert_complete(database: str, expected: dict[str, tuple[int, str]]) -> None:
    """The result is as if nothing had happened, and the manifest says so."""
    assert checksum(database, "tide") == expected
    states = "select distinct l.state, c.state from loader.load as l join loader.chunk as c using (load_id)"
    assert query(database, states) == [("done", "done")]
    assert query(database, "select rejected::int, duplicate::int from loader.load") == [(1, 3)]


@by_mode
def test_a_worker_that_is_killed(
    mode: tuple[str, ...], dumps: Path, undisturbed: dict[str, tuple[int, str]], database: str
) -> None:
    with running("load", "tide", dumps, *mode, "-w", 2, *OPTIONS, database=database) as process:
        with held_up(database, f"{SCHEMAS[mode]}.row"):
            (worker,) = query(database, "select worker from loader.chunk where state = 'leased' limit 1")[0]
            os.kill(int(worker.rpartition(":")[2]), signal.SIGKILL)
        told = ended(process)

    assert told.code == 3, told
    assert "was killed by signal 9, another starts" in told.out
    assert_complete(database, undisturbed)


def test_the_only_worker_that_somebody_stops(dumps: Path, mapping: Path, database: str) -> None:
    """Its command was not told to stop, and goes on with another."""
    request = LoadRequest(read_dataset(mapping), RunSettings(), database, [dumps], 1, chunk_bytes=2 << 10)
    with connect(database) as connection:
        register(connection, request)
    with running("work", "tide", "-w", 1, database=database) as process:
        with held_up(database, "tide_build.row"):
            ((worker,),) = query(database, "select worker from loader.chunk where state = 'leased'")
            os.kill(int(worker.rpartition(":")[2]), signal.SIGTERM)
        told = ended(process)

    assert told.code == 0, told
    assert "was stopped, another starts" in told.out
    assert query(database, "select distinct state from loader.chunk") == [("done",)]
    assert query(database, "select distinct state from loader.source") == [("planned",)]


def test_the_only_worker_killed_while_it_plans_and_loads(
    dumps: Path, undisturbed: dict[str, tuple[int, str]], database: str
) -> None:
    """It loads the chunks that it plans itself: what is done stays, the rest is planned and loaded by its successor."""
    finished = "select chunk_id, attempt, done_at from loader.chunk where state = 'done'"
    with running("load", "tide", dumps, *BY_CHUNK, "-w", 1, *OPTIONS, database=database) as process:
        with held_up(database, "tide.row"):
            before = query(database, finished)
            ((planner, worker),) = query(
                database,
                "select s.worker, c.worker from loader.source as s join loader.chunk as c using (source_id) "
                "where s.state = 'planning' and c.state = 'leased'",
            )
            os.kill(int(worker.rpartition(":")[2]), signal.SIGKILL)
        told = ended(process)

    assert planner == worker
    assert told.code == 3, told
    assert set(before) <= set(query(database, finished))
    assert_complete(database, undisturbed)


@by_mode
def test_the_loader_killed_as_a_whole_goes_on_from_the_finished_chunks(
    mode: tuple[str, ...], dumps: Path, undisturbed: dict[str, tuple[int, str]], database: str
) -> None:
    finished = "select chunk_id, attempt, done_at from loader.chunk where state = 'done' order by 1"
    arguments = ("load", "tide", dumps, *mode, "-w", 2, *OPTIONS)
    table = f"{SCHEMAS[mode]}.row"
    with running(*arguments, database=database) as process, held_up(database, table):
        kill_group(process)
        before = query(database, finished)
    assert DONE_BEFORE <= len(before) < query(database, "select count(*)::int from loader.chunk")[0][0]

    told = loader(*arguments, database=database)

    assert told.code == 3, told
    assert set(before) <= set(query(database, finished))
    assert query(database, "select count(*)::int from loader.load") == [(1,)]
    assert_complete(database, undisturbed)


def test_another_process_takes_part(dumps: Path, undisturbed: dict[str, tuple[int, str]], database: str) -> None:
    """The worker that plans takes no chunk as long as few are waiting for the others."""
    with running("load", "tide", dumps, "-w", 2, *OPTIONS, database=database) as process:
        wait_until(lambda: done(database) >= 1, "a chunk was done")
        with running("work", "tide", "-w", 1, database=database) as other:
            with held_up(database, "tide_build.row", sessions=3):
                workers = query(database, "select count(distinct worker)::int from loader.chunk where state = 'leased'")
            assert (ended(other).code, ended(process).code) == (0, 3)

    assert workers == [(3,)]
    both = "select count(distinct worker)::int, bool_and(outcome = 'done') from loader.chunk_attempt"
    assert query(database, both) == [(3, True)]
    assert checksum(database, "tide") == undisturbed


@pytest.mark.parametrize(
    ("lock", "mode"),
    [
        (("tide_build.row", "share"), "--replace"),
        (("tide_build.row_item", "access share"), "--replace"),
        (("tide_build.row", "share"), "--merge"),
        (("tide.row", "share"), "--merge"),
    ],
    ids=["copying", "building", "copying for a merge", "applying"],
)
def test_the_server_crashes(
    lock: tuple[str, str], mode: str, dumps: Path, undisturbed: dict[str, tuple[int, str]], own_server: tuple[Path, str]
) -> None:
    """While chunks are copied; while tables are made durable, some are already; while a merge is applied."""
    home, url = own_server
    arguments = ("load", "tide", dumps, mode, "-w", 2, *OPTIONS)
    assert loader("migrate", dumps.parent / "tide.yaml", database=url).code == 0
    pause(url)
    with running(*arguments, database=url) as process:
        try:
            with held_up(url, lock[0], mode=lock[1]):
                crash(home)
        except psycopg.OperationalError:
            pass  # the session that held the lock died, too
        told = ended(process)

    assert told.code == 3, told
    assert query(url, "select count(*)::int from loader.event where kind = 'build_lost'") == [(1,)]
    assert query(url, "select epoch::int from loader.load") == [(2,)]
    assert_complete(url, undisturbed)


def test_claims_after_a_loss_outlast_a_crash(dumps: Path, database: str) -> None:
    """Else a chunk that makes the server crash as soon as it is claimed would be claimed for ever."""
    execute(database, NOTING)

    with running("load", "tide", dumps, "-w", 1, *OPTIONS, database=database) as process:
        with held_up(database, "tide_build.row"):
            query(database, "select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock'")
        assert ended(process).code == 3

    assert query(database, "select distinct mode from public.claims order by 1") == [("off",), ("on",)]


NOTING = """
create table public.claims (mode text);
create function public.note() returns trigger language plpgsql as $$
begin
    insert into public.claims values (current_setting('synchronous_commit'));
    return null;
end $$;
create trigger note after insert on loader.chunk_attempt execute function public.note();
"""


def test_a_canary_that_is_gone_stops_the_load_from_ending(
    dumps: Path, undisturbed: dict[str, tuple[int, str]], database: str
) -> None:
    arguments = ("load", "tide", dumps, "-w", 2, *OPTIONS)
    with running(*arguments, database=database) as process, held_up(database, "tide_build.row"):
        kill_group(process)
    execute(database, "truncate tide_build._canary, tide_build.row")

    told = loader(*arguments, database=database)

    assert told.code == 3, told
    assert query(database, "select kind from loader.event where kind = 'build_lost'") == [("build_lost",)]
    assert_complete(database, undisturbed)


def test_the_loader_killed_while_it_applies_a_merge(
    dumps: Path, undisturbed: dict[str, tuple[int, str]], database: str
) -> None:
    """And its session with it. The same command has nothing to load any more, only to apply."""
    arguments = ("load", "tide", dumps, "--merge", "-w", 2, *OPTIONS)
    applying = "from pg_stat_activity where datname = current_database() and query like 'call loader.finish_load%%'"
    with running(*arguments, database=database) as process, held_up(database, "tide.row"):
        wait_until(lambda: bool(query(database, f"select 1 {applying}")), "the merge was applied")
        kill_group(process)
        query(database, f"select pg_terminate_backend(pid, 60000) {applying}")
    attempts = "select chunk_id, attempt from loader.chunk_attempt order by 1, 2"
    before = query(database, attempts)

    told = loader(*arguments, database=database)

    assert told.code == 3, told
    assert query(database, attempts) == before
    assert query(database, "select count(*)::int from loader.load") == [(1,)]
    assert_complete(database, undisturbed)
