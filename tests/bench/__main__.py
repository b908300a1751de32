"""`make bench`: runs a suite and prints what it found. Only ratios inside one run say something: machines differ."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path
from types import ModuleType

from tests.bench import machine
from tests.bench.report import write_json, write_page
from tests.bench.server import durable_server

SUITES = ("load", "refresh", "floors", "engines", "stages", "scale", "queue", "strategies", "typed", "endurance")


def main() -> int:
    """Runs a suite; returns an exit code."""
    arguments = sys.argv[1:]
    named = arguments[:1] if arguments and not arguments[0].startswith("-") else []
    chooser = argparse.ArgumentParser(prog="make bench", add_help=False)
    chooser.add_argument("suite", choices=SUITES)
    name: str = chooser.parse_args(named or ["load"]).suite
    suite = _suite(name)
    parser = argparse.ArgumentParser(
        prog=f"make bench SUITE={name} ARGS=…", description=suite.__doc__, epilog=f"Suites: {', '.join(SUITES)}."
    )
    parser.add_argument("--json", metavar="FILE", type=Path, help="write all records here, too")
    parser.add_argument("--page", action="store_true", help="put the tables into docs/performance.md")
    suite.add_arguments(parser)
    options = parser.parse_args(arguments[len(named) :])
    with durable_server(telling=getattr(suite, "telling", False)) as server:
        facts = machine.describe(server.version)
        result = suite.run_suite(options, server)
    print(f"{suite.about}; {machine.in_words(facts)}\n\n{result.as_text()}")
    if options.json:
        write_json(options.json, name, facts, result)
    if options.page:
        write_page(name, machine.in_words(facts), result)
    return 0


def _suite(name: str) -> ModuleType:
    return importlib.import_module(f"tests.bench.suites.{name}")


if __name__ == "__main__":
    sys.exit(main())
