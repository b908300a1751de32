"""What is broken, and by which test that must be noticed."""

from __future__ import annotations

from dataclasses import dataclass

from tests.support.running import CLONE

_SPEC = "tests/integration/test_isolation.py::test_the_spec_holds[tests-{}]"
_MODEL = "tests/integration/test_queue_model.py"
_REJECTED = "tests/integration/test_rejected_keys.py"


@dataclass(frozen=True)
class Mutation:
    """``old`` in a file, which it has once, becomes ``new``; ``test`` must fail then."""

    name: str
    path: str
    old: str
    new: str
    test: str


def _sql(name: str, routine: str, old: str, new: str, test: str) -> Mutation:
    (path,) = (CLONE / "sql" / "control").glob(f"*/{routine}.sql")
    return Mutation(name, path.relative_to(CLONE).as_posix(), old, new, test)


LOCKED = "for no key update skip locked"
CATALOGUE = (
    _sql(
        "fence without the token", "fence_chunk", "c.chunk_id = p_chunk and c.lease_token = p_token and",
        "c.chunk_id = p_chunk and", _SPEC.format("zombie"),
    ),
    Mutation(
        "done outside of the rows' transaction", "loader/queue/load_chunk.py",
        "        with self._connection.transaction():\n"
        '            self._connection.execute("select loader.fence_chunk', "        if True:\n"
        '            self._connection.execute("select loader.fence_chunk', "tests/integration/test_exactly_once.py",
    ),
    _sql(
        "canary not looked at", "assert_build", "if v_epoch is distinct from v_load.epoch then", "if false then",
        "tests/integration/test_crash.py::test_a_canary_that_is_gone_stops_the_load_from_ending",
    ),
    _sql("claim that waits for locked rows", "claim_chunk", LOCKED, "for no key update", _SPEC.format("claim")),
    _sql("claim that locks nothing", "claim_chunk", LOCKED, "", _SPEC.format("claim")),
    _sql("claim hidden by foreign keys", "claim_chunk", LOCKED, "for update skip locked", _SPEC.format("foreign_keys")),
    _sql("claim that counts no attempt", "claim_chunk", "attempt = c.attempt + 1,", "attempt = c.attempt + 0,", _MODEL),
    _sql(
        "claim of another share", "claim_chunk", "in_partition(r.source_id, r.number, p_partition, p_partitions)",
        "true",
        _SPEC.format("shares"),
    ),
    _sql("sweep that does not mind row locks", "reclaim_expired", LOCKED, "", _SPEC.format("sweep_merge")),
    _sql(
        "sweep that decides before it locks", "reclaim_expired",
        "for no key update skip locked\n    ), taken as (", "\n    ), taken as (", _SPEC.format("sweep_stale"),
    ),
    _sql(
        "sweep that takes a new lease for an old one", "reclaim_expired", "or c.lease_token = any (v_gone))",
        "or p_vanished and not exists (select from chunk_attempt as a join pg_stat_activity as s on s.pid = "
        "a.backend_pid"
        " where a.chunk_id = c.chunk_id and a.attempt = c.attempt))", _SPEC.format("sweep_gone"),
    ),
    _sql("sweep that lets nothing die", "reclaim_expired", "then 'dead' else", "then 'ready' else", _MODEL),
    _sql(
        "heartbeat without an end", "heartbeat_chunk", "return 'overdue';", "null;",
        "tests/integration/test_load_settings.py::test_a_heartbeat_ends_with_the_time_for_a_chunk",
    ),
    _sql(
        "heartbeat that waits for the merge", "heartbeat_chunk", LOCKED, "for no key update", _SPEC.format("heartbeat"),
    ),
    _sql(
        "source fence without the token", "fence_source", "and s.lease_token is not distinct from p_token", "",
        _SPEC.format("claim_source"),
    ),
    _sql(
        "heartbeat of a lost source", "heartbeat_source", "o.source_id = p_source and o.lease_token = p_token and",
        "o.source_id = p_source and", _SPEC.format("claim_source"),
    ),
    _sql("work that others hold forgotten", "has_work", "c.state in ('ready', 'leased')", "c.state = 'ready'", _MODEL),
    _sql(
        "given up, but to be claimed", "close_queue", ", ready_at = 'infinity'", "", _SPEC.format("cancel"),
    ),
    _sql(
        "attempts locked before their chunks", "close_queue",
        "    perform 1 from chunk as c\n    where c.load_id = p_load and c.state in ('ready', 'leased') "
        "order by c.chunk_id for no key update;\n", "", _SPEC.format("cancel"),
    ),
    _sql(
        "restart locked against foreign keys", "restart_build", "l.load_id = p_load for no key update",
        "l.load_id = p_load for update", _SPEC.format("restart"),
    ),
    _sql("restart by everybody", "restart_build", "        perform assert_build(p_load);\n        return false;",
         "        raise sqlstate 'LD006';", _SPEC.format("restart")),
    _sql(
        "chunks for a load that has ended", "plan_chunk", "if v_state <> 'open' then", "if false then",
        _SPEC.format("finish_late_plan"),
    ),
    _sql(
        "ending by two at once", "finish_load", "where l.load_id = p_load for update;", "where l.load_id = p_load;",
        _SPEC.format("finish_twice"),
    ),
    _sql(
        "requeue in a load that has ended", "requeue_chunk", "if v_load.state <> 'open' then", "if false then",
        _SPEC.format("requeue"),
    ),
    _sql(
        "a name of the loader's is enough to be the loader's", "owned_objects",
        "where r.kind = 'relation' and exists (", "where r.kind = 'relation' or exists (",
        "tests/integration/test_ownership.py::test_a_users_table_under_a_name_of_ours_is_not_taken_for_ours",
    ),
    _sql(
        "what users put on tables goes with them", "drop_relations", "if v_foreign is not null then", "if false then",
        "tests/integration/test_alterations.py::test_a_table_is_not_dropped_with_what_users_have_put_on_it",
    ),
    _sql(
        "a load chooses to replace whatever that loses", "may_replace",
        "and (p_quick or can_publish(p_dataset, p_entities))", "",
        "tests/integration/test_alterations.py::test_a_load_that_may_choose_merges_where_it_must",
    ),
    Mutation(
        "what comes back left to shares that have ended", "loader/load/run.py",
        "                partition = None  # who did", "                pass  # who did",
        "tests/integration/test_partition.py::test_the_last_takes_what_comes_back_into_the_queue_of_others",
    ),
    Mutation(
        "rejected records that are gone", "sql/dataset/decide/pick_absent.sql",
        "(array[_p_load]) as r", "(array[-1]) as r",
        f"{_REJECTED}::test_a_rejected_record_keeps_its_row",
    ),
    Mutation(
        "rejected records that have decided", "sql/dataset/rejects/list_undecided.sql",
        "select count(*) from newer as m", "select -1 from newer as m",
        f"{_REJECTED}::test_whatever_the_order_of_months[load]",
    ),
    Mutation(
        "rows of rejected records left behind by a replace", "sql/control/rejects/carry_rejected.sql",
        "if not v_root.is_composed then", "if false then", f"{_REJECTED}::test_a_replace_carries_the_rows[off]",
    ),
    Mutation(
        "rejected keys of another mapping", "sql/dataset/rejects/list_rejected.sql",
        "    and l.mapping_hash = {{ dataset.hash | literal }}\n", "",
        f"{_REJECTED}::test_a_key_may_be_of_another_type_under_another_mapping",
    ),
    _sql(
        "all rejected over rows", "assert_not_all_rejected", "    if found then", "    if false then",
        "tests/integration/test_lost_entities.py::test_a_replace_puts_nothing_empty_over_rows",
    ),
    _sql(
        "rejects hidden by another entity", "assert_rejects", "if v_entity.rejected > v_entity.allowed then",
        "if v_entity.rejected > v_entity.allowed + 20 then",
        "tests/integration/test_lost_entities.py::test_a_share_counts_from_the_first_record_on",
    ),
    Mutation(
        "keys of any length", "loader/mapping/bounds.py", "MAX_ENTRY_BYTES = 2400", "MAX_ENTRY_BYTES = 24000",
        "tests/integration/test_index_limits.py::test_what_no_index_can_hold_is_a_reject",
    ),
)  # fmt: skip
