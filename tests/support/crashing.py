"""Loads that are stopped at a place of the test's choice, and servers that crash."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from loader.server import embedded
from tests.support.running import execute, query, wait_until
from tests.support.server import FAST

DONE_BEFORE = 3
WAITING = (
    "select count(*)::int from pg_stat_activity "
    "where datname = current_database() and wait_event_type = 'Lock' and application_name like 'loader %%'"
)


# Nobody claims a further chunk once some are done, until the row is gone. Claims are transactions of their own.
PAUSE = f"""
create table public.pause as select 1;
create function public.pause() returns trigger language plpgsql as $$
begin
    while (select count(*) from loader.chunk where state = 'done') >= {DONE_BEFORE}
        and exists (select from public.pause) loop
        perform pg_sleep(0.01);
    end loop;
    return new;
end $$;
create trigger pause before insert on loader.chunk_attempt for each row execute function public.pause();
"""


def pause(database: str) -> None:
    """Lets the next load make a pause when some chunks are done, until it is held up: then a load of a dozen chunks
    cannot be over before.
    """
    execute(database, PAUSE)


@contextmanager
def held_up(database: str, table: str, sessions: int = 1, mode: str = "share") -> Iterator[None]:
    """Once some chunks are done, lets nobody write the table; the block runs when so many sessions wait for it."""
    wait_until(lambda: done(database) >= DONE_BEFORE, "some chunks were done")
    with psycopg.connect(database) as connection:
        connection.execute(f"lock table {table} in {mode} mode")
        if query(database, "select to_regclass('public.pause') is not null")[0][0]:
            execute(database, "delete from public.pause")
        wait_until(lambda: query(database, WAITING)[0][0] >= sessions, f"{sessions} sessions waited for {table}")
        yield


def done(database: str) -> int:
    """Finished chunks; none before there is a manifest."""
    if query(database, "select to_regclass('loader.chunk') is null and to_regclass('loader.load') is null")[0][0]:
        return 0
    return int(query(database, "select count(*)::int from loader.chunk where state = 'done'")[0][0])


def crash(home: Path, seconds: float = 0) -> None:
    """An immediate stop, as when the power fails, and a new start after so many seconds."""
    (pid_file,) = home.rglob("postmaster.pid")
    pid = int(pid_file.read_text().splitlines()[0])
    os.kill(pid, signal.SIGQUIT)
    wait_until(lambda: not pid_file.exists() or not alive(pid), "the server was down")
    time.sleep(seconds)
    embedded.ensure_running(home, settings=FAST)


def alive(pid: int) -> bool:
    """Whether there is such a process that is more than a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
