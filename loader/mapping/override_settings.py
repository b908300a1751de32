"""The settings of a dataset for one run: those of its mapping, those that override them, and
those stored with its load.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from loader.config.given import from_json, given_settings, read_setting, run_settings
from loader.config.settings import OF_DATASETS, OF_THE_LOAD, RunSettings
from loader.errors import UsageError
from loader.mapping.dataset import Dataset
from loader.mapping.policies import visibility_problem


def override(dataset: Dataset, given: Sequence[str]) -> tuple[Dataset, RunSettings]:
    """The dataset with overridden settings, and the settings of the run. Raises UsageError for wrong ones."""
    run = run_settings(given)
    settings = dataset.settings
    for key, text in given_settings(given, os.environ):
        if key in OF_DATASETS:
            settings = replace(settings, **{key: _possible(dataset, key, read_setting(key, text))})
    run = replace(run, lease=min(run.lease, run.max_chunk_time))  # after that, its session may be terminated
    dataset = replace(dataset, settings=settings, declared=dataset.settings)
    if problem := visibility_problem(dataset, settings.visibility):
        raise UsageError(f"visibility {problem}")
    return dataset, run


def load_options(dataset: Dataset, run: RunSettings, given: Sequence[str]) -> dict[str, Any]:
    """The settings given by name for one load, as ``override`` has put them into the dataset and the run, as JSON-able
    data. They are stored with the load; all others stay as the load has them.
    """
    named = {key for key, _ in given_settings(given, os.environ)}
    return {key: value for key, value in _of_a_load(dataset, run).items() if key in named}


def as_kept(dataset: Dataset, run: RunSettings, kept: Mapping[str, Any]) -> tuple[Dataset, RunSettings]:
    """The dataset and the run with the settings stored with their load (loader.load.settings), not a command's own."""
    settings = from_json({key: value for key, value in kept.items() if key in OF_DATASETS})
    run = replace(run, **{key: kept[key] for key in OF_THE_LOAD})
    run = replace(run, lease=min(run.lease, run.max_chunk_time))
    return replace(dataset, settings=replace(dataset.settings, **settings)), run


def _of_a_load(dataset: Dataset, run: RunSettings) -> dict[str, Any]:
    return {**asdict(dataset.settings), **{key: getattr(run, key) for key in OF_THE_LOAD}}


def _possible(dataset: Dataset, key: str, choice: Any) -> Any:
    """The value of a setting, if the tables of the dataset allow it."""
    if key == "deletes" and choice not in ("ignore", dataset.settings.deletes):
        raise UsageError(
            f"deletes is {dataset.settings.deletes} in the mapping of {dataset.name}; only ignore can override it",
            hint=f"write deletes: {choice} into the mapping",
        )
    return choice
