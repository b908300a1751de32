"""The pages that teach by example do what they say: their blocks are run, and the outputs they show are compared.

docs/dba.md loads from psql alone, docs/mapping.md a file with every key of the language, docs/commands.md a sample with
faults, docs/conflicts.md two sources of one key, docs/history.md two dumps, one of which is taken back,
docs/operations.md loads that need an operator.
"""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.support.documentation import CLONE, Step, as_shown, run

# Page → outputs that it shows, at least. Pages that are mostly SQL are run on every server version that is here.
OF_COMMANDS = {"mapping.md": 8, "commands.md": 2, "conflicts.md": 1}
OF_SQL = {"dba.md": 10, "history.md": 5, "operations.md": 9}


@pytest.fixture
def database(empty_database: str) -> str:
    """As the reader of a page has it."""
    return empty_database


def walk(page: str, database: str, folder: Path) -> int:
    """Runs a page; the number of outputs that it shows, all of which were printed."""
    walked: list[Step] = []
    for step, output in run(CLONE / "docs" / page, folder, database):
        walked.append(step)
        if step.shown is not None:
            assert as_shown(output) == as_shown(step.shown), f"docs/{page}, line {step.block.line}"
    return len([step for step in walked if step.shown is not None])


@pytest.mark.parametrize("page", OF_COMMANDS)
def test_every_block_of_the_page_runs_and_prints_what_the_page_shows(page: str, database: str, tmp_path: Path) -> None:
    assert walk(page, database, tmp_path) >= OF_COMMANDS[page]


@pytest.mark.parametrize("page", OF_SQL)
def test_every_block_of_the_page_does_so_on_every_server(page: str, any_database: str, tmp_path: Path) -> None:
    assert walk(page, any_database, tmp_path) >= OF_SQL[page]
    if page == "dba.md":
        assert_balanced(any_database)


def assert_balanced(database: str) -> None:
    """The loads from psql have left a manifest that adds up."""
    with psycopg.connect(database) as connection:
        loads = connection.execute(
            "select mode, state, read = inserted + updated + unchanged + duplicate + rejected, read > 0 "
            "from loader.load order by load_id"
        ).fetchall()
        left = connection.execute("select count(*) from loader.chunk where state <> 'done'").fetchone()
    assert {(mode, state) for mode, state, _, _ in loads} >= {("merge", "done"), ("replace", "done")}
    assert all(balanced and read for _, state, balanced, read in loads if state == "done")
    assert left == (0,)
