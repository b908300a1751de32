"""The command `loader`, and `python -m loader`."""

from __future__ import annotations

import sys

from loader.cli.exit_codes import FAILED


def main() -> int:
    """Runs a command; returns its exit code."""
    try:
        from loader.cli.main import main as run  # here, because Ctrl-C may come while modules are imported

        return run()
    except KeyboardInterrupt:
        print("loader: stopped; nothing was begun", file=sys.stderr)
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
