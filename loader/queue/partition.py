"""Fixed shares of a load: who works at one leaves the chunks of the others alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Partition:
    """Share ``share`` of ``shares``, from 1; which chunks these are is up to the server (loader.assert_partition)."""

    share: int
    shares: int

    def __str__(self) -> str:
        return f"{self.share}/{self.shares}"


@dataclass(frozen=True, slots=True)
class ShareDone:
    """The end of a command that has done its share, while others have not: ``left`` chunks that are known by now."""

    load_id: int
    partition: Partition
    left: int
    rejected: int = 0  # it ends clean: the load's rejects are told by who ends it

    def as_json(self) -> dict[str, Any]:
        """As JSON-able data."""
        return {"load": self.load_id, "state": "open", "partition": str(self.partition), "chunks_left": self.left}

    def as_text(self) -> str:
        """As a line for people."""
        return (
            f"load {self.load_id}: partition {self.partition} is done; {self.left:,} chunks of others are left, and "
            "the last command finishes the load"
        )
