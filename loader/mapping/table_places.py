"""Where the parts of a resolved mapping are in its file, so that later errors can name a line, too."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from loader.errors import MappingError
from loader.mapping.dataset import Dataset
from loader.mapping.tables import Table

Location = tuple[str | int, ...]  # as in loader/mapping/yaml_with_lines.py


def place_of(dataset: Dataset, table: Table) -> Location:
    """The place of a table in its mapping file: its entity, then the children on the way to it."""
    if table.parent is None:
        return ("entities", table.name)
    return (*place_of(dataset, dataset.table(table.parent)), "children", table.name)


def mapping_error(dataset: Dataset, problems: Sequence[tuple[Location, str]]) -> MappingError:
    """One error for all problems, each with its line in the mapping file."""
    from loader.mapping.yaml_with_lines import read_document  # late: a valid mapping comes from the cache

    path = Path(dataset.location)
    name = path.name if path.is_file() else f"the mapping of {dataset.name}"
    return read_document(name, dataset.text).error(list(problems))
