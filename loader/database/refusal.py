"""Errors of the server, as errors for people: what was tried, what the server says, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from loader.database.failures import is_connection_loss
from loader.database.sqlstates import Server
from loader.errors import DatabaseError, LoaderError, ServerUnavailableError
from loader.process import stop

_RAISE = "exec_stmt_raise"  # the server's function that raises what a routine raises, with a hint of its own
_UNDEFINED = (Server.UNDEFINED_FUNCTION, Server.UNDEFINED_TABLE)
_TIMEOUTS: dict[str, str] = {
    Server.LOCK_NOT_AVAILABLE: "another session (pg_blocking_pids tells which), or a prepared transaction "
    "(pg_prepared_xacts), holds the lock; --set lock_timeout=SECONDS waits longer",
    Server.QUERY_CANCELED: "somebody cancelled it, or it took longer than --set statement_timeout=SECONDS allows",
    Server.IDLE_IN_TRANSACTION_SESSION_TIMEOUT: "a transaction stood idle for longer than --set idle_timeout=SECONDS "
    "allows",
}
_HINTS: dict[str, str] = {
    Server.INSUFFICIENT_PRIVILEGE: "the role lacks a privilege. `loader roles`, run by the owner of the schema loader, "
    "makes groups whose members may load, help or read",
    Server.DISK_FULL: "the server's disk is full: free some space, then run the same command again; it continues "
    "where it stopped",
    Server.OUT_OF_MEMORY: "use fewer workers (--workers N); if shared memory is out, raise the number of locks and "
    "restart the server: alter system set max_locks_per_transaction = 256; then run the same command again",
    Server.TOO_MANY_CONNECTIONS: "use fewer workers (--workers N), end other sessions, or raise max_connections; then "
    "run the same command again: it continues where it stopped",
    Server.CONFIGURATION_LIMIT_EXCEEDED: "lift the limit as a superuser (alter system set temp_file_limit = -1; select "
    "pg_reload_conf()), then run the same command again: it continues where it stopped",
    Server.INDEX_ENTRY_TOO_LARGE: "an index cannot hold some value: drop the index named above, and the same command "
    "goes on; one with `using: hash`, or on `left(column, 500)`, holds any",
    Server.INVALID_CATALOG_NAME: "create the database first",
    Server.DEPENDENT_OBJECTS_STILL_EXIST: "drop what is listed first; the loader drops only objects that it made",
}


@contextmanager
def explained(doing: str, *, unknown: str = "") -> Iterator[None]:
    """Turns the server's errors into errors for people. ``doing``: what was tried; ``unknown``: the message if the
    connection was lost, and with it the answer.
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
    """A server error as an error for people, with the server's message as detail and hint."""
    detail = "\n  ".join(filter(None, (error.diag.message_detail or "").splitlines()))
    state = error.sqlstate or ""
    own = error.diag.message_hint if error.diag.source_function == _RAISE else None
    hint = own or _HINTS.get(state) or error.diag.message_hint or _TIMEOUTS.get(state, "")
    if state in _UNDEFINED and "loader." in _message(error):
        hint = "another version of the program made the control schema: `loader migrate` brings it up to date"
    text = _message(error) + (f"\n  {detail}" if detail else "")
    told = text if text.startswith((f"{doing} ", f"{doing}: ")) else f"{doing}: {text}"
    return DatabaseError(told, hint=hint, sqlstate=error.sqlstate)


def _message(error: psycopg.Error) -> str:
    return error.diag.message_primary or str(error).strip()
