"""Random things of users, and random commands around them: `python -m tests.objects [SEQUENCES] [--seed N]`."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.objects.trial import HarmError, run
from tests.support.server import fresh_database, running_server


def main() -> int:
    """1 when something of a user's was harmed; says the seed that does it again."""
    parser = argparse.ArgumentParser(prog="python -m tests.objects", description=__doc__)
    parser.add_argument("sequences", nargs="?", type=int, default=25)
    parser.add_argument("--seed", type=int, help="of the first sequence; the others follow it")
    options = parser.parse_args()
    first = options.seed if options.seed is not None else random.SystemRandom().getrandbits(32)
    began = time.monotonic()
    print(f"{options.sequences} sequences, --seed {first}", flush=True)
    with running_server() as server, fresh_database(server) as url, tempfile.TemporaryDirectory() as folder:
        try:
            told = run(url, Path(folder), first, options.sequences)
        except HarmError as error:
            print(error, file=sys.stderr)
            return 1
    print(f"nothing was harmed: {told}; {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
