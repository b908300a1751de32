"""`loader conflicts`."""

from __future__ import annotations

import argparse

from loader.cli.arguments import a_count
from loader.cli.parsers.options import add_dumps, add_json, add_workers, command


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    conflicts = command(
        commands, "conflicts", "analysing.conflicts", "show which dumps share keys, before they are loaded"
    )
    add_dumps(conflicts, "+")
    add_workers(conflicts, "number of processes (default: one per core)")
    conflicts.add_argument(
        "--limit", type=a_count, default=5, metavar="N", help="number of keys to show per pair of dumps (default: 5)"
    )
    add_json(conflicts)
