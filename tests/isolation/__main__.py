"""Runs specs: `python -m tests.isolation [FILE…]`, by default all."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.isolation.database import prepare, run, specs
from tests.isolation.running import SpecError
from tests.support.server import fresh_database, running_server


def main(names: list[str]) -> int:
    """1 when a spec does not hold."""
    failed = 0
    with running_server() as server, fresh_database(server) as url:
        prepare(url)
        for path in map(Path, names) if names else specs():
            began = time.monotonic()
            try:
                said = f"{run(url, path)} orders"
            except SpecError as error:
                said, failed = f"FAILED\n{error}", failed + 1
            print(f"{path.stem:20} {time.monotonic() - began:5.1f} s  {said}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
