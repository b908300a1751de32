"""Two lists of (path, ordinals, value): of a record as lxml walks it, and as the rows tell it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lxml import etree

from loader.mapping.dataset import Dataset
from loader.mapping.tables import Table

Item = tuple[str, tuple[int, ...], str]
Row = Mapping[str, str | None]


def walked(record: etree._Element) -> Iterator[Item]:
    """Every attribute and every innermost element, with its place among siblings at each step."""
    yield from _walk(record, "", ())


def _walk(element: etree._Element, path: str, ordinals: tuple[int, ...]) -> Iterator[Item]:
    for name, value in element.attrib.items():
        yield f"{path}/@{name}", ordinals, str(value)
    if not len(element) and (element.text or not element.attrib):
        yield path, ordinals, element.text or ""
    seen: Counter[str] = Counter()
    for child in element:
        seen[child.tag] += 1
        yield from _walk(child, f"{path}/{child.tag}", (*ordinals, seen[child.tag]))


def told(dataset: Dataset, entity: str, rows: Mapping[str, Sequence[Row]], key: str) -> Iterator[Item]:
    """The same, from the rows of one record by table; NULL means that nothing was there."""
    for table in dataset.entity_tables(entity):
        for row in rows.get(table.name, ()):
            path, ordinals = _place(dataset, table, row)
            if row[table.key[0].name] != key:
                continue
            for column in (*(table.key if table.is_root else ()), *table.columns):
                value = row[column.name]
                if value is None or column.path is None:
                    continue
                steps = "".join(f"/{step}" for step in column.path.steps)
                attribute = f"/@{column.path.attribute}" if column.path.attribute else ""
                yield path + steps + attribute, (*ordinals, *(1 for _ in column.path.steps)), value


def _place(dataset: Dataset, table: Table, row: Row) -> tuple[str, tuple[int, ...]]:
    """Path and ordinals of the element that a row is; containers stand once."""
    line = _line(dataset, table)
    path, ordinals = "", ()
    for child, ordinal in zip(line[1:], table.ordinals, strict=True):
        path += "".join(f"/{step}" for step in child.rows)
        ordinals += (*(1 for _ in child.rows[:-1]), int(row[ordinal] or 0))
    return path, ordinals


def _line(dataset: Dataset, table: Table) -> list[Table]:
    """The table behind its parents, the root first."""
    line = [table]
    while line[0].parent is not None:
        line.insert(0, dataset.table(line[0].parent))
    return line


def containers(dataset: Dataset, entity: str) -> set[str]:
    """Paths that hold rows and nothing else; the rows cannot tell whether an empty one was there."""
    result = set()
    for table in dataset.entity_tables(entity):
        path = ""
        for child in _line(dataset, table)[1:]:
            for step in child.rows[:-1]:
                path += f"/{step}"
                result.add(path)
            path += f"/{child.rows[-1]}"
    return result


def types(dataset: Dataset, entity: str) -> dict[str, str]:
    """The type of the column that a path goes to."""
    result = {}
    for table in dataset.entity_tables(entity):
        place = "".join(f"/{step}" for child in _line(dataset, table)[1:] for step in child.rows)
        for column in (*(table.key if table.is_root else ()), *table.columns):
            if column.path is not None:
                steps = "".join(f"/{step}" for step in column.path.steps)
                attribute = f"/@{column.path.attribute}" if column.path.attribute else ""
                result[place + steps + attribute] = column.type
    return result


def as_stored(items: Iterable[Item], types: Mapping[str, str]) -> Iterator[Item]:
    """What a table of typed columns keeps of the values: 007 is 7, and an empty number is none."""
    for path, ordinals, value in items:
        if types.get(path) == "integer":
            if value.strip():
                yield path, ordinals, str(int(value))
        else:
            yield path, ordinals, value


def compare(
    dataset: Dataset,
    entity: str,
    record: etree._Element,
    rows: Mapping[str, Sequence[Row]],
    key: str,
    *,
    stored: bool = False,
) -> None:
    """Assert that the rows tell all that the record says, and nothing else.

    Excepted: empty containers, and what the mapping ignores. An element with attributes and no text is its
    attributes: that its text is '' needs no telling. ``stored``: the rows come from typed tables. Also excepted,
    by its name: master_id 0, which means that there is none.
    """
    ignored = {"".join(f"/{s}" for s in p.steps) for p in dataset.table(entity).ignore}
    silent = containers(dataset, entity)
    expected = sorted(
        item for item in walked(record) if item[0] not in ignored and not (item[0] in silent and item[2] == "")
    )
    expected = [item for item in expected if item[0] != "/master_id" or item[2] != "0"]
    if stored:
        expected = sorted(as_stored(expected, types(dataset, entity)))
    known = {item[:2] for item in expected}
    found = sorted(item for item in told(dataset, entity, rows, key) if item[2] or item[:2] in known)
    assert found == expected
