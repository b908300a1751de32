"""A load from its first line to its end: register, let workers plan and load, finish."""

from __future__ import annotations

import logging
import os
import time

import psycopg

from loader import work
from loader.assignment import Assignment
from loader.crew import Crew
from loader.database.connect import Connection, connect
from loader.errors import LoaderError, ServerUnavailableError
from loader.extract.engines import prepare
from loader.finish import ENDING, WorkLeftError, finish, has_work
from loader.logs import set_context
from loader.progress import Progress, read_progress
from loader.register import LoadRequest, register
from loader.summary import Summary, summary

log = logging.getLogger(__name__)

POLL_SECONDS = 0.25
BIG_BYTES = 8_000_000  # of dumps: importing what extracts them is a small part of the work then
MAX_BUILD_SESSIONS = 2  # sessions that build tables at the end: each sorts the keys of one table in memory


def load(request: LoadRequest) -> Summary:
    """Loads the files; what it came to. Raises LoaderError when it cannot be done."""
    started = time.monotonic()
    manifest = Manifest(request.url)
    progress = Progress(quiet=request.quiet)
    try:
        load_id = register(manifest.connected(), request)
        set_context(load=load_id)
        log.info("load %s begins, or goes on", load_id)
        while True:
            _work(request, load_id, manifest, progress)
            try:
                rows = _finish(request, load_id, manifest, progress)
                break
            except WorkLeftError as error:
                log.warning("%s", error)
        return summary(manifest.connected(), request.dataset, load_id, time.monotonic() - started, rows)
    finally:
        progress.close()
        manifest.close()


def _work(request: LoadRequest, load_id: int, manifest: Manifest, progress: Progress) -> None:
    """Lets workers do all there is to do, and shows how far they are."""
    assignment = Assignment(
        request.url, request.dataset, load_id, request.run, request.logs, parent=os.getpid(), others=request.workers - 1
    )
    if manifest.is_big(load_id):
        prepare(request.run.engine)
    with Crew(assignment, request.workers) as crew:
        while crew.alive():
            manifest.show(load_id, progress)
            crew.wait(POLL_SECONDS)
    if crew.stopped:
        raise LoaderError("stopped", hint="the same command goes on where it was")
    if crew.failed and manifest.has_work(load_id):
        raise LoaderError(
            f"{crew.failed} of {request.workers} workers could not go on (see above)",
            hint="mend the cause; the same command goes on where it was",
        )
    manifest.show(load_id, progress, last=True)


def _finish(request: LoadRequest, load_id: int, manifest: Manifest, progress: Progress) -> dict[str, int]:
    """Finishes the load; a server that restarts meanwhile is waited for. Returns rows of tables, where known."""
    for pause in (*work.CONNECT_PAUSES, None):
        try:
            sessions = min(MAX_BUILD_SESSIONS, request.workers)
            return finish(
                manifest.connected(), request.url, load_id, sessions, progress.phase, space_matters=request.check_space
            )
        except ServerUnavailableError as error:
            manifest.close()
            if pause is None:
                raise
            log.warning("%s; trying again", error)
            time.sleep(pause)
    raise AssertionError("the last try returns or raises")


class Manifest:
    """The connection of the command itself, opened when it is needed.

    It may be lost while workers are at work: they go on, and so does the display.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Connection | None = None

    def show(self, load_id: int, progress: Progress, *, last: bool = False) -> None:
        """Shows how far the load is, unless the server is away for the moment."""
        try:
            progress.show(read_progress(self.connected(), load_id), last=last)
        except (psycopg.OperationalError, ServerUnavailableError) as error:
            log.debug("no progress to be read: %s", error)
            self.close()

    def is_big(self, load_id: int) -> bool:
        """Whether there is so much to read that every worker will surely have something to extract."""
        query = "select coalesce(sum(size), 0) from loader.source where load_id = %s"
        row = self.connected().execute(query, (load_id,)).fetchone()
        return row is None or row[0] > BIG_BYTES

    def has_work(self, load_id: int) -> bool:
        """Whether workers have left something undone."""
        return has_work(self.connected(), load_id)

    def close(self) -> None:
        """Closes the connection."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def connected(self) -> Connection:
        """The connection, a new one where it was lost."""
        if self._connection is not None and self._connection.broken:
            self.close()
        if self._connection is None:
            self._connection = connect(self._url, application="loader load", **ENDING)
        return self._connection
