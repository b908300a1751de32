"""`loader log`, `loader diff`, `loader rollback`."""

from __future__ import annotations

import argparse

from loader.cli.arguments import a_count, at_least_one
from loader.cli.parsers.options import add_json, add_yes, command


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    log = command(
        commands, "log", "history.log", "list loads with their time, user, sources and results", dataset=False
    )
    log.add_argument("dataset", metavar="DATASET", nargs="?", help="only loads of this dataset")
    log.add_argument("--limit", type=a_count, default=20, metavar="N", help="number of loads to list (default: 20)")
    add_json(log)
    diff = command(commands, "diff", "history.diff", "show what a load changed", dataset=False)
    diff.add_argument(
        "load",
        metavar="LOAD",
        nargs="?",
        type=at_least_one,
        help="number of the load (default: the last one that is done)",
    )
    diff.add_argument("--dataset", metavar="DATASET", help="show the last load of this dataset")
    diff.add_argument("--entity", metavar="ENTITY", help="show only records of this entity")
    diff.add_argument(
        "--conflicts", action="store_true", help="show the versions of keys that lost to another version, and why"
    )
    diff.add_argument(
        "--limit", type=a_count, metavar="N", help="number of records to list (default: 20; in JSON and CSV: all)"
    )
    form = diff.add_mutually_exclusive_group()
    add_json(form, "print JSON, with the previous versions if they are kept")
    form.add_argument("--csv", action="store_true", help="print CSV, one line per record")
    rollback = command(
        commands, "rollback", "history.rollback", "roll back a load: undo what it changed", dataset=False
    )
    rollback.add_argument("load", metavar="LOAD", type=at_least_one, help="number of the load")
    add_yes(rollback)
