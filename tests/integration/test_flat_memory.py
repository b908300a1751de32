"""Lists and exports of rejects and changes take the memory of one row, however many there are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.history import V1, V2, Tide
from tests.support.running import environment, execute, query

MANY, SIZE = 800, 100_000  # rows, and bytes of each: more than any of these commands may take
MOST_KB = 100_000  # the interpreter with its libraries takes half of it

MEASURED = """
import contextlib, pathlib, sys
from loader.cli.main import main
with open(sys.argv[1], "w") as out, contextlib.redirect_stdout(out):
    code = main(sys.argv[2:])
# Not ru_maxrss, which begins with what the process that started this one held.
print(code, pathlib.Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


@pytest.fixture(scope="module")
def tide(tmp_path_factory: pytest.TempPathFactory, module_database: str) -> Tide:
    """Two loads; the second has many big rejects, and has changed many big records."""
    tide = Tide(tmp_path_factory.mktemp("tide"), module_database)
    tide.load("20260101", V1)
    tide.load("20260201", V2)
    execute(
        module_database,
        f"""
        insert into loader.reject (load_id, source_id, entity, record, reason, message, raw)
        select 2, 2, 'row', n, 'type', 'wrong', convert_to('<row>' || repeat('x', {SIZE}) || '</row>', 'UTF8')
        from generate_series(1, {MANY}) as n;
        insert into tide_history.row_change (load_id, id, op, before)
        select 2, n, 'delete', jsonb_build_object('row', jsonb_build_object('name', repeat('x', {SIZE})))
        from generate_series(1000, 1000 + {MANY}) as n;
        select loader.note_recorded('{{changes}}', '{{2}}');
        """,
    )
    return tide


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("command", "size"),
    [
        (("rejects", "list", "tide", "--limit", "1"), 0),
        (("rejects", "list", "tide", "--limit", "1000000"), MANY * 10),
        (("rejects", "export", "tide"), MANY * SIZE),
        (("diff", "2", "--json"), MANY * SIZE),
        (("diff", "2", "--csv"), MANY * 10),
    ],
    ids=["list", "list all", "export", "diff as JSON", "diff as CSV"],
)
def test_memory_does_not_follow_the_number(tide: Tide, command: tuple[str, ...], size: int) -> None:
    out = tide.folder / "out"
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(out), *command],
        env=environment(tide.database, {}), capture_output=True, text=True, check=True,
    )  # fmt: skip

    code, kilobytes = map(int, done.stdout.split())
    assert code == 0, done
    assert out.stat().st_size > size
    assert kilobytes < MOST_KB


def test_a_record_with_several_faults_is_exported_once_with_its_first_open_one(tide: Tide) -> None:
    from loader.admin.rejects import export
    from loader.database.connect import connect

    numbers = query(
        tide.database,
        """
        insert into loader.reject (load_id, source_id, entity, record, reason, message, raw, state)
        select 1, 1, 'row', r, m, m, '<row/>', s
        from (values (2, 'b', 'open'), (1, 'x', 'replayed'), (1, 'c', 'open'), (1, 'd', 'open')) as v (r, m, s)
        returning reject_id
        """,
    )
    assert len(numbers) == 4
    file = tide.folder / "open.jsonl"
    with connect(tide.database) as connection:
        export(connection, "tide", 1, str(file))
    lines = Path(file).read_text().splitlines()
    assert [('"reason": "c"' in line, '"reason": "b"' in line) for line in lines] == [(True, False), (False, True)]
