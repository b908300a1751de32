"""What no statement, lock or idle transaction of ours may take longer than, as settings of a session."""

from __future__ import annotations

import math

from loader.config.settings import RunSettings
from loader.database.connect import Connection


def timeouts(run: RunSettings, *, working: bool = False) -> dict[str, str]:
    """Session settings for `connect`. ``working``: of a worker, none of whose statements outlasts a chunk.

    What ends a load (building tables, applying a difference) takes as long as it takes, unless it is told otherwise.
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
    """Rounded up: what is given but less than a millisecond is not none at all."""
    return f"{math.ceil(seconds * 1000)}ms"


def timeouts_of(connection: Connection) -> dict[str, str]:
    """Those of a session, for another one that helps it."""
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    row = connection.execute("select current_setting(%s), current_setting(%s), current_setting(%s)", names).fetchone()
    return dict(zip(names, row or (), strict=True))
