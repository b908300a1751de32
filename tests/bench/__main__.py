"""Measures loads of a generated dump: first load, the same again, merge into empty tables.

Prints wall and CPU seconds (client and server), MB of XML a second, rows, peak memory. Only ratios inside one run say
something: machines differ, and so do their days.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg

from loader.database import embedded
from loader.sample import write_sample
from tests.bench.processes import group_memory, server_cpu
from tests.server import fresh_database, server_home

POLL_SECONDS = 0.05
MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """One measured load; seconds, bytes."""

    name: str
    wall: float
    client_cpu: float
    server_cpu: float
    xml_bytes: int
    rows: int
    peak_memory: int

    @property
    def cpu(self) -> float:
        """CPU seconds in all."""
        return self.client_cpu + self.server_cpu


def main() -> int:
    """Runs the benchmark; returns an exit code."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("--releases", type=int, default=20_000, help="size of the dump (default 20,000: 81 MB)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds (default 3)")
    parser.add_argument("--workers", type=int, default=2, help="worker processes (default 2)")
    parser.add_argument("--json", metavar="FILE", help="write all runs here, too")
    arguments = parser.parse_args()
    runs: list[Run] = []
    with tempfile.TemporaryDirectory(prefix="loader-bench-") as folder, _server() as (url, postmaster):
        write_sample(Path(folder), releases=arguments.releases, gz=True)
        for number in range(1, arguments.rounds + 1):
            print(f"round {number} of {arguments.rounds}", file=sys.stderr, flush=True)
            given = [folder, f"--workers={arguments.workers}"]
            with fresh_database(url) as database:
                runs.append(_measure("first load", database, postmaster, [*given, "--replace"]))
                runs.append(_measure("same again", database, postmaster, given))
            with fresh_database(url) as database:
                runs.append(_measure("merge into empty", database, postmaster, [*given, "--merge"]))
    _print(runs)
    if arguments.json:
        Path(arguments.json).write_text(json.dumps([asdict(run) for run in runs], indent=1) + "\n", encoding="utf-8")
    return 0


@contextmanager
def _server() -> Iterator[tuple[str, int | None]]:
    """A durable server of the benchmark's own, or DATABASE_URL; the postmaster's pid where it is known."""
    if url := os.environ.get("DATABASE_URL"):
        yield url, None
        return
    with server_home() as home:
        url = embedded.ensure_running(home)
        yield url, embedded.status(home).pid


def _measure(name: str, url: str, postmaster: int | None, arguments: list[str]) -> Run:
    before, server = resource.getrusage(resource.RUSAGE_CHILDREN), server_cpu(postmaster) if postmaster else 0.0
    started = time.perf_counter()
    command = [sys.executable, "-m", "loader", "load", "discogs", *arguments, "--json", "-q"]
    peaks: dict[int, int] = {}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, env={**os.environ, "DATABASE_URL": url}, start_new_session=True, text=True
    ) as process:
        while process.poll() is None:
            peaks |= group_memory(process.pid)
            time.sleep(POLL_SECONDS)
        output = process.stdout.read() if process.stdout else ""
    if process.returncode != 0:
        raise SystemExit(f"the load ended with {process.returncode}")
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    with psycopg.connect(url, autocommit=True) as connection:
        if postmaster:
            connection.execute("checkpoint")  # what the load left to be written belongs to its cost
    client = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    found = json.loads(output)
    return Run(
        name, wall, client, server_cpu(postmaster) - server if postmaster else 0.0, found["xml_bytes"],
        sum(found["tables"].values()), sum(peaks.values()),
    )  # fmt: skip


def _print(runs: list[Run]) -> None:
    heads = ("wall s", "client CPU s", "server CPU s", "CPU s", "MB/s", "MB per CPU s", "rows", "peak MB of all")
    print(f"{'median of the rounds':<20} " + " ".join(f"{head:>14}" for head in heads))
    for name in dict.fromkeys(run.name for run in runs):
        these = [run for run in runs if run.name == name]

        wall, client, server, cpu, memory = (
            statistics.median(values)
            for values in zip(*((r.wall, r.client_cpu, r.server_cpu, r.cpu, r.peak_memory) for r in these), strict=True)
        )
        megabytes = these[0].xml_bytes / MB
        figures = (
            f"{wall:.2f}", f"{client:.2f}", f"{server:.2f}", f"{cpu:.2f}", f"{megabytes / wall:.1f}",
            f"{megabytes / cpu:.1f}", f"{these[0].rows:,}", f"{memory / MB:.0f}",
        )  # fmt: skip
        print(f"{name:<20} " + " ".join(f"{figure:>14}" for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
