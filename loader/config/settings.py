"""Settings: what there are, of which type and in which range, as LOADER_* variables and --set key=value say them."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from loader.config.rate import Rate, read_rate
from loader.config.units import GIB, KIB, MIB
from loader.errors import UsageError
from loader.nearest import did_you_mean

_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}
_CHOICES = {
    "visibility": ("load", "chunk"),
    "deletes": ("ignore", "delete", "mark"),
    "history": ("off", "on"),
    "foreign_keys": ("report", "not_valid", "enforce"),
    "damaged": ("refuse", "accept"),
    "unmapped": ("report", "fail"),
    "documents": ("one", "many"),
    "internal_subset": ("refuse", "allow"),
}
MIN_CHUNK_BYTES, MAX_CHUNK_BYTES = 64, 256 * MIB
_UNITS = {"KB": KIB, "MB": MIB, "GB": GIB, "K": KIB, "M": MIB, "G": GIB}
_SIZES = {
    "chunk_bytes": (MIN_CHUNK_BYTES, MAX_CHUNK_BYTES),
    "memory": (MIB, 1 << 50),
    "max_record": (KIB, GIB),
}

# Settings of a run that belong to its load, as those of the dataset do: they hold for workers on all hosts.
OF_THE_LOAD = ("lease", "max_chunk_time", "max_attempts", "publish_wait")

# What makes sense: a lease or a try of nothing would never let a worker finish, and the server counts no longer times.
_DAY = 86_400.0
_RANGES: dict[str, tuple[float, float]] = {
    "lease": (1, _DAY),
    "max_chunk_time": (1, 7 * _DAY),
    "statement_timeout": (0, 7 * _DAY),
    "lock_timeout": (0, 7 * _DAY),
    "idle_timeout": (0, 7 * _DAY),
    "stall_time": (0, 7 * _DAY),
    "max_attempts": (1, 1000),
    "publish_wait": (0, 7 * _DAY),
    "server_wait": (0, 7 * _DAY),
    "max_delete_pct": (0, 100),
    "replace_above_pct": (0, 100),
}


ENGINES = ("columnar", "lxml")  # the first is taken unless another is asked for


@dataclass(frozen=True, slots=True)
class MaxRejects:
    """How many rejects a load may have: this share of the records read, and this number. None: no such bound."""

    share: float | None = 0.05
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What a dataset says about its loads; none of it changes what a record's rows are."""

    visibility: Literal["load", "chunk"] = "load"
    deletes: Literal["ignore", "delete", "mark"] = "ignore"
    max_delete_pct: float = 10
    history: Literal["off", "on"] = "off"
    replace_above_pct: float = 35
    foreign_keys: Literal["report", "not_valid", "enforce"] = "report"
    keep_old: bool = True
    max_rejects: MaxRejects = field(default_factory=MaxRejects)
    damaged: Literal["refuse", "accept"] = "refuse"
    unmapped: Literal["report", "fail"] = "report"
    documents: Literal["one", "many"] = "one"
    internal_subset: Literal["refuse", "allow"] = "refuse"
    snapshot: str | None = None
    chunk_bytes: int = 16 * MIB


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What a run may be told beside its mapping; times in seconds, ``max_attempts`` in claims of a chunk,
    ``engine`` one of ENGINES.

    Timeouts of 0 are none. ``statement_timeout`` None: a worker's ``max_chunk_time``, and none for all else.
    ``max_rate``: what all workers of the command may bring together (None: all they can). ``memory``: bytes for all
    processes of the command together (None: not looked at). ``max_record``: bytes of the longest record that is read
    (None: what the memory allows).
    """

    lease: float = 120.0
    max_chunk_time: float = 1800.0
    max_attempts: int = 5
    publish_wait: float = 600.0
    server_wait: float = 600.0
    engine: str = ENGINES[0]
    statement_timeout: float | None = None
    lock_timeout: float = 600.0
    idle_timeout: float = 600.0
    stall_time: float = 300.0
    max_rate: Rate | None = None
    memory: int | None = None
    max_record: int | None = None


def run_settings(given: Sequence[str]) -> RunSettings:
    """The settings of a run that reads no mapping; those of datasets are passed over."""
    own = {field.name for field in fields(RunSettings)}
    return RunSettings(
        **{key: _run_setting(key, text) for key, text in given_settings(given, os.environ) if key in own}
    )


def refuse_changes(load_id: int, given: Mapping[str, Any], kept: Mapping[str, Any]) -> None:
    """Refuses, with a UsageError, a helper's settings that its load goes by otherwise."""
    for key, value in given.items():
        if kept.get(key) != value:
            raise UsageError(
                f"load {load_id} goes by {key} = {json.dumps(kept.get(key))}, not {json.dumps(value)}",
                hint="those who help go by the settings of the load; leave it out",
            )


