"""Typed columns and rules: what they cost beside the same records as text, with and without bad values."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from loader.cli import exit_codes
from tests.bench.loaders import Ours
from tests.bench.measuring import MB, Cost, measure
from tests.bench.report import Result, Table
from tests.bench.server import Server
from tests.bench.typed_files import SHAPES, Shape

about = "typed columns beside text"


@dataclass(frozen=True)
class Variant:
    """How records are read: their types, rules of values, rules of records, whether three columns are computed of
    others, and whether 1 % of the records are bad.
    """

    name: str
    typed: bool = True
    rules: bool = False
    record_rules: bool = False
    computed: bool = False
    bad: bool = False
    workers: int | None = None


VARIANTS = (
    Variant("text", typed=False),
    Variant("typed"),
    Variant("typed, rules", rules=True),
    Variant("typed, where and check", record_rules=True),
    Variant("typed, 3 computed", computed=True),
    Variant("typed, 1 % bad", bad=True),
    Variant("typed, rules, 1 % bad", rules=True, bad=True),
    Variant("typed, 2 workers", workers=2),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what can be asked of the suite."""
    parser.add_argument("--values", type=int, default=800_000, help="values per file (default 800,000)")
    parser.add_argument("--rounds", type=int, default=2, help="runs of each variant; the median counts (default 2)")
    parser.add_argument("--workers", type=int, default=1, help="worker processes (default 1)")
    names = [variant.name for variant in VARIANTS]
    parser.add_argument("--only", nargs="+", choices=names, default=names, help="these variants only")
    shapes = [shape.name for shape in SHAPES]
    parser.add_argument("--shapes", nargs="+", choices=shapes, default=shapes, help="these forms of records only")


def run_suite(options: argparse.Namespace, server: Server) -> Result:
    """Loads the same records as text and typed, in turn, each time into a fresh database."""
    result = Result()
    variants = [variant for variant in VARIANTS if variant.name in {"text", *options.only}]
    for shape in SHAPES:
        if shape.name not in options.shapes:
            continue
        costs: dict[str, list[Cost]] = defaultdict(list)
        with tempfile.TemporaryDirectory(prefix="loader-bench-") as folder:
            records = options.values // len(shape.fields)
            for bad in (False, True):
                shape.write(_dump(folder, bad=bad), records, bad=bad)
            for number in range(1, options.rounds + 1):
                for variant in variants:
                    print(f"round {number} of {options.rounds}: {shape.name}, {variant.name}", file=sys.stderr)
                    costs[variant.name].append(_load(shape, variant, Path(folder), options.workers, server))
            size = _dump(folder, bad=False).stat().st_size
        for name, found in costs.items():
            result.records += [{"shape": shape.name, "variant": name, **asdict(cost)} for cost in found]
        result.tables.append(_table(shape, records, size, costs))
    return result


def _dump(folder: str | Path, *, bad: bool) -> Path:
    return Path(folder) / f"{'bad' if bad else 'good'}_20260101.xml"


def _load(shape: Shape, variant: Variant, folder: Path, workers: int, server: Server) -> Cost:
    mapping = folder / "mapping.yaml"
    mapping.write_text(
        shape.mapping(
            "typed", typed=variant.typed, rules=variant.rules, record_rules=variant.record_rules,
            computed=variant.computed,
        )
    )  # fmt: skip
    ours = replace(Ours(), workers=variant.workers or workers)
    with server.database() as url:
        command = [*ours.program(), "load", str(mapping), str(_dump(folder, bad=variant.bad)), f"--database={url}"]
        command += [f"--workers={ours.workers}", "--set", "max_rejects=100%", "-q"]
        return measure(command, server, url, endings=(0, exit_codes.REJECTS))[0]


def _table(shape: Shape, records: int, size: int, costs: dict[str, list[Cost]]) -> Table:
    def median(name: str, of: str) -> float:
        return statistics.median(getattr(cost, of) for cost in costs[name])

    text = median("text", "cpu")
    rows = [
        [
            name,
            f"{median(name, 'client_cpu'):.2f}",
            f"{median(name, 'server_cpu'):.2f}",
            f"{median(name, 'cpu'):.2f}",
            f"{median(name, 'cpu') / text:.2f}",
            f"{median(name, 'wall'):.2f}",
        ]
        for name in costs
    ]
    heads = ["", "client CPU s", "server CPU s", "CPU s", "of text", "wall s"]
    return Table(
        heads, rows, f"{shape.name}: {records:,} records of {len(shape.fields) + 1} values, {size / MB:.0f} MB"
    )
