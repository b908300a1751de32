"""What is asked of the manifest before it is brought up to date, and when it is.

All else in the program calls routines of the schema `loader`, or reads its views. A database that an older program made
may lack these until it is migrated, so what comes before is asked of tables that every version of the manifest has.
"""

from __future__ import annotations

from loader.database.connect import Connection


def has_manifest(connection: Connection) -> bool:
    """Whether the control schema is there: tables of one of these names alone may be in anybody's schema."""
    row = connection.execute(
        "select count(to_regclass('loader.' || t)) = 3 from unnest(array['migration', 'dataset', 'load']) as t"
    ).fetchone()
    return row is not None and bool(row[0])


def applied_migrations(connection: Connection) -> dict[int, str]:
    """Digests of what the control schema was made by, by version; version 0 is the routines."""
    return dict(connection.execute("select version, sha256 from loader.migration").fetchall())


def note_migration(connection: Connection, version: int, name: str, sha256: str) -> None:
    """Notes that a migration was applied, or, as version 0, that the routines were replaced."""
    connection.execute(
        "insert into loader.migration (version, name, sha256) values (%s, %s, %s) "
        "on conflict (version) do update set sha256 = excluded.sha256, applied_at = now()",
        (version, name, sha256),
    )


def dataset_names(connection: Connection) -> list[str]:
    """Names of the datasets that the database knows, sorted."""
    return [name for (name,) in connection.execute("select dataset from loader.dataset order by 1").fetchall()]


def kept_mapping(connection: Connection, dataset: str) -> str | None:
    """The mapping file of a dataset as the database keeps it; None where it keeps none."""
    # As JSON: the manifest of an older program has no such column.
    query = "select to_jsonb(d) ->> 'mapping_text' from loader.dataset as d where d.dataset = %s"
    row = connection.execute(query, (dataset,)).fetchone()
    return row[0] if row else None


def installed_hash(connection: Connection, dataset: str) -> str | None:
    """The digest of the procedures of a dataset that are installed; None where there are none."""
    query = "select rendered_hash from loader.dataset where dataset = %s"
    row = connection.execute(query, (dataset,)).fetchone()
    return row[0] if row else None
