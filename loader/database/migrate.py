"""Migrates the control schema: applies numbered migrations once, then replaces the routines if they have changed."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from loader import __version__
from loader.config.resources import directory
from loader.database.connect import Connection
from loader.database.manifest import (
    applied_migrations,
    has_manifest,
    is_as_installed,
    note_installed,
    note_migration,
    note_routines,
)
from loader.database.migration_obstacles import check_free, check_idle, check_may_migrate, check_newer
from loader.database.refusal import explained
from loader.errors import DatabaseError

log = logging.getLogger(__name__)

MIGRATION_LOCK = 7_203_685_100_001  # an arbitrary number: serialises migrations of one database
_MADE = re.compile(r"^create (?:table|type|sequence) loader\.(\w+)", re.MULTILINE)
_FILE = re.compile(r"(\d{4})_(\w+)\.sql\Z")


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of migrations/."""

    version: int
    path: Path

    @property
    def sha256(self) -> str:
        """Digest of the file, as recorded when it is applied."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


def migrate(connection: Connection, *, anew: bool = False) -> list[str]:
    """Applies what is missing; returns what was done, one line each. Many processes may call it at once.

    Raises DatabaseError for an edited migration, a schema that is newer than this program, or missing privileges.
    """
    if not anew and is_current(connection):
        return []
    done: list[str] = []
    with explained("the control schema cannot be updated"):
        connection.execute("select pg_advisory_lock(%s)", (MIGRATION_LOCK,))
        try:
            applied = _applied(connection)
            if not applied:
                check_free(connection)
            elif applied.get(0) != _routines_digest():
                check_idle(connection)
            missing = [migration for migration in available() if migration.version not in applied]
            if missing:
                check_may_migrate(connection)
            for migration in available():
                _check_unedited(migration, applied)
                if migration in missing:
                    done.append(f"applied {migration.path.name}")
                    done += _apply(connection, migration)
            is_ours = _applied(connection).get(0) == _routines_digest()
            if not is_ours and not anew:
                check_newer(connection, _routines_digest())
            is_altered = is_ours and _is_altered(connection)
            if anew or not is_ours or is_altered:
                _replace_routines(connection)
                done.append("replaced the routines")
                if is_altered:
                    log.warning("routines of the schema loader were dropped or altered; they are created again")
            elif done:
                connection.execute("select loader.grant_access()")  # for new tables
        finally:
            connection.execute("select pg_advisory_unlock(%s)", (MIGRATION_LOCK,))
    return done


def available() -> list[Migration]:
    """The migrations of this program, in order."""
    files = sorted(path for path in directory("migrations").iterdir() if _FILE.match(path.name))
    return [Migration(int(path.name[:4]), path) for path in files]


def routine_files() -> list[Path]:
    """The files of routines, then of views, each sorted by name: their folders do not matter. They
    are replaced as a whole.
    """
    files = (directory("sql") / "control").glob("*/*.sql")
    replaced = [path for path in files if path.parent.name != "schema"]
    return sorted(replaced, key=lambda path: (path.parent.name == "views", path.name))


def is_current(connection: Connection) -> bool:
    """Whether there is nothing to do: checked by every command, without a lock. Raises as `migrate` does."""
    applied = _applied(connection)
    migrations = available()
    for migration in migrations:
        _check_unedited(migration, applied)
    newest = migrations[-1].version
    if max(applied, default=0) > newest:
        raise DatabaseError(
            f"the control schema is of version {max(applied)}, this program knows versions up to {newest}",
            hint="use the newer program that migrated this database",
        )
    current = max(applied, default=-1) == newest and applied.get(0) == _routines_digest()
    return current and not _is_altered(connection)


def _names() -> tuple[list[str], list[str]]:
    """Names of the routines of the schema loader, and of its views."""
    routines: list[str] = []
    views: list[str] = []
    for path in routine_files():
        (views if path.parent.name == "views" else routines).append(path.stem)
    return routines, views


def _is_altered(connection: Connection) -> bool:
    """Whether somebody has dropped or altered routines of the schema loader, or dropped views of it."""
    return not is_as_installed(connection, *_names())


def _applied(connection: Connection) -> dict[int, str]:
    with explained("the control schema cannot be read"):
        return applied_migrations(connection) if has_manifest(connection) else {}


def _check_unedited(migration: Migration, applied: dict[int, str]) -> None:
    if migration.version in applied and applied[migration.version] != migration.sha256:
        raise DatabaseError(
            f"{migration.path.name} was edited after it had been applied to this database",
            hint="restore the file, and put the change into a new migration",
        )


def _apply(connection: Connection, migration: Migration) -> list[str]:
    """Runs a migration; returns its warnings."""
    told: list[str] = []
    with _warnings_to(connection, told.append), connection.transaction():
        run_script(connection, migration.path.read_text(encoding="utf-8"))
        note_migration(connection, migration.version, migration.path.name, migration.sha256)
    return told


@contextmanager
def _warnings_to(connection: Connection, tell: Callable[[str], object]) -> Iterator[None]:
    """Passes on the server's warnings."""

    def hear(notice: psycopg.errors.Diagnostic) -> None:
        if notice.severity_nonlocalized == "WARNING":
            tell(notice.message_primary or "")

    connection.add_notice_handler(hear)
    try:
        yield
    finally:
        connection.remove_notice_handler(hear)


