"""Connections: opened with the session settings that the loader relies on, refused if it could not work."""

from __future__ import annotations

import os
import re
import shlex
import weakref
from collections.abc import Mapping
from functools import partial
from typing import Any, TypeAlias

import psycopg
from psycopg import conninfo

from loader.database.bounded import Bounded, answering_within
from loader.database.pooler import HINT, adapt, is_pooled
from loader.database.refusal import explained
from loader.errors import DatabaseError, LoaderError, ServerBusyError, ServerUnavailableError, UsageError

Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]

OLDEST_SERVER = 150000
CONNECT_TIMEOUT_S = 10
SET_OPTION = 160000  # from this version on, a member may not be allowed to act as the group
TRANSACTION_TIMEOUT = 170000  # from this version on, transactions can have a timeout

# Settings on which results must not depend, and time limits, whatever a role or a database has set for itself.
_SETTINGS = {
    # Not public: in databases created before version 15, anybody may create functions there, which would run as the
    # loader's role.
    "search_path": "pg_catalog, pg_temp",
    "datestyle": "ISO, YMD",
    "timezone": "UTC",
    "client_encoding": "UTF8",
    "intervalstyle": "postgres",
    "lc_numeric": "C",  # for to_char, to_number and to_date in a mapping
    "lc_time": "C",
    "standard_conforming_strings": "on",
    "default_transaction_isolation": "read committed",
    "default_transaction_deferrable": "off",
    # Rows that a policy hides would count as missing. With this setting, the server raises an error instead.
    "row_security": "off",
    "array_nulls": "on",
    "transform_null_equals": "off",
    "quote_all_identifiers": "off",
    "extra_float_digits": "1",
    "client_min_messages": "notice",
    "exit_on_error": "off",
    "idle_session_timeout": "0",
    "idle_in_transaction_session_timeout": "10min",
    "lock_timeout": "10min",
    "statement_timeout": "0",
    # A vanished host must not keep its locks for the two hours that the server's system would wait.
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "60s",
}
# A server reports this before the session begins, without a SQLSTATE. In other languages than English, the hint is a
# general one.
_MISSING = re.compile(r'FATAL: +(?P<kind>database|role) "(?P<name>[^"]*)" does not exist')
_BUSY = re.compile(
    r"FATAL: +(?:(?P<full>sorry, too many clients|remaining connection slots are reserved|too many connections for)"
    r"|the database system is (?:starting up|in recovery mode|not yet accepting|not accepting))"
)
_POOLER = re.compile(r"unsupported startup parameter")
_ENCODE = (
    "expected: postgresql://user:password@host:5432/database, and in the password\n"
    "  %40 for @, %3A for :, %2F for /, %3F for ?, %23 for #, %25 for %"
)
_open: weakref.WeakSet[Connection] = weakref.WeakSet()
_inherited: set[Connection] = set()  # kept for ever, so that nothing touches their sockets
# The same on this side: a vanished server is noticed within a minute, whether the loader waits for it or sends to it.
_KEEPALIVE = {
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}


def connect(url: str, *, application: str = "loader", **settings: str) -> Connection:
    """A connection in autocommit mode. ``settings``: further session settings.

    Raises UsageError for a URL that cannot be parsed, ServerUnavailableError if there is no answer, ServerBusyError if
    the server accepts no connection at the moment, DatabaseError for a database or role that does not exist, a server
    that is too old or not UTF8, a session in which triggers do not fire, and a pooler that changes sessions.
    """
    settings = {**_SETTINGS, **settings}
    options = " ".join(f"-c {name}={_escaped(value)}" for name, value in settings.items())
    parameters = parameters_of(url)
    given = str(parameters.pop("options", "") or "")
    try:
        timeout = int(parameters.pop("connect_timeout", CONNECT_TIMEOUT_S) or CONNECT_TIMEOUT_S)
    except ValueError as error:
        raise UsageError("connect_timeout in the database URL is a number of seconds") from error
    merged: dict[str, Any] = {**_KEEPALIVE, "application_name": application, **parameters, "client_encoding": "UTF8"}
    begin = partial(
        Bounded.connect, autocommit=True, options=f"{given} {options}".strip(), connect_timeout=timeout, **merged
    )
    try:
        connection = begin()
    except psycopg.OperationalError as error:
        raise _refused(error, place(url), parameters) from error
    try:
        with explained(f"cannot connect to {place(url)}"), answering_within(connection, timeout):
            _check(connection)
            owner, backend, triggers = _state(connection)
            if is_pooled(connection, backend):
                adapt(connection, begin, settings, place(url))
            _overrule_environment(connection)
            _end_with_us(connection)
            if triggers != "origin":
                _let_triggers_fire(connection, triggers)
            _act_as_owner(connection, owner)
    except BaseException:
        connection.close()
        raise
    _open.add(connection)
    return connection


def forget_inherited() -> None:
    """In a forked process: abandons the connections of its parent, so that they end when the parent ends them.

    Nothing is sent to the server; psycopg itself never ends a connection that another process has opened.
    """
    for connection in _open:
        if not connection.closed:
            os.close(connection.fileno())
    _inherited.update(_open)
    _open.clear()


