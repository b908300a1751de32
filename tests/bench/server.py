"""The server that is measured: a durable one of the benchmark's own, or DATABASE_URL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from loader.server import embedded
from tests.bench.processes import parent, server_cpu
from tests.support.server import fresh_database, server_home

TELLING = {"log_statement_stats": "on", "log_line_prefix": "%p ", "log_min_error_statement": "log"}


@dataclass(frozen=True, slots=True)
class Server:
    """A server; ``postmaster`` is its first process, None where that is not on this machine; so with its ``log``."""

    url: str
    postmaster: int | None
    version: str
    log: Path | None = None

    def cpu(self) -> float:
        """CPU seconds of all its processes so far, ended ones too; 0 where they cannot be seen."""
        return server_cpu(self.postmaster) if self.postmaster else 0.0

    @contextmanager
    def database(self) -> Iterator[str]:
        """URL of a fresh database; what the server had to write before is written when it is handed out."""
        with fresh_database(self.url) as url:
            self.checkpoint()
            yield url

    def checkpoint(self) -> None:
        """Has everything written that is in memory only: it belongs to the cost of whoever caused it."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("checkpoint")

    def wal(self) -> int:
        """Bytes of write-ahead log so far."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            return _number(connection, "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint")


def database_size(url: str) -> int:
    """Bytes of a database on disk."""
    with psycopg.connect(url, autocommit=True) as connection:
        return _number(connection, "select pg_database_size(current_database())")


@contextmanager
def durable_server(*, telling: bool = False) -> Iterator[Server]:
    """DATABASE_URL, else an embedded server with the loader's own settings, removed afterwards.

    ``telling``: it writes into its log what every statement took, for tests.bench.statements.
    """
    if url := os.environ.get("DATABASE_URL"):
        yield _look_at(url, None)
        return
    with server_home(on_disk=True) as home:
        url = embedded.ensure_running(home, settings=TELLING if telling else {})
        yield _look_at(url, embedded.status(home).log)


def _look_at(url: str, log: Path | None) -> Server:
    with psycopg.connect(url, autocommit=True) as connection:
        version = connection.info.parameter_status("server_version") or "?"
        return Server(url, _postmaster(connection), version.split(maxsplit=1)[0], log)


def _postmaster(connection: psycopg.Connection) -> int | None:
    """The first process of the server; None for one on another machine, where the number is some other process's."""
    backend = connection.info.backend_pid
    try:
        if not Path(f"/proc/{backend}/cmdline").read_bytes().startswith(b"postgres:"):
            return None
    except OSError:
        return None
    return parent(backend)


def _number(connection: psycopg.Connection, query: str) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])
