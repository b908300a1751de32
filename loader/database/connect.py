"""Connections: opened with the session settings that the loader relies on, refused where it could not work."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import weakref
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import psycopg
from psycopg import conninfo

from loader.database.bounded import Bounded, answering_within
from loader.errors import DatabaseError, LoaderError, ServerUnavailableError, UsageError
from loader.faults import stop
from loader.faults.failures import is_connection_loss

Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]

OLDEST_SERVER = 150000
CONNECT_TIMEOUT_S = 10
SET_OPTION = 160000  # from here on a member may be one that must not act as the group

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
    # A host that vanished must not keep its locks for as long as the server's system would wait, which is two hours.
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "60s",
}
# A server says so before the session begins, when no SQLSTATE reaches us. Not in English, the hint is a general one.
_MISSING = re.compile(r'FATAL: +(?P<kind>database|role) "(?P<name>[^"]*)" does not exist')
_ENCODE = (
    "expected: postgresql://user:password@host:5432/database, and in the password\n"
    "  %40 for @, %3A for :, %2F for /, %3F for ?, %23 for #, %25 for %"
)
_open: weakref.WeakSet[Connection] = weakref.WeakSet()
_inherited: set[Connection] = set()  # kept for ever: nobody may touch their sockets
# The same on our side: a server that vanished is noticed within a minute, whether we wait for it or send to it.
_KEEPALIVE = {
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}


def connect(url: str, *, application: str = "loader", **settings: str) -> Connection:
    """A connection in autocommit mode. ``settings``: further session settings.

    Raises UsageError for a URL that cannot be read, ServerUnavailableError when nobody answers, DatabaseError
    for a database or role that is not there, and a server that is too old or not UTF8.
    """
    options = " ".join(f"-c {name}={_escaped(value)}" for name, value in {**_SETTINGS, **settings}.items())
    parameters = parameters_of(url)
    given = str(parameters.pop("options", "") or "")
    try:
        timeout = int(parameters.pop("connect_timeout", CONNECT_TIMEOUT_S) or CONNECT_TIMEOUT_S)
    except ValueError as error:
        raise UsageError("connect_timeout in the database URL is a number of seconds") from error
    merged: dict[str, Any] = {**_KEEPALIVE, "application_name": application, **parameters}
    try:
        connection = Bounded.connect(
            autocommit=True, options=f"{given} {options}".strip(), connect_timeout=timeout, **merged
        )
    except psycopg.OperationalError as error:
        text = f"cannot connect to {place(url)}: {str(error).strip()}"
        if missing := _MISSING.search(str(error)):
            raise DatabaseError(text, hint=_creating(missing["kind"], missing["name"], parameters)) from error
        raise ServerUnavailableError(
            text, hint="is the server running, and are the URL and the password right?"
        ) from error
    try:
        with explained(f"cannot connect to {place(url)}"), answering_within(connection, timeout):
            _check(connection)
            _end_with_us(connection)
            _act_as_owner(connection)
    except BaseException:
        connection.close()
        raise
    _open.add(connection)
    return connection


def forget_inherited() -> None:
    """In a forked process: lets go of the connections of its parent, so that they end when the parent ends them.

    Nothing is said to the server; psycopg itself never ends a connection that another process has made.
    """
    for connection in _open:
        if not connection.closed:
            os.close(connection.fileno())
    _inherited.update(_open)
    _open.clear()


def parameters_of(url: str) -> dict[str, Any]:
    """What a URL, or a list of key=value, says, by libpq's names. UsageError, without the password, for others."""
    _, scheme, rest = url.rpartition("://")
    authority, _, path = rest.partition("?")[0].partition("/")
    try:
        if scheme and (authority.count("@") > 1 or "@" in path):
            # libpq would take the password to end at the first @ or /, and the rest for a host or a database.
            raise UsageError("the database URL cannot be read", hint=_ENCODE)
        return dict(conninfo.conninfo_to_dict(url))
    except (psycopg.ProgrammingError, UnicodeDecodeError) as error:
        # libpq quotes what it stumbles over, and that may be a piece of the password.
        secret = "@" in rest if scheme else "password" in url.lower()
        raise UsageError(
            f"the database URL cannot be read{'' if secret else f': {str(error).strip()}'}",
            hint=_ENCODE if secret and scheme else "expected: postgresql://user@host:5432/database",
        ) from (None if secret else error)


