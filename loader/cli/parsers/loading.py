"""`loader load`, `loader work`, `loader plan`."""

from __future__ import annotations

import argparse

from loader.cli.arguments import at_least_one, partition
from loader.cli.parsers.options import (
    add_chunk_bytes,
    add_dumps,
    add_json,
    add_order,
    add_settings,
    add_workers,
    command,
)


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    load = command(commands, "load", "loading.load", "load dump files, or directories or zip files of dump files")
    add_dumps(load, "*")
    load.add_argument("--sample", action="store_true", help="generate a sample and load it (Discogs only)")
    load.add_argument(
        "--releases",
        type=at_least_one,
        default=20_000,
        metavar="N",
        help="number of releases in the sample (default: 20,000)",
    )
    add_workers(load)
    load.add_argument("--replace", action="store_true", help="build new tables and swap them with the tables in use")
    load.add_argument("--merge", action="store_true", help="apply the differences to the tables in use")
    load.add_argument("--allow-deletes", action="store_true", help="allow any number of deletions in this load")
    add_order(load, "priority of these files; a higher one wins over a later date")
    add_chunk_bytes(load)
    load.add_argument("--no-space-check", action="store_true", help="do not check whether the disk has enough space")
    add_json(load, "print the summary as JSON")
    work = command(
        commands, "work", "loading.work", "add workers to the open load of a dataset, from this or another host"
    )
    add_workers(work)
    for parser in (load, work):
        parser.add_argument(
            "--partition", type=partition, metavar="I/N", help="load only the chunks of partition I of N"
        )
        add_settings(parser)
    work.add_argument("--directory", metavar="DIR", help="directory of the files, if it differs on this host")
    plan = command(
        commands, "plan", "loading.plan", "show how dumps would be divided into chunks, without loading them"
    )
    add_dumps(plan, "+")
    add_workers(plan, "number of workers to plan for (default: one per core)")
    add_chunk_bytes(plan)
    add_json(plan, "print one JSON object per chunk")
