"""Fixed partitions of a load: a command that works on one leaves the chunks of the others alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Partition:
    """Partition ``share`` of ``shares``, from 1; the server decides which chunks belong to it (loader.in_partition)."""

    share: int
    shares: int

    def __str__(self) -> str:
        return f"{self.share}/{self.shares}"


@dataclass(frozen=True, slots=True)
class ShareDone:
    """The end of a command that has done its partition, while others have not. ``left``: known chunks of these."""

    load_id: int
    partition: Partition
    left: int
    rejected: int = 0  # always 0: the command that ends the load reports its rejects

    def as_json(self) -> dict[str, Any]:
        """As JSON-able data."""
        return {"load": self.load_id, "state": "open", "partition": str(self.partition), "chunks_left": self.left}

    def as_text(self) -> str:
        """As a line of text."""
        return (
            f"load {self.load_id}: partition {self.partition} is done; {self.left:,} chunks of others are left, and "
            "the last command finishes the load"
        )