def place(url: str) -> str:
    """Where a URL leads, without its password: host:port/database."""
    try:
        found = parameters_of(url)
    except UsageError:
        return "the database"
    host = found.get("host") or os.environ.get("PGHOST", "localhost")
    port = f":{found['port']}" if found.get("port") else ""
    return f"{host}{port}/{found.get('dbname', '')}"


def _creating(kind: str, name: str, parameters: Mapping[str, Any]) -> str:
    """How to get a database or a role that is not there."""
    where = {"-h": "host", "-p": "port", **({"-U": "user"} if kind == "database" else {})}
    options = [part for flag, key in where.items() if parameters.get(key) for part in (flag, str(parameters[key]))]
    if kind == "database":
        command = shlex.join(["createdb", *options, "-T", "template0", "-E", "UTF8", name])
        return f"create it: {command}\n  or name another one in --database or DATABASE_URL"
    command = shlex.join(["createuser", *options, name])
    return (
        f"name another one, postgresql://ROLE@host/database, in --database or DATABASE_URL\n  or create it: {command}"
    )


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(" ", "\\ ")


def _check(connection: Connection) -> None:
    version = connection.info.server_version
    name = connection.info.parameter_status("server_encoding")
    problem = ""
    if version < OLDEST_SERVER:
        problem = f"the server is PostgreSQL {version // 10000}, the loader needs 15 or later"
    elif name != "UTF8":
        problem = f"the database is encoded in {name}, the loader needs UTF8"
    if problem:
        connection.close()
        raise DatabaseError(problem, hint="create database loader encoding 'UTF8' template template0")


def _end_with_us(connection: Connection) -> None:
    """A statement of minutes ends when this process is killed: the server would go on with it, and keep its locks."""
    with contextlib.suppress(psycopg.errors.InvalidParameterValue):  # a server on Windows cannot look
        connection.execute("set client_connection_check_interval = '1s'")


def _act_as_owner(connection: Connection) -> None:
    """Who belongs to the role that owns the control schema, as superusers do, acts as that role: what it makes is the
    owner's, as whom the routines for workers run.
    """
    owner = connection.execute(
        "select nspowner::bigint from pg_namespace "
        "where nspname = 'loader' and pg_get_userbyid(nspowner) <> current_user"
    ).fetchone()
    if owner is not None:  # seldom: what follows takes a new session longer
        connection.execute(
            "select set_config('role', r.rolname, false) from pg_roles as r where r.oid = %s "
            "and current_user = session_user and pg_has_role(session_user, r.oid, %s)",
            (owner[0], "member" if connection.info.server_version < SET_OPTION else "set"),
        )


@contextlib.contextmanager
def explained(doing: str, *, unknown: str = "") -> Iterator[None]:
    """Turns what the server says into an error for people; ``doing`` says what was tried, ``unknown`` what is to be
    said when the connection was lost, and with it the answer.
    """
    try:
        yield
    except psycopg.Error as error:
        stop.check()
        if is_connection_loss(error):
            text = f"{doing}: the connection was lost: {_message(error)}"
            raise ServerUnavailableError(text, hint=unknown) from error
        raise refusal(error, doing) from error


def refusal(error: psycopg.Error, doing: str) -> LoaderError:
    """A server error as an error for people, with what the server says in detail and hint."""
    detail = "\n  ".join(filter(None, (error.diag.message_detail or "").splitlines()))
    state = error.sqlstate or ""
    hint = _HINTS.get(state) or error.diag.message_hint or _TIMEOUTS.get(state, "")
    text = _message(error) + (f"\n  {detail}" if detail else "")
    told = text if text.startswith(f"{doing} ") else f"{doing}: {text}"
    return DatabaseError(told, hint=hint, sqlstate=error.sqlstate)


def _message(error: psycopg.Error) -> str:
    return error.diag.message_primary or str(error).strip()


_TIMEOUTS = {
    "55P03": "another session holds the lock (pg_blocking_pids tells which); --set lock_timeout=SECONDS waits longer",
    "57014": "somebody cancelled it, or it took longer than --set statement_timeout=SECONDS allows",
    "25P03": "a transaction stood idle for longer than --set idle_timeout=SECONDS allows",
}
_HINTS = {
    "42501": "the role lacks a privilege: who loads needs CREATE on the database, and owns what the loader made; "
    "`loader roles` lets others load, help or read",
    "53100": "the server's disk is full: free some space, then run the same command again; it goes on where it was",
    "3D000": "create the database first",
    "2BP01": "drop what is listed first; the loader drops nothing that it did not make",
}
