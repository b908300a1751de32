"""What other sessions were in the way of is tried again: bounded, with pauses, counted."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from psycopg import errors
from psycopg.pq import TransactionStatus

from loader.database.conflict_retry import LONGEST_PAUSE_S, RETRIES, retried
from loader.errors import DatabaseError

STATES = [errors.DeadlockDetected, errors.SerializationFailure, errors.LockNotAvailable]


class Connection:
    """A connection that remembers what was asked."""

    def __init__(self) -> None:
        self.info = SimpleNamespace(transaction_status=TransactionStatus.IDLE)
        self.asked: list[Any] = []

    def execute(self, query: str, values: Any) -> None:
        self.asked.append((query, values))


@pytest.fixture
def pauses() -> list[float]:
    """The longest that the pauses might have been, instead of making them."""
    return []


def failing(times: int, error: Exception) -> Callable[[], str]:
    left = iter([error] * times)

    def call() -> str:
        for one in left:
            raise one
        return "done"

    return call


@pytest.mark.parametrize("kind", STATES)
def test_it_is_tried_again_and_counted_once(kind: type[psycopg.Error], pauses: list[float]) -> None:
    connection: Any = Connection()

    assert retried(connection, failing(3, kind("in the way")), load=1, chunk=2, rest=pauses.append) == "done"

    assert len(pauses) == 3
    ((query, values),) = connection.asked
    assert "loader.note_retries" in query
    assert values == (1, 2, 3, kind.sqlstate, "in the way")


def test_what_succeeds_at_once_costs_nothing(pauses: list[float]) -> None:
    connection: Any = Connection()

    assert retried(connection, lambda: 1, load=1, rest=pauses.append) == 1
    assert (connection.asked, pauses) == ([], [])


def test_an_error_that_was_told_for_people_is_the_same(pauses: list[float]) -> None:
    connection: Any = Connection()

    assert (
        retried(connection, failing(1, DatabaseError("planning: deadlock", sqlstate="40P01")), rest=pauses.append)
        == "done"
    )


def test_tries_are_bounded_and_pauses_grow(pauses: list[float]) -> None:
    connection: Any = Connection()

    with pytest.raises(errors.DeadlockDetected):
        retried(connection, failing(RETRIES + 1, errors.DeadlockDetected("again")), load=1, rest=pauses.append)

    assert len(pauses) == RETRIES
    assert pauses == sorted(pauses)
    assert pauses[0] < pauses[-1] <= LONGEST_PAUSE_S
    assert connection.asked[0][1][2] == RETRIES


@pytest.mark.parametrize("error", [errors.UniqueViolation(), errors.DiskFull(), errors.QueryCanceled()])
def test_nothing_else_is_tried_again(error: psycopg.Error, pauses: list[float]) -> None:
    connection: Any = Connection()

    with pytest.raises(type(error)):
        retried(connection, failing(1, error), load=1, rest=pauses.append)
    assert (connection.asked, pauses) == ([], [])


def test_a_lock_that_was_waited_for_long_is_not_waited_for_again(
    pauses: list[float],
) -> None:
    connection: Any = Connection()
    clock = iter([0.0, 600.0])

    with pytest.raises(errors.LockNotAvailable):
        retried(
            connection, failing(1, errors.LockNotAvailable()), load=1, rest=pauses.append, clock=lambda: next(clock)
        )


def test_inside_of_a_transaction_nothing_can_be_tried_again(pauses: list[float]) -> None:
    connection: Any = Connection()
    connection.info.transaction_status = TransactionStatus.INERROR

    with pytest.raises(errors.DeadlockDetected):
        retried(connection, failing(1, errors.DeadlockDetected()), load=1, rest=pauses.append)


def test_it_can_be_stopped_between_tries(pauses: list[float]) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    connection: Any = Connection()
    with pytest.raises(KeyboardInterrupt):
        retried(connection, failing(1, errors.DeadlockDetected()), pause=stop, rest=pauses.append)
