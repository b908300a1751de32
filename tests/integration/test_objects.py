"""Random things of users outlive random commands, or are named; `make test-objects` runs more of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.objects.trial import HarmError, run

SEQUENCES, SEED = 25, 2026


def test_whatever_users_make_is_left_alone_or_named(database: str, tmp_path: Path) -> None:
    assert "were refused by name" in run(database, tmp_path, SEED, SEQUENCES)


def test_harm_is_found(database: str, tmp_path: Path) -> None:
    damage = (  # as if nothing that is put on tables were looked at
        "create or replace function loader.list_attachments(p_tables oid[]) "
        "returns table (kind text, object_oid oid, owner_oid oid, identity text, carried boolean) "
        "language sql as "
        "$$select null, null::oid, null::oid, null, null::boolean where false$$"
    )
    with pytest.raises(HarmError, match="harmed: "):
        run(database, tmp_path, SEED, 4 * SEQUENCES, damage)
