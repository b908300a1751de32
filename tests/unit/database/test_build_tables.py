"""Tables are built by several sessions at the end of a load: each once, and none after an error."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from loader.load import finish

TABLES = ["release", "track", "artist", "label", "master"]
WAIT_S = 10.0


class Session:
    """A connection that builds a table by calling ``build``; cancelled, what it does ends with an error."""

    def __init__(self, build: Callable[[Session, str], None]) -> None:
        self.cancelled = threading.Event()
        self.closed = threading.Event()
        self.built: list[str] = []
        self._build = build
        self._found: list[Any] = []

    def execute(self, query: str, values: tuple[Any, ...] = ()) -> Session:
        self._found = [(name,) for name in TABLES]
        if "build_table" in query:
            self._build(self, values[1])
            self.built.append(values[1])
            self._found = [(1,)]
        return self

    def fetchall(self) -> list[Any]:
        return self._found

    def fetchone(self) -> Any:
        return self._found[0]

    def cancel_safe(self, timeout: float) -> None:
        self.cancelled.set()

    def close(self) -> None:
        self.closed.set()


def built(monkeypatch: pytest.MonkeyPatch, own: Session, beside: Session) -> dict[str, int]:
    """Has both build."""

    def execute(session: Any, query: str, values: Any, **_: Any) -> Any:
        return session.execute(query, values)

    monkeypatch.setattr(finish, "execute", execute)
    monkeypatch.setattr(finish, "timeouts_of", lambda _: {})
    monkeypatch.setattr(finish, "connect", lambda *_, **__: beside)
    session: Any = own
    return finish._build("", session, 1, 2, lambda _: None)


def test_every_table_is_built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    both = threading.Barrier(2, timeout=WAIT_S)

    def build(_: Session, name: str) -> None:
        if name in TABLES[:4]:
            both.wait()

    own, beside = Session(build), Session(build)

    assert built(monkeypatch, own, beside) == dict.fromkeys(TABLES, 1)
    assert sorted(own.built + beside.built) == sorted(TABLES)
    assert min(len(own.built), len(beside.built)) == 2


@pytest.mark.parametrize("kind", [psycopg.errors.DiskFull, KeyboardInterrupt])
def test_an_error_of_one_session_ends_the_other(monkeypatch: pytest.MonkeyPatch, kind: type[BaseException]) -> None:
    both = threading.Barrier(2, timeout=WAIT_S)

    def fails(_session: Session, _name: str) -> None:
        both.wait()
        raise kind("it is over")

    def is_cancelled(session: Session, _name: str) -> None:
        both.wait()
        assert session.cancelled.wait(WAIT_S)
        raise psycopg.errors.QueryCanceled

    beside = Session(is_cancelled)
    with pytest.raises(kind, match="it is over"):
        built(monkeypatch, Session(fails), beside)
    assert beside.cancelled.is_set()


def test_after_an_error_beside_no_other_table_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    both = threading.Barrier(2, timeout=WAIT_S)

    def fails(_session: Session, _name: str) -> None:
        both.wait()
        raise psycopg.errors.DiskFull("it is over")

    beside = Session(fails)

    def builds(_session: Session, _name: str) -> None:
        both.wait()
        assert beside.closed.wait(WAIT_S)

    own = Session(builds)
    with pytest.raises(psycopg.errors.DiskFull):
        built(monkeypatch, own, beside)
    assert len(own.built) == 1
