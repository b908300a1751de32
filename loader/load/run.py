"""A load from its start to its end: register, let workers plan and load, finish."""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Callable
from functools import partial
from typing import LiteralString, TypeVar

import psycopg

from loader.config.logs import set_context
from loader.database.breaker import Circuit
from loader.database.conflict_retry import retried
from loader.database.connect import Connection
from loader.database.manifest import has_manifest
from loader.database.reconnecting_session import SILENCE_S, Session
from loader.database.sqlstates import Own
from loader.database.timeouts import timeouts
from loader.errors import LoaderError
from loader.load.finish import ENDING, WorkLeftError, finish, mark_failed
from loader.load.memory_budget import fitted
from loader.load.preflight import check
from loader.load.register import as_registered, register
from loader.load.request import LoadRequest
from loader.load.watch import Watch
from loader.process.pace import Pace
from loader.process.worker_count import workers_for
from loader.queue.assignment import Assignment
from loader.queue.partition import Partition, ShareDone
from loader.queue.worker import has_work, worker_pool
from loader.render.names import index_lines
from loader.render.update import update
from loader.report.problems import problem_lines, read_problems
from loader.report.progress import Progress, read_progress
from loader.report.summary import Summary, summary
from loader.source.protocol import formats_of

log = logging.getLogger(__name__)

_T = TypeVar("_T")

POLL_SECONDS = 0.25
BIG_BYTES = 8_000_000  # of dumps: importing the extraction code is a small part of the work then
MAX_BUILD_SESSIONS = 2  # sessions that build tables at the end: each sorts the keys of one table in memory


def load(request: LoadRequest) -> Summary:
    """Loads the files; returns the result. Raises LoaderError if this is impossible."""
    found = load_share(request)
    assert isinstance(found, Summary), "only some of it is left free for others"
    return found


def load_share(request: LoadRequest, instead: Callable[[Session, int], _T] | None = None) -> Summary | ShareDone | _T:
    """Like `load`, but with a partition in the request, it ends when that is done and other partitions are not.

    ``instead``: called instead of the load's end, once all chunks are loaded; its result is returned.
    """
    started = time.monotonic()
    progress = Progress(quiet=request.quiet)
    circuit = Circuit(request.run.server_wait)
    session = Session(
        request.url, circuit, progress.phase, application="loader load", silence=min(SILENCE_S, request.run.lease),
        **ENDING, **timeouts(request.run),
    )  # fmt: skip
    load_id = None
    try:
        request = session.ask(partial(_prepared, request=request))
        load_id = session.ask(lambda connection: retried(connection, partial(register, connection, request)))
        request = session.ask(partial(as_registered, load_id=load_id, request=request))
        circuit.load = load_id
        set_context(load=load_id)
        log.info("load %s begins or continues", load_id)
        partition = request.partition
        while True:
            _work(request, load_id, session, progress, partition)
            if partition is not None and (done := _done_alone(request, session, load_id, partition)):
                return done
            if instead is not None:
                return instead(session, load_id)
            try:
                rows = _finish(request, load_id, session, progress)
                break
            except WorkLeftError as error:
                log.warning("%s", error)
                partition = None  # the commands for the other partitions have ended
        seconds = time.monotonic() - started
        return session.ask(lambda connection: summary(connection, request.dataset, load_id, seconds, rows))
    except LoaderError as error:
        if load_id is not None:
            _tell_all(session, load_id, error)
        raise
    finally:
        progress.close()
        session.close()


