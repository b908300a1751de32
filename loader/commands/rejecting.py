"""Commands on rejects."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from loader.commands.common import connected, database_url, read_mapping, set_up_logs

EXIT_REJECTS = 3


def rejects_list(arguments: argparse.Namespace) -> int:
    """`loader rejects list`."""
    from loader import rejects

    dataset, _ = read_mapping(arguments)
    return rejects.show_list(connected(arguments), dataset, arguments.load, arguments.limit)


def rejects_show(arguments: argparse.Namespace) -> int:
    """`loader rejects show`."""
    from loader import rejects

    return rejects.show_one(connected(arguments), arguments.reject)


def rejects_export(arguments: argparse.Namespace) -> int:
    """`loader rejects export`."""
    from loader import rejects

    dataset, _ = read_mapping(arguments)
    return rejects.export(connected(arguments), dataset, arguments.load, arguments.output)


def rejects_replay(arguments: argparse.Namespace) -> int:
    """`loader rejects replay`: mended records become a small dump, which is merged."""
    from loader import rejects
    from loader.load import load as run_load
    from loader.register import LoadRequest
    from loader.summary import summary

    logs = set_up_logs(arguments)
    dataset, run = read_mapping(arguments)
    url = database_url(arguments)
    connection = connected(arguments)
    with tempfile.TemporaryDirectory(prefix="loader-replay-") as folder:
        replays = rejects.write_replay(connection, arguments.file, Path(folder))
        rejected = 0
        for replay in replays:
            request = LoadRequest(
                dataset=dataset, run=run, url=url, paths=[replay.path], workers=1, mode="merge",
                snapshot=replay.snapshot, priority=replay.priority, logs=logs, quiet=True,
            )  # fmt: skip
            load_id = run_load(request)
            rejects.mark_replayed(connection, replay, load_id)
            found = summary(url, dataset, load_id, 0)
            rejected += found.rejected
            print(found.as_text())
    return EXIT_REJECTS if rejected else 0