def _replace_routines(connection: Connection) -> None:
    with connection.transaction():
        # Routines call each other in cycles, so none can be checked before all of them exist.
        connection.execute("set local check_function_bodies = off")
        before = _routine_versions(connection)
        _replace_all(connection, routine_files())
        with explained("routines of an older program cannot be dropped"):
            _drop_left_over(connection, before)
        connection.execute("select loader.record_control_schema(%s)", (control_names(),))
        with explained("rights cannot be granted"):
            connection.execute("select loader.grant_access(true)")
        note_routines(connection, _routines_digest())
        note_installed(connection, _names()[0])


def control_names() -> list[str]:
    """Names of all objects in the schema loader: tables, types and sequences, routines and views."""
    files = (directory("sql") / "control" / "schema").glob("*.sql")
    made = {name for path in files for name in _MADE.findall(path.read_text(encoding="utf-8"))}
    return sorted(made | {path.stem for path in routine_files()})


def _replace_all(connection: Connection, files: list[Path]) -> None:
    """Runs all files as one script, which takes half the time; if that fails, one by one, to name the file."""
    try:
        with connection.transaction():
            run_script(connection, "\n".join(path.read_text(encoding="utf-8") for path in files))
    except psycopg.DatabaseError:
        for path in files:
            with explained(f"{path.name} cannot be installed"):
                _replace(connection, path)


def _replace(connection: Connection, path: Path) -> None:
    """Runs a file. If the routine cannot be replaced because its parameters, result or columns
    differ, it is dropped first.

    Otherwise it is not dropped, because users have granted rights on views and routines.
    """
    script = path.read_text(encoding="utf-8")
    try:
        with connection.transaction():
            run_script(connection, script)
    except (psycopg.errors.InvalidFunctionDefinition, psycopg.errors.InvalidTableDefinition):
        for drop in _drops(connection, path.stem):
            run_script(connection, drop)
        run_script(connection, script)


def _routine_versions(connection: Connection) -> dict[int, str]:
    """The version of each routine's row in the catalog, by OID."""
    query = "select oid::bigint, xmin::text from pg_proc where pronamespace = 'loader'::regnamespace"
    return dict(connection.execute(query).fetchall())


def _drop_left_over(connection: Connection, before: dict[int, str]) -> None:
    """Drops routines with the name of one of the loader's but other parameters, to which a call could still refer."""
    now = _routine_versions(connection)
    left_over = {oid for oid, version in before.items() if now.get(oid) == version}
    for name in {path.stem for path in routine_files()} if left_over else ():
        for drop in _drops(connection, name, left_over):
            run_script(connection, drop)


def _drops(connection: Connection, name: str, only: set[int] | None = None) -> list[str]:
    """The statements that drop the routines and the view of a name, or those of some OIDs."""
    rows = connection.execute(
        "select oid::bigint, format('drop routine %%s', oid::regprocedure) from pg_proc "
        "where pronamespace = 'loader'::regnamespace and proname = %(name)s union all "
        "select oid::bigint, format('drop view %%s', oid::regclass) from pg_class "
        "where relnamespace = 'loader'::regnamespace and relkind = 'v' and relname = %(name)s",
        {"name": name},
    ).fetchall()
    return [statement for oid, statement in rows if only is None or oid in only]


def _routines_digest() -> str:
    digest = hashlib.sha256(__version__.encode())
    for path in routine_files():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def run_script(connection: Connection, script: str) -> None:
    """Runs a script of many statements."""
    # The text is from files of this program, never from data.
    connection.execute(script.encode(), prepare=False)
