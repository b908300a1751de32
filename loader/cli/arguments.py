"""Readers of values on the command line; each raises an error of argparse that says which values are allowed."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable

from loader.queue.partition import Partition


def whole(lowest: int, highest: int | None = None) -> Callable[[str], int]:
    """A reader of whole numbers from ``lowest`` to ``highest``, which raises ArgumentTypeError for any other text."""
    wanted = f"of at least {lowest:,}" if highest is None else f"from {lowest:,} to {highest:,}"

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = lowest - 1
        if number < lowest or (highest is not None and number > highest):
            raise argparse.ArgumentTypeError(f"expected a whole number {wanted}, not {text!r}")
        return number

    return read


def server(text: str) -> str:
    """The URL of a server. An empty one may be an unset variable, and must not mean another server."""
    if not text.strip():
        raise argparse.ArgumentTypeError("expected the URL of a server, not ''; without --database it is DATABASE_URL")
    return text


a_count = whole(0)
at_least_one = whole(1)
workers = whole(1, 256)  # more processes are of no use on any machine: the number is a typing error
priority = whole(1 - 2**31, 2**31 - 1)  # the range of the server's type integer

MAX_SHARES = 1000


def partition(text: str) -> Partition:
    """A partition such as 2/4; raises ArgumentTypeError for any other text."""
    found = re.fullmatch(r"(\d{1,4})/(\d{1,4})", text, re.ASCII)
    share, shares = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= share <= shares <= MAX_SHARES:
        raise argparse.ArgumentTypeError(
            f"expected a partition from 1/N to N/N, with N up to {MAX_SHARES:,}, not {text!r}"
        )
    return Partition(share, shares)
