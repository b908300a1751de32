"""A heartbeat that cannot beat says so, and is quiet about it while its process is stopped."""

from __future__ import annotations

import logging
import threading
from typing import Any

import pytest
from psycopg import errors

from loader.errors import ServerUnavailableError, UsageError
from loader.process.stop import Stopped
from loader.queue import lease

WAIT_S = 10.0


@pytest.mark.parametrize(
    "error",
    [
        ServerUnavailableError("nobody answers"),
        errors.InsufficientPrivilege("permission denied"),
        UsageError("the database URL cannot be read"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_it_goes_on_after_whatever_was_wrong(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    tried = _beat(monkeypatch, error, times=3)

    assert tried >= 3
    assert str(error) in caplog.text


def test_it_ends_without_a_word_when_its_process_is_stopped(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert _beat(monkeypatch, Stopped(), times=1) == 1
    assert caplog.text == ""


def _beat(monkeypatch: pytest.MonkeyPatch, error: BaseException, times: int) -> int:
    """Lets it meet the error so many times; how often it did. What ends the thread would be an error of the test."""
    monkeypatch.setattr(logging.getLogger("loader"), "propagate", True)
    enough, met = threading.Event(), []

    def connect(*_: Any, **__: Any) -> Any:
        met.append(error)
        if len(met) == times:
            enough.set()
        raise error

    monkeypatch.setattr(lease, "connect", connect)
    working: Any = None
    with lease.Heartbeat("", working, lease.ChunkLease(1, 1), 0.03):
        assert enough.wait(WAIT_S)
    return len(met)
