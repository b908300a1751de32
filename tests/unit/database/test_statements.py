"""Python issues no statement on tables of the manifest: it calls routines of the schema `loader` or reads its views."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from loader.database.migrate import routine_files
from tests.support.documentation import CLONE

# Before the schema is brought up to date, and to note that it was.
BEFORE = CLONE / "loader" / "database" / "manifest.py"
ROUTINES = {path.stem for path in routine_files() if path.parent.name != "views"}
VIEWS = {path.stem for path in routine_files() if path.parent.name == "views"}

_NAMED = re.compile(r"\bloader\.(\w+)\b(\()?")
_SQL = re.compile(
    r"\b(?:select|call|from|join|update|into|truncate|table|using|only|merge|copy|lock)\s+(?:only\s+)?loader\.\w|"
    r"\bloader\.\w+\(.*%s"
)


def texts(source: str) -> Iterator[str]:
    """The texts of a module that are no docstrings, those that stand behind each other as one."""
    tree = ast.parse(source)
    said = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "%s" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)) and id(node) not in said:
            yield node.value if isinstance(node.value, str) else node.value.decode("latin-1")


def wrong_names(source: str) -> list[str]:
    """What statements of a module name in the schema `loader` that is neither a routine that they call nor a view."""
    found = (named for text in texts(source) if _SQL.search(text) for named in _NAMED.finditer(text))
    return [named[0] for named in found if named[1] not in (ROUTINES if named[2] else VIEWS)]


def test_python_names_only_routines_and_views_of_the_manifest() -> None:
    files = [path for path in (CLONE / "loader").rglob("*.py") if path != BEFORE]
    wrong = {path.name: names for path in files if (names := wrong_names(path.read_text(encoding="utf-8")))}
    called = {named[1] for path in files for text in texts(path.read_text(encoding="utf-8")) for named in
              _NAMED.finditer(text)} & ROUTINES  # fmt: skip

    assert len(called) > 80, "statements are found"
    assert wrong == {}


def test_what_is_asked_before_are_the_tables_that_every_version_has() -> None:
    tables = set(wrong_names(BEFORE.read_text(encoding="utf-8")))
    assert tables == {"loader.migration", "loader.dataset", "loader.load", "loader.source", "loader.chunk"}


@pytest.mark.parametrize(
    "statement",
    [
        '"select 1 from loader.load where load_id = %s"',
        '"select count(*) from " "loader.load_status join loader.chunk using (load_id)"',
        '"update loader.reject set state = %s"',
        'b"insert into loader.event values ($1)"',
        'f"delete from only loader.chunk where {condition}"',
        '"select loader.no_such_routine(%s)"',
        '"select loader.load_status(%s)"',
        '"select * from loader.read_load"',
    ],
)
def test_a_statement_of_its_own_is_found(statement: str) -> None:
    assert wrong_names(f"def ask():\n    execute({statement})\n")
