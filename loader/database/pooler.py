"""Poolers between the loader and the server: recognised, used where they hand out whole sessions, refused otherwise.

A transaction pooler gives each transaction whatever session is free. Claims are tied to the session that made them,
locks and settings to the session that has them: in another one they are lost, or somebody else's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

import psycopg

from loader.errors import DatabaseError

HINT = (
    "name the server itself, or let the pooler hand out whole sessions. PgBouncer: pool_mode = session,\n"
    "  ignore_startup_parameters = options"
)


def is_pooled(connection: psycopg.Connection[Any], backend: int) -> bool:
    """Whether something stands between that speaks for the server: it has made up the number of the server process.

    ``backend``: the number that the server itself says.
    """
    return connection.info.backend_pid != backend


def adapt(
    connection: psycopg.Connection[Any],
    again: Callable[[], psycopg.Connection[Any]],
    settings: Mapping[str, str],
    where: str,
) -> None:
    """Makes a session behind a pooler as the loader needs it. ``again``: connects once more; ``where``: the server.

    Raises DatabaseError when two sessions turn out to share server processes, or one does not keep its own.
    """
    with closing(again()) as other:
        mine, others = _backend(connection), _backend(other)
        # A pooler hands out what was given back last, or what has been free for longest: the one or the other shows.
        if mine == others or {_backend(connection), _backend(connection)} != {mine}:
            raise DatabaseError(f"{where} is a pooler that changes sessions between transactions", hint=HINT)
    # It may have passed by the settings of the start-up, as PgBouncer does when it is told to.
    for name, value in settings.items():
        connection.execute("select set_config(%s, %s, false)", (name, value))


def _backend(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("select pg_backend_pid()").fetchone()
    return int(row[0]) if row else 0
