"""A merge whose build a server crash has emptied begins anew, and nothing of its first try is counted."""

from __future__ import annotations

from tests.support.history import V1, Tide
from tests.support.running import execute, query
from tests.support.working import bring, load_here

COUNTS = "select read::int, updated::int, unchanged::int, duplicate::int from loader.load order by load_id desc limit 1"


def test_what_equalled_its_row_before_the_crash_and_does_not_after_it_is_counted_once(tide: Tide) -> None:
    tide.load("20260101", V1)
    again = tide.dump("20260201", V1)
    number = bring(tide.database, tide.mapping, again, 64)
    noted = f"select count(*) from tide_stage.row_key_log join loader.chunk using (chunk_id) where load_id = {number}"
    assert query(tide.database, noted) != [(0,)]
    # A crash empties unlogged tables; meanwhile somebody changes every row by hand.
    execute(tide.database, "truncate tide_build._canary")
    execute(tide.database, "update tide.row set name = 'changed', _hash = gen_random_uuid()")

    assert query(tide.database, f"select loader.restart_build({number})") == [(True,)]
    assert query(tide.database, noted) == [(0,)]
    assert load_here(tide.database, tide.mapping, again, 64) == number

    assert query(tide.database, COUNTS) == [(5, 5, 0, 0)]
    assert query(tide.database, "select count(*) from tide.row where name = 'changed'") == [(0,)]
