"""Commands that load: load, work, plan."""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import sys
from pathlib import Path

from loader.cli.commands.common import database_url, read_mapping, set_up_logs, settings_given
from loader.cli.exit_codes import CLEAN, FAILED, REJECTS
from loader.config.given import read_setting, refuse_changes
from loader.database.manifest import has_manifest
from loader.errors import LoaderError, UsageError
from loader.mapping.override_settings import as_kept, load_options, override
from loader.process.worker_count import worker_count

log = logging.getLogger(__name__)

WATCH_SECONDS = 1.0


def load(arguments: argparse.Namespace) -> int:
    """`loader load`."""
    from loader.load.request import LoadRequest
    from loader.load.run import load_share

    logs = set_up_logs(arguments)
    dataset, run = read_mapping(arguments)
    if arguments.replace and arguments.merge:
        raise UsageError("--replace and --merge exclude each other")
    if arguments.sample == bool(arguments.paths):
        raise UsageError("give the paths of dumps, or --sample", hint="loader load discogs /path/to/dumps")
    options = load_options(dataset, run, arguments.set)
    if arguments.allow_deletes:
        options["allow_deletes"] = True
    paths = _sample_paths(arguments) if arguments.sample else [Path(path) for path in arguments.paths]
    request = LoadRequest(
        dataset=dataset,
        run=run,
        url=database_url(arguments),
        paths=paths,
        workers=worker_count(arguments.workers),
        workers_said=arguments.workers is not None,
        mode="replace" if arguments.replace else "merge" if arguments.merge else None,
        snapshot=arguments.snapshot,
        priority=arguments.priority,
        chunk_bytes=read_setting("chunk_bytes", arguments.chunk_bytes) if arguments.chunk_bytes else None,
        logs=logs,
        quiet=arguments.quiet,
        check_space=not arguments.no_space_check,
        sample=arguments.sample,
        options=options,
        partition=arguments.partition,
    )
    found = load_share(request)
    if arguments.json:
        print(json.dumps(found.as_json(), ensure_ascii=False, default=str))
    elif not arguments.quiet:
        print(found.as_text())
    return REJECTS if found.rejected else CLEAN


def work(arguments: argparse.Namespace) -> int:
    """`loader work`."""
    from loader.cli.dataset_argument import open_load
    from loader.database.breaker import Circuit
    from loader.database.connect import connect
    from loader.database.reconnecting_session import Session
    from loader.database.writable import check_writable
    from loader.load.memory_budget import fit, limits_of, refuse_max_record, settings_of
    from loader.load.preflight import check_connections
    from loader.load.watch import Watch
    from loader.queue.assignment import Assignment
    from loader.queue.worker import worker_pool
    from loader.source.protocol import formats_of

    logs = set_up_logs(arguments)
    url = database_url(arguments)
    workers = worker_count(arguments.workers)
    with contextlib.closing(connect(url, application="loader work")) as connection:
        check_writable(connection)
        load_id, read = open_load(arguments.dataset, connection if has_manifest(connection) else None)
        dataset, run = override(read, settings_given(arguments))
        kept = settings_of(connection, load_id)
        refuse_changes(load_id, load_options(dataset, run, arguments.set), kept)
        dataset, run = as_kept(dataset, run, kept)
        limits = limits_of(connection, load_id)
        refuse_max_record(dataset.name, run.max_record, limits[0])
        room = fit(run.memory, workers, *limits)
        workers = room.workers
        check_connections(connection, workers)
    directory = Path(arguments.directory) if arguments.directory else None
    for format_ in formats_of(dataset):
        format_.prepare(run.engine)
    circuit = Circuit(run.server_wait, load_id)
    assignment = Assignment(url, dataset, load_id, run, logs, directory, os.getpid(), workers - 1, circuit,
                            partition=arguments.partition, block_bytes=room.block_bytes)  # fmt: skip
    session = Session(url, circuit, log.info, application="loader work")
    watch = Watch(load_id, run.stall_time)
    with contextlib.closing(session), worker_pool(assignment, workers) as pool:
        while pool.alive():
            watch.attend(session, pool.frozen)
            pool.wait(WATCH_SECONDS)
    if pool.failed:
        raise LoaderError(f"{pool.failed} workers could not continue (see above)")
    if not arguments.quiet:
        whose = "work" if arguments.partition is None else f"chunk of partition {arguments.partition}"
        print(f"load {load_id}: no {whose} is left")
    return CLEAN


def plan(arguments: argparse.Namespace) -> int:
    """`loader plan`."""
    from loader.load.register import chunk_bytes_for
    from loader.source.entities_of_file import find_sources
    from loader.source.listing import in_words
    from loader.source.protocol import Want, open_source

    set_up_logs(arguments)
    dataset, _ = read_mapping(arguments)
    sources = find_sources([Path(path) for path in arguments.paths], dataset)
    files = sources.files
    if sources.passed_over:
        print(f"loader: {in_words(sources.passed_over.items())}", file=sys.stderr)
    given = read_setting("chunk_bytes", arguments.chunk_bytes) if arguments.chunk_bytes else None
    size = given or chunk_bytes_for(files, dataset, worker_count(arguments.workers))
    damaged = False
    for file in files:
        source = open_source(file, dataset, sources.entities[file.name])
        found = source.scan(Want(size))
        for piece in found:
            start, end = source.extent(piece)
            place = {"source": file.name, "chunk": piece.number, "start": start, "end": end,
                     "first_record": piece.first_record, "records": piece.records}  # fmt: skip
            print(json.dumps(place) if arguments.json else "  ".join(f"{k} {v}" for k, v in place.items()))
        summary = found.summary
        if summary.damage is not None:
            damaged = True
            print(f"loader: {file.name} is damaged {summary.damage}", file=sys.stderr)
        elif not summary.entities:
            damaged = True
            print(f"loader: {summary.unknown[0]}", file=sys.stderr)
    return FAILED if damaged else CLEAN


def _sample_paths(arguments: argparse.Namespace) -> list[Path]:
    """The generated sample, created if it does not exist in this size."""
    from loader.server.embedded import default_home

    folder = default_home() / "sample" / str(arguments.releases)
    if not (folder / "manifest.json").exists():
        from loader.sample import write_sample

        if not arguments.quiet:
            print(f"writing a sample of {arguments.releases:,} releases to {folder}", file=sys.stderr)
        folder.mkdir(parents=True, exist_ok=True)
        write_sample(folder, releases=arguments.releases, gz=True)
    return sorted(folder.glob("*.xml.gz"))
