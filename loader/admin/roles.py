"""Group roles: made where this role may, else told as SQL for a DBA; then owner and rights of everything are set."""

from __future__ import annotations

import sys

import psycopg

from loader.database.connect import Connection, explained

# Whoever may not run a statement gets one of these, or a warning; what is left is asked for again in the end.
_REFUSALS = (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedObject)


def share(connection: Connection, prefix: str, *, quiet: bool = False) -> bool:
    """Makes the groups ``<prefix>_owner``, ``_worker`` and ``_reader`` and gives each its rights.

    What only a DBA may run is printed, and nothing else is: False when that has to be run before this can go on.
    Raises DatabaseError for what is refused to whomever.
    """
    connection.execute("reset role")  # an owner's group may not make roles: whoever is its member might
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
