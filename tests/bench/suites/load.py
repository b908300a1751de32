"""First load of all four entities: this loader and discogskit in turn, each into a fresh database."""

from __future__ import annotations

import argparse
import shlex
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench import rival
from tests.bench.corpus import dump
from tests.bench.loaders import Loader, Ours, Rival, run
from tests.bench.measuring import MB, Run
from tests.bench.report import Result, Table, spread
from tests.bench.server import Server

about = "first load, against discogskit"

RELEASES = 66_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what can be asked of the suite."""
    parser.add_argument("--releases", type=int, default=RELEASES, help="size of the dump (default 66,000: 268 MB)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, each a pair (default 3)")
    parser.add_argument("--workers", type=int, default=2, help="worker processes of ours (default 2)")
    parser.add_argument("--ours", default="--replace", help="options of ours (default --replace, given as --ours=…)")
    parser.add_argument("--rival", default="", help="options of discogskit beside its defaults, given as --rival=…")
    parser.add_argument("--alone", action="store_true", help="leave discogskit out")


def run_suite(options: argparse.Namespace, server: Server) -> Result:
    """Measures pairs of loads; the order within a pair changes from round to round."""
    result = Result()
    loaders: list[Loader] = [Ours(workers=options.workers, arguments=tuple(shlex.split(options.ours)))]
    if other := find_rival(options, result, "--no-progress"):
        loaders.append(other)
    with tempfile.TemporaryDirectory(prefix="loader-bench-") as folder:
        month = dump(Path(folder), options.releases)
        runs: list[Run] = []
        for number in range(1, options.rounds + 1):
            for loader in loaders if number % 2 else reversed(loaders):
                print(f"round {number} of {options.rounds}: {loader.name}", file=sys.stderr, flush=True)
                with server.database() as url:
                    runs.append(run(loader, number, month, server, url))
    result.records += [found.as_json() for found in runs]
    result.tables.append(medians(runs, f"first load, {options.releases:,} releases, median of {options.rounds}"))
    if len(loaders) > 1:
        result.tables.append(ratios(runs, loaders[1].name, loaders[0].name))
        result.notes.append(f"With {rival.versions()}.")
    if server.postmaster is None:
        result.notes.append("The server's CPU is not counted: it does not run on this machine.")
    return result


def find_rival(options: argparse.Namespace, result: Result, *arguments: str) -> Rival | None:
    """The rival, unless it is not wanted or cannot be installed: then the result says so."""
    if options.alone:
        return None
    try:
        return Rival(rival.program(), arguments=(*arguments, *shlex.split(options.rival)))
    except rival.NotInstalledError as error:
        print(error, file=sys.stderr, flush=True)
        result.notes.append(str(error))
        return None


FIGURES: dict[str, tuple[Callable[[Run], float], str]] = {
    "wall s": (lambda r: r.cost.wall, ".2f"),
    "client CPU s": (lambda r: r.cost.client_cpu, ".2f"),
    "server CPU s": (lambda r: r.cost.server_cpu, ".2f"),
    "CPU s": (lambda r: r.cost.cpu, ".2f"),
    "MB/s": (lambda r: r.xml_bytes / MB / r.cost.wall, ".1f"),
    "MB per CPU s": (lambda r: r.xml_bytes / MB / r.cost.cpu, ".1f"),
    "records/s": (lambda r: r.records / r.cost.wall, ",.0f"),
    "rows": (lambda r: r.rows, ",.0f"),
    "peak RSS MB": (lambda r: r.cost.memory / MB, ".0f"),
    "WAL MB": (lambda r: r.cost.wal / MB, ".0f"),
    "database MB": (lambda r: r.cost.database / MB, ".0f"),
}


def medians(runs: Sequence[Run], title: str) -> Table:
    """A row a loader: the median of each figure."""
    rows = []
    for name in dict.fromkeys(found.name for found in runs):
        own = [found for found in runs if found.name == name]
        figures = (format(statistics.median(map(value, own)), form) for value, form in FIGURES.values())
        rows.append([name, *figures])
    return Table(["", *FIGURES], rows, title)


def ratios(runs: Sequence[Run], slow: str, quick: str) -> Table:
    """What one takes for each second or byte of the other, pair by pair."""
    costs = {(found.name, found.number): found.cost for found in runs}
    pairs = [(costs[slow, number], cost) for (name, number), cost in costs.items() if name == quick]
    kinds = {
        "wall": [one.wall / other.wall for one, other in pairs],
        "CPU": [one.cpu / other.cpu for one, other in pairs],
        "client CPU": [one.client_cpu / other.client_cpu for one, other in pairs],
        "server CPU": [one.server_cpu / other.server_cpu for one, other in pairs if other.server_cpu],
        "peak RSS": [one.memory / other.memory for one, other in pairs],
    }
    rows = [[kind, *spread(values)] for kind, values in kinds.items() if values]
    return Table([f"{slow} / {quick}", "median", "least", "greatest"], rows)
