"""Loaders that meet at the same keys lock them in one order: what inserts keys that others may hold sorts them."""

from __future__ import annotations

from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[3] / "sql" / "dataset"


def test_every_insert_that_may_meet_others_is_ordered() -> None:
    meeting = {path.name: path.read_text() for path in TEMPLATES.rglob("*.sql") if "on conflict" in path.read_text()}

    assert "apply_root.sql" in meeting
    assert [name for name, text in meeting.items() if "order by" not in text] == []
