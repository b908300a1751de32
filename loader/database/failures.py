"""What went wrong, classed by SQLSTATE and origin: each class is what a caller does differently."""

from __future__ import annotations

import errno
from enum import Enum

import psycopg

from loader.errors import HostError, LoaderError, ServerUnavailableError, SourceChangedError, SourceError
from loader.process import stop

LEASE_LOST, BUILD_LOST, ROW_CHANGED = "LD001", "LD006", "LD016"
LOCK_TIMEOUT = "55P03"


class Fault(Enum):
    """What is to be done about an error; docs/operations.md has the table for people."""

    CONNECTION = "the server is away: connect again, with growing pauses"
    CONTENTION = "another session was in the way: the same transaction again, at once"
    RESOURCE = "disk, memory or connections are used up: give the chunk back, end the worker"
    HOST = "this host cannot read the file: give the chunk back, end the worker"
    TERMINAL = "the same bytes would meet the same again: the chunk is dead"
    LEASE_LOST = "somebody else has it by now: the attempt is void"
    BUILD_LOST = "a server crash emptied the build: begin it anew"
    STOPPED = "told to stop: give the chunk back"
    OTHER = "unknown: the attempt counts, and there is another after a pause"


# By SQLSTATE or its class; the longer one goes before.
_STATES = {
    LEASE_LOST: Fault.LEASE_LOST,
    BUILD_LOST: Fault.BUILD_LOST,
    "LD012": Fault.TERMINAL,  # rows that arrived are not the records that were read
    "08": Fault.CONNECTION,
    "57P": Fault.CONNECTION,  # an administrator, a crash, a start-up
    "25P03": Fault.CONNECTION,  # idle in a transaction, or the transaction, for too long: the session was ended
    "25P04": Fault.CONNECTION,
    "40001": Fault.CONTENTION,  # serialization failure
    "40P01": Fault.CONTENTION,  # deadlock
    LOCK_TIMEOUT: Fault.CONTENTION,
    "53": Fault.RESOURCE,
    "LD029": Fault.TERMINAL,  # a trigger of others has changed what was written
    "22": Fault.TERMINAL,  # a value
    "23": Fault.TERMINAL,  # a constraint
    "42": Fault.TERMINAL,  # a name, a privilege
    "54": Fault.TERMINAL,  # a limit of the server
}
_LONGEST = max(map(len, _STATES))


def classify(error: BaseException) -> Fault:
    """The class of an error."""
    if isinstance(error, KeyboardInterrupt) or stop.requested():  # what fails then may fail for that reason
        return Fault.STOPPED
    if isinstance(error, SourceError):
        return Fault.TERMINAL if isinstance(error, SourceChangedError) else Fault.HOST
    if isinstance(error, HostError):
        return Fault.RESOURCE
    state = sqlstate(error)
    for length in range(_LONGEST, 1, -1) if state else ():
        if fault := _STATES.get(str(state)[:length]):
            return fault
    if isinstance(error, ServerUnavailableError) or (
        state is None and isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))
    ):
        return Fault.CONNECTION
    if isinstance(error, OSError):
        return Fault.RESOURCE if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE) else Fault.HOST
    return Fault.OTHER


def is_terminal(error: BaseException) -> bool:
    """Whether another attempt at the same chunk would meet the same."""
    return classify(error) is Fault.TERMINAL


def ends_worker(error: BaseException) -> bool:
    """What is wrong with this host or the server, not with the chunk: it is given back as it was."""
    return classify(error) in (Fault.HOST, Fault.RESOURCE, Fault.STOPPED)


def is_connection_loss(error: BaseException) -> bool:
    """It was the connection, not the statement."""
    return classify(error) is Fault.CONNECTION


def is_unforeseen(error: BaseException) -> bool:
    """It is a fault of the loader itself, and its place is to be told."""
    return not isinstance(error, (LoaderError, psycopg.Error, OSError, MemoryError))


def in_words(error: BaseException, doing: str = "") -> str:
    """An error for people. Where it is unforeseen, ``doing`` says what was tried: the others say so themselves."""
    if not is_unforeseen(error):
        return str(error)
    said = f"{type(error).__name__}: {error}\n  this is a fault of the loader: report it, with the worker's log"
    return f"{doing}: {said}" if doing else said


def sqlstate(error: BaseException) -> str | None:
    if isinstance(error, psycopg.Error):
        return error.sqlstate
    state = getattr(error, "context", {}).get("sqlstate")
    return str(state) if state else None
