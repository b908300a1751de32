"""`loader psql`, `loader db` with its commands."""

from __future__ import annotations

import argparse

from loader.cli.parsers.options import command


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    psql = command(commands, "psql", "serving.psql", "open psql on the database", dataset=False, passes_on=True)
    psql.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARGS", help="arguments for psql")
    text = "the embedded server"
    group = commands.add_parser("db", help=text, description=text.capitalize() + ".")
    actions = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, what in (
        ("start", "start the embedded server and print its URL"),
        ("stop", "stop the embedded server; its data stay"),
        ("url", "print the URL of the embedded server, which is started if needed"),
    ):
        command(actions, name, f"serving.db_{name}", what, dataset=False)
