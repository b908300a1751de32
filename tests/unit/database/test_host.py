"""A machine that has no more to give costs a worker, not a chunk, and says so."""

from __future__ import annotations

import sys
import threading

import pytest

from loader.database.failures import classify
from loader.database.sqlstates import Fault
from loader.errors import HostError
from loader.extract.engines import prepare
from loader.process import threads


def test_no_further_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refused)

    with pytest.raises(HostError, match=r"can't start new thread\n.*ulimit") as caught:
        threads.start(threading.Thread())
    assert classify(caught.value) is Fault.RESOURCE


def test_a_library_that_cannot_be_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "loader.extract.columnar.engine", None)

    with pytest.raises(HostError, match=r"columnar cannot be loaded.*\n.*--engine lxml"):
        prepare("columnar")
