"""What every stream of decoded blocks can do, whatever is below it."""

from __future__ import annotations

from typing import Protocol


class Stream(Protocol):
    """Blocks of the decoded stream, in order."""

    @property
    def position(self) -> int:
        """Decoded offset of the next block."""

    @property
    def damage(self) -> str | None:
        """Why the stream ended early, if it did."""

    def read(self) -> bytes:
        """The next block; b'' at the end, and at damage."""

    def point(self, offset: int) -> bytes | None:
        """A seek point at or before the offset. Earlier offsets will not be requested again."""

    def restore(self, point: bytes | None, offset: int) -> None:
        """Continue from the seek point, as near to the offset as it allows; None: as the format can without one."""

    def distance(self, point: bytes | None, offset: int) -> int:
        """How many decoded bytes are between the place to which ``restore`` would go and the offset."""

    def sha256(self) -> str:
        """Hex digest of the whole file; reads the rest of it."""

    def close(self) -> None:
        """Release the file."""
