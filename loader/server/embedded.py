"""A private PostgreSQL server: created and started when a command needs it, kept between commands.

It listens on a Unix socket in a directory that only its owner can enter, never on the network. That directory keeps
other users out, so the server itself requires no password.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from loader.config.settings import HOME
from loader.errors import DatabaseError, ServerUnavailableError
from loader.server import cluster, obstacle
from loader.server.account import Account, server_account
from loader.server.binaries import Binaries, find_binaries, reachable
from loader.server.settings import PORT, default_settings

# Recovery after a crash in the middle of a big load replays up to max_wal_size.
START_SECONDS = 600

# The last checkpoint writes the server's memory, and with it unlogged tables.
STOP_SECONDS = 300
FAST_SHUTDOWN = signal.SIGINT

POLL_SECONDS = 0.02

# No process can have this number: PostgreSQL treats a lock file with it as stale.
NO_PROCESS = 2**31 - 2

LOG = "server.log"  # in the data directory, where the server's account can write
LOG_LINES_SHOWN = 5

CLONE = Path(__file__).resolve().parents[2]  # what holds the package: a clone, or a folder of installed ones


@dataclass(frozen=True)
class ServerStatus:
    """The server's ``state``: ``absent`` (never created), ``stopped``, ``starting`` or ``running``."""

    state: str
    data: Path
    log: Path
    version: str  # major version of the data, such as "18"; empty when absent
    pid: int | None
    url: str  # empty unless running


@dataclass(frozen=True)
class _Postmaster:
    """The server process, according to its lock file."""

    pid: int
    sockets: str
    ready: bool


def default_home(clone: Path = CLONE) -> Path:
    """The server's folder: LOADER_HOME, else ``.postgres`` in a clone, else the user's data folder."""
    if named := os.environ.get(HOME):
        return Path(named).expanduser().absolute()
    if (clone / "pyproject.toml").is_file():
        return clone / ".postgres"
    return Path(os.environ.get("XDG_DATA_HOME") or "~/.local/share").expanduser() / "dumploader" / "postgres"


def ensure_running(home: Path, *, settings: Mapping[str, str] | None = None) -> str:
    """Create and start the server of a folder unless it runs; returns the URL of its database ``loader``.

    Safe to call from any number of processes at once. ``settings`` (server parameters) apply if it is started here.
    Raises DatabaseError, with the end of the server's log if that shows the reason.
    """
    if url := _url_if_ready(_data(home)):
        return url
    with _locked(home):
        account = server_account(_data(home))
        if not _version(_data(home)):
            binaries = reachable(find_binaries(), account)
            cluster.create(home, account, binaries, durable=(settings or {}).get("fsync") != "off")
        data = _data(home)
        if not _wait_until_ready(data):
            _start(home, data, account, {**default_settings(), **(settings or {})})
        if url := _url_if_ready(data):
            return url
    raise ServerUnavailableError(
        f"The server of {home} runs, but its socket does not answer.",
        hint="`loader db stop` stops it; the next command starts it again.",
    )


def stop(home: Path) -> bool:
    """Stop the server of a folder, rolling back open transactions; returns whether it ran."""
    data = _data(home)
    if _postmaster(data) is None:
        return False
    with _locked(home):
        deadline = time.monotonic() + STOP_SECONDS
        # A signal rather than pg_ctl: the programs that started it may have been removed or replaced.
        if postmaster := _postmaster(data):
            os.kill(postmaster.pid, FAST_SHUTDOWN)
        while _postmaster(data) is not None:
            if time.monotonic() > deadline:
                raise DatabaseError(f"The server of {home} did not stop.", hint=f"Its log is {data / LOG}.")
            time.sleep(POLL_SECONDS)
    return True


def status(home: Path) -> ServerStatus:
    """The state of the server of a folder, without changing anything."""
    data = _data(home)
    version = _version(data)
    postmaster, url = _postmaster(data), _url_if_ready(data) or ""
    state = "running" if url else "starting" if postmaster else "stopped" if version else "absent"
    return ServerStatus(state, data, data / LOG, version, postmaster.pid if postmaster else None, url)


