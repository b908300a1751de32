"""Group roles: created if this role may, otherwise printed as SQL for a DBA; then owner and
rights of all objects are set.
"""

from __future__ import annotations

import sys

import psycopg

from loader.database.connect import Connection
from loader.database.refusal import explained

# A role that may not run a statement gets one of these errors, or a warning; what is left is checked again at the end.
_REFUSALS = (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedObject)


def share(connection: Connection, prefix: str, *, quiet: bool = False) -> bool:
    """Creates the groups ``<prefix>_owner``, ``_worker`` and ``_reader`` and gives each its rights.

    Only statements that a DBA must run are printed; returns False if these have to be run first. Raises DatabaseError
    for statements that are refused to everybody.
    """
    connection.execute("reset role")  # the owner's group may not create roles, but its member might
    for statement, _, _ in _missing(connection, prefix):
        try:
            connection.execute(statement.encode())
        except _REFUSALS:
            continue
    left = _missing(connection, prefix)
    for statement, needed, purpose in left:
        print(f"{statement}; -- {purpose}{'' if needed else ' (the loader works without it)'}")
    if any(needed for _, needed, _ in left):
        print("loader: somebody who may has to run this SQL first; the same command then continues", file=sys.stderr)
        return False
    with explained("the roles cannot be set"), connection.transaction():
        connection.execute("select loader.set_roles(%s)", (prefix,))
    if not quiet:
        print(
            f"loader: {prefix}_owner owns everything; grant {prefix}_owner, {prefix}_worker or {prefix}_reader to "
            "those who load, help or read",
            file=sys.stderr,
        )
    return True


def _missing(connection: Connection, prefix: str) -> list[tuple[str, bool, str]]:
    with explained("the roles cannot be looked up"):
        return connection.execute(
            "select statement, is_needed, purpose from loader.role_statements(%s)", (prefix,)
        ).fetchall()
