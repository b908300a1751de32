"""One long load, then refreshes until the time is over: does anything get slower, or grow?

Full: `ARGS="--releases 600000 --minutes 40"`, more than 20 million rows, 8 GB of disk.
"""

from __future__ import annotations

import argparse
import datetime
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import psycopg

from tests.bench.corpus import Dump, dump, next_dump
from tests.bench.loaders import Ours
from tests.bench.measuring import MB, CommandError
from tests.bench.processes import group_files, group_memory
from tests.bench.report import Result, Table
from tests.bench.server import Server, database_size
from tests.bench.tenths import TENTHS, tenth_speeds

about = "a long load, and refreshes one after the other"

SAMPLE_SECONDS = 1.0
FIRST_DAY = datetime.date(2026, 3, 1)

_SAMPLE = """
select
    (select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()),
    (select coalesce(sum(pg_relation_size(c.oid)), 0) from pg_class as c
        join pg_namespace as n on n.oid = c.relnamespace where n.nspname = 'discogs_stage' and c.relkind = 'r'),
    (select coalesce(sum(pg_total_relation_size(c.oid)), 0) from pg_class as c
        join pg_namespace as n on n.oid = c.relnamespace where n.nspname = 'loader' and c.relkind = 'r')
"""


@dataclass(frozen=True, slots=True)
class _Sample:
    """What is held at a moment: bytes of the command's processes, its open files, sessions, bytes of staging and
    of the manifest with the queue."""

    memory: int
    files: int
    sessions: int
    staging: int
    manifest: int


@dataclass(frozen=True, slots=True)
class _Run:
    """A command: seconds, bytes of XML, the most that was held in each tenth of its time, and afterwards."""

    seconds: float
    xml_bytes: int
    tenths: list[_Sample]
    database: int
    staging: int
    manifest: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what can be asked of the suite."""
    parser.add_argument("--releases", type=int, default=20_000, help="size of the dump (default 20,000; full: 600,000)")
    parser.add_argument("--minutes", type=float, default=3.0, help="for all loads together (default 3; full: 40)")
    parser.add_argument("--workers", type=int, default=2, help="worker processes (default 2)")


def run_suite(options: argparse.Namespace, server: Server) -> Result:
    """Loads, refreshes with the two dumps in turn, each time as a later snapshot, and compares tenths."""
    result = Result()
    with tempfile.TemporaryDirectory(prefix="loader-bench-") as folder, server.database() as url:
        months = [dump(Path(folder, "a"), options.releases), next_dump(Path(folder, "b"), options.releases, 3, 1, 0.2)]
        end = time.monotonic() + options.minutes * 60
        first = _watched(months[0], url, options.workers, "--replace")
        with psycopg.connect(url) as connection:
            speeds = tenth_speeds(connection)[1]
            rows = _rows(connection)
        refreshes: list[_Run] = []
        while time.monotonic() < end or len(refreshes) < 2:
            number = len(refreshes) + 1
            print(f"refresh {number}, {max(0, end - time.monotonic()):.0f} s are left", file=sys.stderr, flush=True)
            day = FIRST_DAY + datetime.timedelta(days=number)
            refreshes.append(_watched(months[number % 2], url, options.workers, "--merge", f"--snapshot={day}"))
    result.tables.append(_tenths(first, speeds, f"{options.releases:,} releases, {rows:,} rows, replace"))
    result.tables.append(_refreshes(refreshes))
    ratio = f"{speeds[-1] / speeds[0]:.2f}"
    result.notes.append(f"In the first load, a worker's MB/s in the last tenth were {ratio} times those in the first.")
    result.records += [{"mode": "replace", "speeds": speeds, "rows": rows, **asdict(first)}]
    result.records += [{"mode": "merge", **asdict(run)} for run in refreshes]
    return result


def _watched(month: Dump, url: str, workers: int, *arguments: str) -> _Run:
    """Runs a load, and looks at it every second."""
    command = Ours(workers=workers, arguments=arguments).command(month.folder, url)
    started = time.monotonic()
    samples: list[_Sample] = []
    with psycopg.connect(url, autocommit=True) as connection, tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True, env=os.environ
        )
        try:
            while process.poll() is None:
                samples.append(_sample(connection, process.pid))
                time.sleep(SAMPLE_SECONDS)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        seconds = time.monotonic() - started
        if process.returncode:
            said.seek(0)
            raise CommandError(f"{' '.join(command)} ended with {process.returncode}:\n{said.read()[-2000:]}")
        after = _sample(connection, process.pid)
    return _Run(seconds, month.xml_bytes, _most(samples), database_size(url), after.staging, after.manifest)


def _sample(connection: psycopg.Connection, group: int) -> _Sample:
    row = connection.execute(_SAMPLE).fetchone()
    assert row is not None
    sessions, staging, manifest = map(int, row)
    return _Sample(group_memory(group), group_files(group), sessions, staging, manifest)


def _most(samples: Sequence[_Sample]) -> list[_Sample]:
    """The greatest figures of each tenth of the time; fewer where there are fewer samples."""
    size = -(-len(samples) // TENTHS)
    parts = [samples[start : start + size] for start in range(0, len(samples), max(size, 1))]
    return [_Sample(*(max(getattr(s, field.name) for s in part) for field in fields(_Sample))) for part in parts]


def _rows(connection: psycopg.Connection) -> int:
    row = connection.execute("select sum(row_count) from loader.checksum('discogs')").fetchone()
    return int(row[0]) if row else 0


def _tenths(run: _Run, speeds: Sequence[float], title: str) -> Table:
    heads = ["tenth", "MB/s of a worker", "memory MB", "open files", "sessions", "staging MB", "control tables MB"]
    rows = [
        [
            str(number), f"{speeds[number - 1] / MB:.1f}" if number <= len(speeds) else "-", f"{held.memory / MB:.0f}",
            str(held.files), str(held.sessions), f"{held.staging / MB:.2f}", f"{held.manifest / MB:.2f}",
        ]
        for number, held in enumerate(run.tenths, start=1)
    ]  # fmt: skip
    return Table(heads, rows, f"{title}, {run.seconds:.0f} s")


def _refreshes(runs: Sequence[_Run]) -> Table:
    """The first refreshes and the last ones, a tenth of them each, and all between."""
    size = max(1, len(runs) // TENTHS)
    parts = {"first": runs[:size], "all between": runs[size:-size], "last": runs[-size:]}
    rows = []
    for name, part in parts.items():
        if not part:
            continue
        speed = sum(run.xml_bytes for run in part) / sum(run.seconds for run in part)
        held = [sample for run in part for sample in run.tenths]
        rows.append(
            [
                f"{name} {len(part)}", f"{speed / MB:.1f}", f"{max(s.memory for s in held) / MB:.0f}",
                str(max(s.files for s in held)), str(max(s.sessions for s in held)),
                f"{part[-1].staging / MB:.2f}", f"{part[-1].manifest / MB:.2f}", f"{part[-1].database / MB:.0f}",
            ]
        )  # fmt: skip
    heads = ["refreshes", "MB/s", "memory MB", "open files", "sessions", "staging MB after", "control tables MB after"]
    title = f"{len(runs)} refreshes, with two dumps in turn: 3 % changed, 1 % new, 0.2 % gone"
    return Table([*heads, "database MB after"], rows, title)
