"""What a command checks while its workers work: whether the load is still open, may end, and makes progress."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator
from functools import partial

from loader.database.connect import Connection
from loader.database.reconnecting_session import Session
from loader.database.refusal import explained
from loader.database.sqlstates import Own
from loader.errors import DatabaseError, LoaderError
from loader.process.pace import Pace

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
LOOKS_A_STALL = 5  # so a stall is found after a fifth more than its time at most


class Watch:
    """Checks a load over any connection. ``stall_time``: seconds without progress; 0: unlimited."""

    def __init__(self, load_id: int, stall_time: float) -> None:
        self._load_id = load_id
        self._stall_time = stall_time
        self._began = time.monotonic()
        self._pace = Pace(min(LOOK_SECONDS, stall_time / LOOKS_A_STALL or LOOK_SECONDS), at_once=False)
        self._told: object = None  # the stall that was reported last

    def attend(self, session: Session, frozen: list[str]) -> None:
        """Checks when it is time to, and records messages about ``frozen`` workers. While the server is unreachable,
        nothing is checked, and no message is lost.
        """
        if self._pace.is_due():
            session.peek(self.look)
        while frozen and session.peek(partial(self._note_frozen, text=frozen[0])) is not None:
            del frozen[0]

    def look(self, connection: Connection) -> None:
        """Raises LoaderError if the load was ended by somebody else, or has too many rejects by now; logs a stall.

        Other errors are left to the workers; ServerUnavailableError means that the server does not answer.
        """
        with self._pace.look(), self._besides():
            self._assert_open(connection)
            connection.execute("select loader.assert_rejects(%s)", (self._load_id,))
            self._look_for_stall(connection)

    def _note_frozen(self, connection: Connection, text: str) -> bool:
        with self._besides():
            connection.execute("select loader.note_frozen_worker(%s, %s)", (self._load_id, text))
        return True

    @contextlib.contextmanager
    def _besides(self) -> Iterator[None]:
        """In the block, most errors of the server are no reason to end the workers."""
        try:
            with explained(f"load {self._load_id}"):
                yield
        except DatabaseError as error:
            if error.retryable or error.context.get("sqlstate") == Own.TOO_MANY_REJECTS:
                raise
            log.debug("the load cannot be watched: %s", error)

    def _assert_open(self, connection: Connection) -> None:
        query = "select state, error from loader.read_load(%s)"
        row = connection.execute(query, (self._load_id,)).fetchone()
        if row is not None and row[0] in ("failed", "cancelled"):
            raise LoaderError(f"load {self._load_id} was ended meanwhile: {row[1] or row[0]}")

    def _look_for_stall(self, connection: Connection) -> None:
        if not self._stall_time:
            return
        row = connection.execute(
            "select stalled_since, message from loader.watch_load("
            "%s, make_interval(secs => %s), loader.clock() - make_interval(secs => %s))",
            (self._load_id, self._stall_time, time.monotonic() - self._began),
        ).fetchone()
        if row is not None and row[0] != self._told:
            self._told = row[0]
            log.critical("%s", row[1])
