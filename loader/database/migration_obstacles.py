"""What keeps a program from installing or replacing the control schema."""

from __future__ import annotations

from loader.database.connect import Connection
from loader.database.manifest import has_manifest, replaced_routines, running_load
from loader.errors import DatabaseError


def check_free(connection: Connection) -> None:
    """Refuses to take over another user's schema with the name of the control schema, and to create a second one beside
    one that somebody has renamed.
    """
    renamed = connection.execute(
        "select quote_ident(n.nspname) from pg_namespace as n where n.nspname <> 'loader' "
        "and obj_description(n.oid, 'pg_namespace') ~ '^Control schema of dumploader' order by 1"
    ).fetchone()
    if renamed:
        raise DatabaseError(
            f"the control schema of this database is called {renamed[0]}",
            hint=f"name it back: alter schema {renamed[0]} rename to loader\n"
            f"  or, if it is a copy that is not in use: comment on schema {renamed[0]} is null",
        )
    found = connection.execute(
        "select i.type || ' ' || i.identity from pg_depend as d "
        "cross join lateral pg_identify_object(d.classid, d.objid, 0) as i "
        "where d.refclassid = 'pg_namespace'::regclass and d.refobjid = to_regnamespace('loader') order by 1"
    ).fetchall()
    if found and has_manifest(connection):
        _refuse_empty(connection)
    if found:
        names = ", ".join(name for (name,) in found[:5])
        raise DatabaseError(
            f"there is a schema loader that contains objects that the loader did not make: {names}",
            hint="rename that schema, or load into another database",
        )


def check_may_migrate(connection: Connection) -> None:
    """Refuses to begin with migrations that need temporary tables; otherwise half of the schema would be there."""
    denied = connection.execute(
        "select format('the role %s may not create temporary tables in the database %s', current_user, "
        "current_database()), format('grant temporary on database %I to %I', current_database(), current_user) "
        "where not has_database_privilege(current_database(), 'temporary')"
    ).fetchone()
    if denied:
        raise DatabaseError(denied[0], hint=denied[1])


def check_idle(connection: Connection) -> None:
    """Refuses to replace the routines that a running load calls."""
    if running := running_load(connection):
        raise DatabaseError(
            f"load {running[0]} of {running[1]} is running with the routines of another program",
            hint="let it finish, or stop it; then give the same command again",
        )


def check_newer(connection: Connection, routines: str) -> None:
    """Refuses to put back routines, given by their digest, that a newer program has replaced."""
    if replaced := replaced_routines(connection, routines):
        raise DatabaseError(
            "the routines of this program were replaced by those of a newer one "
            f"(on {replaced[0]}, by the role {replaced[1]})",
            hint="use the newer program; `loader migrate --repair` puts the routines of this one back",
        )


def _refuse_empty(connection: Connection) -> None:
    """Refuses a control schema that was restored without rows: then nothing is known about the loader's objects."""
    row = connection.execute(
        "with made as (select substring(obj_description(k.oid, 'pg_constraint') "
        "from '^Table of the dataset (.*), made by the loader') as dataset from pg_constraint as k "
        "where k.contype = 'p') "
        "select string_agg(quote_ident(n.nspname), ', ' order by n.nspname <> 'loader', n.nspname) "
        "from pg_namespace as n where n.nspname = 'loader' or n.nspname in (select m.dataset || s.suffix "
        "from made as m, unnest(array['', '_stage', '_build', '_old', '_history']) as s (suffix))"
    ).fetchone()
    schemas = row[0] if row else "loader"
    raise DatabaseError(
        "the schema loader has no rows: it was restored without them, as from pg_dump --schema-only",
        hint=f"restore its rows, too; or begin anew, if nothing of yours is in them: drop schema {schemas} cascade",
    )
