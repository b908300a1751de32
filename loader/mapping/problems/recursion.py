"""Recursive tables, whose rows lie inside of one another: what makes them impossible."""

from __future__ import annotations

from collections.abc import Iterator

from loader.mapping.dataset import Dataset
from loader.mapping.problems.path_problems import places_of_rows, steps_in_row
from loader.mapping.steps import PARENT, tags_of, takes_all
from loader.mapping.tables import TREE_COLUMNS, Table
from loader.mapping.yaml_keys import ChildModel
from loader.mapping.yaml_with_lines import Location

NOWHERE = "the path '.' leads from a row to itself; write the path to the rows inside it"
_LEFT_OUT = "leaves out rows that others lie inside of"
_WITHOUT = {"where": _LEFT_OUT, "first_by": _LEFT_OUT, "split": "makes rows of a text, which has no rows inside it"}

Problem = tuple[Location, str]
Steps = tuple[str, ...]


def written_recursion_problems(model: ChildModel, place: Location) -> Iterator[Problem]:
    """Keys that cannot stand beside ``recursive``, and names that the table has already."""
    for key, reason in _WITHOUT.items():
        if getattr(model, key, None):
            yield place, f"is not possible with '{key}', which {reason}"
    for column in TREE_COLUMNS:
        if column.name in model.columns:
            yield (*place[:-1], "columns", column.name), f"a recursive table has a column {column.name} of its own"


def recursion_problems(dataset: Dataset, table: Table, place: Location) -> Iterator[Problem]:
    """What makes a table impossible, if it is recursive: it is at ``place`` in the file."""
    if not table.recursive:
        return
    policy = dataset.entity(table.entity).policy.name
    if policy in {"fill", "merge"}:
        yield (
            (*place, "recursive"),
            f"is not possible with the policy {policy}, which unites the child rows of several versions by their "
            "ordinals: rows of one tree would become those of another",
        )
    own = [other for other in dataset.entity_tables(table.entity) if _is_below(dataset, other, table)]
    for inside in table.recursive:
        for path in _paths_in_row(dataset, table, own):
            if len(path) >= len(inside) and _takes_all(inside, path[: len(inside)]):
                yield (
                    (*place, "recursive"),
                    f"{_shown(path)!r} leads into the rows inside of a row, which are read as rows of {table.name} "
                    "only",
                )
                return
    for other in dataset.entity_tables(table.entity):
        if other in own:
            continue
        for path in _paths_in_record(dataset, other):
            if any(path[: len(tree)] == tree for tree in _trees(dataset, table)):
                yield (
                    (*place, "recursive"),
                    f"{_shown(path)!r}, which {other.name} reads, is inside of the rows of {table.name}, which are "
                    f"read as rows of {table.name} only",
                )
                return


def _takes_all(steps: Steps, other: Steps) -> bool:
    """Whether a path selects whatever another one of the same length selects."""
    return tags_of(steps) == tags_of(other) and takes_all(steps, other)


def _is_below(dataset: Dataset, table: Table, top: Table) -> bool:
    while table is not top and table.parent is not None:
        table = dataset.table(table.parent)
    return table is top


def _trees(dataset: Dataset, table: Table) -> Iterator[Steps]:
    """The names of the elements from the record to the rows inside of the rows at the top."""
    for steps in places_of_rows(dataset, table):
        for inside in table.recursive:
            yield tags_of((*steps, *inside))


def _paths_in_row(dataset: Dataset, table: Table, own: list[Table]) -> Iterator[Steps]:
    """All paths from a row that the table itself and those below it read."""
    for other in own:
        above = [()] if other is table else list(steps_in_row(dataset, other, table))
        for steps in above:
            yield from _read_from(other, steps, is_top=other is table)


def _paths_in_record(dataset: Dataset, table: Table) -> Iterator[Steps]:
    """The names of the elements on all paths from the record that a table reads."""
    for steps in places_of_rows(dataset, table):
        for path in _read_from(table, steps, is_top=False):
            yield tags_of(path)


def _read_from(table: Table, rows: Steps, *, is_top: bool) -> Iterator[Steps]:
    yield rows
    if not is_top:
        for inside in table.recursive:
            yield (*rows, *inside)
    for column in (*table.key, *table.columns):
        for path in column.paths:
            ups = path.steps.count(PARENT)
            if not path.absolute and ups <= len(rows):
                yield (*rows[: len(rows) - ups], *path.steps[ups:])


def _shown(path: Steps) -> str:
    return "/".join(path)
