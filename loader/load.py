"""A load from its first line to its summary: register, let workers plan and load, finish."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType

from loader import work
from loader.database.connect import Connection, connect, explained
from loader.database.migrate import install, migrate
from loader.errors import LoaderError, UsageError
from loader.finish import BuildLostError, finish
from loader.logs import LogSettings
from loader.mapping.difference import difference
from loader.mapping.tables import Dataset
from loader.progress import Progress, read_progress
from loader.settings import RunSettings
from loader.source.file import SourceFile, expand
from loader.sources import entities_of, snapshot_of
from loader.space import check_space

log = logging.getLogger(__name__)

POLL_SECONDS = 0.25
STOP_SECONDS = 10  # for workers to give their chunks back
CHUNKS_A_WORKER = 8  # at least so many where the files allow it, so that all workers end at about the same time
MIN_CHUNK_BYTES = 1 << 20
PACKED_RATIO = {
    "plain": 1,
    "gzip": 6,
    "bzip2": 9,
    "xz": 10,
    "zstd": 7,
    "zip": 6,
}  # bytes of XML a byte of dump, typical
MAX_RESTARTS = 20  # workers started anew, in one run, for some that died


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """What a person asked for."""

    dataset: Dataset
    run: RunSettings
    url: str
    paths: Sequence[Path]
    workers: int
    mode: str | None = None
    snapshot: str | None = None
    priority: int = 0
    chunk_bytes: int | None = None
    logs: LogSettings = field(default_factory=LogSettings)
    quiet: bool = False
    check_space: bool = True


def load(request: LoadRequest) -> int:
    """Loads the files and returns the load's number. Raises LoaderError when it cannot be done."""
    files = expand(request.paths)
    entities = {file.name: [entity.name for entity in entities_of(file, request.dataset)] for file in files}
    if len(entities) != len(files):
        raise UsageError("two of the files have the same name; a source is known by it")
    connection = connect(request.url, application="loader load")
    try:
        migrate(connection)
        _check_mapping(connection, request)
        install(connection, request.dataset)
        if request.check_space:
            check_space(connection, request.dataset, sum(f.size * PACKED_RATIO[f.format] for f in files))
        load_id = _register(connection, request, files, entities)
        log.info("load %s: %s", load_id, ", ".join(sorted(entities)))
        progress = Progress(quiet=request.quiet)
        try:
            while True:
                _work(connection, request, load_id, progress)
                try:
                    finish(request.url, load_id, min(2, request.workers), progress.phase)
                    return load_id
                except BuildLostError:
                    log.warning("a server crash emptied the unlogged tables; all chunks are loaded again")
        finally:
            progress.close()
    finally:
        connection.close()


def _check_mapping(connection: Connection, request: LoadRequest) -> None:
    row = connection.execute(
        "select d.loaded_hash, v.mapping from loader.dataset as d "
        "left join loader.mapping_version as v on v.mapping_hash = d.loaded_hash where d.dataset = %s",
        (request.dataset.name,),
    ).fetchone()
    if row is None or row[0] in (None, request.dataset.hash) or request.mode == "replace":
        return
    changes = difference(row[1] or {}, request.dataset.canonical())
    raise UsageError(
        f"the mapping of {request.dataset.name} has changed since its tables were loaded:\n  " + "\n  ".join(changes),
        hint="--replace builds the tables anew",
    )


def _register(
    connection: Connection, request: LoadRequest, files: list[SourceFile], entities: dict[str, list[str]]
) -> int:
    """Begins the load with all of its sources in one transaction, or joins the open one over the same files."""
    dataset = request.dataset
    chunk_bytes = request.chunk_bytes or _chunk_bytes(request, files)
    held = sorted({name for names in entities.values() for name in names})
    snapshots = {file.name: snapshot_of(file, dataset, request.snapshot) for file in files}
    with explained("the load cannot begin"), connection.transaction():
        row = connection.execute(
            "select loader.start_load(%s, %s, %s, %s, jsonb_build_object('publish_wait', %s::float8))",
            (
                dataset.name,
                request.mode,
                held,
                [f"{f.name}:{f.size}" for f in files],
                request.run.publish_wait,
            ),
        ).fetchone()
        load_id = int(row[0]) if row else 0
        for file in files:
            connection.execute(
                "select loader.register_source(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    load_id, file.name, str(file.path.absolute()), file.size, entities[file.name], file.format,
                    snapshots[file.name], request.priority, chunk_bytes,
                ),
            )  # fmt: skip
    return load_id


def _chunk_bytes(request: LoadRequest, files: list[SourceFile]) -> int:
    expected = sum(file.size * PACKED_RATIO[file.format] for file in files)
    wanted = expected // (CHUNKS_A_WORKER * request.workers)
    return max(MIN_CHUNK_BYTES, min(request.dataset.settings.chunk_bytes, wanted))


def _work(connection: Connection, request: LoadRequest, load_id: int, progress: Progress) -> None:
    """Lets workers do all there is to do; starts another for one that dies."""
    assignment = work.Assignment(request.url, request.dataset, load_id, request.run, request.logs, parent=os.getpid())
    crew = Crew(assignment, request.workers)
    with crew:
        while crew.alive():
            progress.show(read_progress(connection, load_id))
            crew.wait(POLL_SECONDS)
    if crew.stopped:
        raise LoaderError("stopped", hint="the same command goes on where it was")
    if crew.failed:
        raise LoaderError(
            f"{crew.failed} of {request.workers} workers could not go on (see above)",
            hint="mend the cause; the same command goes on where it was",
        )
    progress.show(read_progress(connection, load_id), last=True)


class Crew:
    """The worker processes of one run. SIGTERM and SIGINT stop them; a second signal kills them."""

    def __init__(self, assignment: work.Assignment, size: int) -> None:
        # spawn: a forked child would share the parent's connection.
        self._start = multiprocessing.get_context("spawn").Process
        self._assignment = assignment
        self._size = size
        self._crew: list[BaseProcess] = []
        self._restarts = 0
        self._wake = threading.Event()
        self.stopped = False
        self.failed = 0

    def __enter__(self) -> Crew:
        self._handlers = {n: signal.signal(n, self._on_signal) for n in (signal.SIGTERM, signal.SIGINT)}
        self._crew = [self._new() for _ in range(self._size)]
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._crew:
            if process.is_alive():
                process.terminate()
        for process in self._crew:
            process.join(STOP_SECONDS)
            if process.is_alive():
                process.kill()
                process.join()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def alive(self) -> bool:
        """Whether somebody still works; replaces those that were killed."""
        for process in list(self._crew):
            if process.is_alive():
                continue
            self._crew.remove(process)
            if process.exitcode == 0 or self.stopped:
                continue
            if process.exitcode is not None and process.exitcode < 0 and self._restarts < MAX_RESTARTS:
                log.warning("worker %s was killed by signal %s, another starts", process.pid, -process.exitcode)
                self._restarts += 1
                self._crew.append(self._new())
            else:
                self.failed += 1
        return bool(self._crew) and not self.stopped

    def wait(self, seconds: float) -> None:
        """Waits, but not beyond a signal or the end of the last worker."""
        end = time.monotonic() + seconds
        while not self.stopped and any(p.is_alive() for p in self._crew) and (left := end - time.monotonic()) > 0:
            self._wake.wait(min(left, 0.05))

    def _new(self) -> BaseProcess:
        process = self._start(target=work.run, args=(self._assignment,), daemon=True)
        process.start()
        return process

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self.stopped:
            for process in self._crew:
                process.kill()
        self.stopped = True
        self._wake.set()
