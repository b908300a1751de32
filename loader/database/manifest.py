"""What is asked of the manifest before it is brought up to date, and when it is.

All else in the program calls routines of the schema `loader`, or reads its views. A database that an older program made
may lack these until it is migrated, so what comes before is asked of tables that every version of the manifest has.
"""

from __future__ import annotations

from typing import LiteralString

from loader.database.connect import Connection

# A digest of routines as they stand in the catalog: the same after a dump and a restore. It takes 5 ms.
_INSTALLED: LiteralString = (
    "select md5(string_agg(concat_ws(' ', p.proname, oidvectortypes(p.proargtypes), p.prosrc, p.proconfig, "
    "p.prosecdef, p.provolatile, p.proisstrict), ' ' order by p.proname, p.prosrc collate \"C\")) from pg_proc as p "
    "where p.pronamespace = to_regnamespace('loader') and p.proname = any (%(routines)s)"
)


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


def note_installed(connection: Connection, routines: list[str]) -> None:
    """Notes what is in the catalog of these routines of the schema `loader`."""
    connection.execute(
        f"update loader.migration set installed = ({_INSTALLED}) where version = 0", {"routines": routines}
    )


def is_as_installed(connection: Connection, routines: list[str], views: list[str]) -> bool:
    """Whether these routines are as they were noted, and these views are there."""
    row = connection.execute(
        f"select ({_INSTALLED}) = (select installed from loader.migration where version = 0) and not exists ("
        "select from unnest(%(views)s::text[]) as v (name) where to_regclass('loader.' || v.name) is null)",
        {"routines": routines, "views": views},
    ).fetchone()
    return row is not None and bool(row[0])


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
