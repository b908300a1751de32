"""Processes that are frozen in the middle of a COPY hold a load up for a while, never for ever, and double nothing."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.crashing import done, held_up
from tests.running import checksum, ended, load, loader, query, running, wait_until
from tests.server import fresh_database

SETTINGS = ("--set", "lease=2", "--set", "max_chunk_time=3")
WORKERS = "select worker from loader.chunk where state = 'leased' union select planner from loader.source"
OUTCOMES = "select distinct outcome from loader.chunk_attempt order by 1"
MESSAGES = "select string_agg(message, ' ') from loader.event where kind = 'worker_frozen'"


def test_all_workers_of_a_load_and_another_command_as_a_whole(tmp_path: Path, server: str, database: str) -> None:
    """The load replaces its own workers, the planner too. It ends the session of the other, whose own command is
    frozen with it.
    """
    assert loader("sample", tmp_path, "--releases", 300, database=None).code == 0
    (releases,) = tmp_path.glob("*releases*")
    with fresh_database(server) as undisturbed:
        load(undisturbed, "discogs", releases)
        expected = checksum(undisturbed, "discogs")
    arguments = ("load", "discogs", releases, "-w", 2, "--chunk-bytes", "32KB", "--no-space-check", *SETTINGS)
    with running(*arguments, database=database) as process:
        wait_until(lambda: done(database) >= 1, "a chunk was done")
        with running("work", "discogs", "-w", 1, *SETTINGS, database=database) as other:
            with held_up(database, "discogs_build.release", sessions=3):
                workers = {int(name.rpartition(":")[2]) for (name,) in query(database, WORKERS)}
                for pid in (*workers, other.pid):
                    os.kill(pid, signal.SIGSTOP)
            told = ended(process)

    assert told.code == 0, told
    assert len(workers) == 3
    assert checksum(database, "discogs") == expected
    assert query(database, OUTCOMES) == [("done",), ("expired",), ("terminated",)]
    ((said,),) = query(database, MESSAGES)
    assert said.count("gave no sign of life") == 2
    assert "its connection was ended" in said
