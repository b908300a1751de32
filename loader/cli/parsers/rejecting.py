"""`loader rejects` with its commands."""

from __future__ import annotations

import argparse

from loader.cli.arguments import a_count
from loader.cli.parsers.options import command


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "records that could not be loaded"
    group = commands.add_parser("rejects", help=text, description=text.capitalize() + ".")
    actions = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    rejects = command(actions, "list", "rejecting.rejects_list", "list rejects with their position, reason and value")
    show = command(actions, "show", "rejecting.rejects_show", "show one reject with the bytes of its record")
    show.add_argument("reject", type=int, metavar="NUMBER", help="number of the reject")
    export = command(
        actions, "export", "rejecting.rejects_export", "write rejects as JSONL, to be corrected and replayed"
    )
    replay = command(actions, "replay", "rejecting.rejects_replay", "load corrected rejects from a JSONL file")
    replay.add_argument("file", metavar="FILE", help="JSONL file as written by export; - is standard input")
    for parser in (rejects, export):
        parser.add_argument("--load", type=int, metavar="N", help="number of the load (default: the last one)")
    rejects.add_argument(
        "--limit", type=a_count, default=50, metavar="N", help="number of rejects to list (default: 50)"
    )
    export.add_argument("-o", "--output", metavar="FILE", help="file to write (default: standard output)")