def _start(home: Path, data: Path, account: Account, settings: Mapping[str, str]) -> None:
    sockets = cluster.socket_directory(home, account)
    for lock_file in (data / "postmaster.pid", sockets / f".s.PGSQL.{PORT}.lock"):
        _disown(lock_file)
    cluster.configure(data, sockets, settings)
    control = _binaries(data, account).program("pg_ctl")
    log = data / LOG
    before = log.stat().st_size if log.exists() else 0
    result = account.run([control, "start", "-D", data, "-l", log, "-s", "-w", "-t", str(START_SECONDS)])
    if result.returncode:
        said = log.read_bytes()[before:].decode(errors="replace") if log.exists() else result.stdout
        if obstacle.removed(data, said):
            return _start(home, data, account, settings)
        tail = "\n  ".join(said.strip().splitlines()[-LOG_LINES_SHOWN:])
        raise ServerUnavailableError(f"The server of {home} did not start:\n  {tail}", hint=f"Its log is {log}.")


def _wait_until_ready(data: Path) -> bool:
    """Wait for a server that another process is starting or stopping; returns whether it is up now."""
    deadline = time.monotonic() + START_SECONDS
    while (postmaster := _postmaster(data)) is not None and time.monotonic() < deadline:
        if postmaster.ready:
            return True
        time.sleep(POLL_SECONDS)
    return False


def _url_if_ready(data: Path) -> str | None:
    """The URL, if the server has finished its start and answers on its socket."""
    postmaster = _read_lock_file(data)
    if postmaster is None or not postmaster.ready:
        return None
    if not cluster.answers(Path(postmaster.sockets)):
        return None
    host = quote(postmaster.sockets, safe="")
    return f"postgresql://{cluster.SUPERUSER}@/{cluster.DATABASE}?host={host}&port={PORT}"


def _postmaster(data: Path) -> _Postmaster | None:
    """The server process if it is alive."""
    found = _read_lock_file(data)
    return found if found and str(data) in _arguments(found.pid) else None


def _read_lock_file(data: Path) -> _Postmaster | None:
    """Read postmaster.pid; its lines: number, data, start, port, sockets, address, memory key, state."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError as error:
        raise _not_ours(data) from error
    if not lines or not lines[0].strip().isdigit():
        return None
    lines += [""] * 8
    return _Postmaster(int(lines[0]), lines[4].strip(), lines[7].strip() == "ready")


def _arguments(pid: int) -> list[str]:
    """The command line of a process; empty if there is no such process."""
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="surrogateescape").split("\0")
        except OSError:
            return []
    asked = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return asked.stdout.split()


def _disown(lock_file: Path) -> None:
    """Let PostgreSQL see that a lock file is stale, although its process number may be in use again.

    After a crash or a restart of the machine, the number may be any process of the same user (or a zombie, without an
    init that collects it), and PostgreSQL would refuse to start. Only the number is changed: with the memory key,
    PostgreSQL makes sure that no process of the old server is left.
    """
    if lock_file.exists():
        first, _, rest = lock_file.read_text().partition("\n")
        if first.strip().isdigit():
            lock_file.write_text(f"{NO_PROCESS}\n{rest}")


def _binaries(data: Path, account: Account) -> Binaries:
    return reachable(find_binaries(int(_version(data))), account)


def _data(home: Path) -> Path:
    """The data directory; a link if root had to put it elsewhere."""
    return (home / "data").resolve()


def _version(data: Path) -> str:
    try:
        return (data / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return ""
    except PermissionError as error:
        raise _not_ours(data) from error


def _not_ours(data: Path) -> DatabaseError:
    return DatabaseError(
        f"The server's data in {data} belong to another user.",
        hint=f"Continue as that user (root's server runs as nobody), or name another folder with {HOME}.",
    )


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    """One process at a time creates, starts or stops the server of a folder."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        handle = os.open(home / "lock", os.O_RDONLY | os.O_CREAT, 0o644)
    except OSError as error:
        raise DatabaseError(
            f"{home} cannot be used for the server's data: {error.strerror}.",
            hint=f"Name another folder with {HOME}, or a server with DATABASE_URL.",
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
