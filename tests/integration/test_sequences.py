"""Sequences of loads, replays, rollbacks and repairs end with what a plain model of the files says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sequences.dumps import FEEDS, Config, Loading, Plan, Replaying, Undoing, random_plan
from tests.sequences.model import Content, File, Record
from tests.sequences.search import Sequences

PLAIN = Config("newest", "newest", "delete", "on")
MARKS = Config("newest", "newest", "mark")
FILL = Config("fill", "keep_all", "delete")
LAST = Undoing("rollback")
SEEDS = range(13, 26, 2)  # half of the mappings


def file(feed: str, day: str, *records: str) -> File:
    """A file of records such as "a1 cup" (entity, key, name) or "a1 malformed!" (how it is broken)."""
    found = []
    for text in records:
        place, _, name = text.partition(" ")
        fault = name.removesuffix("!") if name.endswith("!") else ""
        found.append(Record(place[0], int(place[1:]), Content(name or "cup", None), fault))
    return File(feed, day, tuple(FEEDS[feed]), tuple(enumerate(found, start=1)))


JANUARY, MARCH = file("ann", "20260101", "a1", "a2"), file("ann", "20260301", "a1 jug")
MARCH_OF_TWO = file("ann", "20260301", "a2")
BOTH = file("duet", "20260201", "a1", "b1", "b2")

# Each once ended otherwise.
PLANS = {
    "a record is malformed, and its key is a number": Plan(
        PLAIN, (JANUARY, file("ann", "20260201", "a1 malformed!", "a2")), (Loading((0,)), Loading((1,)))
    ),
    "a replace with an older file in which a record is malformed": Plan(
        FILL, (MARCH, file("ann", "20260101", "a1 malformed!", "a2")), (Loading((0,)), Loading((1,), "replace"))
    ),
    "an older file has what a newer one rejected": Plan(
        FILL, (file("ann", "20260401", "a1 malformed!", "a3"), JANUARY), (Loading((0,)), Loading((1,)))
    ),
    "an older file has what a newer one, which is empty, lacks": Plan(
        PLAIN, (JANUARY, file("ann", "20260301"), file("ann", "20260201", "a1")), tuple(Loading((n,)) for n in range(3))
    ),
    "an older edition comes after one without a record": Plan(
        Config("newest", "generated"), (file("bob", "20260301"), file("bob", "20260101", "b1")),
        (Loading((0,)), Loading((1,))),
    ),
    "a replace brings the first rows of an entity": Plan(
        PLAIN, (JANUARY, BOTH), (Loading((0,)), Loading((1,), "replace"), LAST)
    ),
    "another source has what a full snapshot rejected": Plan(
        Config("error", "fill", "delete"),
        (file("at", "20260101", "a2 jug"), file("duet", "20260301", "a2 price!", "b1"), file("ann", "20260301", "a2")),
        (Loading((0,)), Loading((1,)), Loading((0, 2))),
    ),
    "what a full snapshot rejected is corrected": Plan(
        Config("fill", "fill", "delete"),
        (file("at", "20260101", "a2 jug"), file("duet", "20260301", "a2 price!", "b1")),
        (Loading((0,)), Loading((1,)), Replaying(1, seed=3), Loading((0,))),
    ),
    "a repair reads a file without a date": Plan(
        PLAIN, (file("dim", "", "a1", "b1"), MARCH_OF_TWO), (Loading((0,)), Loading((1,)), Undoing("repair"))
    ),
    "a repair reads a file without a date of which versions are kept": Plan(
        FILL, (file("dim", "", "a1", "b1"), MARCH_OF_TWO), (Loading((0,)), Loading((1,)), Undoing("repair"))
    ),
    "a file without a date comes again": Plan(
        Config("newest", "newest", "mark", visibility="chunk"), (BOTH, file("dim", "", "b3")),
        (Loading((0,)), Loading((1,)), Loading((0,)), Loading((1,))),
    ),
    "the only load is rolled back, and had no file of an entity": Plan(MARKS, (JANUARY,), (Loading((0,)), LAST)),
}  # fmt: skip


@pytest.fixture(scope="module")
def sequences(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sequences]:
    with Sequences(server, tmp_path_factory.mktemp("sequences")) as runs:
        yield runs


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_what_once_went_wrong(sequences: Sequences, plan: Plan) -> None:
    sequences.run(plan)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_sequence(sequences: Sequences, seed: int) -> None:
    sequences.run(random_plan(seed))