def parameters_of(url: str) -> dict[str, Any]:
    """The parameters in a URL, or a list of key=value, by libpq's names. Raises UsageError, without the
    password, for other texts.
    """
    _, scheme, rest = url.rpartition("://")
    authority, _, path = rest.partition("?")[0].partition("/")
    try:
        if scheme and (authority.count("@") > 1 or "@" in path):
            # For libpq, the password would end at the first @ or /, and the rest would be a host or a database.
            raise UsageError("the database URL cannot be read", hint=_ENCODE)
        return dict(conninfo.conninfo_to_dict(url))
    except (psycopg.ProgrammingError, UnicodeDecodeError) as error:
        # libpq quotes the text that it cannot parse, which may be a part of the password.
        secret = "@" in rest if scheme else "password" in url.lower()
        raise UsageError(
            f"the database URL cannot be read{'' if secret else f': {str(error).strip()}'}",
            hint=_ENCODE if secret and scheme else "expected: postgresql://user@host:5432/database",
        ) from (None if secret else error)


def place(url: str) -> str:
    """The server of a URL, without its password: host:port/database."""
    try:
        found = parameters_of(url)
    except UsageError:
        return "the database"
    host = found.get("host") or os.environ.get("PGHOST", "localhost")
    port = f":{found['port']}" if found.get("port") else ""
    return f"{host}{port}/{found.get('dbname', '')}"


def _creating(kind: str, name: str, parameters: Mapping[str, Any]) -> str:
    """How to create a database or a role that does not exist."""
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
        problem = f"the server is PostgreSQL {version // 10000}; the loader needs 15 or later"
    elif name != "UTF8":
        problem = f"the database is encoded in {name}; the loader needs UTF8"
    if problem:
        connection.close()
        raise DatabaseError(problem, hint="create database loader encoding 'UTF8' template template0")


def _refused(error: psycopg.OperationalError, where: str, parameters: Mapping[str, Any]) -> LoaderError:
    """A failed connection, as an error for people."""
    text = f"cannot connect to {where}: {str(error).strip()}"
    if missing := _MISSING.search(str(error)):
        return DatabaseError(text, hint=_creating(missing["kind"], missing["name"], parameters))
    if _POOLER.search(str(error)):
        return DatabaseError(text, hint=f"a pooler refuses the settings of a session: {HINT}")
    if busy := _BUSY.search(str(error)):
        full = "end other sessions, use fewer workers, or raise the limit; a load waits for a free connection"
        return ServerBusyError(text, hint=full if busy["full"] else "wait until it is ready, as a load does")
    return ServerUnavailableError(text, hint="is the server running, and are the URL and the password right?")


def _state(connection: Connection) -> tuple[int | None, int, str]:
    """The owner of the control schema, if it is somebody else; the server process; whether triggers fire (origin)."""
    row = connection.execute(
        "select (select nspowner::bigint from pg_namespace where nspname = 'loader' and "
        "pg_get_userbyid(nspowner) <> current_user), pg_backend_pid(), current_setting('session_replication_role')"
    ).fetchone()
    assert row is not None
    return row[0], row[1], row[2]


def _overrule_environment(connection: Connection) -> None:
    """Values of PGTZ and PGDATESTYLE reach the server after ``options``, and would take effect."""
    for name in ("TimeZone", "DateStyle"):
        if connection.info.parameter_status(name) != _SETTINGS[name.lower()]:
            connection.execute("select set_config(%s, %s, false)", (name, _SETTINGS[name.lower()]))


def _end_with_us(connection: Connection) -> None:
    """Long statements end when this process is killed: otherwise the server would continue, and keep their locks.

    No transaction ends for any other reason: building tables or applying a merge takes as long as it takes.
    """
    interval = "set client_connection_check_interval = '1s'"
    forever = "set transaction_timeout = 0" if connection.info.server_version >= TRANSACTION_TIMEOUT else ""
    try:
        connection.execute(f"{forever}; {interval}".lstrip("; ").encode())
    except psycopg.errors.InvalidParameterValue:  # a server on Windows cannot check the connection
        if forever:
            connection.execute(forever)


def _let_triggers_fire(connection: Connection, found: str) -> None:
    """With any other setting, foreign keys are silently not checked, and users' triggers do not fire."""
    try:
        connection.execute("set session_replication_role = origin")
    except psycopg.errors.InsufficientPrivilege as error:
        raise DatabaseError(
            f"session_replication_role is {found} in this role's sessions: foreign keys would not be checked",
            hint="a superuser can fix it: alter role … reset session_replication_role",
        ) from error


def _act_as_owner(connection: Connection, owner: int | None) -> None:
    """A member of the role that owns the control schema, such as a superuser, acts as that role: so the owner owns what
    it creates, as the routines for workers require.
    """
    if owner is not None:  # rarely: this query takes a new session longer
        connection.execute(
            "select set_config('role', r.rolname, false) from pg_roles as r where r.oid = %s "
            "and current_user = session_user and pg_has_role(session_user, r.oid, %s)",
            (owner, "member" if connection.info.server_version < SET_OPTION else "set"),
        )
