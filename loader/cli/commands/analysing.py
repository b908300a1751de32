"""Commands that analyse dumps before they are loaded: conflicts."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from loader.cli.commands.common import database_url, read_mapping, set_up_logs
from loader.cli.exit_codes import CLEAN, FAILED
from loader.process.worker_count import worker_count

if TYPE_CHECKING:
    from loader.analysis.overlap import Overlap, Overlaps


def conflicts(arguments: argparse.Namespace) -> int:
    """`loader conflicts`."""
    from loader.analysis.overlap import Request, analyse

    set_up_logs(arguments)
    dataset, run = read_mapping(arguments)
    paths = [Path(path) for path in arguments.paths]
    url, workers = database_url(arguments), worker_count(arguments.workers)
    found = analyse(Request(url, dataset, run.engine, paths, workers, arguments.limit))
    if arguments.json:
        print(json.dumps(found.as_json(), ensure_ascii=False, default=str))
    else:
        print("\n".join(_lines(found)))
    for name, text in found.damaged.items():
        print(f"loader: {name} is damaged {text}", file=sys.stderr)
    return FAILED if found.damaged else CLEAN


def _lines(found: Overlaps) -> Iterator[str]:
    for name, snapshot, records, keyless in found.sources:
        rejected = f", {keyless:,} without a key" if keyless else ""
        yield f"{name}: {records:,} records of {snapshot or 'unknown date'}{rejected}"
    for overlap in found.overlaps:
        yield f"{overlap.entity}: {overlap.keys:,} {_place(overlap)}: {_outcome(overlap)}"
    for item in found.known:
        counts = f"{item.new:,} new, {item.same:,} unchanged, {item.differing:,} changed"
        yield f"{item.entity}: {counts} in {item.source}, compared with the tables"
    groups = [" + ".join(group) for group in found.groups if len(group) > 1]
    yield f"sources that share keys: {'; '.join(groups)}" if groups else "no two sources share a key"


def _place(overlap: Overlap) -> str:
    sample = f" ({'; '.join(overlap.sample)}{' …' if overlap.keys > len(overlap.sample) else ''})"
    if overlap.source == overlap.other_source:
        return f"more than once in {overlap.source}{sample}"
    return f"in both {overlap.source} and {overlap.other_source}{sample}"


def _outcome(overlap: Overlap) -> str:
    if overlap.winner is None:
        return f"decided by {overlap.why}"
    if overlap.source == overlap.other_source:
        return f"the {overlap.why} wins"
    return f"{overlap.winner} wins ({overlap.why})"
