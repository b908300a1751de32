"""The server that tests run on, and fresh databases in it."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from loader.server import embedded
from tests.support import kept

PREFIX = "loader-test-"

# Databases of tests are many small files that live for seconds: in memory they cost the kernel a fifth less of a run.
MEMORY = Path("/dev/shm")
MEMORY_NEEDED = 4 << 30  # twice what two test processes have ever taken

# Tests kill processes, never the machine: what the operating system has is safe enough.
FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "max_connections": "100",
    "max_prepared_transactions": "5",
    "autovacuum_naptime": "1d",  # its WAL and its reads would be counted where a test measures those of a statement
}


@contextmanager
def running_server() -> Iterator[str]:
    """URL of a server for tests: DATABASE_URL, else an embedded one of this process, removed afterwards."""
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    _remove_left_over()
    with server_home() as home:
        yield embedded.ensure_running(home, settings=FAST)


@contextmanager
def server_home(*, on_disk: bool = False) -> Iterator[Path]:
    """A folder for an embedded server, its path short and open to all users; the server is stopped.

    ``on_disk``: for measurements, where what the disk takes counts.
    """
    place = tempfile.gettempdir() if on_disk else _place()
    home = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=place))
    home.chmod(0o755)
    try:
        yield home
    finally:
        embedded.stop(home)
        shutil.rmtree(home)


def copy_server(made: Path, home: Path) -> None:
    """Copies the files of a server that is stopped to the folder of another."""
    subprocess.run(["cp", "-a", f"{made}/.", str(home)], check=True)


def _place() -> Path | str:
    """Where servers of tests lie: in memory where there is plenty, else among temporary files."""
    usable = MEMORY.is_mount() and os.access(MEMORY, os.W_OK | os.X_OK)
    return MEMORY if usable and shutil.disk_usage(MEMORY).free >= MEMORY_NEEDED else tempfile.gettempdir()


@contextmanager
def fresh_database(server: str, template: str | None = None) -> Iterator[str]:
    """URL of a new database on a server, dropped afterwards even if somebody is still connected.

    It is a copy of ``template``, the URL of a database that nobody is connected to; empty without one.
    """
    name = f"loader_test_{uuid.uuid4().hex[:12]}"
    source = str(psycopg.conninfo.conninfo_to_dict(template)["dbname"]) if template else "template0"
    kept.end(source)
    create = sql.SQL("create database {} template {} encoding 'UTF8' strategy file_copy")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(create.format(sql.Identifier(name), sql.Identifier(source)))
        try:
            yield with_database(server, name)
        finally:
            kept.end(name)
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def with_database(url: str, name: str) -> str:
    """The URL with another database's name."""
    parts = urlsplit(url)
    if not parts.scheme.startswith("postgres"):
        raise ValueError("tests need DATABASE_URL as a URL: postgresql://user@host/database")
    # Not parts.geturl(): it drops the empty host of postgresql://user@/database?host=/socket.
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}/{name}{query}"


def _remove_left_over() -> None:
    """Stop and remove the servers of test runs that were killed; several processes begin at once, one does it."""
    with open(Path(tempfile.gettempdir()) / f"{PREFIX}lock-{os.getuid()}", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _remove_unowned()


def _remove_unowned() -> None:
    places = (Path(tempfile.gettempdir()), MEMORY)
    for home in (home for place in places for home in place.glob(f"{PREFIX}*")):
        owner = home.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdigit() and not _alive(int(owner)) and os.access(home, os.W_OK):
            embedded.stop(home)
            for disk in filter(Path.is_mount, home.iterdir()):  # a test of a full disk was killed
                subprocess.run(["umount", "-l", disk], check=False, capture_output=True)
            shutil.rmtree(home)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
