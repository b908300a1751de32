"""The operator's page has a row for every state, event and error that there is, and for no other."""

from __future__ import annotations

import re

import pytest

from loader.cli import exit_codes
from tests.reference import DOCS, SQL, errors
from tests.support.documentation import CLONE

PAGE = (DOCS / "operations.md").read_text(encoding="utf-8")
COMPOSED = {"chunk_": ("failed", "dead"), "load_": ("failed", "cancelled"), "source_": ("planned", "damaged")}


def _firsts(head: str) -> list[str]:
    """The first cells of the table whose heading begins so."""
    table = re.search(rf"^\| {re.escape(head)}.*\n\| ---.*\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    assert table, f"operations.md has no table {head}"
    return re.findall(r"^\| `(\w+)` \|", table[1], re.MULTILINE)


def _logged() -> set[str]:
    """The kinds of events that routines and the program log."""
    files = [*(CLONE / "loader").rglob("*.py"), *(CLONE / "sql").rglob("*.sql")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    found = set(re.findall(r"log_event\(\s*'(\w+)'", text))
    parts = {kind for kind in found if kind.endswith("_")}
    assert parts == set(COMPOSED), "a kind of event is made of parts that this test does not know"
    return found - parts | {part + end for part, ends in COMPOSED.items() for end in ends}


def test_every_kind_of_event_has_a_row() -> None:
    assert sorted(_firsts("Kind")) == sorted(_logged())


def test_every_error_has_a_row_with_commands() -> None:
    codes = re.findall(r"^\| `(LD\d+)` \|", errors(), re.MULTILINE)

    assert len(codes) > 1
    assert _firsts("SQLSTATE | The load") == codes


@pytest.mark.parametrize("table", ["load", "source", "chunk"])
def test_every_state_has_a_row(table: str) -> None:
    schema = "\n".join(path.read_text(encoding="utf-8") for path in (SQL / "schema").glob("*.sql"))
    states = re.search(
        rf"create table loader\.{table} \(.*?\bstate text.*?check \(state in \(([^)]*)\)", schema, re.DOTALL
    )

    assert states
    assert _firsts(f"{table.capitalize()} (`loader.{table}.state`)") == re.findall(r"'(\w+)'", states[1])


def test_every_outcome_of_an_attempt_is_explained() -> None:
    schema = "\n".join(path.read_text(encoding="utf-8") for path in (SQL / "schema").glob("*.sql"))
    outcomes = re.search(r"outcome text check \(outcome in \(([^)]*)\)", schema)

    assert outcomes
    assert [word for word in re.findall(r"'(\w+)'", outcomes[1]) if f"`{word}`" not in PAGE] == []


def test_the_exit_codes_are_those_of_the_program_and_each_is_explained() -> None:
    table = PAGE.partition("| Exit code |")[2].partition("\n\n")[0]

    codes = {value for name, value in vars(exit_codes).items() if name.isupper()}
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)} == codes
