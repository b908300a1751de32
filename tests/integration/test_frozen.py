"""Processes that are frozen in the middle of a COPY hold a load up for a while, never for ever, and double nothing."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.support.crashing import done, held_up
from tests.support.running import checksum, ended, load, loader, query, running, wait_until
from tests.support.server import fresh_database

# No statement ends by itself: who begins late on a busy machine would let the first wait too long for the lock.
SETTINGS = ("--set", "lease=2", "--set", "max_chunk_time=3", "--set", "statement_timeout=60")
WORKERS = "select worker from loader.chunk where state = 'leased' union select worker from loader.source"
OUTCOMES = "select distinct outcome from loader.chunk_attempt order by 1"
EVENTS = "select level, message from loader.event where kind = 'worker_frozen'"


def test_all_workers_of_some_commands_and_another_command_as_a_whole(
    tmp_path: Path, server: str, database: str
) -> None:
    """The commands replace their own workers, the planner too. They end the session of the other, whose own command is
    frozen with it. Nobody has to do anything about it, so it is no error of the load.
    """
    assert loader("sample", tmp_path, "--releases", 300, database=None).code == 0
    (releases,) = tmp_path.glob("*releases*")
    with fresh_database(server) as undisturbed:
        load(undisturbed, "discogs", releases)
        expected = checksum(undisturbed, "discogs")
    arguments = ("load", "discogs", releases, "-w", 2, "--chunk-bytes", "32KB", "--no-space-check", *SETTINGS)
    with running(*arguments, database=database) as process:
        wait_until(lambda: done(database) >= 1, "a chunk was done")
        work = ("work", "discogs", "-w", 1, *SETTINGS)
        with running(*work, database=database) as other, running(*work, database=database) as helper:
            with held_up(database, "discogs_build.release", sessions=4):
                workers = {int(name.rpartition(":")[2]) for (name,) in query(database, WORKERS)}
                for pid in (*workers, other.pid):
                    os.kill(pid, signal.SIGSTOP)
            told, helped = ended(process), ended(helper)

    assert (told.code, helped.code) == (0, 0), (told, helped)
    assert len(workers) == 4
    assert checksum(database, "discogs") == expected
    assert query(database, OUTCOMES) == [("done",), ("expired",), ("terminated",)]
    levels, messages = zip(*query(database, EVENTS), strict=True)
    assert set(levels) == {"warning"}
    assert sum("sent no heartbeat" in message for message in messages) == 3
    assert any("its connection was ended" in message for message in messages)
    assert len(set(messages)) == len(messages), "each is told once"
    assert "error" not in told.out
    assert loader("status", "--json", database=database).json["errors"] == []
