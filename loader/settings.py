"""Settings of a run: the mapping's own, over them LOADER_* variables, over them --set key=value."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from loader.errors import UsageError
from loader.mapping.tables import Dataset, MaxRejects, Settings

_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}
_CHOICES = {
    "visibility": ("chunk",),
    "foreign_keys": ("report", "not_valid", "enforce"),
    "damaged": ("refuse", "accept"),
    "unmapped": ("report", "fail"),
    "documents": ("one", "many"),
    "internal_subset": ("refuse", "allow"),
}
MIN_CHUNK_BYTES, MAX_CHUNK_BYTES = 64, 256 << 20


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What a run may be told beside its mapping; times in seconds."""

    lease: float = 120.0
    max_chunk_time: float = 1800.0
    max_attempts: int = 5
    publish_wait: float = 600.0


def override(dataset: Dataset, given: Sequence[str]) -> tuple[Dataset, RunSettings]:
    """The dataset with its settings overridden, and the settings of the run. UsageError names what is wrong."""
    run = RunSettings()
    settings = dataset.settings
    for key, text in _given(given, os.environ):
        if key in {field.name for field in fields(Settings)}:
            settings = replace(settings, **{key: _setting(key, text)})
        elif key in {field.name for field in fields(RunSettings)}:
            kind = type(getattr(run, key))
            run = replace(run, **{key: _number(key, text, kind)})
        else:
            known = sorted({f.name for f in fields(Settings)} | {f.name for f in fields(RunSettings)})
            raise UsageError(f"there is no setting {key}", hint=f"settings: {', '.join(known)}")
    return replace(dataset, settings=settings), run


def _given(arguments: Sequence[str], environment: Mapping[str, str]) -> list[tuple[str, str]]:
    known = {field.name for field in (*fields(Settings), *fields(RunSettings))}
    pairs = [(name, environment[f"LOADER_{name.upper()}"]) for name in known if f"LOADER_{name.upper()}" in environment]
    for argument in arguments:
        key, sign, value = argument.partition("=")
        if not sign:
            raise UsageError(f"--set wants key=value, not {argument!r}")
        pairs.append((key.strip(), value.strip()))
    return pairs


def _setting(key: str, text: str) -> Any:
    if key in _CHOICES:
        if text not in _CHOICES[key]:
            raise UsageError(f"{key} is one of {', '.join(_CHOICES[key])}, not {text!r}")
        return text
    if key == "snapshot":
        return _expression(key, text)
    if key == "keep_old":
        if text not in _BOOLEANS:
            raise UsageError(f"{key} is true or false, not {text!r}")
        return _BOOLEANS[text]
    if key == "max_rejects":
        return _max_rejects(text)
    if key == "chunk_bytes":
        return chunk_bytes(text)
    return text


def _expression(key: str, text: str) -> str:
    try:
        groups = re.compile(text).groups
    except re.error as error:
        raise UsageError(f"{key} is a regular expression, and {text!r} is none: {error}") from error
    if groups != 1:
        raise UsageError(f"{key} must have one group, for the date: {text!r}")
    return text


def _max_rejects(text: str) -> MaxRejects:
    if text.endswith("%"):
        return MaxRejects(share=_number("max_rejects", text[:-1], float) / 100, count=None)
    return MaxRejects(share=None, count=int(_number("max_rejects", text, int)))


def chunk_bytes(text: str) -> int:
    """A size like 65536, 64KB or 16MB, in bytes (powers of 1024)."""
    units = {"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
    number, factor = text.strip().upper(), 1
    for unit, size in units.items():
        if number.endswith(unit):
            number, factor = number[: -len(unit)].strip(), size
            break
    value = int(_number("chunk_bytes", number, float) * factor)
    if not MIN_CHUNK_BYTES <= value <= MAX_CHUNK_BYTES:
        raise UsageError(f"chunk_bytes is between {MIN_CHUNK_BYTES} and {MAX_CHUNK_BYTES}, not {value}")
    return value


def _number(key: str, text: str, kind: type) -> Any:
    try:
        value = kind(text)
    except ValueError as error:
        raise UsageError(f"{key} is a number, not {text!r}") from error
    if not math.isfinite(value):
        raise UsageError(f"{key} is a finite number, not {text!r}")
    if value < 0:
        raise UsageError(f"{key} cannot be negative: {text}")
    return value
