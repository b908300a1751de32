"""How a worker classes what went wrong: void, to be tried again, not to be tried again, or the end of the worker."""

from __future__ import annotations

import psycopg

from loader.errors import LoaderError, SourceChangedError, SourceError

LEASE_LOST, BUILD_LOST, ROW_CHANGED = "LD001", "LD006", "LD016"
RESOURCES = "53"  # SQLSTATE class: disk, memory or connections are used up
TERMINAL = ("22", "23", "42", "54", "LD012")  # what the same bytes would meet again


class Stopped(LoaderError):
    """The worker was told to stop; what it was doing is undone."""


def is_terminal(error: LoaderError | psycopg.Error) -> bool:
    """Whether another attempt at the same chunk would meet the same."""
    return isinstance(error, SourceChangedError) or (sqlstate(error) or "").startswith(TERMINAL)


def ends_worker(error: LoaderError | psycopg.Error) -> bool:
    """What is wrong with this host or the server, not with the chunk: it is given back as it was."""
    if isinstance(error, SourceError):
        return not isinstance(error, SourceChangedError)
    return isinstance(error, Stopped) or (sqlstate(error) or "").startswith(RESOURCES)


def sqlstate(error: BaseException) -> str | None:
    if isinstance(error, psycopg.Error):
        return error.sqlstate
    state = getattr(error, "context", {}).get("sqlstate")
    return str(state) if state else None


def is_connection_loss(error: psycopg.OperationalError) -> bool:
    """Class 08, an administrator's shutdown (57P), or no SQLSTATE at all: the connection, not the statement."""
    return error.sqlstate is None or error.sqlstate.startswith(("08", "57P"))
