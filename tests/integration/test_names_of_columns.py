"""Columns may be named as tables, subqueries and columns are named inside of the SQL that is rendered."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from loader.mapping.read import parse_dataset
from loader.render import render
from tests.running import execute, load, query

MAPPING = """\
dataset: {dataset}
snapshot: '_(\\d{{8}})'
deletes: delete
max_delete_pct: 100
{setting}
entities:
  e:
    record: /dump/e
    key: {{{key}: {{path: "@id", type: integer}}}}
    columns: {{{columns}}}
    {rules}
    children:
      e_child:
        rows: c
        columns: {{{columns}}}
"""
REFUSED = {"ordinal"}  # the child's own
DAYS = ("20260101", "20260201", "20260301")
# id: value of the record and its children, month by month; one goes, one comes, one changes, one stays.
MONTHS = (
    {1: "a", 2: "b", 3: "c"},
    {1: "a", 2: "bb", 4: "d"},
    {1: "aa", 2: "bb", 3: "c"},
)


def mapping(folder: Path, dataset: str, kind: str, key: str, columns: list[str]) -> Path:
    setting, rules = SETTINGS[kind]
    path = folder / f"{dataset}.yaml"
    named = ", ".join(f'"{name}": x{number}' for number, name in enumerate(columns))
    path.write_text(
        MAPPING.format(dataset=dataset, key=f'"{key}"', columns=named, setting=setting, rules=rules), encoding="utf-8"
    )
    return path


def dump(folder: Path, dataset: str, month: int, width: int) -> Path:
    path = folder / f"{dataset}_{DAYS[month]}.xml"
    values = "".join(f"<x{number}>{{0}}{number}</x{number}>" for number in range(width))
    records = (
        f'<e id="{key}">{values.format(value)}'
        f"<c>{values.format(value + '1')}</c><c>{values.format(value + '2')}</c></e>"
        for key, value in MONTHS[month].items()
    )
    path.write_text(f"<dump>{''.join(records)}</dump>")
    return path


def names_in_the_rendered() -> list[str]:
    """The names that the SQL of datasets gives: to tables, subqueries and columns."""
    sources = [render(parse_dataset(MAPPING.format(
        dataset="plain", key="id", columns="name: name", setting=setting, rules=rules,
    ))) for setting, rules in SETTINGS.values()]  # fmt: skip
    code = re.sub(r"--[^\n]*|'[^']*'", " ", "\n".join(sources))
    given = re.findall(r"(?:\bas |\bwith |\), )([a-z]\w*)", code)
    return sorted(set(given) - REFUSED)


SETTINGS = {
    "history": ("history: on", ""),
    "chunk": ("visibility: chunk", ""),
    "fill": ("history: off", "policy: fill"),
}


def loaded(database: str, folder: Path, path: Path, dataset: str, *, history: bool) -> list[object]:
    """What the tables hold after three months, a replace, and rollbacks: of each row its values, without names."""
    seen: list[object] = []
    width = len(names_in_the_rendered()) - 1
    for month in range(3):
        summary = load(database, path, dump(folder, dataset, month, width))
        seen.append([summary[name] for name in ("inserted", "updated", "unchanged", "deleted")])
        seen.append(rows(database, dataset))
    if history:
        second = "select load_id from loader.load where dataset = %s order by 1 offset 1"
        seen.append(rows(database, f"{dataset}_history", f"_as_of({query(database, second, dataset)[0][0]})"))
        (last,) = query(database, "select max(load_id) from loader.load where dataset = %s", dataset)[0]
        execute(database, f"call loader.rollback({last})")
        seen.append(rows(database, dataset))
    load(database, path, dump(folder, dataset, 2, width), "--replace")
    seen.append(rows(database, dataset))
    return seen


def rows(database: str, schema: str, suffix: str = "") -> list[object]:
    """Key, ordinal and first and last value of each row, and how many values a row has."""
    found: list[object] = []
    for table in ("e", "e_child"):
        for (text,) in query(database, f"select (row(x.*))::text from {schema}.{table}{suffix} as x"):
            values = text.strip("()").split(",")
            found.append((table, len(values), values[:3], [v for v in values if v[:1] in "abcd" and len(v) < 8][-1]))
    return sorted(found, key=str)


@pytest.mark.parametrize("kind", SETTINGS)
def test_any_name_serves(database: str, tmp_path: Path, kind: str) -> None:
    words = names_in_the_rendered()
    assert {"t", "c", "e", "found", "changed"} <= set(words)
    columns = [word for word in words if word != "k"]
    expected, found = (
        loaded(database, tmp_path, mapping(tmp_path, dataset, kind, key, names), dataset, history=kind == "history")
        for dataset, key, names in (
            ("plain", "id", [f"n{number}" for number in range(len(columns))]),
            ("named", "k", columns),
        )
    )
    assert found == expected
