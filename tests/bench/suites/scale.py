"""Growth: dumps of several sizes with several numbers of workers, replace and merge; full: 100,000 300,000 1,000,000.

The full sizes take about two hours on two cores and 10 GB of disk: `ARGS="--releases 100000 300000 1000000"`.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg

from tests.bench.corpus import Dump, dump
from tests.bench.loaders import FreshMerge, Ours, run
from tests.bench.measuring import MB, Run
from tests.bench.report import Result, Table
from tests.bench.server import Server
from tests.bench.tenths import TENTHS, tenth_speeds

about = "growth with the size of the dump and the number of workers"

_Place = tuple[int, int, str]  # releases, workers, mode


@dataclass(frozen=True)
class _Tenths:
    """Bytes a second of a worker in the first and the last tenth of the chunks of the releases; 0: too few chunks."""

    chunks: int
    first_tenth: float
    last_tenth: float

    @property
    def ratio(self) -> str:
        return f"{self.last_tenth / self.first_tenth:.2f}" if self.first_tenth and self.last_tenth else "-"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what can be asked of the suite."""
    parser.add_argument(
        "--releases", type=int, nargs="+", default=[10_000, 30_000, 100_000],
        help="sizes (default 10,000 30,000 100,000; full: 100,000 300,000 1,000,000)",
    )  # fmt: skip
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4], help="worker processes (default 1 2 4)")
    parser.add_argument("--modes", nargs="+", default=["replace", "merge"], choices=["replace", "merge"])
    parser.add_argument("--every", action="store_true", help="all workers with all sizes, not only with the middle one")


def run_suite(options: argparse.Namespace, server: Server) -> Result:
    """Loads every size with the middle number of workers, and the middle size with every number of workers."""
    result = Result()
    runs: dict[_Place, Run] = {}
    tenths: dict[_Place, _Tenths] = {}
    sizes, workers = sorted(options.releases), sorted(options.workers)
    middle = workers[len(workers) // 2]
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="loader-bench-") as folder:
            month = dump(Path(folder), size)
            for number, mode in itertools.product(workers, options.modes):
                if options.every or number == middle or size == sizes[len(sizes) // 2]:
                    print(f"{size:,} releases, {number} workers, {mode}", file=sys.stderr, flush=True)
                    runs[size, number, mode], tenths[size, number, mode] = _load(server, month, number, mode)
    for (size, number, mode), found in runs.items():
        place = {"releases": size, "workers": number, "mode": mode}
        result.records.append(place | found.as_json() | asdict(tenths[size, number, mode]))
    result.tables.append(_table(runs, tenths))
    result.tables.append(_growth(runs, middle, options.modes))
    result.tables.append(_workers(runs, sizes[len(sizes) // 2], options.modes))
    return result


def _load(server: Server, month: Dump, workers: int, mode: str) -> tuple[Run, _Tenths]:
    with server.database() as url:
        loader = FreshMerge(workers=workers) if mode == "merge" else Ours(workers=workers)
        found = run(loader, 1, month, server, url)
        with psycopg.connect(url) as connection:
            chunks, speeds = tenth_speeds(connection)
            return found, _Tenths(chunks, speeds[0], speeds[TENTHS - 1] if len(speeds) == TENTHS else 0)


def _table(runs: dict[_Place, Run], tenths: dict[_Place, _Tenths]) -> Table:
    rows = []
    for key, found in runs.items():
        size, number, mode = key
        rows.append(
            [
                mode, f"{size:,}", str(number), f"{found.cost.wall:.1f}", f"{found.cost.cpu:.1f}",
                f"{found.xml_bytes / MB / found.cost.wall:.1f}", f"{found.xml_bytes / MB / found.cost.cpu:.1f}",
                f"{found.cost.memory / MB:.0f}", str(tenths[key].chunks), tenths[key].ratio,
            ]
        )  # fmt: skip
    heads = ["mode", "releases", "workers", "wall s", "CPU s", "MB/s", "MB per CPU s", "peak RSS MB", "chunks"]
    return Table([*heads, "last / first tenth"], rows)


def _growth(runs: dict[_Place, Run], workers: int, modes: list[str]) -> Table:
    """MB/s of each size for that of the smallest."""
    sizes = sorted({size for size, _, _ in runs})
    rows = []
    for mode in modes:
        speeds = [_speed(runs[size, workers, mode]) for size in sizes]
        rows.append([mode, *(f"{speed / speeds[0]:.2f}" for speed in speeds)])
    return Table([f"MB/s with {workers} workers, relative to the smallest", *(f"{size:,}" for size in sizes)], rows)


def _workers(runs: dict[_Place, Run], size: int, modes: list[str]) -> Table:
    """MB/s of each number of workers for that of the smallest."""
    numbers = sorted({number for found, number, _ in runs if found == size})
    rows = []
    for mode in modes:
        speeds = [_speed(runs[size, number, mode]) for number in numbers]
        rows.append([mode, *(f"{speed / speeds[0]:.2f}" for speed in speeds)])
    return Table([f"MB/s with {size:,} releases, relative to {numbers[0]} worker", *map(str, numbers)], rows)


def _speed(run: Run) -> float:
    return run.xml_bytes / run.cost.wall
