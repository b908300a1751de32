"""Sources that share keys, loaded in several ways: what each costs, and whether its outcome is always the same.

plain         one load of all sources, named in any order
ordered       one load of all sources, in the order of conflicts
one by one    a load for each source, in the order of conflicts
partitioned   `loader conflicts` first, then one load, the sources that share keys side by side
versioned     as plain, and superseded versions are kept (--set history=on)
small memory  as plain, with one worker and chunks of 1 MB
"""

from __future__ import annotations

import argparse
import json
import random
import shlex
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import psycopg

from loader.mapping.read import read_dataset
from tests.bench.loaders import Ours
from tests.bench.measuring import MB, Cost, measure
from tests.bench.overlapping import Cut, cut
from tests.bench.report import Result, Table
from tests.bench.server import Server

about = "loading overlapping sources by several strategies"

OPTIONS = "--merge --set deletes=ignore"  # each source is a part: what it lacks is not gone

Checksum = tuple[tuple[str, int, str], ...]


@dataclass(frozen=True)
class Attempt:
    """One measured run of a strategy, and what it has made of the tables."""

    strategy: str
    number: int
    cost: Cost
    outcome: Checksum


@dataclass(frozen=True)
class _Bench:
    """What a strategy works with: how to run a command measured, the sources, in which order they are named."""

    run: Callable[[Sequence[str]], str]
    ours: Ours
    url: str
    sources: list[Path]
    shuffled: list[Path]

    def load(self, paths: Sequence[Path], *arguments: str) -> None:
        """One load."""
        command = [*self.ours.program(), "load", "discogs", *map(str, paths), f"--database={self.url}"]
        self.run([*command, f"--workers={self.ours.workers}", "-q", *self.ours.arguments, *arguments])


def plain(bench: _Bench) -> None:
    """All at once."""
    bench.load(bench.shuffled)


def ordered(bench: _Bench) -> None:
    """All at once, the sources in their order."""
    bench.load(bench.sources)


def one_by_one(bench: _Bench) -> None:
    """A load a source."""
    for path in bench.sources:
        bench.load([path])


def partitioned(bench: _Bench) -> None:
    """The analysis, then all at once, by the groups that it tells."""
    paths = {path.name: path for path in bench.shuffled}
    command = [*bench.ours.program(), "conflicts", "discogs", *map(str, bench.shuffled), f"--database={bench.url}"]
    found = json.loads(bench.run([*command, f"--workers={bench.ours.workers}", "--json"]))
    bench.load([paths[name] for group in found["groups"] for name in group])


def versioned(bench: _Bench) -> None:
    """All at once, with history."""
    bench.load(bench.shuffled, "--set", "history=on")


def small_memory(bench: _Bench) -> None:
    """All at once, in as little memory as possible."""
    replace(bench, ours=replace(bench.ours, workers=1)).load(bench.shuffled, "--chunk-bytes=1MB")


STRATEGIES: dict[str, Callable[[_Bench], None]] = {
    "plain": plain, "ordered": ordered, "one by one": one_by_one, "partitioned": partitioned, "versioned": versioned,
    "small memory": small_memory,
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what can be asked of the suite."""
    parser.add_argument("--releases", type=int, default=40_000, help="releases that are cut up (default 40,000)")
    parser.add_argument("--sources", type=int, default=6, help="sources that they are cut into (default 6)")
    parser.add_argument("--overlap", type=float, default=20, help="percent of keys shared by two sources (default 20)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each strategy (default 3)")
    parser.add_argument("--workers", type=int, default=2, help="worker processes (default 2)")
    parser.add_argument("--ours", default=OPTIONS, help=f"options of all loads (default {OPTIONS}, given as --ours=…)")
    parser.add_argument("--only", nargs="+", choices=STRATEGIES, default=list(STRATEGIES), help="these strategies only")


def run_suite(options: argparse.Namespace, server: Server) -> Result:
    """Runs all strategies in turn, each into a fresh database, with the sources named in another order each round."""
    result, attempts = Result(), []
    ours = Ours(workers=options.workers, arguments=tuple(shlex.split(options.ours)))
    with tempfile.TemporaryDirectory(prefix="loader-bench-") as folder:
        sources = cut(Path(folder), read_dataset("discogs"), options.releases, options.sources, options.overlap / 100)
        for number in range(1, options.rounds + 1):
            for name in options.only:
                print(f"round {number} of {options.rounds}: {name}", file=sys.stderr, flush=True)
                attempts.append(_attempt(name, number, ours, sources, server))
    result.records += [asdict(attempt) for attempt in attempts]
    what = f"{options.releases:,} releases in {options.sources} sources, {options.overlap:g} % of keys shared by pairs"
    result.tables.append(_table(attempts, sources, f"{what}, {options.ours}, median of {options.rounds}"))
    outcomes = {attempt.outcome for attempt in attempts}
    result.notes.append(
        f"All runs of all strategies together have {len(outcomes)} outcome{'s' if len(outcomes) > 1 else ''}."
    )
    return result


def _attempt(name: str, number: int, ours: Ours, sources: Cut, server: Server) -> Attempt:
    shuffled = sources.paths.copy()
    random.Random(number).shuffle(shuffled)
    costs: list[Cost] = []
    with server.database() as url:

        def run(command: Sequence[str]) -> str:
            cost, said = measure(command, server, url)
            costs.append(cost)
            return said

        STRATEGIES[name](_Bench(run, ours, url, sources.paths, shuffled))
        with psycopg.connect(url, autocommit=True) as connection:
            rows = connection.execute("select table_name, row_count, checksum from loader.checksum('discogs')")
            return Attempt(name, number, _total(costs), tuple((row[0], row[1], row[2]) for row in rows))


def _total(costs: Sequence[Cost]) -> Cost:
    """Commands in a row: their times add up, of memory the most counts."""
    return Cost(
        wall=sum(cost.wall for cost in costs),
        client_cpu=sum(cost.client_cpu for cost in costs),
        server_cpu=sum(cost.server_cpu for cost in costs),
        memory=max(cost.memory for cost in costs),
        wal=sum(cost.wal for cost in costs),
        database=costs[-1].database,
    )


def _table(attempts: Sequence[Attempt], sources: Cut, title: str) -> Table:
    groups: dict[str, list[Attempt]] = {}
    for attempt in attempts:
        groups.setdefault(attempt.strategy, []).append(attempt)
    first, *_ = groups
    walls = {name: statistics.median(item.cost.wall for item in group) for name, group in groups.items()}
    cpus = {name: statistics.median(item.cost.cpu for item in group) for name, group in groups.items()}
    rows = [
        [
            name,
            f"{sources.xml_bytes / MB / walls[name]:.1f}",
            f"{walls[first] / walls[name]:.2f}",
            f"{cpus[name]:.2f}",
            f"{cpus[first] / cpus[name]:.2f}",
            f"{max(item.cost.memory for item in group) / MB:.0f}",
            "yes" if len({item.outcome for item in group}) == 1 else "no",
        ]
        for name, group in groups.items()
    ]
    heads = ["", "MB/s", f"relative to {first}", "CPU s", f"CPU s of {first} / CPU s", "peak RSS MB", "deterministic"]
    return Table(heads, rows, title)
