"""Sessions that tests keep: for their own questions, and for the loads that run in the process of the tests.

A new session reads every catalog entry and compiles every routine that it meets, which costs the server more than a
small load does. The first load into a database has new sessions, as a command has; so has what runs in other threads.
"""

from __future__ import annotations

import atexit
import select
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, Self, TypeAlias, TypeVar
from unittest import mock

import psycopg
from psycopg.pq import TransactionStatus

from loader.database import connect
from loader.database.bounded import Bounded

T = TypeVar("T")
Key: TypeAlias = tuple[tuple[str, object], ...]

# What a session loses when it ends; what it has compiled and looked up stays.
AS_NEW = (
    "close all; set session authorization default; reset all; deallocate all; unlisten *; "
    "select pg_catalog.pg_advisory_unlock_all(); discard temp; discard sequences"
)
NAMED = "; set application_name = 'kept by the tests'"  # some tests look for sessions of the loader
_free: dict[Key, list[Kept]] = defaultdict(list)
_is_loading: ContextVar[bool] = ContextVar("_is_loading", default=False)


class Kept(Bounded):
    """A session that is kept with those of the same parameters when it is closed."""

    key: Key = ()

    @classmethod
    def begun(cls, **parameters: Any) -> Self:
        """One that is free, or a new one."""
        key = tuple(sorted(parameters.items()))
        while _free[key]:
            session = _free[key].pop()
            if isinstance(session, cls) and not session.has_ended():
                return session
            session.end()
        session = cls.connect(**parameters)
        session.key = key
        return session

    def has_ended(self) -> bool:
        """Whether the server has ended it: to one that waits for a question it says nothing else."""
        return self.closed or bool(select.select([self.fileno()], [], [], 0)[0])

    def close(self) -> None:
        """Keeps it, unless it is in the middle of something."""
        if self.closed or self.info.transaction_status != TransactionStatus.IDLE:
            self.end()
        else:
            _free[self.key].append(self)

    def end(self) -> None:
        """Closes it."""
        super().close()


class OfLoads(Kept):
    """A session of a load: the next load finds it as if it were new."""

    @classmethod
    def begun(cls, **parameters: Any) -> Any:
        """One that is free, or a new one; outside of loads, one that ends when it is closed."""
        if not _is_loading.get():
            return Bounded.connect(**parameters)
        session = super().begun(**parameters)
        session.execute("reset application_name", prepare=False)
        return session

    def close(self) -> None:
        """Keeps it, unless it is in the middle of something."""
        with suppress(psycopg.Error):
            if not self.closed and self.info.transaction_status == TransactionStatus.IDLE:
                self.execute(AS_NEW + NAMED, prepare=False)
                self._prepared.clear()
                self.answers_within = None
        super().close()


def ask(url: str, call: Callable[[Kept], T]) -> T:
    """What ``call`` returns, of a session of a test's own."""
    parameters = psycopg.conninfo.conninfo_to_dict(url)
    session = Kept.begun(**parameters, autocommit=True, prepare_threshold=None)
    try:
        return call(session)
    except psycopg.OperationalError:
        if not session.closed:
            raise
    finally:
        session.close()
    return ask(url, call)  # somebody has ended it


@contextmanager
def loading() -> Iterator[None]:
    """In the block, and in this thread, connections of the loader are kept for the next such block."""
    token = _is_loading.set(True)
    try:
        yield
    finally:
        _is_loading.reset(token)


@contextmanager
def kept_loads() -> Iterator[None]:
    """In the block, sessions of loads may be kept."""
    with mock.patch.object(connect, "Bounded", mock.Mock(connect=OfLoads.begun)):
        yield


def end(database: str | None = None) -> None:
    """Closes the kept sessions of a database, or all."""
    for key in [key for key in _free if database in (None, dict(key).get("dbname"))]:
        for session in _free.pop(key):
            session.end()


atexit.register(end)
