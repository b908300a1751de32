"""The number of worker processes of a command."""

from __future__ import annotations

from loader.process import cores

SMALL_BYTES = 1_000_000  # of dumps: one worker has loaded them when the session of another has only begun


def worker_count(given: int | None) -> int:
    """The number of a person, or one per core if nobody has given any."""
    return cores.count() if given is None else given


def workers_for(size: int, workers: int, *, said: bool) -> int:
    """The number of ``workers`` for so many bytes of dumps: all that a person has ``said``, or one if they are few."""
    return 1 if size <= SMALL_BYTES and not said else workers
