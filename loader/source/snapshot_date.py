"""The date of the data in a file."""

from __future__ import annotations

import datetime
import re

from loader.errors import UsageError
from loader.mapping.dataset import Dataset
from loader.source.file import SourceFile


def snapshot_of(file: SourceFile, dataset: Dataset, given: str | None) -> datetime.date | None:
    """The date of the data: the given one, else from the file's name according to the mapping, else unknown."""
    text = given
    if text is None and dataset.settings.snapshot:
        found = re.search(dataset.settings.snapshot, file.name)
        text = found.group(1) if found else None
    if text is None:
        return None
    for form in ("%Y-%m-%d", "%Y%m%d", "%Y-%m", "%Y%m"):
        try:
            return datetime.datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise UsageError(f"{text!r} is not a snapshot date", hint="expected: 2026-11-01, 20261101 or 2026-11")
