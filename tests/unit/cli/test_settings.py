"""Settings of a run: what --set and LOADER_* may say, and what is refused."""

from __future__ import annotations

import pytest

from loader.errors import MappingError, UsageError
from loader.mapping.read import parse_dataset
from loader.settings import RunSettings, override

MAPPING = """\
dataset: tide
entities: {row: {record: /dump/row, key: {id: "@id"}}}
"""
DATASET = parse_dataset(MAPPING)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("lease=0", "lease is a number from 1 to 86,400, not 0"),
        ("lease=1e300", "lease is a number from 1"),
        ("lease=-1", "lease cannot be negative"),
        ("lease=nan", "lease is a finite number"),
        ("max_attempts=0", "max_attempts is a number from 1 to 1,000, not 0"),
        ("max_attempts=2.5", "max_attempts is a number"),
        ("max_chunk_time=0", "max_chunk_time is a number from 1"),
        ("publish_wait=1e9", "publish_wait is a number from 0"),
        ("chunk_bytes=-1", "chunk_bytes cannot be negative"),
        ("chunk_bytes=1", "chunk_bytes is between 64"),
        ("max_rejects=-3", "max_rejects cannot be negative"),
        ("snapshot=[", "snapshot '[': not a regular expression"),
        ("snapshot=x", "snapshot 'x': must have one group, for the date, but has 0"),
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


@pytest.mark.parametrize("pattern", ["[", "x", "(a)(b)"])
def test_a_mapping_and_a_command_say_the_same_of_a_snapshot(pattern: str) -> None:
    with pytest.raises(MappingError) as in_mapping:
        parse_dataset(f"snapshot: '{pattern}'\n{MAPPING}")
    with pytest.raises(UsageError) as in_command:
        override(DATASET, [f"snapshot={pattern}"])

    assert str(in_command.value).partition(": ")[2] in str(in_mapping.value)
