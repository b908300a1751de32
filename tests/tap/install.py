"""Finds pgTAP, which is plain SQL, on this system or in a package, and loads it into a database."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import psycopg

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "pgtap"
SCHEMA = "tap"

EXTENSION_FOLDERS = (
    "/usr/share/postgresql/*/extension",
    "/usr/share/pgsql/extension",
    "/usr/pgsql-*/share/extension",
)
Fetch: TypeAlias = Callable[[Path], None]
SCRIPT = re.compile(r"pgtap--(\d+)\.(\d+)\.(\d+)\.sql")

# The npm package carries pgTAP for another server, in an archive inside the package.
NPM_PACKAGE = "@electric-sql/pglite-pgtap"
DEBIAN_PACKAGES = ("postgresql-18-pgtap", "postgresql-17-pgtap", "postgresql-16-pgtap", "postgresql-15-pgtap")


class PgtapMissingError(Exception):
    """pgTAP is not to be had here; the message says what was tried."""


def load_pgtap(database: str) -> None:
    """Put pgTAP into the schema ``tap`` of a database, and that schema at the end of its search path."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"create schema {SCHEMA}")
        available = connection.execute("select from pg_available_extensions where name = 'pgtap'").fetchone()
        if available is not None:
            connection.execute(f"create extension pgtap schema {SCHEMA}")
        else:
            connection.execute(f"set search_path = {SCHEMA}")
            connection.execute(find_pgtap().read_bytes())
        connection.execute(
            f"do $$ begin execute format('alter database %I set search_path = public, {SCHEMA}', "
            "current_database()); end $$"
        )


def find_pgtap(
    cache: Path = CACHE, folders: Sequence[str] = EXTENSION_FOLDERS, sources: Sequence[Fetch] | None = None
) -> Path:
    """The newest pgtap--X.Y.Z.sql of this system or of the cache, else one fetched into the cache."""
    there = (folder for pattern in folders for folder in Path("/").glob(pattern[1:]))
    if found := [*_scripts_in(cache), *(script for folder in there for script in _scripts_in(folder))]:
        return max(found, key=_version)
    complaints = []
    for fetch in sources or (_fetch_from_npm, _fetch_from_debian):
        with tempfile.TemporaryDirectory() as scratch:
            try:
                fetch(Path(scratch))
            except (OSError, subprocess.CalledProcessError, tarfile.TarError) as error:
                complaints.append(f"{fetch.__name__.strip('_').replace('_', ' ')}: {error}")
            if scripts := sorted(Path(scratch).rglob("pgtap--*.sql")):
                return _keep(max(filter(_is_script, scripts), key=_version), cache)
    raise PgtapMissingError(
        "pgTAP was not found on this system and could not be fetched:\n  "
        + "\n  ".join(complaints)
        + "\nInstall it (on Debian: apt-get install pgtap) and try again."
    )


def _scripts_in(folder: Path) -> list[Path]:
    return [path for path in folder.glob("pgtap--*.sql") if _is_script(path)]


def _is_script(path: Path) -> bool:
    """True for whole versions, false for the steps between two of them."""
    return SCRIPT.fullmatch(path.name) is not None


def _version(path: Path) -> tuple[int, ...]:
    match = SCRIPT.fullmatch(path.name)
    return tuple(map(int, match.groups())) if match else ()


def _keep(script: Path, cache: Path) -> Path:
    cache.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(script, cache))


def _fetch_from_npm(scratch: Path) -> None:
    _run(["npm", "pack", "--silent", NPM_PACKAGE], scratch)
    for package in scratch.glob("*.tgz"):
        with tarfile.open(package) as outer:
            inner = outer.extractfile("package/dist/pgtap.tar.gz")
            if inner is None:
                continue
            with tarfile.open(fileobj=io.BytesIO(inner.read())) as archive:
                for member in archive.getmembers():
                    name = Path(member.name).name
                    if SCRIPT.fullmatch(name) and (content := archive.extractfile(member)):
                        (scratch / name).write_bytes(content.read())


def _fetch_from_debian(scratch: Path) -> None:
    for name in DEBIAN_PACKAGES:
        if _run(["apt-get", "download", name], scratch, check=False):
            break
    for package in scratch.glob("*.deb"):
        _run(["dpkg-deb", "-x", str(package), "."], scratch)


def _run(args: list[str], folder: Path, *, check: bool = True) -> bool:
    """Run a program quietly; returns whether it ended well."""
    return subprocess.run(args, cwd=folder, check=check, capture_output=True).returncode == 0