def _work(
    request: LoadRequest, load_id: int, session: Session, progress: Progress, partition: Partition | None
) -> None:
    """Lets workers do all the work, and shows the progress."""
    size = session.ask(lambda connection: _size(connection, load_id))
    workers = workers_for(size, request.workers, said=request.workers_said)
    assignment = Assignment(
        request.url, request.dataset, load_id, request.run, request.logs, request.directory, os.getpid(),
        others=workers - 1, circuit=session.circuit, partition=partition,
        block_bytes=request.block_bytes, paths=request.paths,
    )  # fmt: skip
    if size > BIG_BYTES:  # every worker will certainly extract something
        for format_ in formats_of(request.dataset):
            format_.prepare(request.run.engine)
    watch = Watch(load_id, request.run.stall_time)
    pace = Pace(POLL_SECONDS)
    try:
        with worker_pool(assignment, workers) as pool:
            while pool.alive():
                # While the server is unreachable, nothing is queried; the workers' circuit breaker reports the outage.
                if session.circuit.state() is not None or (progress.is_awaited() and pace.is_due()):
                    with pace.look():
                        _show(session, load_id, progress)
                watch.attend(session, pool.frozen)
                pool.wait(POLL_SECONDS)
    except LoaderError as error:
        if error.context.get("sqlstate") == Own.TOO_MANY_REJECTS:
            failure = error
            session.ask(lambda connection: mark_failed(connection, load_id, failure))
        raise
    if pool.failed and session.ask(lambda connection: has_work(connection, load_id, *assignment.share)):
        raise LoaderError(
            f"{pool.failed} of {workers} workers could not continue (see above)",
            hint="fix the cause; the same command continues where it stopped",
        )
    _show(session, load_id, progress, last=True)


def _prepared(connection: Connection, request: LoadRequest) -> LoadRequest:
    """The request as its memory allows, once the server is known to take it. An older control schema is brought up to
    date first, as an open load is asked for its limits.
    """
    check(connection, request.dataset)
    if has_manifest(connection):
        update(connection)
    return fitted(connection, request)


def _tell_all(session: Session, load_id: int, error: LoaderError) -> None:
    """Logs all other errors of the load beside the one that ended it, unless the server is unreachable."""
    with contextlib.suppress(LoaderError, psycopg.Error):
        problems = session.peek(lambda connection: read_problems(connection, load_id)) or []
        error.report = {"load": load_id, "errors": problems}
        untold = [problem for problem in problems if problem["message"] not in str(error)]
        error.lines = [f"error: {line}" for line in problem_lines(untold)]


def _show(session: Session, load_id: int, progress: Progress, *, last: bool = False) -> None:
    """Shows the progress of the load, unless the server is unreachable at the moment."""
    reading = session.peek(lambda connection: read_progress(connection, load_id))
    if reading is not None:
        progress.show(reading, last=last)


def _size(connection: Connection, load_id: int) -> int:
    """Bytes of the dumps of a load."""
    row = connection.execute("select size from loader.load_status where load_id = %s", (load_id,)).fetchone()
    return int(row[0]) if row else 0


def _finish(request: LoadRequest, load_id: int, session: Session, progress: Progress) -> dict[str, int]:
    """Finishes the load; waits for a server that restarts meanwhile. Returns rows of tables, where known."""
    sessions = min(MAX_BUILD_SESSIONS, request.workers)
    try:
        return session.ask(
            lambda connection: finish(
                connection, request.url, load_id, sessions, progress.phase, space_matters=request.check_space
            )
        )
    except LoaderError as error:
        if error.context.get("sqlstate") == Own.INDEX_FAILS:
            error.hint = "\n  ".join((*index_lines(request.dataset, str(error)), error.hint))
        raise


def _done_alone(request: LoadRequest, session: Session, load_id: int, partition: Partition) -> ShareDone | None:
    """The result if the partition is done and others are not; None if nothing is left, so that the load can end.

    Raises LoaderError for dead chunks in the partition.
    """
    if not session.ask(lambda connection: has_work(connection, load_id)):
        return None
    query: LiteralString = "select waiting, dead from loader.partition_left(%s, %s, %s)"
    place = (load_id, partition.share, partition.shares)
    left, dead = session.ask(lambda connection: connection.execute(query, place).fetchone()) or (0, 0)
    if dead:
        name = request.dataset.name
        raise LoaderError(
            f"load {load_id}: {dead:,} chunks of partition {partition} are dead",
            hint=f"`loader status {name}` shows why; fix the cause, then `loader requeue {name}`, and the same "
            "command goes on",
        )
    return ShareDone(load_id, partition, left)
