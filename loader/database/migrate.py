"""Brings the control schema up to date: numbered migrations once, then the routines when they have changed."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg

from loader.config.resources import directory
from loader.database.connect import Connection, explained
from loader.database.manifest import has_manifest
from loader.errors import DatabaseError
from loader.mapping.tables import Dataset
from loader.render.digest import rendered_hash

log = logging.getLogger(__name__)

_LOCK = 7_203_685_100_001  # any number that nobody else uses: serialises migrations of one database
_MADE = re.compile(r"^create (?:table|type|sequence) loader\.(\w+)", re.MULTILINE)
_FILE = re.compile(r"(\d{4})_(\w+)\.sql\Z")


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of migrations/."""

    version: int
    path: Path

    @property
    def sha256(self) -> str:
        """Digest of the file, as it is noted when it is applied."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


def migrate(connection: Connection, *, anew: bool = False) -> list[str]:
    """Applies what is missing; returns what was done, one line each. Safe to call from many processes at once.

    Raises DatabaseError for an edited migration, a schema that is newer than this program, or a lack of privilege.
    """
    if not anew and _is_current(connection):
        return []
    done: list[str] = []
    with explained("the control schema cannot be brought up to date"):
        connection.execute("select pg_advisory_lock(%s)", (_LOCK,))
        try:
            applied = _applied(connection)
            if not applied:
                _check_free(connection)
            for migration in available():
                _check_unedited(migration, applied)
                if migration.version not in applied:
                    done.append(f"applied {migration.path.name}")
                    done += _apply(connection, migration)
            if anew or _applied(connection).get(0) != _routines_digest() or _lacks_routines(connection):
                _replace_routines(connection)
                done.append("replaced the routines")
            elif done:
                connection.execute("select loader.grant_access()")  # for tables that are new
        finally:
            connection.execute("select pg_advisory_unlock(%s)", (_LOCK,))
    return done


def install(connection: Connection, dataset: Dataset, *, anew: bool = False) -> bool:
    """Renders a dataset's procedures into the database, unless they are there already and nobody has changed them;
    returns whether it did. ``anew``: it does in any case.

    Inside a transaction of the caller, others who render wait until that ends. Raises DatabaseError while a load of the
    dataset is open that they would disturb (LD003), or that has lost its staging (LD035).
    """
    with explained(f"the procedures of {dataset.name} cannot be installed"):
        if not anew and _is_installed(connection, dataset) and _is_intact(connection, dataset):
            return False
        with connection.transaction():
            connection.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
            if _is_installed(connection, dataset):
                if not _is_intact(connection, dataset):
                    connection.execute("select loader.assert_staging(%s)", (dataset.name,))
                    log.warning("somebody has dropped or altered the staging of %s: it is made again", dataset.name)
                elif not anew:
                    return False
            from loader.render.script import render  # late: it brings the templates' engine, and is seldom needed

            with _warnings_to(connection, log.warning):
                _execute(connection, render(dataset))
    return True


def keep_mapping(connection: Connection, dataset: Dataset) -> None:
    """Keeps the mapping file of a dataset in the database, so that the dataset can be named by its name alone."""
    if dataset.text:
        connection.execute("select loader.keep_mapping(%s, %s)", (dataset.name, dataset.text))


def keep_settings(connection: Connection, dataset: Dataset) -> bool:
    """Registers the settings that a dataset's mapping says now; whether they differ from those registered before.

    While a load is open they stay: its own command tells what of them has changed. What a command overrides (--set) is
    never registered.
    """
    settings = json.dumps(asdict(dataset.own_settings))
    with explained(f"the settings of {dataset.name} cannot be kept"):
        changed = connection.execute(
            "update loader.dataset set settings = %s::jsonb "
            "where dataset = %s and settings <> %s::jsonb and not loader.has_open_load(dataset)",
            (settings, dataset.name, settings),
        )
    return changed.rowcount > 0


def is_installed(connection: Connection, dataset: Dataset) -> bool:
    """Whether a dataset's procedures are those that would be rendered now. False without a control schema, too."""
    with explained("the control schema cannot be read"):
        row = connection.execute("select to_regclass('loader.dataset') is not null").fetchone()
        return bool(row and row[0]) and _is_installed(connection, dataset)


def _is_installed(connection: Connection, dataset: Dataset) -> bool:
    """Whether a dataset's procedures are those that would be rendered now."""
    row = connection.execute(
        "select rendered_hash = %s from loader.dataset where dataset = %s", (rendered_hash(dataset), dataset.name)
    ).fetchone()
    return row is not None and bool(row[0])


def _is_intact(connection: Connection, dataset: Dataset) -> bool:
    """Whether a dataset's staging tables and procedures are as they were made."""
    row = connection.execute(
        "select staging_digest = loader.staging_digest(dataset) from loader.dataset where dataset = %s", (dataset.name,)
    ).fetchone()
    return row is not None and bool(row[0])


def repair(connection: Connection, dataset: Dataset) -> list[str]:
    """Makes again what somebody has dropped or altered of a dataset; what was mended, a line each.

    Raises DatabaseError (LD034) for what a person has to undo, and while a load is open.
    """
    with explained(f"{dataset.name} cannot be repaired"), connection.transaction():
        connection.execute("select loader.assert_mendable(%s)", (dataset.name,))
        connection.execute("select loader.restore_marks(%s)", (dataset.name,))
        install(connection, dataset, anew=True)
        mended = connection.execute("select loader.repair_tables(%s)", (dataset.name,)).fetchall()
    return [f"installed the procedures of {dataset.name}", *(f"mended {line}" for (line,) in mended)]


def available() -> list[Migration]:
    """The migrations of this program, in order."""
    files = sorted(path for path in directory("migrations").iterdir() if _FILE.match(path.name))
    return [Migration(int(path.name[:4]), path) for path in files]


