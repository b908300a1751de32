"""What a load needs from the server and from this host, checked before it begins.

Missing things are refused with numbers and names that an operator can act on, not by a statement that fails halfway.
"""

from __future__ import annotations

import logging

from lxml import etree

from loader.database.connect import Connection
from loader.database.migrate import control_names
from loader.database.refusal import explained
from loader.database.writable import check_writable
from loader.errors import DatabaseError
from loader.mapping.dataset import Dataset

log = logging.getLogger(__name__)

SESSIONS_A_WORKER = 2  # one works, one renews its lease; if a server is slow, all workers need both
SPARE = 5  # sessions left to users: status, psql, a reader; building tables needs fewer than loading did
NEWEST_TESTED = 18
NAMED = 3  # objects of other users that a message lists

# Before this version, huge documents could overflow integers (CVE-2022-40303) and entities corrupt names
# (CVE-2022-40304), and the loader reads both. Distributions fix such faults without another version number, so this is
# only a warning.
SOUND_LIBXML2 = (2, 10, 3)

# The sessions that each limit counts are those that the server counts: max_connections all of them, the others those of
# ordinary roles. The kind of other roles' sessions is hidden from roles that may not read all statistics; then parallel
# workers are counted, too.
_CONNECTIONS = """
with me as (select r.oid, r.rolname, r.rolsuper, r.rolconnlimit from pg_roles as r where r.rolname = session_user),
used as (
    select a.datid, a.usesysid from pg_stat_activity as a
    where a.usesysid is not null and a.datid is not null
        and coalesce(a.backend_type, 'client backend') = 'client backend'
),
reserved as (
    select case when me.rolsuper then 0 else current_setting('superuser_reserved_connections')::integer + case
        when exists (
            select 1 from pg_roles as r
            where r.rolname = 'pg_use_reserved_connections' and pg_has_role(session_user, r.oid, 'usage')
        ) then 0 else coalesce(current_setting('reserved_connections', true)::integer, 0)
    end end as sessions
    from me
),
bounds (name, sessions, reserved, used) as (
    select 'max_connections', current_setting('max_connections')::integer, reserved.sessions,
        (select count(*) from used)
    from reserved
    union all
    select format('the connection limit of the role %s', me.rolname), me.rolconnlimit, 0,
        (select count(*) from used where used.usesysid = me.oid)
    from me where me.rolconnlimit >= 0 and not me.rolsuper
    union all
    select format('the connection limit of the database %s', d.datname), d.datconnlimit, 0,
        (select count(*) from used where used.datid = d.oid)
    from pg_database as d cross join me
    where d.datname = current_database() and d.datconnlimit >= 0 and not me.rolsuper
)
select name, sessions, reserved, used from bounds order by sessions - reserved - used limit 1
"""

# Asked of the catalogs by name: to_regclass fails in a schema that one may not use. Of the control schema privileges
# count, of all else its owner, since only the owner may change a table; in the target schema, which may be somebody
# else's, only the tables count. First what other objects lie in.
_RIGHTS = """
with own as (
    select n.oid, n.nspname, n.nspowner, n.nspname = 'loader' as is_control, n.nspname = %(target)s as is_target
    from pg_namespace as n
    where n.nspname = 'loader' or n.nspname = %(target)s or n.nspname = any(%(own)s)
),
found (place, kind, name, owner) as (
    select 1, 'schema', quote_ident(own.nspname), own.nspowner from own
    where case
        when own.is_control then not has_schema_privilege(own.oid, 'usage')
        when own.is_target then not (has_schema_privilege(own.oid, 'usage') and has_schema_privilege(own.oid, 'create'))
        else not pg_has_role(own.nspowner, 'usage')
    end
    union all
    select 2, case c.relkind when 'v' then 'view' when 'S' then 'sequence' else 'table' end,
        format('%%I.%%I', own.nspname, c.relname), c.relowner
    from own join pg_class as c on c.relnamespace = own.oid
    where c.relkind in ('r', 'p', 'v', 'S') and case
        when own.is_control then c.relname = any(%(control)s) and not case c.relkind
            when 'S' then has_sequence_privilege(c.oid, 'usage')
            when 'v' then has_table_privilege(c.oid, 'select')
            else has_table_privilege(c.oid, 'select') and has_table_privilege(c.oid, 'insert')
                and has_table_privilege(c.oid, 'update') and has_table_privilege(c.oid, 'delete')
        end
        when own.is_target then c.relname = any(%(tables)s) and not pg_has_role(c.relowner, 'usage')
        else not pg_has_role(c.relowner, 'usage')
            and exists (select 1 from unnest(%(words)s::text[]) as w where strpos(c.relname, w) > 0)
    end
    union all
    select 3, case p.prokind when 'p' then 'procedure' else 'function' end, format('%%I.%%I(%%s)', own.nspname,
        p.proname, pg_get_function_identity_arguments(p.oid)), p.proowner
    from own join pg_proc as p on p.pronamespace = own.oid
    where case
        when own.is_control then p.proname = any(%(control)s) and not has_function_privilege(p.oid, 'execute')
        when own.is_target then false
        else not pg_has_role(p.proowner, 'usage')
            and exists (select 1 from unnest(%(words)s::text[]) as w where strpos(p.proname, w) > 0)
    end
)
select f.kind, f.name, r.rolname::text,
    format('alter %%s %%s owner to %%I', f.kind, f.name, current_user),
    format('grant %%I to %%I', r.rolname, current_user)
from found as f join pg_roles as r on r.oid = f.owner order by f.place, f.name
"""
_OWN_ROUTINES = ("create_target", "create_build", "create_history", "alter_target", "repair_target", "repair_keys")
_CREATES = "select current_user::text, current_database()::text, has_database_privilege(current_database(), 'create')"


