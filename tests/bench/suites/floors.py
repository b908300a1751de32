"""Floors: what gunzip, splitting, libxml2 and COPY alone take for the releases, each in a process of its own."""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

from loader.config.settings import ENGINES
from loader.extract.engines import make_engine
from loader.mapping.dataset import Dataset
from loader.mapping.read import read_dataset
from loader.source.packing.ranges import Reader
from loader.source.xml.records_of_span import split
from tests.bench import floors, plain
from tests.bench.clocks import Clocks
from tests.bench.corpus import Source, batches, dump, sources
from tests.bench.measuring import MB
from tests.bench.report import Result, Table
from tests.bench.server import Server

about = "floors, one core"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what can be asked of the suite."""
    parser.add_argument("--releases", type=int, default=10_000, help="size of the dump (default 10,000: 39 MB)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; the least time counts (default 3)")


def run_suite(options: argparse.Namespace, server: Server) -> Result:
    """Measures each floor a few times."""
    result = Result()
    with tempfile.TemporaryDirectory(prefix="loader-bench-") as folder:
        dump(Path(folder), options.releases)
        source = releases(Path(folder), read_dataset("discogs"))
        xml_bytes = sum(span.end - span.start for span in source.spans())
        rows = []
        for name, work in _FLOORS.items():
            seconds = min(_in_process(work, folder, options.rounds))
            result.records.append({"floor": name, "cpu": seconds, "bytes": xml_bytes})
            rows.append([name, f"{seconds:.2f}", f"{xml_bytes / MB / seconds:.0f}"])
        result.tables.append(Table([f"{xml_bytes / MB:.0f} MB of releases", "CPU s", "MB/s"], rows))
        result.tables.append(_database(source, server, options.rounds, result))
    return result


def releases(folder: Path, dataset: Dataset) -> Source:
    """The releases: nine tenths of a dump."""
    return next(source for source in sources(folder, dataset) if source.entities == ["release"])


def _in_process(work: Callable[[Source], Iterator[None]], folder: str, rounds: int) -> list[float]:
    # A process each: big trees leave a heap behind in which libxml2 is half as quick as in a fresh one.
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_timed, (work, folder, rounds))


def _timed(work: Callable[[Source], Iterator[None]], folder: str, rounds: int) -> list[float]:
    """CPU seconds of the second step of the work: the first one prepares it."""
    seconds = []
    for _ in range(rounds):
        steps = work(releases(Path(folder), read_dataset("discogs")))
        next(steps)
        started = time.process_time()
        next(steps, None)
        seconds.append(time.process_time() - started)
    return seconds


def _gunzip(source: Source) -> Iterator[None]:
    yield
    floors.gunzip(source.file.path)


def _scan(source: Source) -> Iterator[None]:
    yield
    source.spans()


def _read(source: Source) -> Iterator[None]:
    spans = source.spans()
    yield
    with Reader(source.file) as reader:
        for span in spans:
            reader.read(span)


def _split(source: Source) -> Iterator[None]:
    spans = source.spans()
    with Reader(source.file) as reader:
        data = [(reader.read(span), span.prefix) for span in spans]
    yield
    for chunk, prefix in data:
        split(chunk, prefix, source.paths)


def _sax(source: Source) -> Iterator[None]:
    documents = [block for batch in batches(source, 1) for block in floors.blocks(batch)]
    yield
    floors.sax(documents)


def _tree(source: Source) -> Iterator[None]:
    documents = [block for batch in batches(source, 1) for block in floors.blocks(batch)]
    yield
    floors.tree(documents)


_FLOORS: dict[str, Callable[[Source], Iterator[None]]] = {
    "gunzip (zlib)": _gunzip,
    "scan: gunzip, SHA-256, split, seek points": _scan,
    "read: gunzip, digest": _read,
    "split into records": _split,
    "libxml2 SAX, no callbacks": _sax,
    "libxml2 tree, 256 KB per document": _tree,
}


def _database(source: Source, server: Server, rounds: int, result: Result) -> Table:
    """COPY of the extractor's text into logged tables without keys, then keys and indexes; µs a row."""
    dataset = read_dataset("discogs")
    extractor = make_engine(ENGINES[0], dataset, source.entities)
    extracted = [extractor.extract(batch) for batch in batches(source, 1)]
    count = sum(sum(found.rows.values()) for found in extracted)
    size = sum(len(block) for found in extracted for block in found.data.values())
    best: dict[str, tuple[float, float]] = {}
    for _ in range(rounds):
        with server.database() as url, psycopg.connect(url, autocommit=True) as connection:
            plain.create(connection, dataset, "plain")
            clocks = Clocks(connection.info.backend_pid if server.postmaster else None)
            with clocks.stage("COPY only"):
                for found in extracted:
                    plain.copy(connection, dataset, "plain", found.data)
            with clocks.stage("keys and indexes"):
                plain.add_keys(connection, dataset, "plain")
        for name, seconds in clocks.server.items():
            best[name] = min(best.get(name, (9e9, 9e9)), (seconds, clocks.client[name]))
    best["COPY + keys"] = tuple(map(sum, zip(*best.values(), strict=True)))  # type: ignore[assignment]
    rows = []
    for name, (seconds, client) in best.items():
        result.records.append({"floor": name, "server_cpu": seconds, "client_cpu": client, "rows": count})
        speeds = (f"{seconds / count * 1e6:.2f}", f"{size / MB / seconds:.0f}") if seconds else ("?", "?")
        rows.append([name, f"{seconds:.2f}", *speeds, f"{client:.2f}"])
    heads = [f"{count:,} rows, {size / MB:.0f} MB of COPY text", "server CPU s", "µs per row", "MB/s", "client CPU s"]
    return Table(heads, rows)
