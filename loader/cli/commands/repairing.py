"""The command that compares the tables with the files, and repairs them."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from loader.cli.commands.common import connected, database_url, read_mapping, set_up_logs
from loader.cli.exit_codes import CLEAN, FAILED, REJECTS
from loader.mapping.override_settings import load_options
from loader.process.worker_count import worker_count


def repair(arguments: argparse.Namespace) -> int:
    """`loader repair`."""
    from loader.admin import repair as repairing
    from loader.load.request import LoadRequest

    logs = set_up_logs(arguments)
    dataset, run = read_mapping(arguments)
    options = load_options(dataset, run, arguments.set)
    if arguments.allow_deletes:
        options["allow_deletes"] = True
    request = LoadRequest(
        dataset=dataset,
        run=run,
        url=database_url(arguments),
        paths=[Path(path) for path in arguments.paths],
        workers=worker_count(arguments.workers),
        workers_said=arguments.workers is not None,
        snapshot=arguments.snapshot,
        priority=arguments.priority,
        logs=logs,
        quiet=arguments.quiet,
        options=options,
    )
    if not arguments.paths:
        request = repairing.known_files(connected(arguments), request)
    if not arguments.check:
        mended = repairing.mend(request)
        if arguments.json:
            print(json.dumps(mended.as_json(), ensure_ascii=False, default=str))
        elif not arguments.quiet:
            print(mended.as_text())
        return REJECTS if mended.rejected else CLEAN
    damage = repairing.compare(request)
    damaged = any(count for counts in damage.values() for count in counts.values())
    if arguments.json:
        print(json.dumps(damage, ensure_ascii=False))
    elif not arguments.quiet:
        print(_as_text(damage) + (f"\n\n`loader repair {dataset.name}` corrects them" if damaged else ""))
    return FAILED if damaged else CLEAN


def _as_text(damage: dict[str, dict[str, int]]) -> str:
    kinds = ("missing", "differing", "surplus")
    width = max(len(name) for name in ("table", *damage))
    lines = [f"{'table':<{width}} " + " ".join(f"{kind:>10}" for kind in kinds)]
    lines += [
        f"{name:<{width}} " + " ".join(f"{counts[kind]:>10,}" for kind in kinds) for name, counts in damage.items()
    ]
    return "\n".join(lines)
