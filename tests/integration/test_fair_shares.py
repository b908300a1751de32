"""Many workers at one queue, some of them killed: each chunk once, and the others do equally much."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.isolation.database import prepare
from tests.queue.claimant import START
from tests.support.running import CLONE, TIMEOUT_S, execute, query, wait_until

WORKERS, KILLED = 8, 2
CHUNKS, SECONDS = 240, 0.04  # equal chunks, each of which takes so long
AT_MOST = 1.3  # times as many by the busiest as by the idlest
WAITING = "select count(*) from pg_locks where locktype = 'advisory' and objid = %s and not granted"
DONE = "select count(*)::int from loader.chunk where state = 'done'"


@contextmanager
def claimants(database: str) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Processes by name, all of which wait to begin; whoever is left is killed after the block."""
    names = [f"worker {number}" for number in range(WORKERS)]
    command = (sys.executable, "-m", "tests.queue.claimant", database)
    processes = {name: subprocess.Popen([*command, name, str(SECONDS)], cwd=CLONE) for name in names}
    try:
        wait_until(lambda: query(database, WAITING, START) == [(WORKERS,)], "all were there")
        yield processes
    finally:
        for process in processes.values():
            process.kill()
            process.wait()


def test_six_of_eight_go_on_and_do_equally_much(database: str) -> None:
    prepare(database)
    execute(database, "select spec.load(0)")
    execute(
        database,
        "insert into loader.chunk (load_id, source_id, number, weight, first_record, records) "
        f"select 1, 1, n, 1, n, 0 from generate_series(1, {CHUNKS}) as n",
    )
    with psycopg.connect(database, autocommit=True) as holder:
        holder.execute("select pg_advisory_lock(%s)", (START,))
        with claimants(database) as processes:
            holder.execute("select pg_advisory_unlock(%s)", (START,))
            wait_until(lambda: query(database, DONE)[0][0] > CHUNKS // 6, "they were at work")
            killed = list(processes)[:KILLED]
            for name in killed:
                processes[name].kill()
            for name in processes.keys() - set(killed):
                assert processes[name].wait(TIMEOUT_S) == 0

    done = "select chunk_id from loader.chunk_attempt where outcome = 'done'"
    assert query(database, f"select count(*)::int, count(distinct chunk_id)::int from ({done}) as d") == [(CHUNKS,) * 2]
    assert query(database, DONE) == [(CHUNKS,)]
    outcomes = query(database, "select distinct outcome, worker = any (%s) from loader.chunk_attempt", killed)
    assert set(outcomes) - {("expired", True)} == {("done", True), ("done", False)}, "only of the killed"
    by_worker = dict(query(database, "select worker, count(*)::int from loader.chunk group by 1"))
    survivors = [count for name, count in by_worker.items() if name not in killed]
    assert len(survivors) == WORKERS - KILLED
    assert max(survivors) <= AT_MOST * min(survivors), by_worker