def known_settings() -> list[str]:
    """The names of all settings."""
    return sorted(field.name for field in (*fields(Settings), *fields(RunSettings)))


def read_given(given: Sequence[str]) -> list[tuple[str, str]]:
    """Names and values of what --set says; UsageError for what is no setting."""
    pairs, known = [], known_settings()
    for argument in given:
        key, sign, value = argument.partition("=")
        name = key.strip()
        if not sign:
            raise UsageError(f"--set wants key=value, not {argument!r}")
        if name not in known:
            raise UsageError(
                f"there is no setting {name}{did_you_mean(name, known)}", hint=f"settings: {', '.join(known)}"
            )
        pairs.append((name, value.strip()))
    return pairs


def given_settings(arguments: Sequence[str], environment: Mapping[str, str]) -> list[tuple[str, str]]:
    """Names and values of what variables say, then of what --set says. UsageError as read_given."""
    variables = {name: f"LOADER_{name.upper()}" for name in known_settings()}
    pairs = [(name, environment[variable]) for name, variable in variables.items() if variable in environment]
    return [*pairs, *read_given(arguments)]


def read_setting(key: str, text: str) -> Any:
    """The value of a setting of datasets, of its type and in its range. UsageError for any other."""
    if key in _CHOICES:
        return _choice(key, text, _CHOICES[key])
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
    return _in_range(key, text, float)


def _run_setting(key: str, text: str) -> Any:
    if key == "engine":
        return _choice(key, text, ENGINES)
    if key == "max_rate":
        return read_rate(text)
    if key in _SIZES:
        return _size(key, text)
    return _in_range(key, text, int if key == "max_attempts" else float)


def _in_range(key: str, text: str, kind: type) -> Any:
    lowest, highest = _RANGES[key]
    value = _number(key, text, kind)
    if not lowest <= value <= highest:
        raise UsageError(f"{key} is a number from {lowest:g} to {highest:,g}, not {value:g}")
    return value


def _choice(key: str, text: str, choices: Sequence[str]) -> str:
    if text not in choices:
        raise UsageError(f"{key} is one of {', '.join(choices)}, not {text!r}")
    return text


def _expression(key: str, text: str) -> str:
    if problem := snapshot_problem(text):
        raise UsageError(f"{key} {text!r}: {problem}")
    return text


def _max_rejects(text: str) -> MaxRejects:
    share = count = None
    for part in text.split(","):
        if part.strip().endswith("%") and share is None:
            share = _number("max_rejects", part.strip()[:-1], float) / 100
        elif count is None and not part.strip().endswith("%"):
            count = int(_number("max_rejects", part, int))
        else:
            raise UsageError(f"max_rejects is a share, a number or one of each, as in 5%,1000, not {text!r}")
    return MaxRejects(share, count)


def chunk_bytes(text: str) -> int:
    """A size like 65536, 64KB or 16MB, in bytes (powers of 1024). UsageError when it is none, or out of range."""
    return _size("chunk_bytes", text)


def _size(key: str, text: str) -> int:
    number, factor = text.strip().upper(), 1
    for unit, size in _UNITS.items():
        if number.endswith(unit):
            number, factor = number[: -len(unit)].strip(), size
            break
    value = int(_number(key, number, float) * factor)
    lowest, highest = _SIZES[key]
    if not lowest <= value <= highest:
        raise UsageError(f"{key} is between {lowest} and {highest}, not {value}")
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


def snapshot_problem(pattern: str) -> str | None:
    """What is wrong with the expression that finds the date in the name of a file; None when it can be used."""
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        return f"not a regular expression: {error}"
    return None if groups == 1 else f"must have one group, for the date, but has {groups}"
