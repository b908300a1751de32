"""What is broken, and by which test that must be noticed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.mutations.breaks import Break, constant, holds, instead, never, no_assignment, no_with, returns, without
from tests.support.running import CLONE

_SPEC = "tests/integration/test_isolation.py::test_the_spec_holds[tests-{}]"
_MODEL = "tests/integration/test_queue_model.py"
_REJECTED = "tests/integration/test_rejected_keys.py"
_LOST = "tests/integration/test_lost_decisions.py"
_ENTITIES = "tests/integration/test_lost_entities.py"
_MEANWHILE = "tests/integration/test_made_meanwhile.py"
_ALTERED = "tests/integration/test_alterations.py"
_CHANGED = "tests/integration/test_changed_entities.py"
_AROUND = "tests/unit/extract/test_around_records.py"


@dataclass(frozen=True)
class Mutation:
    """``code`` is broken: a routine or a template by its name, or a module of Python; ``test`` must fail then."""

    name: str
    code: str
    breaks: Break
    test: str

    @property
    def path(self) -> Path:
        """The file of the code, in the clone."""
        if self.code.startswith("loader."):
            return Path(*self.code.split(".")).with_suffix(".py")
        (path,) = (CLONE / "sql").rglob(f"{self.code}.sql")
        return path.relative_to(CLONE)


LOCKED = "for no key update skip locked"
CATALOGUE = (
    Mutation("fence without the token", "fence_chunk", holds("lease_token = p_token"), _SPEC.format("zombie")),
    Mutation(
        "done outside of the rows' transaction", "loader.queue.load_chunk",
        no_with("ChunkLoader._commit", "transaction"), "tests/integration/test_exactly_once.py",
    ),
    Mutation(
        "canary not looked at", "assert_build", never("v_epoch is distinct from v_load.epoch"),
        "tests/integration/test_crash.py::test_a_canary_that_is_gone_stops_the_load_from_ending",
    ),
    Mutation(
        "claim that waits for locked rows", "claim_chunk", instead(LOCKED, "for no key update"), _SPEC.format("claim"),
    ),
    Mutation("claim that locks nothing", "claim_chunk", instead(LOCKED, ""), _SPEC.format("claim")),
    Mutation(
        "claim hidden by foreign keys", "claim_chunk", instead(LOCKED, "for update skip locked"),
        _SPEC.format("foreign_keys"),
    ),
    Mutation("claim that counts no attempt", "claim_chunk", instead("attempt + 1", "c.attempt + 0"), _MODEL),
    Mutation(
        "claim of another share", "claim_chunk",
        holds("in_partition(r.source_id, r.number, p_partition, p_partitions)"), _SPEC.format("shares"),
    ),
    Mutation("sweep that does not mind row locks", "reclaim_expired", instead(LOCKED, ""), _SPEC.format("sweep_merge")),
    Mutation(
        "sweep that decides before it locks", "reclaim_expired", instead(f"{LOCKED} ), taken as (", "), taken as ("),
        _SPEC.format("sweep_stale"),
    ),
    Mutation(
        "sweep that takes a new lease for an old one", "reclaim_expired",
        instead(
            "lease_token = any (v_gone)",
            "p_vanished and not exists (select from chunk_attempt as a join pg_stat_activity as s on "
            "s.pid = a.backend_pid where a.chunk_id = c.chunk_id and a.attempt = c.attempt)",
        ),
        _SPEC.format("sweep_gone"),
    ),
    Mutation(
        "sweep that lets nothing die", "reclaim_expired", instead("then 'dead' else", "then 'ready' else"), _MODEL,
    ),
    Mutation(
        "heartbeat without an end", "heartbeat_chunk", without("return 'overdue'"),
        "tests/integration/test_load_settings.py::test_a_heartbeat_ends_with_the_time_for_a_chunk",
    ),
    Mutation(
        "heartbeat that waits for the merge", "heartbeat_chunk", instead(LOCKED, "for no key update"),
        _SPEC.format("heartbeat"),
    ),
    Mutation(
        "source fence without the token", "fence_source", holds("lease_token is not distinct from p_token"),
        _SPEC.format("claim_source"),
    ),
    Mutation(
        "heartbeat of a lost source", "heartbeat_source", holds("lease_token = p_token", within="update source"),
        _SPEC.format("claim_source"),
    ),
    Mutation("work that others hold forgotten", "has_work", instead("'ready', 'leased'", "'ready'"), _MODEL),
    Mutation(
        "given up, but to be claimed", "close_queue", instead(", ready_at = 'infinity'", ""), _SPEC.format("cancel"),
    ),
    Mutation(
        "attempts locked before their chunks", "close_queue", without("perform 1 from chunk"), _SPEC.format("cancel"),
    ),
    Mutation(
        "restart locked against foreign keys", "restart_build",
        instead("for no key update", "for update", within="into v_load from load"), _SPEC.format("restart"),
    ),
    Mutation(
        "restart by everybody", "restart_build", instead("perform assert_build(p_load); return false",
        "raise sqlstate 'LD006'"), _SPEC.format("restart"),
    ),
    Mutation(
        "chunks for a load that has ended", "plan_chunk", never("v_state <> 'open'"), _SPEC.format("finish_late_plan"),
    ),
    Mutation(
        "ending by two at once", "finish_load", instead("load_id = p_load for update", "l.load_id = p_load"),
        _SPEC.format("finish_twice"),
    ),
    Mutation(
        "requeue in a load that has ended", "requeue_chunk", never("v_load.state <> 'open'"), _SPEC.format("requeue"),
    ),
    Mutation(
        "a name of the loader's is enough to be the loader's", "owned_objects",
        instead("kind = 'relation' and exists (", "r.kind = 'relation' or exists ("),
        "tests/integration/test_ownership.py::test_a_users_table_under_a_name_of_ours_is_not_taken_for_ours",
    ),
    Mutation(
        "what users put on tables goes with them", "drop_relations", never("v_foreign is not null"),
        f"{_ALTERED}::test_a_table_is_not_dropped_with_what_users_have_put_on_it",
    ),
    Mutation(
        "a load chooses to replace whatever that loses", "may_replace",
        holds("(p_quick or can_publish(p_dataset, p_entities))"),
        f"{_ALTERED}::test_a_load_that_may_choose_merges_where_it_must",
    ),
    Mutation(
        "what comes back left to shares that have ended", "loader.load.run",
        no_assignment("load_share", "partition", "None"),
        "tests/integration/test_partition.py::test_the_last_takes_what_comes_back_into_the_queue_of_others",
    ),
    Mutation(
        "rejected records that are gone", "decide/pick_absent", instead("(array[_p_load]) as r", "(array[-1]) as r"),
        f"{_REJECTED}::test_a_rejected_record_keeps_its_row",
    ),
    Mutation(
        "rejected records that have decided", "list_undecided",
        instead("select count(*) from newer as m", "select -1 from newer as m"),
        f"{_REJECTED}::test_whatever_the_order_of_months[load]",
    ),
    Mutation(
        "rows of rejected records left behind by a replace", "carry_rejected", never("not v_root.is_composed"),
        f"{_REJECTED}::test_a_replace_carries_the_rows[off]",
    ),
    Mutation(
        "foreign keys that are made while a merge decides", "apply_load", without("perform lock_for_writes(p_load)"),
        f"{_MEANWHILE}::test_a_merge_keeps_the_rows_of_a_foreign_key_that_is_made_meanwhile[cascade-load]",
    ),
    Mutation(
        "what users change while settings are carried over", "swap_in_tries",
        holds("carried_state(p_gone) is not distinct from v_state"),
        "tests/integration/test_publish_meanwhile.py"
        "::test_what_users_change_while_settings_are_carried_over_is_not_lost",
    ),
    Mutation(
        "rejected keys of another mapping", "list_rejected",
        instead("= {{ dataset.digests[entity.name] | literal }}", "is not null"),
        f"{_REJECTED}::test_a_key_may_be_of_another_type_under_another_mapping",
    ),
    Mutation(
        "all rejected over rows", "assert_not_all_rejected", never("found"),
        f"{_ENTITIES}::test_a_replace_puts_nothing_empty_over_rows",
    ),
    Mutation(
        "rejects hidden by another entity", "assert_rejects",
        instead("v_entity.rejected > v_entity.allowed", "v_entity.rejected > v_entity.allowed + 20"),
        f"{_ENTITIES}::test_a_share_counts_from_the_first_record_on",
    ),
    Mutation(
        "keys of any length", "loader.mapping.bounds", constant("MAX_ENTRY_BYTES", 24000),
        "tests/integration/test_index_limits.py::test_what_no_index_can_hold_is_a_reject",
    ),
    Mutation(
        "bytes of another file", "loader.source.packing.ranges", returns("Reader._verify", "None"),
        "tests/unit/source/test_damage_and_rejects.py"
        "::test_the_head_of_a_long_record_is_read_and_the_rest_is_verified",
    ),
    Mutation(
        "a source planned by two", "claim_source", holds("leased_until < clock()"), _SPEC.format("claim_source"),
    ),
    Mutation(
        "an older version over a newer row", "decide_outcomes",
        instead("when v._place > v._old_rank then 'u'", "when true then 'u'"),
        "tests/integration/test_late_source.py::test_the_order_in_which_dumps_arrive_does_not_matter",
    ),
    Mutation(
        "what was found unchanged decides nothing", "respect_confirmed",
        instead("greatest(v._old_rank, r.place)", "v._old_rank"),
        "tests/integration/test_refresh_order.py",
    ),
    Mutation(
        "decisions lost in silence", "lost_records", instead("r.found < r.noted", "false"),
        f"{_LOST}::test_a_late_dump_is_refused_and_goes_on_once_the_newer_one_is_loaded_again",
    ),
    Mutation(
        "rejects of an open load removed in silence", "assert_noted", never("v_some <> v_rejected"),
        f"{_LOST}::test_what_the_chunks_of_an_open_load_have_noted_is_not_removed",
    ),
    Mutation(
        "taken back what later loads count on", "assert_unconfirmed", never("v_found > 0"),
        "tests/integration/test_rollback.py::test_a_load_that_later_ones_count_on_is_not_taken_back",
    ),
    Mutation(
        "writes that a publication refuses", "unpublishable_writes", instead("p.identity = '{}'", "false"),
        "tests/integration/test_published.py::test_what_the_server_would_refuse_is_refused_before",
    ),
    Mutation(
        "what triggers change is not looked at", "assert_applied",
        instead("if v_who is null then", "if true then"),
        "tests/integration/test_triggers.py::test_a_trigger_that_changes_what_is_written_is_named",
    ),
    Mutation(
        "a record that is rejected again counts as replayed", "mark_replayed",
        holds("not exists (select from reject as again where again.load_id = p_load and again.record = g.place)"),
        "tests/integration/test_load_rejects.py::test_a_record_that_is_still_bad_stays_a_reject",
    ),
    Mutation(
        "rows that differ are called intact", "find_differing_roots", instead("_outcome = 'n'", "false"),
        "tests/integration/test_repair.py::test_what_differs_is_counted_then_mended",
    ),
    Mutation(
        "rows of a file that have another hash", "pick_other_hash", instead("_old_hash <> v._hash", "false"),
        "tests/integration/test_repair.py::test_what_differs_is_counted_then_mended",
    ),
    Mutation(
        "rows of another mapping of their entity", "is_current",
        instead("entity_digest(e.mapping_hash, e.entity) = entity_digest(d.mapping_hash, e.entity)", "true"),
        f"{_CHANGED}::test_rows_of_an_entity_stay_as_its_mapping_made_them_until_a_replace_has_a_file_of_it[path]",
    ),
    Mutation(
        "another entity that has changed", "changed_entities", holds("t.entity = any (p_entities)"),
        f"{_CHANGED}::test_an_entity_that_has_not_changed_needs_no_replace",
    ),
    Mutation(
        "key log of an entity that has not changed", "create_stage",
        instead("loader.entity_digest(d.mapping_hash, t.entity)", "d.mapping_hash"),
        f"{_CHANGED}::test_an_entity_that_has_not_changed_needs_no_replace",
    ),
    Mutation(
        "revert under the new mapping", "note_loaded", instead("where not p_back", ""),
        "tests/integration/test_publish_revert.py::test_a_revert_brings_back_the_mapping_that_the_rows_were_made_under",
    ),
    Mutation(
        "hashes from before version 0.2.0", "loader.formats.xml.seeds", returns("_former", "0"),
        "tests/integration/test_migrate_databases.py::test_rows_keep_their_hashes_until_they_are_made_again",
    ),
    Mutation(
        "values around records in hashes", "loader.formats.xml.seeds",
        returns("_outside", "[[]]"),
        f"{_AROUND}::test_only_what_is_read_around_records_counts_in_their_hash",
    ),
    Mutation(
        "chunks of several values around records", "loader.source.xml.tags", returns("plain_attributes", "{}"),
        f"{_AROUND}::test_each_record_has_the_values_around_it",
    ),
    Mutation(
        "rejects replayed with values of others", "loader.mapping.dataset",
        returns("Dataset.outside", "frozenset()"),
        "tests/integration/test_load_rejects.py::test_what_the_mapping_did_not_read_around_a_reject_is_not_guessed",
    ),
)  # fmt: skip
