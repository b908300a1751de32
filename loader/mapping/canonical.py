"""The parts of a mapping that count in a comparison of two mappings."""

from __future__ import annotations

from typing import Any

_PATH_KEYS = {"text", "steps", "attribute", "absolute"}


def bare(value: Any) -> Any:
    """Without comments, and without the spelling of paths (their resolved steps remain)."""
    if isinstance(value, dict):
        if value.keys() == _PATH_KEYS:
            value = {key: item for key, item in value.items() if key != "text"}
        return {key: bare(item) for key, item in value.items() if key != "comment"}
    if isinstance(value, (list, tuple)):
        return [bare(item) for item in value]
    return value