def routine_files() -> list[Path]:
    """The files of routines, then of views, each by its name: in which folder they are makes no difference. They
    are replaced as a whole.
    """
    files = (directory("sql") / "control").glob("*/*.sql")
    replaced = [path for path in files if path.parent.name != "schema"]
    return sorted(replaced, key=lambda path: (path.parent.name == "views", path.name))


def _is_current(connection: Connection) -> bool:
    """Whether nothing is to be done: asked without a lock, by every command."""
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
    return current and not _lacks_routines(connection)


def _lacks_routines(connection: Connection) -> bool:
    """Whether somebody has dropped routines or views of the schema loader."""
    row = connection.execute(
        "select count(*) from unnest(%s::text[]) as wanted (name) where name not in ("
        "select proname from pg_proc where pronamespace = to_regnamespace('loader') union all "
        "select relname from pg_class where relnamespace = to_regnamespace('loader') and relkind = 'v')",
        ([path.stem for path in routine_files()],),
    ).fetchone()
    return row is not None and row[0] > 0


def _applied(connection: Connection) -> dict[int, str]:
    with explained("the control schema cannot be read"):
        if not has_manifest(connection):
            return {}
        return dict(connection.execute("select version, sha256 from loader.migration").fetchall())


def _check_free(connection: Connection) -> None:
    """Refuses to take over a schema of somebody else's that is called like the control schema."""
    found = connection.execute(
        "select i.type || ' ' || i.identity from pg_depend as d "
        "cross join lateral pg_identify_object(d.classid, d.objid, 0) as i "
        "where d.refclassid = 'pg_namespace'::regclass and d.refobjid = to_regnamespace('loader') order by 1"
    ).fetchall()
    if found:
        names = ", ".join(name for (name,) in found[:5])
        raise DatabaseError(
            f"there is a schema loader that holds what the loader did not make: {names}",
            hint="rename that schema, or load into another database",
        )


def _check_unedited(migration: Migration, applied: dict[int, str]) -> None:
    if migration.version in applied and applied[migration.version] != migration.sha256:
        raise DatabaseError(
            f"{migration.path.name} was edited after it had been applied to this database",
            hint="restore the file, and put the change into a new migration",
        )


def _apply(connection: Connection, migration: Migration) -> list[str]:
    """Runs a migration; returns what it warns of."""
    told: list[str] = []
    with _warnings_to(connection, told.append), connection.transaction():
        _execute(connection, migration.path.read_text(encoding="utf-8"))
        connection.execute(
            "insert into loader.migration (version, name, sha256) values (%s, %s, %s)",
            (migration.version, migration.path.name, migration.sha256),
        )
    return told


@contextmanager
def _warnings_to(connection: Connection, tell: Callable[[str], object]) -> Iterator[None]:
    """Tells what the server warns of."""

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
        # Routines call each other in a circle, so none can be checked before all are there.
        connection.execute("set local check_function_bodies = off")
        before = _routine_versions(connection)
        _replace_all(connection, routine_files())
        with explained("routines of an older program cannot be dropped"):
            _drop_left_over(connection, before)
        connection.execute("select loader.record_control_schema(%s)", (_control_names(),))
        with explained("rights cannot be granted"):
            connection.execute("select loader.grant_access(true)")
        connection.execute(
            "insert into loader.migration (version, name, sha256) values (0, 'routines', %s) "
            "on conflict (version) do update set sha256 = excluded.sha256, applied_at = now()",
            (_routines_digest(),),
        )


def _control_names() -> list[str]:
    """Names of all that the schema loader has: tables, types and sequences, routines and views."""
    files = (directory("sql") / "control" / "schema").glob("*.sql")
    made = {name for path in files for name in _MADE.findall(path.read_text(encoding="utf-8"))}
    return sorted(made | {path.stem for path in routine_files()})


def _replace_all(connection: Connection, files: list[Path]) -> None:
    """Runs all files as one script, which takes half the time; one by one where that fails, to name the file."""
    try:
        with connection.transaction():
            _execute(connection, "\n".join(path.read_text(encoding="utf-8") for path in files))
    except psycopg.DatabaseError:
        for path in files:
            with explained(f"{path.name} cannot be installed"):
                _replace(connection, path)


def _replace(connection: Connection, path: Path) -> None:
    """Runs a file; what it cannot replace, since parameters, result or columns differ, is dropped first.

    Not dropped as a rule: who may use a view or a routine was granted by people.
    """
    script = path.read_text(encoding="utf-8")
    try:
        with connection.transaction():
            _execute(connection, script)
    except (psycopg.errors.InvalidFunctionDefinition, psycopg.errors.InvalidTableDefinition):
        for drop in _drops(connection, path.stem):
            _execute(connection, drop)
        _execute(connection, script)


def _routine_versions(connection: Connection) -> dict[int, str]:
    """Which version of its row each routine of the schema has in the catalog, by OID."""
    query = "select oid::bigint, xmin::text from pg_proc where pronamespace = 'loader'::regnamespace"
    return dict(connection.execute(query).fetchall())


def _drop_left_over(connection: Connection, before: dict[int, str]) -> None:
    """Drops routines that only share their name with one of ours: other parameters, which a call could mean still."""
    now = _routine_versions(connection)
    left_over = {oid for oid, version in before.items() if now.get(oid) == version}
    for name in {path.stem for path in routine_files()} if left_over else ():
        for drop in _drops(connection, name, left_over):
            _execute(connection, drop)


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
    digest = hashlib.sha256()
    for path in routine_files():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _execute(connection: Connection, script: str) -> None:
    # The text comes from files of this program, never from data.
    connection.execute(script.encode(), prepare=False)
