"""Commands on the changes of loads: list loads, show their changes, roll one back."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from loader.admin.remove import confirmed
from loader.cli.commands.common import connected
from loader.cli.dataset_argument import name_of
from loader.cli.exit_codes import CLEAN, FAILED
from loader.database.connect import Connection
from loader.database.manifest import dataset_names
from loader.database.refusal import explained
from loader.errors import LoaderError

SHOWN = 20  # records in a diff for people, by default


def log(arguments: argparse.Namespace) -> int:
    """`loader log`."""
    from loader.admin.history import as_lines, read_log

    connection = connected(arguments)
    dataset = name_of(arguments.dataset, connection) if arguments.dataset else None
    found = read_log(connection, dataset, arguments.limit)
    if arguments.json:
        print(json.dumps(found, default=str, ensure_ascii=False))
    else:
        print("\n".join(as_lines(found)) or "no load yet")
    return CLEAN


def diff(arguments: argparse.Namespace) -> int:
    """`loader diff`."""
    from loader.admin import history

    connection = connected(arguments)
    number = arguments.load or _last_load(connection, arguments)
    with explained(f"what load {number} changed cannot be shown"), connection.transaction(), ExitStack() as streams:
        if arguments.conflicts:
            rows = history.read_conflicts(connection, number, arguments.entity, arguments.limit)
            streams.callback(rows.close)
            lines = history.conflict_lines(rows)
            _print(arguments, history.CONFLICT, rows, head={"load": number}, kind="conflicts", lines=lines)
            return CLEAN
        found = history.read_diff(connection, number, arguments.entity)
        for_people = not (arguments.json or arguments.csv)
        limit = SHOWN if for_people and arguments.limit is None else arguments.limit
        rows = history.read_changes(connection, number, arguments.entity, limit)
        # A stream holds the connection until it is closed; if the output ends early, the transaction would wait for it.
        streams.callback(rows.close)
        lines = history.diff_lines(found, rows)
        if arguments.csv and found["changes"] != "recorded":
            print(f"loader: {next(lines)}", file=sys.stderr)  # the head alone would mean that nothing has changed
        _print(arguments, history.CHANGE, rows, head=found, kind="records", lines=lines)
    return CLEAN


def rollback(arguments: argparse.Namespace) -> int:
    """`loader rollback`."""
    from loader.admin import history

    connection = connected(arguments, writes=True)
    unknown = "it was rolled back completely or not at all; `loader log` shows which"
    with explained(f"load {arguments.load} cannot be rolled back", unknown=unknown):
        connection.execute("select loader.assert_can_roll_back(%s)", (arguments.load,))
        if not confirmed(f"roll back load {arguments.load}", arguments.yes, "nothing was changed"):
            return FAILED
        history.roll_back(connection, arguments.load)
    row = connection.execute(
        "select inserted, updated, deleted from loader.load_status where rolls_back = %s order by load_id desc limit 1",
        (arguments.load,),
    ).fetchone()
    if row is not None and not arguments.quiet:
        counts = f"records restored: {row[0]:,}, changed back: {row[1]:,}, removed: {row[2]:,}"
        print(f"load {arguments.load} was rolled back; {counts}")
    return CLEAN


def _last_load(connection: Connection, arguments: argparse.Namespace) -> int:
    names = [name_of(arguments.dataset, connection)] if arguments.dataset else dataset_names(connection)
    row = connection.execute("select max(loader.last_load(name)) from unnest(%s::text[]) as name", (names,)).fetchone()
    if row is None or row[0] is None:
        raise LoaderError("no load is done yet")
    return int(row[0])


def _print(
    arguments: argparse.Namespace,
    names: tuple[str, ...],
    rows: Iterator[dict[str, Any]],
    *,
    head: dict[str, Any],
    kind: str,
    lines: Iterator[str],
) -> None:
    """Rows as CSV, a JSON object of the head and, as ``kind``, the rows, or lines for
    people; each row as it arrives.
    """
    if arguments.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_cell(row[name]) for name in names] for row in rows)
    elif arguments.json:
        print(f"{_json(head)[:-1]}, {_json(kind)}: [", end="")
        for number, row in enumerate(rows):
            print(", " * (number > 0) + _json(row), end="")
        print("]}")
    else:
        for line in lines:
            print(line)


def _json(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)


def _cell(value: Any) -> Any:
    """For CSV: keys as JSON, lists of columns as words."""
    if isinstance(value, list):
        return " ".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
