"""Time limits for the loader's statements, locks and idle transactions, as settings of a session."""

from __future__ import annotations

import math

from loader.config.settings import RunSettings
from loader.database.connect import Connection


def timeouts(run: RunSettings, *, working: bool = False) -> dict[str, str]:
    """Session settings for `connect`. ``working``: for a worker, none of whose statements outlasts a chunk.

    The steps that end a load (building tables, applying a difference) have no limit unless one is given.
    """
    statement = run.statement_timeout
    if statement is None:
        statement = run.max_chunk_time if working else 0
    return {
        "statement_timeout": _milliseconds(statement),
        "lock_timeout": _milliseconds(run.lock_timeout),
        "idle_in_transaction_session_timeout": _milliseconds(run.idle_timeout),
    }


def _milliseconds(seconds: float) -> str:
    """Rounded up, so that a limit below a millisecond does not become 0, which means none."""
    return f"{math.ceil(seconds * 1000)}ms"


def timeouts_of(connection: Connection) -> dict[str, str]:
    """The limits of a session, for another session that helps it."""
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    row = connection.execute("select current_setting(%s), current_setting(%s), current_setting(%s)", names).fetchone()
    return dict(zip(names, row or (), strict=True))
