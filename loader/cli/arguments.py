"""Numbers on the command line: each reader takes a text and says, in argparse's way, what would be right."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable

from loader.queue.partition import Partition


def whole(lowest: int, highest: int | None = None) -> Callable[[str], int]:
    """A reader of whole numbers from ``lowest`` to ``highest``; it raises ArgumentTypeError for anything else."""
    wanted = f"from {lowest:,}" if highest is None else f"from {lowest:,} to {highest:,}"

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = lowest - 1
        if number < lowest or (highest is not None and number > highest):
            raise argparse.ArgumentTypeError(f"expected a whole number {wanted}, not {text!r}")
        return number

    return read


a_count = whole(0)
at_least_one = whole(1)
workers = whole(1, 256)  # more processes than any machine has use for: a slip of the finger
priority = whole(1 - 2**31, 2**31 - 1)  # an integer of the server

MAX_SHARES = 1000


def partition(text: str) -> Partition:
    """A share as 2/4; ArgumentTypeError for anything else."""
    found = re.fullmatch(r"(\d{1,4})/(\d{1,4})", text, re.ASCII)
    share, shares = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= share <= shares <= MAX_SHARES:
        raise argparse.ArgumentTypeError(f"expected a share from 1/N to N/N, N up to {MAX_SHARES:,}, not {text!r}")
    return Partition(share, shares)
