"""Extraction engines on the same batches: MB of XML a CPU second, beside what libxml2 alone takes for them."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from loader.extract.engines import make_engine
from loader.mapping.read import read_dataset
from tests.bench import floors
from tests.bench.corpus import batches, dump, sources
from tests.bench.engines import available
from tests.bench.measuring import MB
from tests.bench.report import Result, Table
from tests.bench.server import Server

about = "extraction engines, one core"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what can be asked of the suite."""
    parser.add_argument("--releases", type=int, default=5_000, help="size of the dump (default 5,000: 20 MB)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds; the least time of a batch counts (default 5)")


def run_suite(options: argparse.Namespace, _server: Server) -> Result:
    """Gives every batch to every engine in turn, a few times over."""
    result = Result()
    dataset = read_dataset("discogs")
    names = available()
    rows = []
    with tempfile.TemporaryDirectory(prefix="loader-bench-") as folder:
        dump(Path(folder), options.releases)
        for source in sources(Path(folder), dataset):
            engines = {name: make_engine(name, dataset, source.entities) for name in names}
            found = list(batches(source, 1))
            documents = [floors.blocks(batch) for batch in found]
            least: dict[tuple[str, int], float] = defaultdict(lambda: 9e9)
            for _ in range(options.rounds):
                for index, batch in enumerate(found):
                    for name, parse in floors.PARSERS.items():
                        started = time.process_time()
                        parse(documents[index])
                        least[name, index] = min(least[name, index], time.process_time() - started)
                    for name in names:
                        started = time.process_time()
                        engines[name].extract(batch)
                        least[name, index] = min(least[name, index], time.process_time() - started)
            size = sum(len(record) for batch in found for record in batch.records)
            speeds = {}
            for name in (*floors.PARSERS, *names):
                seconds = sum(value for (whose, _), value in least.items() if whose == name)
                speeds[name] = size / MB / seconds
                result.records.append({"entity": source.entities[0], "engine": name, "cpu": seconds, "bytes": size})
            rows.append([source.entities[0], f"{size / MB:.1f}", *(f"{speed:.0f}" for speed in speeds.values())])
    result.tables.append(Table(["MB/s", "MB", *floors.PARSERS, *(f"engine {name}" for name in names)], rows))
    return result
