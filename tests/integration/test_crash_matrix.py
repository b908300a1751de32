"""Under a policy that keeps versions, a refresh and a rollback die while they write; `make test-crash` goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from loader.database.connect import connect
from loader.load.finish import WorkLeftError, finish
from tests.crash.journeys import JOURNEYS
from tests.crash.state import faults, state
from tests.crash.trial import Trials, differences
from tests.support.crashing import crash
from tests.support.running import ended, execute, kill_group, loader, query, running, wait_until
from tests.support.versions import MAPPING, dumps_before, write
from tests.support.working import bring

BLOCKED = (
    "from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and pid <> pg_backend_pid()"
)


def test_all_is_as_undisturbed(own_server: tuple[Path, str], tmp_path: Path) -> None:
    """The command is killed with its session; then it is begun again, and the server crashes under it."""
    home, url = own_server
    trials = Trials(home, url, tmp_path)
    (journey,) = (journey for journey in JOURNEYS if journey.name == "mark")

    for place in list(trials.walk(journey))[1:]:
        with trials.database(place.before) as database:
            command = trials.command(place, database, workers=2)
            with running(*command, database=database) as process, held_up_while_it_writes(database):
                kill_group(process)
                query(database, f"select pg_terminate_backend(pid, 60000) {BLOCKED}")
            with running(*command, database=database) as process:
                with suppress(psycopg.OperationalError), held_up_while_it_writes(database):
                    crash(home)
                told = ended(process)
            if told.code not in (0, 3):
                told = loader(*command, database=database)

            assert told.code == place.code, told
            assert [*faults(database), *differences(place.expected, state(database))] == [], str(place)


def test_chunks_that_a_crash_took_back_when_all_workers_had_ended(tmp_path: Path, database: str) -> None:
    """Workers do not wait for the disk: the last commits may be lost, and the load must not end as failed."""
    mapping = tmp_path / "tide.yaml"
    mapping.write_text(MAPPING.format(dataset="tide"))
    number = bring(database, mapping, write(tmp_path, dumps_before(1)))
    execute(database, "update loader.chunk set state = 'ready', read = 0, inserted = 0, duplicate = 0")

    with connect(database) as connection, pytest.raises(WorkLeftError, match="undid the last chunks"):
        finish(connection, database, number, 1, print)

    assert query(database, "select state from loader.load") == [("open",)]


@contextmanager
def held_up_while_it_writes(database: str) -> Iterator[None]:
    """The block runs once a session has decided about everything, and would write the last entity's table."""
    with psycopg.connect(database) as connection:
        connection.execute("lock table market.filled in share mode")
        wait_until(lambda: bool(query(database, f"select 1 {BLOCKED}")), "the table was to be written")
        yield
