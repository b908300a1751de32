"""Queries to the control tables that may run before these are migrated.

Everything else in the program calls routines of the schema `loader`, or reads its views. A database of an older version
may lack these until it is migrated, so these queries use only tables that every version has.
"""

from __future__ import annotations

from typing import LiteralString

from loader.database.connect import Connection

# A digest of routines as stored in the catalog, the same after a dump and a restore. It takes 5 ms.
_INSTALLED: LiteralString = (
    "select md5(string_agg(concat_ws(' ', p.proname, oidvectortypes(p.proargtypes), p.prosrc, p.proconfig, "
    "p.prosecdef, p.provolatile, p.proisstrict), ' ' order by p.proname, p.prosrc collate \"C\")) from pg_proc as p "
    "where p.pronamespace = to_regnamespace('loader') and p.proname = any (%(routines)s)"
)


def has_manifest(connection: Connection) -> bool:
    """Whether the control schema exists; any schema may contain a table with one of these names."""
    row = connection.execute(
        "select count(to_regclass('loader.' || t)) = 3 from unnest(array['migration', 'dataset', 'load']) as t"
    ).fetchone()
    return row is not None and bool(row[0])


def applied_migrations(connection: Connection) -> dict[int, str]:
    """Digests of the applied migrations, by version; version 0 is the routines."""
    return dict(connection.execute("select version, sha256 from loader.migration").fetchall())


def note_migration(connection: Connection, version: int, name: str, sha256: str) -> None:
    """Records that a migration was applied."""
    connection.execute(
        "insert into loader.migration (version, name, sha256) values (%s, %s, %s)", (version, name, sha256)
    )


def note_routines(connection: Connection, sha256: str) -> None:
    """Records, as version 0, that the routines were replaced: by newer ones, or by older ones that are put back."""
    connection.execute(
        "insert into loader.migration as m (version, name, sha256) values (0, 'routines', %s) "
        "on conflict (version) do update set sha256 = excluded.sha256, applied_at = now(), "
        "applied_by = session_user, replaced = case "
        "when excluded.sha256 = m.sha256 or excluded.sha256 = any (m.replaced) "
        "then array_remove(m.replaced, excluded.sha256) else m.replaced || m.sha256 end",
        (sha256,),
    )


def replaced_routines(connection: Connection, sha256: str) -> tuple[str, str] | None:
    """When, and by which role, routines with this digest were replaced by newer ones; None if they were not."""
    return connection.execute(
        "select to_char(applied_at, 'YYYY-MM-DD HH24:MI'), applied_by from loader.migration "
        "where version = 0 and sha256 <> %(own)s and %(own)s = any (replaced)",
        {"own": sha256},
    ).fetchone()


def running_load(connection: Connection) -> tuple[int, str] | None:
    """A load that a worker has a lease for, or that is being finished, and its dataset; None if there is none."""
    return connection.execute(
        "with free as (select load_id from loader.load where state in ('open', 'built') for update skip locked) "
        "select l.load_id, l.dataset from loader.load as l where l.state in ('open', 'built') and ("
        "l.load_id not in (select f.load_id from free as f) or exists (select from loader.source as s "
        "join loader.chunk as c on c.source_id = s.source_id "
        "where s.load_id = l.load_id and c.state = 'leased' and c.leased_until > now())) order by 1 limit 1"
    ).fetchone()


def open_load(connection: Connection, dataset: str) -> int | None:
    """The load of a dataset that has begun and not ended; None if there is none."""
    query = "select load_id from loader.load where dataset = %s and state in ('open', 'built')"
    row = connection.execute(query, (dataset,)).fetchone()
    return row[0] if row else None


def written_merges(connection: Connection) -> list[tuple[int, str, str]]:
    """Open merges that have turned records into rows, their datasets, and the digests of the procedures they use."""
    return connection.execute(
        "select l.load_id, l.dataset, d.rendered_hash from loader.load as l join loader.dataset as d using (dataset) "
        "where l.mode = 'merge' and l.state in ('open', 'built') and exists (select from loader.source as s "
        "join loader.chunk as c on c.source_id = s.source_id "
        "where s.load_id = l.load_id and c.state = 'done' and c.read > c.rejected) order by 1"
    ).fetchall()


def note_installed(connection: Connection, routines: list[str]) -> None:
    """Records the digest of these routines of the schema `loader` in the catalog."""
    connection.execute(
        f"update loader.migration set installed = ({_INSTALLED}) where version = 0", {"routines": routines}
    )


def is_as_installed(connection: Connection, routines: list[str], views: list[str]) -> bool:
    """Whether these routines are as recorded, and these views exist."""
    row = connection.execute(
        f"select ({_INSTALLED}) = (select installed from loader.migration where version = 0) and not exists ("
        "select from unnest(%(views)s::text[]) as v (name) where to_regclass('loader.' || v.name) is null)",
        {"routines": routines, "views": views},
    ).fetchone()
    return row is not None and bool(row[0])


def dataset_names(connection: Connection) -> list[str]:
    """Names of the datasets in the database, sorted."""
    return [name for (name,) in connection.execute("select dataset from loader.dataset order by 1").fetchall()]


def kept_mapping(connection: Connection, dataset: str) -> str | None:
    """The mapping file of a dataset that the database has stored; None if it has none."""
    # As JSON, because the table of an older version has no such column.
    query = "select to_jsonb(d) ->> 'mapping_text' from loader.dataset as d where d.dataset = %s"
    row = connection.execute(query, (dataset,)).fetchone()
    return row[0] if row else None


def installed_hash(connection: Connection, dataset: str) -> str | None:
    """The digest of the installed procedures of a dataset; None if there are none."""
    query = "select rendered_hash from loader.dataset where dataset = %s"
    row = connection.execute(query, (dataset,)).fetchone()
    return row[0] if row else None
