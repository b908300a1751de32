"""Settings of a run: what --set and LOADER_* may say, and what is refused."""

from __future__ import annotations

import pytest

from loader.config.max_rejects import MaxRejects
from loader.config.settings import RunSettings
from loader.database.timeouts import timeouts
from loader.errors import MappingError, UsageError
from loader.mapping.override_settings import load_options, override
from loader.mapping.read import parse_dataset

MAPPING = """\
dataset: tide
entities: {row: {record: /dump/row, key: {id: "@id"}}}
"""
DATASET = parse_dataset(MAPPING)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("lease=0", "lease must be a number from 1 to 86,400, not 0"),
        ("lease=1e300", "lease must be a number from 1"),
        ("lease=-1", "lease cannot be negative"),
        ("lease=nan", "lease must be a finite number"),
        ("max_attempts=0", "max_attempts must be a number from 1 to 1,000, not 0"),
        ("max_attempts=2.5", "max_attempts must be a whole number"),
        ("max_chunk_time=0", "max_chunk_time must be a number from 1"),
        ("publish_wait=1e9", "publish_wait must be a number from 0"),
        ("chunk_bytes=-1", "chunk_bytes cannot be negative"),
        ("chunk_bytes=1", "chunk_bytes must be between 64 B"),
        ("max_rejects=-3", "max_rejects cannot be negative"),
        ("max_rejects=5%,6%", "max_rejects must be a share, a number or one of each, as in 5%,1000, not '5%,6%'"),
        ("max_rejects=5,6", "max_rejects must be a share, a number or one of each"),
        ("max_rejects=5%,", "max_rejects must be a whole number, not ''"),
        ("statement_timeout=-1", "statement_timeout cannot be negative"),
        ("lock_timeout=x", "lock_timeout must be a number, not 'x'"),
        ("idle_timeout=1e9", "idle_timeout must be a number from 0"),
        ("stall_time=inf", "stall_time must be a finite number"),
        ("max_rate=fast", "max_rate must be rows or bytes per second, as in 50000rows or 20MB, not 'fast'"),
        ("memory=1KB", "memory must be between 1 MB"),
        ("max_record=100", "max_record must be between 1 KB and 1 GB, not 100"),
        ("max_delete_pct=101", "max_delete_pct must be a number from 0 to 100, not 101"),
        ("max_delete_pct=10%", "max_delete_pct must be a number, not '10%'"),
        ("replace_above_pct=-1", "replace_above_pct cannot be negative"),
        ("history=yes", "history must be one of off, on, not 'yes'"),
        ("visibility=row", "visibility must be one of load, chunk, not 'row'"),
        ("deletes=all", "deletes must be one of ignore, delete, mark, not 'all'"),
        ("snapshot=[", "snapshot must be a regular expression, but '[' is not: unterminated"),
        ("snapshot=x", "snapshot must have one group, for the date, but 'x' has 0"),
    ],
)
def test_what_makes_no_sense_is_refused(given: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        override(DATASET, [given])

    assert words in str(caught.value)


def test_variables_are_read_and_checked_like_arguments_which_go_before_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOADER_LEASE", "7")
    monkeypatch.setenv("LOADER_PUBLISH_WAIT", "0")

    _, run = override(DATASET, ["lease=9.5"])

    assert run == RunSettings(lease=9.5, publish_wait=0)
    monkeypatch.setenv("LOADER_MAX_ATTEMPTS", "0")
    with pytest.raises(UsageError, match="max_attempts"):
        override(DATASET, [])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("5%", MaxRejects(0.05, None)),
        ("1000", MaxRejects(None, 1000)),
        ("0.5%,1000", MaxRejects(0.005, 1000)),
        ("7, 2 %", MaxRejects(0.02, 7)),
    ],
)
def test_rejects_are_bounded_by_share_and_number_alike_in_command_and_mapping(given: str, expected: MaxRejects) -> None:
    assert override(DATASET, [f"max_rejects={given}"])[0].settings.max_rejects == expected
    assert parse_dataset(f"max_rejects: {given}\n{MAPPING}").settings.max_rejects == expected


def test_timeouts_are_of_the_session_and_a_worker_has_no_statement_beyond_its_chunk() -> None:
    run = RunSettings(lock_timeout=0.0001, idle_timeout=0)
    assert timeouts(run) == {
        "statement_timeout": "0ms", "lock_timeout": "1ms", "idle_in_transaction_session_timeout": "0ms",
    }  # fmt: skip
    assert timeouts(run, working=True)["statement_timeout"] == "1800000ms"
    assert timeouts(RunSettings(statement_timeout=7.5), working=True)["statement_timeout"] == "7500ms"


@pytest.mark.parametrize("pattern", ["[", "x", "(a)(b)"])
def test_a_mapping_and_a_command_say_the_same_of_a_snapshot(pattern: str) -> None:
    with pytest.raises(MappingError) as in_mapping:
        parse_dataset(f"snapshot: '{pattern}'\n{MAPPING}")
    with pytest.raises(UsageError) as in_command:
        override(DATASET, [f"snapshot={pattern}"])

    assert str(in_command.value).removeprefix("snapshot ") in str(in_mapping.value)


@pytest.mark.parametrize("said", ["ignore", "delete", "mark"])
@pytest.mark.parametrize("given", ["ignore", "delete", "mark"])
def test_a_command_can_leave_alone_what_is_gone_but_not_have_other_tables(said: str, given: str) -> None:
    dataset = parse_dataset(f"deletes: {said}\n{MAPPING}")
    if given in (said, "ignore"):
        overridden, _ = override(dataset, [f"deletes={given}"])
        assert (overridden.settings.deletes, overridden.marks_gone) == (given, said == "mark")
    else:
        with pytest.raises(UsageError, match=f"deletes is {said} in the mapping of tide"):
            override(dataset, [f"deletes={given}"])


def test_a_policy_that_keeps_versions_is_applied_to_whole_loads() -> None:
    dataset = parse_dataset(MAPPING.replace("}}}", "}, policy: error}}"))
    assert override(dataset, ["visibility=load"])[0].settings.visibility == "load"
    with pytest.raises(UsageError, match="visibility must be load: the policy error of row"):
        override(dataset, ["visibility=chunk"])


@pytest.mark.parametrize("given", [["visibility=chunk", "history=on"], ["history=on", "visibility=chunk"]])
def test_history_needs_visibility_load(given: list[str]) -> None:
    with pytest.raises(UsageError, match="visibility must be load where history is on"):
        override(DATASET, given)


def test_a_load_keeps_what_was_said_of_it_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOADER_HISTORY", "on")
    monkeypatch.setenv("LOADER_KEEP_OLD", "false")
    given = ["max_delete_pct=2.5", "visibility=load", "lease=9"]
    dataset, run = override(DATASET, given)

    own = {"history": "on", "keep_old": False}  # by variables
    assert load_options(dataset, run, given) == {**own, "lease": 9, "max_delete_pct": 2.5, "visibility": "load"}
    assert load_options(dataset, run, ["publish_wait=0"]) == {**own, "publish_wait": 600}
