"""The server's clock jumps, as after a long sleep or a wrong setting: leases expire at once, or not for days."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.crashing import held_up
from tests.running import checksum, ended, execute, load, loader, query, running

OPTIONS = ("-w", 2, "--chunk-bytes", "64KB", "--no-space-check")
BY_CHUNK = ("--merge", "--set", "visibility=chunk")

# Leases go by loader.clock(): here it reads how far the clock has jumped.
JUMPING = """
create table public.jump (far interval not null);
insert into public.jump values ('0');
create or replace function loader.clock() returns timestamptz language sql volatile
as $$ select clock_timestamp() + j.far from public.jump as j $$;
"""


@pytest.mark.parametrize(
    ("far", "mode"), [("3 minutes", ("--replace",)), ("-1 day", ("--replace",)), ("1 day", BY_CHUNK)]
)
def test_the_result_is_the_same(
    tmp_path: Path, database: str, module_database: str, far: str, mode: tuple[str, ...]
) -> None:
    """While both workers hold chunks; one of them is then killed."""
    assert loader("sample", tmp_path, "--releases", 200, "--gz", database=None).code == 0
    assert loader("migrate", "discogs", database=database).code == 0
    execute(database, JUMPING)
    schema = "discogs" if mode == BY_CHUNK else "discogs_build"

    with running("load", "discogs", tmp_path, *mode, *OPTIONS, database=database) as process:
        with held_up(database, f"{schema}.release"):
            execute(database, f"update public.jump set far = '{far}'")
            ((worker,), *_) = query(database, "select worker from loader.chunk where state = 'leased'")
            os.kill(int(worker.rpartition(":")[2]), signal.SIGKILL)
        told = ended(process)

    assert told.code == 0, told
    load(module_database, "discogs", tmp_path)
    assert checksum(database, "discogs") == checksum(module_database, "discogs")
    assert query(database, "select count(*)::int from loader.chunk_attempt where ended_at is null") == [(0,)]
