"""A load from its first line to its end: register, let workers plan and load, finish."""

from __future__ import annotations

import logging
import os
import time

import psycopg

from loader import work
from loader.crew import Crew
from loader.database.connect import Connection, connect
from loader.errors import LoaderError, ServerUnavailableError
from loader.finish import WorkLeftError, finish
from loader.logs import set_context
from loader.progress import Progress, read_progress
from loader.register import LoadRequest, register

log = logging.getLogger(__name__)

POLL_SECONDS = 0.25
MAX_BUILD_SESSIONS = 2  # sessions that build tables at the end: each sorts the keys of one table in memory


def load(request: LoadRequest) -> int:
    """Loads the files and returns the load's number. Raises LoaderError when it cannot be done."""
    connection = connect(request.url, application="loader load")
    try:
        load_id = register(connection, request)
    finally:
        connection.close()
    set_context(load=load_id)
    log.info("load %s begins, or goes on", load_id)
    progress = Progress(quiet=request.quiet)
    try:
        while True:
            _work(request, load_id, progress)
            try:
                _finish(request, load_id, progress)
                return load_id
            except WorkLeftError as error:
                log.warning("%s", error)
    finally:
        progress.close()


def _work(request: LoadRequest, load_id: int, progress: Progress) -> None:
    """Lets workers do all there is to do, and shows how far they are."""
    assignment = work.Assignment(request.url, request.dataset, load_id, request.run, request.logs, parent=os.getpid())
    manifest = Manifest(request.url)
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
    manifest.close()


def _finish(request: LoadRequest, load_id: int, progress: Progress) -> None:
    """Finishes the load; a server that restarts meanwhile is waited for."""
    for pause in (*work.CONNECT_PAUSES, None):
        try:
            finish(request.url, load_id, min(MAX_BUILD_SESSIONS, request.workers), progress.phase)
            return
        except ServerUnavailableError as error:
            if pause is None:
                raise
            log.warning("%s; trying again", error)
            time.sleep(pause)


class Manifest:
    """Reads the manifest over a connection of its own, which may be lost: workers go on, and so does the display."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Connection | None = None

    def show(self, load_id: int, progress: Progress, *, last: bool = False) -> None:
        """Shows how far the load is, unless the server is away for the moment."""
        try:
            progress.show(read_progress(self._connected(), load_id), last=last)
        except (psycopg.OperationalError, ServerUnavailableError) as error:
            log.debug("no progress to be read: %s", error)
            self.close()

    def has_work(self, load_id: int) -> bool:
        """Whether workers have left something undone."""
        row = self._connected().execute("select loader.has_work(%s)", (load_id,)).fetchone()
        return row is None or bool(row[0])

    def close(self) -> None:
        """Closes the connection."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = connect(self._url, application="loader progress")
        return self._connection
