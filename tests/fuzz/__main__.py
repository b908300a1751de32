"""The fuzz tests on and on, with new seeds: `python -m tests.fuzz [SECONDS] [--guided]`; failing inputs are kept."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """1 when an input was found on which the loader goes wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=60.0)
    parser.add_argument("--seed", type=int, help="try this one only")
    parser.add_argument("--data", action="store_true", help="load random documents by random mappings, nothing else")
    parser.add_argument("--guided", action="store_true", help="let atheris (pip install atheris) choose, by coverage")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.guided:
            from tests.fuzz.guided import run

            return run(Path(folder), options.seconds)
        from tests.fuzz import data, search  # not above: atheris must import the loader itself

        if options.seed is not None:
            (data if options.data else search).once(Path(folder), options.seed)
            return 0
        if options.data:
            return data.search(Path(folder), options.seconds)
        half = options.seconds / 2
        return max(search.search(Path(folder), half), data.search(Path(folder), half))


if __name__ == "__main__":
    sys.exit(main())
