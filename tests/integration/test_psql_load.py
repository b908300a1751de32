"""The pages that teach by example do what they say: their blocks are run, and the outputs they show are compared.

docs/dba.md loads from psql alone, docs/mapping.md a file with every key of the language, docs/commands.md a sample with
faults, docs/conflicts.md two sources of one key, docs/history.md two dumps, one of which is taken back,
docs/operations.md loads that need an operator.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from loader.database import embedded
from loader.database.binaries import SYSTEM_PATTERNS
from tests.documentation import CLONE, Step, as_shown, run
from tests.server import FAST, fresh_database, server_home

# Page → outputs that it shows, at least.
WALKS = {"dba.md": 10, "mapping.md": 3, "commands.md": 2, "conflicts.md": 1, "history.md": 5, "operations.md": 9}


def _other_servers() -> list[Path]:
    """Programs of the system's servers from 15 on, one a major version."""
    found = {path.parent.name: path for pattern in SYSTEM_PATTERNS for path in Path("/").glob(pattern[1:])}
    return [path for name, path in sorted(found.items()) if name.isdigit() and int(name) >= 15]


def _name(programs: Path | None) -> str:
    return programs.parent.name if programs else "tests"


@pytest.fixture(scope="module", params=[None, *_other_servers()], ids=_name)
def any_server(request: pytest.FixtureRequest, server: str) -> Iterator[str]:
    """The server of the tests, then one of each version that this machine has, whose programs no other module sees."""
    if request.param is None:
        yield server
        return
    with pytest.MonkeyPatch.context() as patch, server_home() as home:
        patch.setenv("LOADER_POSTGRES_BIN", str(request.param))
        yield embedded.ensure_running(home, settings=FAST)


@pytest.fixture
def any_database(any_server: str) -> Iterator[str]:
    with fresh_database(any_server) as url:
        yield url


@pytest.mark.parametrize("page", WALKS)
def test_every_block_of_the_page_runs_and_prints_what_the_page_shows(
    page: str, any_database: str, tmp_path: Path
) -> None:
    walked: list[Step] = []

    for step, output in run(CLONE / "docs" / page, tmp_path, any_database):
        walked.append(step)
        if step.shown is not None:
            assert as_shown(output) == as_shown(step.shown), f"docs/{page}, line {step.block.line}"

    assert len([step for step in walked if step.shown is not None]) >= WALKS[page]


def test_the_load_from_psql_leaves_a_balanced_manifest(any_database: str, tmp_path: Path) -> None:
    list(run(CLONE / "docs" / "dba.md", tmp_path, any_database))

    with psycopg.connect(any_database) as connection:
        loads = connection.execute(
            "select mode, state, read = inserted + updated + unchanged + duplicate + rejected, read > 0 "
            "from loader.load order by load_id"
        ).fetchall()
        left = connection.execute("select count(*) from loader.chunk where state <> 'done'").fetchone()
    assert {(mode, state) for mode, state, _, _ in loads} >= {("merge", "done"), ("replace", "done")}
    assert all(balanced and read for _, state, balanced, read in loads if state == "done")
    assert left == (0,)
