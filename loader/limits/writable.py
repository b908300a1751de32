"""Whether a session may write at all: asked by every command that writes, before it does anything else."""

from __future__ import annotations

from loader.database.connect import Connection, explained
from loader.errors import DatabaseError


def check_writable(connection: Connection) -> None:
    """Refuses, with a DatabaseError, a standby, and a role or a database whose transactions only read."""
    with explained("it cannot be told whether the server can be written to"):
        row = connection.execute(
            "select pg_is_in_recovery(), current_setting('transaction_read_only') = 'on', "
            "current_database()::text, session_user::text"
        ).fetchone()
    standby, read_only, database, role = row or (False, False, "", "")
    if standby:
        raise DatabaseError(
            f"the database {database} is read only here: the server is a standby",
            hint="name the primary server in --database or DATABASE_URL",
        )
    if read_only:
        raise DatabaseError(
            f"the database {database} is read only here: default_transaction_read_only is on for the role {role}",
            hint="name another role; or reset it for this one: alter role … reset default_transaction_read_only",
        )
