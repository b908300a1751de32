"""What makes the paths of a table impossible: they leave the record, meet in one row, or are ignored as well."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from loader.mapping.dataset import Dataset
from loader.mapping.outside import Outside, absolute, outside
from loader.mapping.paths import Names, Path
from loader.mapping.steps import PARENT, are_plain, tags_of
from loader.mapping.tables import Column, Table
from loader.mapping.yaml_with_lines import Location

MAX_DEPTH = 16  # Python nests at most twenty loops, and the extractor has one loop per step

Problem = tuple[Location, str]
Steps = tuple[str, ...]


def path_problems(dataset: Dataset, table: Table, place: Location) -> Iterator[Problem]:
    """Every problem with the paths of a table, which is at ``place`` in the file."""
    yield from _row_paths(table, place)
    for part, columns in (("key", table.key if table.is_root else ()), ("columns", table.columns)):
        for column in columns:
            for path in column.paths:
                where = (*place, part, column.name, "coalesce" if column.coalesce else "path")
                yield from outside_problems(dataset, table, column, path, where)
    yield from _ignored(dataset, table, place)


def _row_paths(table: Table, place: Location) -> Iterator[Problem]:
    for one, other in combinations(map(tags_of, table.row_paths), 2):
        shorter, longer = sorted((one, other), key=len)
        if len(shorter) < len(longer) and longer[: len(shorter)] == shorter:
            yield (*place, "rows"), f"{'/'.join(longer)} lies inside {'/'.join(shorter) or '.'}: a row in a row"
    if len(set(table.row_paths)) < len(table.row_paths):
        yield (*place, "rows"), "the same path occurs twice"


def outside_problems(dataset: Dataset, table: Table, column: Column, path: Path, where: Location) -> Iterator[Problem]:
    """A path that leads out of the record, but to nothing that is known when a record is read."""
    names, rows = Names(dataset.namespaces), places_of_rows(dataset, table)
    tree, ups = _tree_around(dataset, table), path.steps.count(PARENT)
    if tree is not None and any(ups > len(steps) for steps in steps_in_row(dataset, table, tree)):
        yield where, f"{path.text!r} leads out of the row of {tree.name}; parent_ordinal names the row around it"
        return
    leaving = [path.steps.count(PARENT) > len(steps) for steps in rows]
    if any(leaving) and not all(leaving):
        yield where, f"{path.text!r} leads out of the record from some of the rows only: their depths differ"
    elif any(leaving) and not are_plain(path.steps):
        yield where, f"{path.text!r} leads around the records, where there are no predicates"
    elif path.absolute or any(leaving):
        for record in dataset.entity(table.entity).record_paths:
            for row in rows:
                if path.steps.count(PARENT) - len(row) >= len(record):
                    yield where, f"{path.text!r} leads out of the document"
                    return
                value = outside(column, absolute(path, row, record), record, names)
                if problem := _unknown(dataset, value, record):
                    yield where, f"{path.text!r} {problem}"
                    return


def _unknown(dataset: Dataset, value: Outside, record: Steps) -> str:
    """Why a value is not known when a record is read; '' if it is."""
    if value.steps[: len(record)] == tags_of(record):
        return "is inside of the records, where paths are relative"
    if not value.anchor:
        return "is in no element around the records"
    if not value.is_before:
        is_open = value.attribute is None and value.read_as != "name"
        return "is an element around the records: only its attributes and its name can be read" if is_open else ""
    if value.read_as not in {"text", "own_text", "exists"}:
        return f"stands before the records, where 'as: {value.read_as}' is not possible"
    inner = [each for entity in dataset.readers for each in entity.record_paths if len(each) > len(value.steps)]
    if not value.is_of_tag and any(tags_of(each[: len(value.steps)]) == value.steps for each in inner):
        return "contains records, so that its text is not read as a whole"
    return ""


def places_of_rows(dataset: Dataset, table: Table) -> list[Steps]:
    """All paths from the record to the rows of a table; of rows inside of rows, to those at the top."""
    return steps_in_row(dataset, table, None)


def steps_in_row(dataset: Dataset, table: Table, top: Table | None) -> list[Steps]:
    """All paths to the rows of a table from the row of another one around them (None: from the record)."""
    if table.parent is None or table is top:
        return [()]
    above = steps_in_row(dataset, dataset.table(table.parent), top)
    return [(*steps, *rows) for steps in above for rows in table.row_paths]


def _tree_around(dataset: Dataset, table: Table) -> Table | None:
    """The innermost recursive table that a table is, or is below."""
    while not table.recursive:
        if table.parent is None:
            return None
        table = dataset.table(table.parent)
    return table


def _ignored(dataset: Dataset, table: Table, place: Location) -> Iterator[Problem]:
    mapped = [*_paths(dataset, table), *((steps, None) for steps in table.recursive)]
    for i, path in enumerate(table.ignore):
        where = (*place, "ignore", i)
        if path.absolute and table.is_root and are_plain(path.steps):
            if problem := _around(dataset, path):
                yield where, f"{path.text!r} {problem}"
        elif path.absolute or PARENT in path.steps or not (path.steps or path.attribute):
            yield where, f"{path.text!r} is not an element or attribute below the row"
        elif not are_plain(path.steps):
            yield where, f"{path.text!r}: what is left out has no predicates; those of other paths take what they need"
        elif any(_covers(path, steps, attribute) for steps, attribute in mapped):
            yield where, f"{path.text!r} is ignored and mapped"
    for steps, _ in mapped if table.is_root else ():
        if len(steps) > MAX_DEPTH:
            yield place, f"{'/'.join(tags_of(steps))!r} is deeper than {MAX_DEPTH} elements"


def _around(dataset: Dataset, path: Path) -> str:
    """Why an element that is not in the records cannot be left out; '' if it can."""
    if path.attribute is not None:
        return "is an attribute around the records, which is never reported"
    if any(
        tags_of(record[: len(path.steps)]) == path.steps for each in dataset.readers for record in each.record_paths
    ):
        return "contains records"
    columns = [column for table in dataset.tables for column in (*table.key, *table.columns)]
    is_read = any(each.absolute and each.steps[: len(path.steps)] == path.steps for c in columns for each in c.paths)
    return "is ignored and mapped" if is_read else ""


def _covers(path: Path, steps: Steps, attribute: str | None) -> bool:
    if path.attribute is not None:
        return (path.steps, path.attribute) == (steps, attribute)
    return steps[: len(path.steps)] == path.steps


def _paths(dataset: Dataset, table: Table) -> Iterator[tuple[Steps, str | None]]:
    """All paths that a table and those below it read: steps from the table's row, attribute."""
    for column in (*table.key, *table.columns):
        for path in column.paths:
            if not path.absolute:
                yield path.steps, path.attribute
    for child in dataset.tables:
        if child.parent == table.name:
            # A row inside of a row has the same paths below it.
            inside = [(*rows, *steps) for rows in child.row_paths for steps in child.recursive]
            for rows in (*child.row_paths, *inside):
                yield rows, None
                for steps, attribute in _paths(dataset, child):
                    ups = steps.count(PARENT)
                    yield (*rows[: max(0, len(rows) - ups)], *steps[min(ups, len(rows)) :]), attribute
