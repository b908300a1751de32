"""`loader repair`."""

from __future__ import annotations

import argparse

from loader.cli.parsers.options import add_json, add_order, add_workers, command


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
    add_order(repair, "priority with which the files were loaded")
    repair.add_argument(
        "--allow-deletes", action="store_true", help="allow any number of deletions of rows that are in no file"
    )
    add_json(repair)
