"""CPU seconds of every stage of a load, client and server apart.

The client's stages are the loader's own pieces, one after another over the same chunks in one process; the server's
are what it noted for each statement of whole loads by one worker. Floors for the same bytes stand beside them.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import xxhash

from loader.config.settings import ENGINES
from loader.extract.engines import make_engine
from loader.mapping.dataset import Dataset
from loader.mapping.read import read_dataset
from loader.source.packing.ranges import Reader
from loader.source.xml.records_of_span import split
from tests.bench import floors, plain
from tests.bench.corpus import Dump, Source, batch, dump, sources
from tests.bench.loaders import FreshMerge, Ours, run
from tests.bench.measuring import MB
from tests.bench.report import Result, Table
from tests.bench.server import Server
from tests.bench.statements import by_kind, statements

about = "CPU of every stage"
telling = True

REST = "rest: sessions begun, checkpoints"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what can be asked of the suite."""
    parser.add_argument("--releases", type=int, default=10_000, help="size of the dump (default 10,000: 41 MB)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; the least time of a stage counts (default 3)")
    parser.add_argument("--engine", default=ENGINES[0], choices=ENGINES, help="engine that extracts")


def run_suite(options: argparse.Namespace, server: Server) -> Result:
    """Takes the client apart, then the server's part of a replace and of a merge."""
    result = Result()
    with tempfile.TemporaryDirectory(prefix="loader-bench-") as folder:
        month = dump(Path(folder), options.releases)
        rounds = [_client(month, options.engine, server) for _ in range(options.rounds)]
        least = {name: min(found[name] for found in rounds) for name in rounds[0]}
        result.records += [{"stage": name, "client_cpu": cpu, "bytes": month.xml_bytes} for name, cpu in least.items()]
        rows = [[name, f"{cpu:.3f}", f"{month.xml_bytes / MB / cpu:.0f}"] for name, cpu in least.items()]
        own = sum(cpu for name, cpu in least.items() if not name.startswith("floor"))
        rows.append(["all stages", f"{own:.3f}", f"{month.xml_bytes / MB / own:.0f}"])
        result.tables.append(Table([f"client, {month.xml_bytes / MB:.0f} MB of XML", "CPU s", "MB/s"], rows))
        if server.log is None or server.postmaster is None:
            result.notes.append("The server's stages are seen only on the benchmark's own server: unset DATABASE_URL.")
        else:
            for mode, loader in (("replace", Ours(workers=1)), ("merge", FreshMerge(workers=1))):
                result.tables.append(_server(mode, loader, month, server, result))
    return result


def _client(month: Dump, engine_name: str, server: Server) -> dict[str, float]:
    """CPU seconds of each of the client's stages over all sources."""
    dataset = read_dataset("discogs")
    spent: dict[str, float] = defaultdict(float)
    with server.database() as url, psycopg.connect(url, autocommit=True) as connection:
        plain.create(connection, dataset, "plain")
        for source in sources(month.folder, dataset):
            _one_source(source, dataset, engine_name, connection, spent)
    return dict(spent)


def _one_source(
    source: Source, dataset: Dataset, engine_name: str, connection: psycopg.Connection, spent: dict[str, float]
) -> None:
    with _timed(spent, "floor: read the file"):
        source.file.path.read_bytes()
    with _timed(spent, "floor: gunzip"):
        floors.gunzip(source.file.path)
    with _timed(spent, "plan: gunzip, SHA-256, split, seek points"):
        spans = source.spans()
    extractor = make_engine(engine_name, dataset, source.entities)
    with Reader(source.file) as reader:
        for span in spans:
            with _timed(spent, "read: gunzip, digest"):
                data = reader.read(span)
            with _timed(spent, "split"):
                records = [data[start:end] for start, end, _ in split(data, span.prefix, source.paths)]
            with _timed(spent, "hash"):
                for record in records:
                    xxhash.xxh3_128_hexdigest(record)
            whole = batch(data, span, source, 1)
            documents = floors.blocks(whole)
            for name, parse in floors.PARSERS.items():
                with _timed(spent, f"floor: {name}"):
                    parse(documents)
            if span is spans[0]:
                extractor.extract(whole)  # engines are made for their first batch
            with _timed(spent, f"extract ({engine_name})"):
                extracted = extractor.extract(whole)
            with _timed(spent, "COPY"):
                plain.copy(connection, dataset, "plain", extracted.data)


@contextmanager
def _timed(spent: dict[str, float], name: str) -> Iterator[None]:
    started = time.process_time()
    yield
    spent[name] += time.process_time() - started


def _server(mode: str, loader: Ours, month: Dump, server: Server, result: Result) -> Table:
    """CPU seconds of the server for each kind of statement of a load."""
    assert server.log is not None
    with server.database() as url:
        start = server.log.stat().st_size
        found = run(loader, 1, month, server, url)
        kinds = by_kind(statements(server.log, start))
    seconds = {kind: (str(count), cpu) for kind, (count, cpu) in kinds.items()}
    seconds[REST] = ("", max(0.0, found.cost.server_cpu - sum(cpu for _, cpu in seconds.values())))
    seconds["server in all"] = ("", found.cost.server_cpu)
    seconds["client in all"] = ("", found.cost.client_cpu)
    result.records += [
        {"mode": mode, "stage": kind, "server_cpu": cpu, "rows": found.rows} for kind, (_, cpu) in seconds.items()
    ]
    rows = [[kind, count, f"{cpu:.3f}", f"{cpu / found.rows * 1e6:.2f}"] for kind, (count, cpu) in seconds.items()]
    return Table([f"{mode}, one worker, {found.rows:,} rows", "messages", "CPU s", "µs per row"], rows)
