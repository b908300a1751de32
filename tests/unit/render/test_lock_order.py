"""Loaders that meet at the same keys lock them in one order: what inserts keys that others may hold sorts them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sql import own_words, statements

TEMPLATES = Path(__file__).resolve().parents[3] / "sql" / "dataset"
FENCED = "on conflict ( chunk_id )"  # its chunk belongs to one worker


def meeting(text: str) -> Iterator[str]:
    """What each INSERT says that may find its keys taken."""
    for statement in statements(text):
        said = [word.said for word in statement]
        for at in range(len(said) - 1):
            if said[at : at + 2] == ["on", "conflict"] and not " ".join(said[at:]).startswith(FENCED):
                yield own_words(statement, at)


def test_every_insert_that_may_meet_others_is_ordered() -> None:
    found = {(path.name, said) for path in TEMPLATES.rglob("*.sql") for said in meeting(path.read_text("utf-8"))}

    assert {"apply_root.sql", "apply_changed_child.sql"} <= {name for name, _ in found}
    assert [name for name, said in found if " order by " not in said] == []


@pytest.mark.parametrize(
    ("statement", "is_ordered"),
    [
        ("insert into t select array_agg(a order by a) from s -- order by a\non conflict (a) do nothing;", False),
        ("with x as (INSERT INTO t select a from s\n on  conflict (a) do nothing) select a from x order by a;", False),
        ("insert into t select a from s ORDER\nBY a on conflict (a) do nothing;", True),
    ],
)
def test_an_insert_without_an_order_is_found(statement: str, is_ordered: bool) -> None:
    assert [" order by " in said for said in meeting(statement)] == [is_ordered]
