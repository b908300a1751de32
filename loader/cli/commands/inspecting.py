"""Commands that show loads and their results, or control them."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, LiteralString

from loader.cli.commands.common import connected, database_url
from loader.cli.dataset_argument import name_of
from loader.cli.exit_codes import CLEAN
from loader.database.connect import Connection
from loader.database.manifest import has_manifest, open_load
from loader.database.refusal import explained
from loader.errors import LoaderError, ServerUnavailableError
from loader.process.pace import Pace

if TYPE_CHECKING:
    from loader.database.reconnecting_session import Session

log = logging.getLogger(__name__)

WATCH_SECONDS = 1.0


def status(arguments: argparse.Namespace) -> int:
    """`loader status`."""
    from loader.database.breaker import Circuit
    from loader.database.reconnecting_session import Session
    from loader.report.status import EMPTY

    session = Session(database_url(arguments), Circuit(), log.info, application="loader status")
    try:
        dataset = name_of(arguments.dataset, session.connected()) if arguments.dataset else None
        if has_manifest(session.connected()):
            _show_status(arguments, session, dataset)
        else:
            _print_status(arguments, EMPTY)
    except ServerUnavailableError as error:
        first, _, _ = str(error).partition("\n")
        raise ServerUnavailableError(f"{first}; running loads wait for the server") from error
    finally:
        session.close()
    return CLEAN


def _show_status(arguments: argparse.Namespace, session: Session, dataset: str | None) -> None:
    """Once, or repeatedly until no load is open, waiting for a server that is unreachable."""
    from loader.report.status import read_status

    pace = Pace(WATCH_SECONDS)
    while True:
        with pace.look():
            found = session.peek(lambda connection: read_status(connection, dataset))
        if found is None and not arguments.watch:
            raise ServerUnavailableError("the server does not answer")
        if found is not None:
            _print_status(arguments, found)
        else:
            line = session.circuit.line() or "the connection was lost"
            print(json.dumps({"error": line}) if arguments.json else line, flush=True)
        if not arguments.watch or (found and not any(load["state"] in ("open", "built") for load in found["loads"])):
            return
        time.sleep(pace.rest())


def _print_status(arguments: argparse.Namespace, found: dict[str, list[dict[str, Any]]]) -> None:
    from loader.report.status import as_text

    text = json.dumps(found, default=_plain, ensure_ascii=False) if arguments.json else as_text(found)
    clear = "\x1b[H\x1b[2J" if arguments.watch and sys.stdout.isatty() and not arguments.json else ""
    print(f"{clear}{text}", flush=True)


def _plain(value: object) -> int | str:
    """For JSON: the server's sums as numbers, times as text."""
    return int(value) if isinstance(value, Decimal) else str(value)


def check(arguments: argparse.Namespace) -> int:
    """`loader check`."""
    name, connection = _named(arguments)
    with explained(name):
        rows = connection.execute("select * from loader.check_references(%s)", (name,)).fetchall()
        mode = connection.execute("select loader.dataset_settings(%s) ->> 'foreign_keys'", (name,)).fetchone()
    if arguments.json:
        keys = ("table", "columns", "references", "dangling", "examples")
        print(json.dumps([dict(zip(keys, row, strict=True)) for row in rows], ensure_ascii=False))
        return CLEAN
    for table, columns, references, dangling, examples in rows:
        shown = f", for example {', '.join(examples)}" if examples else ""
        print(f"{table}({', '.join(columns)}) -> {references}: {dangling:,} dangling{shown}")
    print(f"foreign_keys: {mode[0] if mode else 'report'}")
    return CLEAN


def checksum(arguments: argparse.Namespace) -> int:
    """`loader checksum`."""
    name, connection = _named(arguments)
    with explained(name):
        rows = connection.execute("select * from loader.checksum(%s)", (name,)).fetchall()
    if arguments.json:
        print(json.dumps([{"table": t, "rows": n, "checksum": c} for t, n, c in rows]))
    else:
        for table, count, digest in rows:
            print(f"{digest}  {count:>12}  {table}")
    return CLEAN


def _named(arguments: argparse.Namespace, *, writes: bool = False) -> tuple[str, Connection]:
    """The name of the dataset that a command shows, or ``writes``, and a connection to its database."""
    connection = connected(arguments, writes=writes)
    return name_of(arguments.dataset, connection), connection


def cancel(arguments: argparse.Namespace) -> int:
    """`loader cancel`."""
    return _on_open_load(arguments, "select loader.cancel_load(%s)", "cancelled")


def requeue(arguments: argparse.Namespace) -> int:
    """`loader requeue`."""
    return _on_open_load(
        arguments,
        "select loader.requeue_dead_chunks(%s)",
        "dead chunks are ready again; the load command continues with them",
    )


def revert(arguments: argparse.Namespace) -> int:
    """`loader revert`."""
    name, connection = _named(arguments, writes=True)
    unknown = "the tables were swapped completely or not at all; another revert would swap them back"
    with explained(f"{name} cannot be reverted", unknown=unknown):
        connection.execute("call loader.revert(%s)", (name,))
        broken = connection.execute("select loader.validate_reverted(%s)", (name,)).fetchall()
    for (line,) in broken:
        log.warning("%s", line)
    print(f"{name}: the previous tables are in use; another revert undoes this")
    return CLEAN


def _on_open_load(arguments: argparse.Namespace, query: LiteralString, done: str) -> int:
    name, connection = _named(arguments, writes=True)
    with explained(name):
        number = open_load(connection, name)
        if number is None:
            raise LoaderError(f"no load of {name} is open")
        connection.execute(query, (number,))
    print(f"load {number}: {done}")
    return CLEAN
