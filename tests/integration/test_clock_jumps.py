"""The server's clock jumps, as after a long sleep or a wrong setting: leases expire at once, or not for days."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from loader.database.connect import connect
from loader.database.manifest import note_installed
from loader.database.migrate import routine_files
from loader.mapping.read import read_dataset
from loader.render.install import install
from tests.support.crashing import held_up
from tests.support.running import ended, execute, query, running
from tests.support.versions import MAPPING, Dump, write

ROWS = 600
OPTIONS = ("-w", 2, "--chunk-bytes", "1KB", "--no-space-check")
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
def test_the_result_is_the_same(tmp_path: Path, database: str, far: str, mode: tuple[str, ...]) -> None:
    """While both workers hold chunks; one of them is then killed."""
    mapping = tmp_path / "tide.yaml"
    mapping.write_text(MAPPING.format(dataset="tide"))
    dumps = write(tmp_path, [Dump("tide_20260101.xml", tuple((key, ("ebb", ("a", "b"))) for key in range(ROWS)))])
    with connect(database) as connection:
        install(connection, read_dataset(str(mapping)))
        connection.execute(JUMPING.encode(), prepare=False)
        # Else the command would make the routine again.
        note_installed(connection, [path.stem for path in routine_files() if path.parent.name != "views"])
    schema = "tide" if mode == BY_CHUNK else "tide_build"

    with running("load", mapping, *dumps, *mode, *OPTIONS, database=database) as process:
        with held_up(database, f"{schema}.row"):
            execute(database, f"update public.jump set far = '{far}'")
            ((worker,), *_) = query(database, "select worker from loader.chunk where state = 'leased'")
            os.kill(int(worker.rpartition(":")[2]), signal.SIGKILL)
        told = ended(process)

    assert told.code == 0, told
    rows = "select count(*)::int, count(distinct id)::int, min(name), max(name) from tide.row"
    assert query(database, rows) == [(ROWS, ROWS, "ebb", "ebb")]
    assert query(database, "select count(*)::int, count(distinct row_id)::int from tide.row_item") == [(2 * ROWS, ROWS)]
    assert query(database, "select count(*)::int from loader.chunk_attempt where ended_at is null") == [(0,)]
