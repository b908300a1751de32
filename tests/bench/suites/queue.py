"""The queue: claims a second at many chunks, over several connections, also while a session holds a snapshot.

A worker's cycle is a claim and the chunk's end. Claims alone leave ever more chunks leased, as no load does: the worst
case. Claims go on behind the floor of their connection, as those of workers do.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from dataclasses import dataclass
from typing import Any

import psycopg

from loader.database.connect import connect
from loader.database.migrate import migrate
from loader.mapping.read import read_dataset
from loader.render.install import install
from tests.bench.report import Result, Table
from tests.bench.server import Server

about = "queue"

# Chunks without records: they end without rows, so that the queue alone is measured.
_PLAN = """
insert into loader.chunk (load_id, source_id, number, weight, first_record, records)
select %s, %s, n, 1, n, 0 from generate_series(1, %s) as n
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what can be asked of the suite."""
    parser.add_argument("--chunks", type=int, default=100_000, help="chunks in the queue (default 100,000)")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 4, 8], help="connections (default 1 4 8)")
    parser.add_argument("--seconds", type=float, default=15.0, help="seconds a measurement (default 15)")


def run_suite(options: argparse.Namespace, server: Server) -> Result:
    """Measures claims, then claims with the end of the chunk, free and under a held snapshot."""
    result = Result()
    rows = []
    for ends in (False, True):
        for held in (False, True):
            for connections in options.connections:
                what = "claim and end" if ends else "claim"
                print(f"{what}, {connections} connections, snapshot held: {held}", file=sys.stderr, flush=True)
                found = measure(server, options, connections, held=held, ends=ends)
                result.records.append({"what": what, "connections": connections, "snapshot": held} | found)
                rows.append(
                    [
                        f"{what}{', snapshot held' if held else ''}", str(connections), f"{found['claims']:,}",
                        f"{found['rate']:,.0f}", f"{found['first']:,.0f}", f"{found['last']:,.0f}",
                        f"{found['server_cpu'] / max(1, found['claims']) * 1e6:.0f}",
                    ]
                )  # fmt: skip
    heads = ["", "connections", "claims", "per second", "first quarter", "last quarter", "server CPU µs per claim"]
    result.tables.append(Table(heads, rows, f"{options.chunks:,} chunks, PostgreSQL {server.version}"))
    return result


def measure(server: Server, options: argparse.Namespace, connections: int, *, held: bool, ends: bool) -> dict[str, Any]:
    """Claims of a fresh queue, by so many connections at once."""
    with server.database() as url, psycopg.connect(url) as holder:
        load_id = _fill(url, options.chunks)
        if held:
            # Dead rows stay as long as somebody may still want to see them.
            holder.execute("set transaction isolation level repeatable read")
            holder.execute("select count(*) from loader.load")
        before = server.cpu()
        with multiprocessing.get_context("spawn").Pool(connections) as pool:
            at = time.time() + 1.0  # all begin together, whatever it took to start them
            claimants = [_Claimant(url, load_id, number, options.seconds, ends) for number in range(connections)]
            counts = pool.starmap(_claim, [(claimant, at) for claimant in claimants])
        cpu = server.cpu() - before
        holder.rollback()
    quarters = [sum(column) for column in zip(*counts, strict=True)]
    quarter = options.seconds / len(quarters)
    busy = [count for count in quarters if count]
    return {
        "claims": sum(quarters), "rate": sum(quarters) / options.seconds, "first": quarters[0] / quarter,
        "last": busy[-1] / quarter if busy else 0.0, "server_cpu": cpu, "exhausted": sum(quarters) >= options.chunks,
    }  # fmt: skip


def _fill(url: str, chunks: int) -> int:
    """A load with that many ready chunks of one source."""
    dataset = read_dataset("discogs")
    connection = connect(url, application="loader bench")
    migrate(connection)
    install(connection, dataset)
    with connection.transaction():
        load_id = _one(connection.execute("select loader.start_load('discogs', 'replace', '{release}', '{}')"))
        source = _one(
            connection.execute("select loader.register_source(%s, 'a.xml', '/a.xml', 1, '{release}')", (load_id,))
        )
        connection.execute("update loader.source set state = 'planned' where source_id = %s", (source,))
        connection.execute(_PLAN, (load_id, source, chunks))
    connection.execute("vacuum analyze loader.chunk")
    connection.close()
    return load_id


@dataclass(frozen=True)
class _Claimant:
    url: str
    load_id: int
    number: int
    seconds: float
    ends: bool


def _claim(task: _Claimant, at: float) -> list[int]:
    """Claims until the time is over or the queue is empty; claims in each quarter of the time."""
    counts = [0, 0, 0, 0]
    connection = connect(task.url, application=f"loader bench {task.number}")
    time.sleep(max(0.0, at - time.time()))
    floor, started = 0, time.perf_counter()
    while (spent := time.perf_counter() - started) < task.seconds:
        row = connection.execute(
            "select chunk_id, lease_token from loader.claim_chunk(%s, %s, '2 minutes', %s)",
            (task.load_id, f"w{task.number}", floor),
        ).fetchone()
        if row is None:
            break
        floor = row[0]
        if task.ends:
            connection.execute("call loader.merge_chunk(%s, %s, 0, 0)", row)
        counts[int(spent / task.seconds * len(counts))] += 1
    connection.close()
    return counts


def _one(cursor: psycopg.Cursor[Any]) -> int:
    row = cursor.fetchone()
    assert row is not None
    return int(row[0])
