"""`loader migrate`, `roles`, `render`, `drop`, `uninstall`, `sample`."""

from __future__ import annotations

import argparse

from loader.cli.arguments import at_least_one
from loader.cli.parsers.options import DATASET, add_json, add_yes, command


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    migrate = command(
        commands,
        "migrate",
        "maintaining.migrate",
        "update the control schema, and the procedures of a dataset",
        dataset=False,
    )
    migrate.add_argument("dataset", metavar="DATASET", nargs="?", help="also install the procedures of this dataset")
    migrate.add_argument(
        "--repair",
        action="store_true",
        help="create again the objects of the loader that somebody has dropped or altered",
    )
    roles = command(
        commands,
        "roles",
        "maintaining.roles",
        "set up the group roles owner, worker and reader, with their grants",
        dataset=False,
    )
    roles.add_argument(
        "--prefix",
        default="loader",
        metavar="NAME",
        help="prefix of the role names, as in NAME_owner (default: loader)",
    )
    render = command(
        commands, "render", "maintaining.render", "print the SQL that is rendered from a mapping", dataset=False
    )
    render.add_argument("dataset", nargs="?", metavar="DATASET", help=f"{DATASET}; not needed with --schema")
    render.add_argument(
        "--extractor", metavar="ENTITY", help="print the Python code that reads the records of this entity instead"
    )
    render.add_argument("--mapping", action="store_true", help="print the mapping file instead")
    render.add_argument("--schema", action="store_true", help="print the JSON Schema of mapping files instead")
    for name, text in (
        ("drop", "drop a dataset with its tables, staging tables and control data"),
        ("uninstall", "drop all datasets and the control schema"),
    ):
        parser = command(commands, name, f"maintaining.{name}", text, dataset=name == "drop")
        add_yes(parser)
    _add_sample(commands)


def _add_sample(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    sample = command(commands, "sample", "maintaining.sample", "write Discogs-like dumps of any size", dataset=False)
    sample.add_argument("directory", metavar="DIR", help="directory for the dumps")
    sample.add_argument(
        "--releases", type=at_least_one, default=20_000, metavar="N", help="number of releases (default: 20,000)"
    )
    sample.add_argument("--seed", type=int, default=0, metavar="S", help="seed of the random data (default: 0)")
    sample.add_argument(
        "--form",
        choices=("2020", "current"),
        default="current",
        help="format of the dumps: as in 2020, or as today (default)",
    )
    sample.add_argument("--gz", action="store_true", help="compress the dumps with gzip")
    sample.add_argument(
        "--snapshot", metavar="DATE", default="2026-11-01", help="snapshot date in the file names (default: 2026-11-01)"
    )
    for name, text in (("change", "changed"), ("add", "added"), ("delete", "left out")):
        sample.add_argument(
            f"--{name}-pct",
            type=float,
            default=0,
            metavar="P",
            help=f"percentage of records {text}, 0 to 100 (default: 0)",
        )
    sample.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="KIND[:N]",
        help="put a fault such as malformed or truncated into N records (default: 1) or into the file; "
        "an unknown KIND lists all kinds",
    )
    add_json(sample, "print the description of the dumps as JSON")
