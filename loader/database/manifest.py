"""Whether a database has the control schema, and not one of somebody else's that is called so."""

from __future__ import annotations

from loader.database.connect import Connection


def has_manifest(connection: Connection) -> bool:
    """Whether the control schema is there: tables of one of these names alone may be in anybody's schema."""
    row = connection.execute(
        "select count(to_regclass('loader.' || t)) = 3 from unnest(array['migration', 'dataset', 'load']) as t"
    ).fetchone()
    return row is not None and bool(row[0])
