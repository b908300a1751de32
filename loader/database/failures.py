"""Errors, classified by SQLSTATE and origin: callers handle each class differently."""

from __future__ import annotations

import errno

import psycopg

from loader.database.sqlstates import FAULTS, Fault
from loader.errors import HostError, LoaderError, ServerUnavailableError, SourceChangedError, SourceError
from loader.process import stop

_LONGEST = max(map(len, FAULTS))


def classify(error: BaseException) -> Fault:
    """The class of an error."""
    if isinstance(error, KeyboardInterrupt) or stop.requested():  # errors after a stop may follow from it
        return Fault.STOPPED
    if isinstance(error, SourceError):
        return Fault.TERMINAL if isinstance(error, SourceChangedError) else Fault.HOST
    if isinstance(error, HostError):
        return Fault.RESOURCE
    state = sqlstate(error)
    for length in range(_LONGEST, 1, -1) if state else ():
        if fault := FAULTS.get(str(state)[:length]):
            return fault
    if isinstance(error, ServerUnavailableError) or (
        state is None and isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))
    ):
        return Fault.CONNECTION
    if isinstance(error, OSError):
        return Fault.RESOURCE if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE) else Fault.HOST
    return Fault.OTHER


def is_terminal(error: BaseException) -> bool:
    """Whether another attempt at the same chunk would fail in the same way."""
    return classify(error) is Fault.TERMINAL


def ends_worker(error: BaseException) -> bool:
    """Whether something is wrong with this host or the server, not with the chunk, which is then returned undone."""
    return classify(error) in (Fault.HOST, Fault.RESOURCE, Fault.STOPPED)


def is_connection_loss(error: BaseException) -> bool:
    """Whether the connection failed, not the statement."""
    return classify(error) is Fault.CONNECTION


def is_unforeseen(error: BaseException) -> bool:
    """Whether it is a bug in the loader itself, so that the traceback is logged."""
    return not isinstance(error, (LoaderError, psycopg.Error, OSError, MemoryError))


def in_words(error: BaseException, doing: str = "") -> str:
    """An error for people. If it is unforeseen, ``doing`` says what was tried; other errors say so themselves."""
    if not is_unforeseen(error):
        return str(error)
    said = f"{type(error).__name__}: {error}\n  this is a bug in the loader: please report it with the worker's log"
    return f"{doing}: {said}" if doing else said


def sqlstate(error: BaseException) -> str | None:
    if isinstance(error, psycopg.Error):
        return error.sqlstate
    state = getattr(error, "context", {}).get("sqlstate")
    return str(state) if state else None
