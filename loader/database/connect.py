"""Connections: opened with the session settings that the loader relies on, refused where it could not work."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from typing import Any, TypeAlias

import psycopg
from psycopg import conninfo

from loader.errors import DatabaseError, LoaderError, ServerUnavailableError, UsageError

Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]

OLDEST_SERVER = 150000
CONNECT_TIMEOUT_S = 10

# What results must not depend on, and what must not wait for ever.
_SETTINGS = {
    "datestyle": "ISO, YMD",
    "timezone": "UTC",
    "client_encoding": "UTF8",
    "intervalstyle": "postgres",
    "standard_conforming_strings": "on",
    "default_transaction_isolation": "read committed",
    "idle_in_transaction_session_timeout": "10min",
    "lock_timeout": "10min",
    "statement_timeout": "0",
}
_KEEPALIVE = {"keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}


def connect(url: str, *, application: str = "loader", **settings: str) -> Connection:
    """A connection in autocommit mode. ``settings``: further session settings.

    Raises UsageError for a URL that cannot be read, ServerUnavailableError when nobody answers, DatabaseError
    for a server that is too old or not UTF8.
    """
    options = " ".join(f"-c {name}={_escaped(value)}" for name, value in {**_SETTINGS, **settings}.items())
    try:
        parameters = conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise UsageError(
            f"the database URL cannot be read: {_without_password(str(error)).strip()}",
            hint="expected: postgresql://user@host:5432/database",
        ) from error
    given = str(parameters.pop("options", "") or "")
    try:
        timeout = int(parameters.pop("connect_timeout", CONNECT_TIMEOUT_S) or CONNECT_TIMEOUT_S)
    except ValueError as error:
        raise UsageError("connect_timeout in the database URL is a number of seconds") from error
    merged: dict[str, Any] = {**_KEEPALIVE, "application_name": application, **parameters}
    try:
        connection = psycopg.connect(
            autocommit=True, options=f"{given} {options}".strip(), connect_timeout=timeout, **merged
        )
    except psycopg.OperationalError as error:
        raise ServerUnavailableError(
            f"cannot connect to {place(url)}: {_without_password(str(error)).strip()}",
            hint="is the server running, and are the URL and the password right?",
        ) from error
    _check(connection)
    return connection


def place(url: str) -> str:
    """Where a URL leads, without its password."""
    try:
        found = conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        return "the database"
    host = found.get("host") or os.environ.get("PGHOST", "localhost")
    port = f":{found['port']}" if found.get("port") else ""
    return f"{host}{port}/{found.get('dbname', '')}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(" ", "\\ ")


def _check(connection: Connection) -> None:
    version = connection.info.server_version
    encoding = connection.execute(
        "select pg_encoding_to_char(encoding) from pg_database where datname = current_database()"
    )
    name = str((encoding.fetchone() or ("",))[0])
    problem = ""
    if version < OLDEST_SERVER:
        problem = f"the server is PostgreSQL {version // 10000}, the loader needs 15 or later"
    elif name != "UTF8":
        problem = f"the database is encoded in {name}, the loader needs UTF8"
    if problem:
        connection.close()
        raise DatabaseError(problem, hint="create database loader encoding 'UTF8' template template0")


def _without_password(text: str) -> str:
    text = re.sub(r"(//[^:/@\s]+):[^@\s]+@", r"\1:***@", text)
    return re.sub(r"(password\s*=\s*)\S+", r"\1***", text, flags=re.IGNORECASE)


@contextlib.contextmanager
def explained(doing: str) -> Iterator[None]:
    """Turns what the server says into an error for people; ``doing`` says what was tried."""
    try:
        yield
    except psycopg.OperationalError as error:
        if error.sqlstate is None or error.sqlstate.startswith(("08", "57P")):
            raise ServerUnavailableError(f"{doing}: the connection was lost: {_message(error)}") from error
        raise refusal(error, doing) from error
    except psycopg.Error as error:
        raise refusal(error, doing) from error


def refusal(error: psycopg.Error, doing: str) -> LoaderError:
    """A server error as an error for people, with what the server says in detail and hint."""
    detail = "\n  ".join(filter(None, (error.diag.message_detail or "").splitlines()))
    hint = _HINTS.get(error.sqlstate or "") or error.diag.message_hint or ""
    text = _message(error) + (f"\n  {detail}" if detail else "")
    return DatabaseError(f"{doing}: {text}", hint=hint, sqlstate=error.sqlstate)


def _message(error: psycopg.Error) -> str:
    return error.diag.message_primary or str(error).strip()


_HINTS = {
    "42501": "the role lacks a privilege: it needs CREATE on the database, and must own what the loader made",
    "53100": "the server's disk is full: free some space, then run the same command again; it goes on where it was",
    "3D000": "create the database first",
    "2BP01": "drop what is listed first; the loader drops nothing that it did not make",
}
