"""Whether a session may write at all: checked by every command that writes, before it does anything else."""

from __future__ import annotations

from loader.database.connect import Connection
from loader.database.refusal import explained
from loader.errors import DatabaseError


def check_writable(connection: Connection) -> None:
    """Raises DatabaseError on a standby, and for a role or a database whose transactions are read-only."""
    with explained("cannot find out whether the server accepts writes"):
        row = connection.execute(
            "select pg_is_in_recovery(), current_setting('transaction_read_only') = 'on', current_database()::text, "
            "session_user::text, source, quote_ident(current_database()), quote_ident(session_user) "
            "from pg_settings where name = 'default_transaction_read_only'"
        ).fetchone()
    standby, read_only, database, role, source, *names = row or (False, False, "", "", "")
    if standby:
        raise DatabaseError(
            f"the database {database} is read only here: the server is a standby",
            hint="name the primary server in --database or DATABASE_URL",
        )
    if read_only:
        raise DatabaseError(
            f"the database {database} is read only here: default_transaction_read_only is on for the role {role}",
            hint=_reset(source, *names),
        )


def _reset(source: str, database: str, role: str) -> str:
    """How to let a session write; its own transactions can reset nothing unless they are declared read write."""
    where = {
        "user": f"role {role}",
        "database": f"database {database}",
        "database user": f"role {role} in database {database}",
    }.get(source)
    if where is None:
        return f"name another role, or set default_transaction_read_only to off: it comes from the {source}"
    statement = f"begin read write; alter {where} reset default_transaction_read_only; commit"
    return f"name another role, or reset it: {statement}"
