"""The server's clock jumps, as after a long sleep or a wrong setting: leases expire at once, or not for days."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from loader.database.connect import connect
from loader.database.manifest import note_installed
from loader.database.migrate import routine_files
from tests.support.crashing import held_up
from tests.support.running import checksum, ended, execute, load, query, running, sampled

OPTIONS = ("-w", 2, "--chunk-bytes", "64KB", "--no-space-check")
BY_CHUNK = ("--merge", "--set", "visibility=chunk")

# Leases go by loader.clock(): here it reads how far the clock has jumped.
JUMPING = """
create table public.jump (far interval not null);
insert into public.jump values ('0');
create or replace function loader.clock() returns timestamptz language sql volatile
as $$ select clock_timestamp() + j.far from public.jump as j $$;
"""


@pytest.fixture
def database(discogs_database: str) -> str:
    """Installing the procedures takes as long as a small load."""
    return discogs_database


@pytest.fixture(scope="module")
def dumps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sampled(tmp_path_factory.mktemp("dumps"), 150)


@pytest.fixture(scope="module")
def undisturbed(dumps: Path, module_database: str) -> dict[str, tuple[int, str]]:
    load(module_database, "discogs", dumps)
    return checksum(module_database, "discogs")


@pytest.mark.parametrize(
    ("far", "mode"), [("3 minutes", ("--replace",)), ("-1 day", ("--replace",)), ("1 day", BY_CHUNK)]
)
def test_the_result_is_the_same(
    dumps: Path, undisturbed: dict[str, tuple[int, str]], database: str, far: str, mode: tuple[str, ...]
) -> None:
    """While both workers hold chunks; one of them is then killed."""
    execute(database, JUMPING)
    with connect(database) as connection:  # else the command would make the routine again
        note_installed(connection, [path.stem for path in routine_files() if path.parent.name != "views"])
    schema = "discogs" if mode == BY_CHUNK else "discogs_build"

    with running("load", "discogs", dumps, *mode, *OPTIONS, database=database) as process:
        with held_up(database, f"{schema}.release"):
            execute(database, f"update public.jump set far = '{far}'")
            ((worker,), *_) = query(database, "select worker from loader.chunk where state = 'leased'")
            os.kill(int(worker.rpartition(":")[2]), signal.SIGKILL)
        told = ended(process)

    assert told.code == 0, told
    assert checksum(database, "discogs") == undisturbed
    assert query(database, "select count(*)::int from loader.chunk_attempt where ended_at is null") == [(0,)]
