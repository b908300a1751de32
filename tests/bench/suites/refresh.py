"""A second dump, a few percent of it changed: merged into what is there, against a full reload.

discogskit has no other way than the full reload. Every run begins with the first dump loaded.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.bench.corpus import dump, next_dump
from tests.bench.loaders import Loader, Ours, run
from tests.bench.measuring import Run, measure
from tests.bench.report import Result
from tests.bench.server import Server
from tests.bench.suites.load import find_rival, medians, ratios

about = "refresh by the dump of the month after"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what can be asked of the suite."""
    parser.add_argument("--releases", type=int, default=66_000, help="size of the dump (default 66,000: 268 MB)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, each a pair (default 3)")
    parser.add_argument("--workers", type=int, default=2, help="worker processes of ours (default 2)")
    parser.add_argument("--change", type=float, default=3.0, help="percent of the records changed (default 3)")
    parser.add_argument("--add", type=float, default=1.0, help="percent added (default 1)")
    parser.add_argument("--delete", type=float, default=0.2, help="percent deleted (default 0.2)")
    parser.add_argument("--ours", default="", help="options of ours beside the defaults, given as --ours=…")
    parser.add_argument("--rival", default="", help="options of discogskit beside its defaults, given as --rival=…")
    parser.add_argument("--alone", action="store_true", help="leave discogskit out")


def run_suite(options: argparse.Namespace, server: Server) -> Result:
    """Measures pairs: our merge, the rival's reload of the same second dump."""
    result = Result()
    extra = shlex.split(options.ours)
    loaders: list[Loader] = [Ours(workers=options.workers, arguments=("--merge", *extra))]
    if other := find_rival(options, result, "--no-progress", "--overwrite"):
        loaders.append(other)
    runs: list[Run] = []
    with tempfile.TemporaryDirectory(prefix="loader-bench-") as folder:
        first = dump(Path(folder, "first"), options.releases)
        second = next_dump(Path(folder, "second"), options.releases, options.change, options.add, options.delete)
        for number in range(1, options.rounds + 1):
            for loader in loaders:
                print(f"round {number} of {options.rounds}: {loader.name}", file=sys.stderr, flush=True)
                with server.database() as url:
                    measure(_first_load(loader).command(first.folder, url), server, url)
                    runs.append(run(loader, number, second, server, url))
    result.records += [found.as_json() for found in runs]
    change = f"{options.change:g} % changed, {options.add:g} % new, {options.delete:g} % deleted"
    result.tables.append(medians(runs, f"{options.releases:,} releases, {change}, median of {options.rounds}"))
    if len(loaders) > 1:
        result.tables.append(ratios(runs, loaders[1].name, loaders[0].name))
    return result


def _first_load(loader: Loader) -> Loader:
    return replace(loader, arguments=("--replace",)) if isinstance(loader, Ours) else loader
