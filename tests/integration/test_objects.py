"""Random things of users outlive random commands, or are named; `make test-objects` runs more of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.objects.trial import HarmError, run

SEQUENCES, SEED = 25, 2026


def test_whatever_users_make_is_left_alone_or_named(database: str, tmp_path: Path) -> None:
    assert "were refused by name" in run(database, tmp_path, SEED, SEQUENCES)


def test_harm_is_found(database: str, tmp_path: Path) -> None:
    damage = """
    do $$ begin  -- as if nothing that is put on tables were looked at
        execute (
            select replace(
                pg_get_functiondef(p.oid), p.prosrc, format('select * from (%s) as every where false', p.prosrc)
            )
            from pg_proc as p where p.oid = 'loader.list_attachments'::regproc
        );
    end $$
    """
    with pytest.raises(HarmError, match="harmed: "):
        run(database, tmp_path, SEED, 5 * SEQUENCES, damage)
