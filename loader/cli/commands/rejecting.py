"""Commands on rejects."""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

from loader.cli.commands.common import connected, database_url, read_mapping, set_up_logs
from loader.cli.dataset_argument import name_of
from loader.cli.exit_codes import CLEAN, REJECTS


def rejects_list(arguments: argparse.Namespace) -> int:
    """`loader rejects list`."""
    from loader.admin import rejects

    connection = connected(arguments)
    rejects.show_list(connection, name_of(arguments.dataset, connection), arguments.load, arguments.limit)
    return CLEAN


def rejects_show(arguments: argparse.Namespace) -> int:
    """`loader rejects show`."""
    from loader.admin import rejects

    connection = connected(arguments)
    rejects.show_one(connection, name_of(arguments.dataset, connection), arguments.reject)
    return CLEAN


def rejects_export(arguments: argparse.Namespace) -> int:
    """`loader rejects export`."""
    from loader.admin import rejects

    connection = connected(arguments)
    rejects.export(connection, name_of(arguments.dataset, connection), arguments.load, arguments.output)
    return CLEAN


def rejects_replay(arguments: argparse.Namespace) -> int:
    """`loader rejects replay`: corrected records become a small dump, which is merged."""
    from loader.admin import replay as replaying
    from loader.load.request import LoadRequest
    from loader.load.run import load as run_load
    from loader.mapping.override_settings import load_options

    logs = set_up_logs(arguments)
    dataset, run = read_mapping(arguments)
    url = database_url(arguments)
    connection = connected(arguments, writes=True)
    with tempfile.TemporaryDirectory(prefix="loader-replay-") as folder:
        replays = replaying.write_replay(connection, dataset, arguments.file, Path(folder))
        rejected = 0
        for replay in replays:
            request = LoadRequest(
                dataset=dataset, run=run, url=url, paths=[], workers=1, mode="merge",
                sources={replay.source: replay.snapshot}, priority=replay.priority, entities=replay.entities,
                logs=logs, quiet=True, record_numbers=replay.record_numbers,
                directory=Path(folder),  # an earlier command that was stopped had another one
                # Records that are not among the corrected ones are not missing.
                options={**load_options(dataset, run, arguments.set), "deletes": "ignore"},
            )  # fmt: skip
            found = run_load(request)
            replaying.mark_replayed(connection, replay, found.load_id)
            rejected += found.rejected
            print(replace(found, seconds=0).as_text())
    return REJECTS if rejected else CLEAN