def check(connection: Connection, dataset: Dataset) -> None:
    """Raises DatabaseError if the server cannot be written to, or privileges are missing; warns about versions."""
    for note in (server_note(connection.info.server_version), library_note(etree.LIBXML_VERSION)):
        if note:
            log.warning("%s", note)
    check_writable(connection)
    check_node(connection)
    check_rights(connection, dataset)


def check_node(connection: Connection) -> None:
    """Raises DatabaseError on a worker node of Citus: tables are created and altered on the coordinator."""
    with explained("the server's part in a cluster cannot be read"):
        found = connection.execute("select to_regclass('pg_catalog.pg_dist_local_group')").fetchone()
        if found is None or found[0] is None:
            return
        group = connection.execute("select max(groupid) from pg_catalog.pg_dist_local_group").fetchone()
    if group is not None and group[0]:
        raise DatabaseError(
            f"this server is a worker node of Citus (group {group[0]})", hint="name the coordinator in --database"
        )


def check_connections(connection: Connection, workers: int) -> None:
    """Raises DatabaseError if the server has too few sessions left for this role and so many workers."""
    with explained("the connections cannot be counted"):
        row = connection.execute(_CONNECTIONS).fetchone()
    if row is None:
        return
    name, sessions, reserved, used = row
    needed, free = SESSIONS_A_WORKER * workers, max(sessions - reserved - used, 0)
    if free >= needed + SPARE:
        return
    fitting = (free - SPARE) // SESSIONS_A_WORKER
    held_back = f"{reserved} reserved and " if reserved else ""
    raise DatabaseError(
        f"{workers} worker{'s' * (workers != 1)} may need {needed} connections, and {SPARE} are left to others, "
        f"but only {free} {'is' if free == 1 else 'are'} free: {name} is {sessions}, with {held_back}{used} in use",
        hint=f"{f'--workers {fitting} fits' if fitting > 0 else 'end other sessions'}, or raise the limit",
    )


def check_rights(connection: Connection, dataset: Dataset) -> None:
    """Raises DatabaseError if the role may not create or change what the dataset's loads need."""
    names = {
        "target": dataset.name,
        "own": [f"{dataset.name}_{suffix}" for suffix in ("stage", "build", "old", "history")],
        "tables": [table.name for table in dataset.tables],
        "words": [*_OWN_ROUTINES, *(table.name for table in dataset.tables)],  # of names in the other schemas
        "control": control_names(),
    }
    with explained("the privileges cannot be read"):
        row = connection.execute(_CREATES).fetchone()
        found = connection.execute(_RIGHTS, names).fetchall()
    if found:
        role = row[0] if row else ""
        told = ", ".join(f"{kind} {name} of {owner}" for kind, name, owner, *_ in found[:NAMED])
        more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
        ways = {grant for *_, grant in found} if more else {alter for *_, alter, _ in found}
        raise DatabaseError(
            f"the role {role} may not change what other roles own: {told}{more}",
            hint=f"load as their owner, or as a superuser: {'; '.join(sorted(ways))}",
        )
    if row and not row[2]:
        role, database, _ = row
        raise DatabaseError(
            f"the role {role} may not create schemas in the database {database}",
            hint=f"it needs CREATE on the database: grant create on database {_quoted(database)} to {_quoted(role)}",
        )


def server_note(version: int) -> str:
    """A warning about the server's version; empty: none."""
    major = version // 10000
    if major <= NEWEST_TESTED:
        return ""
    return f"the server is PostgreSQL {major}; the loader is tested with 15 to {NEWEST_TESTED}"


def library_note(version: tuple[int, ...]) -> str:
    """A warning about the version of libxml2 that reads the records; empty: none."""
    if version >= SOUND_LIBXML2:
        return ""
    found, sound = (".".join(map(str, parts)) for parts in (version, SOUND_LIBXML2))
    return (
        f"libxml2 is {found}: before {sound} a hostile dump could make it crash (CVE-2022-40303, CVE-2022-40304); "
        "a newer lxml brings a newer one, unless your distribution has fixed it"
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
