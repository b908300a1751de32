"""`loader repair`."""

from __future__ import annotations

import argparse

from loader.cli.arguments import priority
from loader.cli.parsers.options import add_json, add_workers, command


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    repair = command(
        commands, "repair", "repairing.repair", "compare all rows with the files, and correct those that differ"
    )
    repair.add_argument(
        "paths", metavar="PATH", nargs="*", help="file to compare with (default: the files that the rows came from)"
    )
    repair.add_argument(
        "--check", action="store_true", help="only count the differences; the exit code is 1 if there are any"
    )
    add_workers(repair)
    repair.add_argument("--snapshot", metavar="DATE", help="snapshot date of the files (default: from their names)")
    repair.add_argument(
        "--priority",
        type=priority,
        default=0,
        metavar="N",
        help="priority with which the files were loaded (default: 0)",
    )
    repair.add_argument(
        "--allow-deletes", action="store_true", help="allow any number of deletions of rows that are in no file"
    )
    add_json(repair)
