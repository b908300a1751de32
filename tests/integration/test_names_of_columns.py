"""Columns may be named as tables, subqueries and columns are named inside of the SQL that is rendered."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from loader.mapping.read import parse_dataset
from loader.render.script import render
from tests.golden.renew import golden_files
from tests.support.running import execute, load, query

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
REFUSED = {"ordinal", "p_load", "p_at"}  # the child's own; parameters of as-of functions
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
    return sorted({*given, *(name.lstrip("_") for name in variables(code)), "sqlstate", "sqlerrm"} - REFUSED)


def variables(code: str) -> set[str]:
    """The variables and parameters of routines, but for the parameters that as-of functions show to users."""
    declared = "".join(re.findall(r"^declare\n(.*?)^begin$", code, re.DOTALL | re.MULTILINE))
    heads = re.findall(r"^create or replace (?:function|procedure) [^(]*\(([^)]*)\)", code, re.MULTILINE)
    parameters = [re.sub(r"^(?:inout|out) ", "", part.strip()) for head in heads for part in head.split(",")]
    names = {
        *re.findall(r"^ {4}(\w+) ", declared, re.MULTILINE),
        *(part.partition(" ")[0] for part in parameters if part),
    }
    return names - {"p_load", "p_at"}


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


def test_no_column_can_have_the_name_of_a_variable() -> None:
    """A name of a mapping begins with a letter."""
    text = "".join(path.read_text(encoding="utf-8") for path in golden_files().values())
    found = variables(re.sub(r"--[^\n]*|'[^']*'", " ", text))
    assert {"_p_load", "_v_rows", "_v_updated_1", "_p_1"} <= found
    assert {name for name in found if not name.startswith("_")} == set()


def test_conditions_mean_columns(database: str, tmp_path: Path) -> None:
    """Also those that are called like variables of PL/pgSQL, and where a condition can be decided row by row only."""
    path = tmp_path / "words.yaml"
    names = ("found", "sqlstate", "sqlerrm", "v_row", "p_slot", "v_holds")
    columns = ", ".join(f"{name}: '@{name}'" for name in names)
    path.write_text(
        "dataset: words\nentities:\n  word:\n    record: /r/w\n    key: {id: {path: '@id', type: integer}}\n"
        f"    columns: {{{columns}}}\n    where: found <> 'no' and 1 / length(v_row) = 1 and sqlerrm = sqlerrm\n"
        "    check: sqlstate <> 'no' and 1 / length(p_slot) = 1 and v_holds = sqlerrm\n"
    )
    rows = ({}, {"found": "no"}, {"v_row": ""}, {"sqlstate": "no"}, {"p_slot": ""}, {"v_holds": "b"})
    records = "".join(
        f'<w id="{number}" ' + " ".join(f'{name}="{row.get(name, "a")}"' for name in names) + "/>"
        for number, row in enumerate(rows)
    )
    file = tmp_path / "words.xml"
    file.write_text(f"<r>{records}</r>")
    for mode in ("--replace", "--merge"):
        load(database, path, file, mode, code=3)
        assert query(database, "select id, found, sqlerrm from words.word") == [(0, "a", "a")]
        told = (
            "select record, reason from loader.reject where load_id = (select max(load_id) from loader.load) order by 1"
        )
        assert query(database, told) == [(3, "check"), (4, "check"), (5, "check"), (6, "check")]


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
