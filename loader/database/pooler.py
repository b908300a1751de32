"""Poolers between the loader and the server: recognized, used if they assign whole sessions, refused otherwise.

A transaction pooler gives each transaction any free session. But claims belong to the session that made them, and locks
and settings to the session that has them: in another session they are lost, or somebody else's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

import psycopg

from loader.errors import DatabaseError

_TURNS = 4
HINT = (
    "name the server itself, or let the pooler hand out whole sessions. PgBouncer: pool_mode = session,\n"
    "  ignore_startup_parameters = options"
)


def is_pooled(connection: psycopg.Connection[Any], backend: int) -> bool:
    """Whether a pooler answers for the server: it has made up the number of the server process.

    ``backend``: the number that the server itself reports.
    """
    return connection.info.backend_pid != backend


def adapt(
    connection: psycopg.Connection[Any],
    again: Callable[[], psycopg.Connection[Any]],
    settings: Mapping[str, str],
    where: str,
) -> None:
    """Gives a session behind a pooler the settings that the loader needs. ``again``: connects once
    more; ``where``: the server.

    Raises DatabaseError if two sessions share server processes, or one does not keep its own.
    """
    with closing(again()) as other:
        # A pooler assigns the session that was returned last, or the one that has been free for longest: turns of two
        # connections reveal either, and several of them also a pooler that gets sessions back late.
        seen = [(_backend(connection), _backend(other), _backend(connection)) for _ in range(_TURNS)]
        mine = {backend for first, _, last in seen for backend in (first, last)}
        others = {backend for _, backend, _ in seen}
        if (len(mine), len(others)) != (1, 1) or mine == others:
            raise DatabaseError(f"{where} is a pooler that changes sessions between transactions", hint=HINT)
    # It may have dropped the settings of the start-up, as PgBouncer can be configured to do.
    for name, value in settings.items():
        connection.execute("select set_config(%s, %s, false)", (name, value))


def _backend(connection: psycopg.Connection[Any]) -> int:
    # Not prepared, because another session would not know the prepared statement.
    row = connection.execute("select pg_backend_pid()", prepare=False).fetchone()
    return int(row[0]) if row else 0
