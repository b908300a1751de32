"""Errors are classed by SQLSTATE and origin; docs/operations.md tells people the same."""

from __future__ import annotations

import errno
import re

import psycopg
import pytest
from psycopg import errors

from loader.database.failures import classify, ends_worker, is_connection_loss, is_terminal
from loader.database.refusal import refusal
from loader.database.sqlstates import FAULTS, Fault
from loader.errors import DatabaseError, ServerUnavailableError, SourceChangedError, SourceError
from tests.reference import DOCS


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (psycopg.OperationalError("server closed the connection unexpectedly"), Fault.CONNECTION),
        (psycopg.InterfaceError("the connection is closed"), Fault.CONNECTION),
        (ServerUnavailableError("nobody answers"), Fault.CONNECTION),
        (errors.AdminShutdown(), Fault.CONNECTION),
        (errors.CannotConnectNow(), Fault.CONNECTION),
        (errors.ConnectionFailure(), Fault.CONNECTION),
        (errors.IdleInTransactionSessionTimeout(), Fault.CONNECTION),
        (errors.SerializationFailure(), Fault.CONTENTION),
        (errors.DeadlockDetected(), Fault.CONTENTION),
        (errors.LockNotAvailable(), Fault.CONTENTION),
        (DatabaseError("told for people", sqlstate="40P01"), Fault.CONTENTION),
        (errors.DiskFull(), Fault.RESOURCE),
        (errors.OutOfMemory(), Fault.RESOURCE),
        (errors.TooManyConnections(), Fault.RESOURCE),
        (OSError(errno.ENOSPC, "no space"), Fault.RESOURCE),
        (OSError(errno.EIO, "the disk is gone"), Fault.HOST),
        (SourceError("not here"), Fault.HOST),
        (SourceChangedError("other bytes"), Fault.TERMINAL),
        (errors.NumericValueOutOfRange(), Fault.TERMINAL),
        (errors.UniqueViolation(), Fault.TERMINAL),
        (errors.UndefinedTable(), Fault.TERMINAL),
        (errors.ProgramLimitExceeded(), Fault.TERMINAL),
        (DatabaseError("balance", sqlstate="LD012"), Fault.TERMINAL),
        (DatabaseError("lease", sqlstate="LD001"), Fault.LEASE_LOST),
        (DatabaseError("build", sqlstate="LD006"), Fault.BUILD_LOST),
        (KeyboardInterrupt(), Fault.STOPPED),
        (errors.QueryCanceled(), Fault.OTHER),
        (errors.InternalError_(), Fault.OTHER),
        (psycopg.ProgrammingError("the client's own"), Fault.OTHER),
        (MemoryError(), Fault.OTHER),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else f"{type(value).__name__} {value}"[:30],
)
def test_class(error: BaseException, fault: Fault) -> None:
    assert classify(error) is fault


def test_what_was_tried_is_told_once() -> None:
    for text in ("load 3 cannot be rolled back: its state is failed", "load 3 cannot be rolled back by you", "no"):
        told = str(refusal(psycopg.ProgrammingError(text), "load 3 cannot be rolled back"))
        assert told.count("load 3 cannot be rolled back") == 1


def test_what_a_worker_does() -> None:
    assert is_connection_loss(errors.CrashShutdown())
    assert is_terminal(errors.CheckViolation())
    assert not is_terminal(errors.DeadlockDetected())
    assert ends_worker(errors.DiskFull())
    assert not ends_worker(MemoryError()), "its attempt counts, or one chunk could end all workers"


def test_every_class_and_state_is_in_the_page_of_the_operator() -> None:
    page = (DOCS / "operations.md").read_text(encoding="utf-8")
    table = re.search(r"^\| Class \|.*\n\| ---.*\n((?:\|.*\n)+)", page, re.MULTILINE)

    assert table
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*)$", table[1], re.MULTILINE))
    assert sorted(rows) == sorted(fault.name.lower() for fault in Fault)
    for state, fault in FAULTS.items():
        assert f"`{state}`" in rows[fault.name.lower()], state
