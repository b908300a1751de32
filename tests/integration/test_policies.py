"""Every policy has the outcome that a plain oracle has: whatever the order of loads, workers, chunks and deaths."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from loader.cli.exit_codes import CLEAN, REJECTS
from loader.database.connect import connect
from loader.mapping.read import read_dataset
from loader.report.summary import summary
from tests.crash.state import faults
from tests.support.policies import ENTITIES, MAPPING, Issue, State, expected, in_loads, issues, only, stored, write
from tests.support.running import ended, execute, loader, query, running, wait_until
from tests.support.working import load_here

# The acceptance run: POLICIES_ORDERS=20, each order with 8 workers over 10 sources, one worker killed in each load.
ORDERS = int(os.environ.get("POLICIES_ORDERS", "0"))
SHOPS, WORKERS = (5, 8) if ORDERS else (3, 2)
DELETING = ("newest", "kept", "agreed", "filled", "merged")  # the others do not know what they put aside
BY_CHUNK = ("newest", "oldest")  # all others are decided at the end of a load
FEW = ("newest", "kept", "agreed", "merged")  # one of each kind: without versions, chosen, compared, composed


@pytest.mark.parametrize("seed", range(ORDERS or 2))
def test_the_order_of_loads_does_not_matter(tmp_path: Path, database: str, seed: int) -> None:
    loads = in_loads(seed, issues(0, shops=SHOPS))
    assert loader("migrate", MAPPING, database=database).code == CLEAN
    execute(database, HOLDING)

    for number, together in enumerate(loads, start=1):
        paths, priority = write(tmp_path, together), together[0].priority
        if ORDERS or number == len(loads):
            load_and_kill(database, *paths, "--priority", priority)
        else:
            load_here(database, MAPPING, paths, 700, priority=priority)

    assert stored(database) == expected(loads, deletes=False)


@pytest.mark.parametrize("mode", ["replace", "merge"])
def test_all_in_one_load(tmp_path: Path, database: str, mode: str) -> None:
    given = [Issue(issue.shop, issue.day, 0, issue.offers) for issue in issues(1)]

    load_here(database, MAPPING, write(tmp_path, given), 2000, mode=mode)

    assert stored(database) == expected([given], deletes=False)
    sampled = query(
        database, "select entity, count(*) <= 100, bool_and(why is not null) from loader.conflict group by 1"
    )
    assert sorted(sampled) == [(entity, True, True) for entity in sorted(ENTITIES)]
    counts = "select conflicts >= duplicate, duplicate > 0, rejected > 0 from loader.load"
    assert query(database, counts) == [(True, True, True)]
    assert not [fault for fault in faults(database) if "rows left" in fault]


@pytest.mark.parametrize("seed", range(ORDERS or 2))
def test_whole_snapshots_in_any_order(tmp_path: Path, database: str, seed: int) -> None:
    """What a snapshot does not hold is gone, or marked as gone, with all that older sources said of it."""
    loads = in_loads(7, issues(2, shops=SHOPS, days=3))
    random.Random(seed).shuffle(loads)
    marks = seed % 2 == 1
    mapping = only(tmp_path, DELETING, "deletes: mark" if marks else "deletes: delete")

    for together in loads:
        paths = write(tmp_path / "dumps", together, DELETING)
        load_here(database, mapping, paths, priority=together[0].priority, options={"allow_deletes": True})

    wanted = expected(loads, deletes=True)
    for entity in DELETING:
        gone = query(database, f"select id from market.{entity} where _gone_since is not null") if marks else []
        found = stored(database, [entity])[entity]
        assert {key: offer for key, offer in found.items() if (key,) not in gone} == wanted[entity], entity


@pytest.mark.parametrize("seed", range(ORDERS or 1))
def test_chunk_by_chunk(tmp_path: Path, database: str, seed: int) -> None:
    loads = in_loads(seed, issues(3, shops=SHOPS))
    mapping = only(tmp_path, BY_CHUNK, "visibility: chunk")

    for together in loads:
        paths = write(tmp_path / "dumps", together, BY_CHUNK)
        load_here(database, mapping, paths, mode="merge", priority=together[0].priority)

    wanted = expected(loads, deletes=False)
    assert stored(database, BY_CHUNK) == {entity: wanted[entity] for entity in BY_CHUNK}


def test_what_was_taken_back_says_nothing_any_more(tmp_path: Path, database: str) -> None:
    first, undone, last = issues(4, days=1)
    mapping = only(tmp_path, FEW, "history: on")

    def bring(issue: Issue) -> int:
        return load_here(database, mapping, write(tmp_path / "dumps", [issue], FEW), 4000, priority=issue.priority)

    bring(first)
    execute(database, f"call loader.rollback({bring(undone)})")
    assert stored(database, FEW) == of_few(expected([[first]], deletes=False))

    bring(last)
    assert stored(database, FEW) == of_few(expected([[first], [last]], deletes=False))


def test_a_reverted_replace_says_nothing_any_more(tmp_path: Path, database: str) -> None:
    first, second, replacing, last = issues(5, shops=2)
    mapping = only(tmp_path, FEW, "history: off")

    def bring(issue: Issue, mode: str = "merge") -> None:
        paths = write(tmp_path / "dumps", [issue], FEW)
        load_here(database, mapping, paths, 4000, mode=mode, priority=issue.priority)

    bring(first)
    bring(second)
    bring(replacing, "replace")
    assert stored(database, FEW) == of_few(expected([[replacing]], deletes=False))

    execute(database, "call loader.revert('market')")
    bring(last)
    assert stored(database, FEW) == of_few(expected([[first], [second], [last]], deletes=False))


def test_what_changes_beside_the_records_read_is_counted(tmp_path: Path, database: str) -> None:
    """Rows that contradictions take back, and rows that become others as a source does not count any more."""
    mapping = tmp_path / "shop.yaml"
    mapping.write_text(
        "dataset: shop\nsnapshot: _(\\d{8})\ndeletes: mark\nmax_rejects: 100%\nmax_delete_pct: 100\nentities:\n"
        + "".join(
            f"  {policy}: {{record: /r/{policy}, key: {{k: '@k'}}, columns: {{n: n, m: m}}, policy: {policy}}}\n"
            for policy in ("error", "fill")
        )
    )

    def bring(shop: str, day: str, *records: tuple[int, str], **request: object) -> Any:
        content = "".join(f'<{e} k="{k}">{v}</{e}>' for e in ("error", "fill") for k, v in records)
        path = tmp_path / f"{shop}_{day}.xml"
        path.write_text(f"<r>{content}</r>")
        load_id = load_here(database, mapping, [path], **request)  # type: ignore[arg-type]
        with connect(database) as connection:
            return summary(connection, read_dataset(str(mapping)), load_id, 1)

    bring("ann", "20260101", (1, "<n>1</n>"), (2, ""), (3, "<n>3</n>"), priority=1, options={"deletes": "ignore"})
    execute(database, "create table public.liked (k text references shop.error on delete cascade)")
    execute(database, "insert into public.liked values ('3')")
    told = bring("bob", "20260101", (1, "<n>9</n><m>9</m>"), (2, ""), (3, "<n>9</n>"))
    assert [(e["entity"], e["deleted"], e["without_key"]) for e in told.entities] == [("error", 1, 0), ("fill", 0, 0)]
    assert "1 error records are missing from the dump but stay" in told.as_text()
    assert query(database, "select k from public.liked") == [("3",)]

    execute(
        database,
        "create table public.noted (k text, source bigint, foreign key (k, source) references shop_history.fill_version"
        " on delete cascade); insert into public.noted select k, source_id from shop_history.fill_version",
    )
    with pytest.raises(psycopg.Error, match=r"rows of others refer to rows of shop_history\.fill_version"):
        bring("bob", "20260201", (2, ""))
    assert query(database, "select count(*)::int from public.noted") == [(6,)]
    execute(database, "drop table public.noted")
    told = bring("bob", "20260201", (2, ""))
    changed = "select count(*) from shop_history.{0}_change where load_id = 3 union all select recomposed from "
    for entity in ("error", "fill"):
        rows = query(database, changed.format(entity) + f"loader.load_entity where load_id = 3 and entity = '{entity}'")
        assert rows[0] == rows[1] != (0,), entity
    assert query(database, "select k, n, m, _gone_since from shop.fill where k = '1'") == [("1", "1", None, None)]
    assert "1 fill rows were computed again" in told.as_text()
    assert "nothing has changed" not in told.as_text()
    assert query(database, "select recomposed from loader.load_status where load_id = 3") == [(told.recomposed,)]


def of_few(states: dict[str, State]) -> dict[str, State]:
    return {entity: states[entity] for entity in FEW}


def load_and_kill(database: str, *arguments: object) -> None:
    """A load in which one worker dies while it holds a chunk."""
    told = ("load", MAPPING, *arguments, "--chunk-bytes", 700, "-w", WORKERS, "--no-space-check", "--merge")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(7)")
        with running(*told, database=database) as process:
            wait_until(lambda: process.poll() is not None or bool(query(database, WAITING)), "a worker had to wait")
            assert process.poll() is None, ended(process)
            ((worker,), *_) = query(database, WAITING)
            os.kill(int(worker.rpartition(":")[2]), signal.SIGKILL)
            connection.execute("select pg_advisory_unlock(7)")
            run = ended(process)
    assert run.code in (CLEAN, REJECTS), run
    assert "was killed by signal 9, another starts" in run.out


# Nobody ends a chunk while the test holds the lock 7.
HOLDING = """
create function public.hold() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared(7);
    return new;
end $$;
create trigger hold before update on loader.chunk_attempt for each row when (new.outcome = 'done')
execute function public.hold();
"""
WAITING = (
    "select c.worker from loader.chunk_attempt as a join loader.chunk as c using (chunk_id) "
    "join pg_stat_activity as s on s.pid = a.backend_pid "
    "where c.state = 'leased' and a.ended_at is null and s.wait_event_type = 'Lock'"
)
