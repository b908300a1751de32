"""Random sequences of commands against a model: `python -m tests.sequences [SEQUENCES] [--seed N]`."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.sequences.dumps import CONFIGS
from tests.sequences.search import search
from tests.support.server import running_server


def main() -> int:
    """1 when the tables were once not as the model has them; says the seed that does it again."""
    parser = argparse.ArgumentParser(prog="python -m tests.sequences", description=__doc__)
    parser.add_argument("sequences", nargs="?", type=int, default=100)
    parser.add_argument("--seed", type=int, help="of the first sequence; the others follow it")
    parser.add_argument("--config", type=int, help="with this mapping only, by its place in CONFIGS")
    parser.add_argument("--whole", action="store_true", help="do not make failing sequences smaller")
    options = parser.parse_args()
    first = options.seed if options.seed is not None else random.SystemRandom().getrandbits(32)
    began, failed = time.monotonic(), False
    print(f"{options.sequences} sequences, --seed {first}", flush=True)
    with running_server() as server, tempfile.TemporaryDirectory() as folder:
        config = None if options.config is None else CONFIGS[options.config]
        for line in search(server, Path(folder), first, options.sequences, config, shrinks=not options.whole):
            failed = failed or not line.startswith("counts")
            print(line, flush=True)
    print(f"{time.monotonic() - began:.0f} s")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
