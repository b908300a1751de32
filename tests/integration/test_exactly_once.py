"""The rows of a chunk and its `done` are one transaction: whatever goes wrong between them, neither is there alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.running import execute, loader, query
from tests.support.versions import MAPPING
from tests.support.working import load_here

RECORDS = 20
FAULT = """
create sequence public.fault;
create function public.fail_once() returns trigger language plpgsql as $$
begin
    if nextval('public.fault') = 2 then
        raise exception 'made to fail';
    end if;
    return new;
end
$$;
create trigger fail_once before update on loader.chunk for each row when (new.state = 'done')
execute function public.fail_once();
"""
OUTCOMES = "select attempt, outcome from loader.chunk_attempt where chunk_id = any (%s) order by attempt"
FAILED = "select array_agg(chunk_id) from loader.chunk_attempt where outcome = 'failed'"


@pytest.mark.parametrize("options", [{}, {"visibility": "chunk"}], ids=["at the end", "by chunk"])
def test_a_chunk_that_fails_behind_its_rows_leaves_none(options: dict[str, str], tmp_path: Path, database: str) -> None:
    mapping = tmp_path / "rows.yaml"
    mapping.write_text(MAPPING.format(dataset="rows"))
    dump = tmp_path / "rows.xml"
    rows = "".join(f'<row id="{n}"><name>name {n}</name><items><i>a</i></items></row>' for n in range(RECORDS))
    dump.write_text(f"<dump>{rows}</dump>")
    assert loader("migrate", mapping, database=database).code == 0
    execute(database, FAULT)

    load_here(database, mapping, [dump], mode="merge", options=options)

    ((failed,),) = query(database, FAILED)
    assert query(database, OUTCOMES, failed) == [(1, "failed"), (2, "done")]
    counts = query(database, "select read::int, inserted::int, duplicate::int from loader.load")
    assert counts == [(RECORDS, RECORDS, 0)]
    found = "select (select count(*)::int from rows.row), (select count(*)::int from rows.row_item)"
    assert query(database, found) == [(RECORDS, RECORDS)]
