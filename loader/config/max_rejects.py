"""How many rejects a load may have: a share of its records, a number of them, or both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from loader.config.kinds import number


@dataclass(frozen=True, slots=True)
class MaxRejects:
    """How many rejects a load may have: this share of the records read, and this number. None: no such limit."""

    share: float | None = None
    count: int | None = None


class RejectBound:
    """A share, a number, or both, such as 5%,1000."""

    values = "a share, a number, or both as in `5%,1000`"
    schema: ClassVar[dict[str, Any]] = {"anyOf": [{"type": "integer"}, {"type": "string"}]}

    def read(self, text: str) -> MaxRejects:
        """The limits."""
        share = count = None
        for part in (part.strip() for part in text.split(",")):
            if part.endswith("%") and share is None:
                share = number(part[:-1]) / 100
            elif count is None and not part.endswith("%"):
                count = int(number(part, int))
            else:
                raise ValueError(f"must be a share, a number or one of each, as in 5%,1000, not {text!r}")
        return MaxRejects(share, count)

    def written(self, value: MaxRejects) -> str:
        """The share in per cent, and the number."""
        share = [] if value.share is None else [f"{value.share * 100:g}%"]
        return ",".join([*share, *([] if value.count is None else [str(value.count)])])
