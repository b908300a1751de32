"""Tries the SQL of a mapping on the server, before anything is loaded or created.

Patterns, bounds, conditions, expressions and indexes are SQL that only the server can check. All of it is tried on
empty tables in a transaction that is rolled back, and errors are reported with the line of the mapping.
"""

from __future__ import annotations

import psycopg

from loader.database.connect import Connection
from loader.database.refusal import explained
from loader.database.sqlstates import WRONG_SQL
from loader.mapping.dataset import Dataset
from loader.mapping.table_places import Location, mapping_error
from loader.render.install import is_installed


def try_mapping(connection: Connection, dataset: Dataset) -> None:
    """Raises MappingError for SQL that the server would refuse, each piece with its place. Nothing remains.

    A mapping whose procedures are installed was tried then, and costs only one query.
    """
    if is_installed(connection, dataset):
        return
    from loader.render.names import ident
    from loader.render.probes import SEARCH_PATH, probes
    from loader.render.script import environment  # late: they import the template engine, and are rarely needed

    problems: list[tuple[Location, str]] = []
    made: set[str] = set()
    schema = f"loader_trial_{connection.info.backend_pid}"
    with explained(f"the mapping of {dataset.name} cannot be tried"), connection.transaction(force_rollback=True):
        connection.execute(f"create schema {ident(schema)}".encode())
        connection.execute(f"set local search_path = {SEARCH_PATH}".encode())
        connection.execute("set local client_min_messages = warning")
        for probe in probes(dataset, environment(), schema):
            if probe.needs and probe.needs not in made:
                continue
            answer = _answer(connection, probe.statement)
            if isinstance(answer, str):
                problems.append((probe.place, answer))
            elif answer is False:
                problems.append((probe.place, probe.untrue))
            elif probe.makes:
                made.add(probe.makes)
    if problems:
        raise mapping_error(dataset, problems)


def _answer(connection: Connection, statement: str) -> bool | str | None:
    """False if that is the result of the last statement; else its text, or why the server refuses one of them."""
    try:
        with connection.transaction():
            cursor = connection.execute(statement.encode())
            while cursor.nextset():
                pass
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row and (row[0] is False or isinstance(row[0], str)) else None
    except psycopg.Error as error:
        if not (error.sqlstate or "").startswith(WRONG_SQL):
            raise
        said = error.diag.message_primary or str(error)
        return f"the server refuses it: {said}" + (f" ({error.diag.message_hint})" if error.diag.message_hint else "")
