"""`loader status`, `check`, `checksum`, `cancel`, `requeue`, `revert`."""

from __future__ import annotations

import argparse

from loader.cli.parsers.options import add_json, command


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    status = command(commands, "status", "inspecting.status", "show loads, sources and workers", dataset=False)
    status.add_argument("dataset", metavar="DATASET", nargs="?", help="show only this dataset")
    add_json(status)
    status.add_argument("--watch", action="store_true", help="print the state again every second until the load ends")
    check = command(commands, "check", "inspecting.check", "count references to keys that do not exist")
    add_json(check)
    checksum = command(
        commands,
        "checksum",
        "inspecting.checksum",
        "print the row count and an order-independent checksum of each table",
    )
    add_json(checksum)
    command(commands, "cancel", "inspecting.cancel", "cancel the open load of a dataset")
    command(commands, "requeue", "inspecting.requeue", "put the dead chunks of the open load back into the queue")
    command(commands, "revert", "inspecting.revert", "swap back the tables from before the last publication")
