"""The difference of two mappings, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

MAX_LINES = 30


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """What ``new`` changes in ``old`` (both canonical), one line each, at most MAX_LINES."""
    lines = list(_compare("", _keyed(old), _keyed(new)))
    more = len(lines) - MAX_LINES
    return [*lines[:MAX_LINES], f"... and {more} more"] if more > 0 else lines


def _keyed(value: Any) -> Any:
    """Lists of named items as dictionaries by name, so that they are compared by name and not by position."""
    if isinstance(value, Mapping):
        return {key: _keyed(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        if value and all(isinstance(item, Mapping) and "name" in item for item in value):
            return {item["name"]: _keyed({k: v for k, v in item.items() if k != "name"}) for item in value}
        return [_keyed(item) for item in value]
    return value


def _compare(path: str, old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*old, *new)):
            place = f"{path}.{key}" if path else str(key)
            if key not in new:
                yield f"{place}: removed"
            elif key not in old:
                yield f"{place}: added"
            else:
                yield from _compare(place, old[key], new[key])
    elif old != new:
        yield f"{path}: {_short(old)} -> {_short(new)}"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."
