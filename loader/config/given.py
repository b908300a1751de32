"""Settings given by --set key=value and LOADER_* variables, read as they are declared."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

from loader.config.max_rejects import MaxRejects
from loader.config.settings import OF_RUNS, SETTINGS, RunSettings
from loader.errors import UsageError
from loader.nearest import did_you_mean


def read_setting(name: str, text: str) -> Any:
    """The value of a setting, with its type and in its range. Raises UsageError for any other."""
    try:
        return SETTINGS[name].kind.read(text)
    except ValueError as error:
        raise UsageError(f"{name} {error}") from error


def run_settings(given: Sequence[str]) -> RunSettings:
    """The settings of a run that reads no mapping; those of datasets are ignored."""
    pairs = given_settings(given, os.environ)
    return RunSettings(**{name: read_setting(name, text) for name, text in pairs if name in OF_RUNS})


def read_given(given: Sequence[str]) -> list[tuple[str, str]]:
    """Names and values given by --set; raises UsageError for unknown settings."""
    pairs, known = [], sorted(SETTINGS)
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
    """Names and values given by variables, then by --set. Raises UsageError as read_given does."""
    variables = [(name, SETTINGS[name].variable) for name in sorted(SETTINGS)]
    pairs = [(name, environment[variable]) for name, variable in variables if variable in environment]
    return [*pairs, *read_given(arguments)]


def from_json(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of a dataset from JSON, with their declared types."""
    values = dict(kept)
    if "max_rejects" in values:
        values["max_rejects"] = MaxRejects(**values["max_rejects"])
    return values


def refuse_changes(load_id: int, given: Mapping[str, Any], kept: Mapping[str, Any]) -> None:
    """Raises UsageError for a helper's settings that differ from those of its load."""
    for key, value in given.items():
        if kept.get(key) != value:
            raise UsageError(
                f"load {load_id} uses {key} = {json.dumps(kept.get(key))}, not {json.dumps(value)}",
                hint="loaders that join a load use its settings; leave it out",
            )
