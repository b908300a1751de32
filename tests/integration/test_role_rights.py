"""What worker and reader may not do, asked of every relation and every routine that is in the catalog."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress

import psycopg
import pytest

from tests.support.publishing import Town, ask
from tests.support.roles import Team, team
from tests.support.running import loader
from tests.support.server import fresh_database

OURS = r"'^(loader|town|town_(stage|build|old|history))$'"
ATTEMPTS = {
    "select": "select 1 from {0} limit 1",
    "insert": "insert into {0} default values",
    "update": "update {0} set {1} = default",
    "delete": "delete from {0}",
    "truncate": "truncate {0}",
    "alter": "alter table {0} set schema public",
    "drop": "drop {2} {0}",
    "trigger": "create trigger t before insert on {0} execute function pg_catalog.suppress_redundant_updates_trigger()",
    "lock": "lock table {0} in access exclusive mode",
}
# What a call is given where its parameters have these names; NULL everywhere else.
GIVEN = {
    **dict.fromkeys(("p_load", "p_chunk", "p_source", "p_token", "p_slot", "p_limit", "p_undone"), "1"),
    **{"p_dataset": "'town'", "p_mode": "'merge'", "p_prefix": "'nobodys'", "p_root": "'thing'"},
}

# All that is kept about loads that have ended, but for events, which a worker may add.
ENDED = """
select x.item from loader.load as l cross join lateral (
    select to_jsonb(l)::text union all select to_jsonb(s)::text from loader.source as s where s.load_id = l.load_id
    union all select to_jsonb(c)::text from loader.chunk as c where c.load_id = l.load_id
    union all select to_jsonb(r)::text from loader.reject as r where r.load_id = l.load_id
) as x (item) where l.state = 'done' order by 1
"""


@pytest.fixture(scope="module")
def cast(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """A database that a team has filled, twice, with history; a third load is open."""
    town = Town(tmp_path_factory.mktemp("town"))
    with fresh_database(server) as database, team(database) as found:
        found.share()
        assert loader("migrate", town.mapping(), database=found.url("owner")).code == 0
        found.load(town, "A")
        found.load(town, "B", "--replace")
        found.load(town, "C", "--set", "visibility=chunk")  # with staging in slots
        found.begin("D", town.dump("D"), "merge", visibility="load")
        yield found


def relations(cast: Team, *, allowed: str) -> list[tuple[str, str, str, bool]]:
    """Every relation of ours: name, first column, kind, whether ``allowed`` (a condition) holds."""
    return ask(
        cast.database,
        "select c.oid::regclass::text, a.attname::text, case c.relkind when 'v' then 'view' else 'table' end, "
        f"({allowed}) from pg_class as c join pg_namespace as n on n.oid = c.relnamespace "
        "join pg_attribute as a on a.attrelid = c.oid and a.attnum = 1 "
        f"where n.nspname ~ {OURS} and c.relkind in ('r', 'p', 'v') order by 1",
    )


def succeeded(session: psycopg.Connection, statement: str) -> bool:
    """Whether the session may run a statement; what it did is undone. It may fail for other reasons."""
    try:
        with session.transaction(force_rollback=True):
            session.execute(statement.encode())
    except psycopg.errors.InsufficientPrivilege:
        return False
    except psycopg.Error as error:
        # A view, or its column, that cannot be written to, a table that cannot be made: nothing was done either.
        nothing = (psycopg.errors.WrongObjectType, psycopg.errors.ObjectNotInPrerequisiteState)
        return not isinstance(error, (*nothing, psycopg.errors.GeneratedAlways))
    return True


@pytest.mark.parametrize(
    ("level", "verb", "where"),
    [
        ("worker", "insert", "n.nspname = 'town_build' and c.relname <> '_canary' or c.relispartition"),
        (
            "reader",
            "select",
            "n.nspname in ('loader', 'town') or n.nspname = 'town_history' and c.relkind in ('r', 'v')",
        ),
        ("stranger", "", "false"),
    ],
)
def test_a_role_can_do_to_each_relation_what_it_must_and_nothing_else(
    cast: Team, level: str, verb: str, where: str
) -> None:
    found = relations(cast, allowed=where)
    assert len(found) > 45
    assert any(allowed for *_, allowed in found) == bool(verb)
    with psycopg.connect(cast.url(level), autocommit=True) as session:
        session.execute("set lock_timeout = '2s'")
        could = {
            (name, attempt)
            for name, column, kind, _ in found
            for attempt, statement in ATTEMPTS.items()
            if succeeded(session, statement.format(name, f'"{column}"', kind))
        }
    expected = {(name, verb) for name, *_, allowed in found if allowed}
    assert could == expected


def calls(cast: Team, given: dict[str, str]) -> list[tuple[str, str, bool]]:
    """Every routine of ours, by name, with a call of it, and whether it runs with the rights of the owner."""
    routines = ask(
        cast.database,
        "select p.oid::regprocedure::text, p.prokind = 'p', p.prosecdef, array(select format('%s::%s', coalesce("
        f"(select g.value from json_each_text('{_json(given)}') as g where g.key = a.name), 'null'), t.type::regtype) "
        "from unnest(p.proargtypes) with ordinality as t (type, place) "
        "left join unnest(p.proargnames) with ordinality as a (name, place) using (place) order by place), "
        "format('%I.%I', n.nspname, p.proname) "
        f"from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace where n.nspname ~ {OURS} "
        "and p.prorettype <> 'trigger'::regtype order by 1",
    )
    return [
        (name, f"{'call' if is_procedure else 'select'} {function}({', '.join(arguments)})", is_definer)
        for name, is_procedure, is_definer, arguments, function in routines
    ]


@pytest.mark.parametrize("level", ["worker", "reader", "stranger"])
def test_no_routine_lets_a_role_write_but_those_of_the_worker(cast: Team, level: str) -> None:
    """Each is called, as far as it may be, with the numbers of a load, a chunk, a source that are there."""
    found = calls(cast, GIVEN)
    assert len(found) > 150
    wrote, called = [], []
    with psycopg.connect(cast.url(level), autocommit=True) as session:
        session.execute("set statement_timeout = '100ms'; set lock_timeout = '50ms'; set client_min_messages = error")
        for name, call, is_definer in found:
            with suppress(psycopg.Error), session.transaction(force_rollback=True):
                session.execute(call.encode())
                row = session.execute("select pg_current_xact_id_if_assigned()").fetchone()
                called.append(name)
                if row != (None,) and not (is_definer and level == "worker"):
                    wrote.append(name)
    assert wrote == []
    assert (len(called) > 20) == (level != "stranger"), called


def test_a_worker_changes_nothing_of_a_load_that_has_ended(cast: Team) -> None:
    """Its routines are called with numbers of such a load, and with the token of a lease that has ended."""
    planned = (
        "select (select max(lease_token) from loader.chunk_attempt), s.records from loader.source as s "
        "where s.source_id = 1"
    )
    ((token, records),) = ask(cast.database, planned)
    given = {**GIVEN, "p_records": str(records), "p_first_record": "1", "p_number": "99", "p_start": "0", "p_end": "9"}
    given |= {"p_other": "'{}'", "p_decoded_bytes": "1"}
    given |= dict.fromkeys(("p_error", "p_sha256", "p_worker", "p_reason", "p_message", "p_entity"), "'x'")
    called = []
    with psycopg.connect(cast.database, autocommit=True) as session:
        before = session.execute(ENDED).fetchall()
        assert len(before) > 10
        for guess in ("null", str(token)):
            for name, call, is_definer in calls(cast, {**given, "p_token": guess}):
                if not is_definer:
                    continue
                with suppress(psycopg.Error), session.transaction(force_rollback=True):
                    session.execute(f"set local session authorization {cast.prefix}_a_worker".encode())
                    session.execute(call.encode())
                    session.execute("reset session authorization")
                    called.append(name)
                    assert session.execute(ENDED).fetchall() == before, name
    assert len(set(called)) > 15, called


def test_a_worker_does_not_set_the_clock(cast: Team) -> None:
    """Else it could say that the leases of others have expired, and have their sessions ended."""
    ((number,),) = ask(cast.database, "select max(l.load_id) from loader.load as l where l.state = 'open'")
    with psycopg.connect(cast.url("worker"), autocommit=True) as held, psycopg.connect(cast.url("worker")) as other:
        held.execute(
            "select loader.plan_chunk(source_id, loader.make_piece(1, 1, 1, 9)) "
            f"from loader.claim_source({number}, 'held')"
        )
        lease = held.execute(f"select chunk_id, lease_token from loader.claim_chunk({number}, 'held')").fetchone()
        other.execute("set loader.now = 'infinity'")
        other.execute(f"select loader.has_work({number}, p_max_chunk_time => '0')")
        other.commit()

        assert other.execute(f"select * from loader.claim_chunk({number}, 'other')").fetchone() is None
        assert held.execute("select loader.heartbeat_chunk(%s, %s)", lease).fetchone() == ("renewed",)
        held.execute("select loader.release_chunk(%s, %s)", lease)


def test_each_role_enters_the_schemas_that_it_needs_and_makes_nothing_there(cast: Team) -> None:
    for level, schemas in (
        ("worker", {"loader", "town_stage", "town_build"}),
        ("reader", {"loader", "town", "town_history"}),
        ("stranger", set()),
    ):
        role = f"{cast.prefix}_a_{level}"
        found = ask(
            cast.database,
            f"select nspname, has_schema_privilege('{role}', oid, 'create') from pg_namespace "
            f"where nspname ~ {OURS} and has_schema_privilege('{role}', oid, 'usage')",
        )
        assert set(found) == {(schema, False) for schema in schemas}


def test_what_runs_with_the_rights_of_the_owner_is_for_workers_only(cast: Team) -> None:
    definers = (
        "select p.oid::regprocedure::text from pg_proc as p "
        f"join pg_namespace as n on n.oid = p.pronamespace where n.nspname ~ {OURS} and p.prosecdef "
    )
    assert len(ask(cast.database, definers)) > 20
    for level, may in (("worker", True), ("reader", False), ("stranger", False)):
        role = f"{cast.prefix}_a_{level}"
        other = f"and has_function_privilege('{role}', p.oid, 'execute') <> {may} order by 1"
        assert ask(cast.database, definers + other) == []
    unpinned = "and not p.proconfig @> array['search_path=loader, pg_temp'] "
    unpinned += "and not p.proconfig @> array['search_path=pg_catalog, pg_temp']"
    assert ask(cast.database, definers + unpinned) == []


def test_a_worker_makes_nothing_and_takes_over_no_other_role(cast: Team) -> None:
    with psycopg.connect(cast.url("worker"), autocommit=True) as session:
        for statement in (
            "create schema mine", "create table loader.x (i integer)", "create table town_build.x (i integer)",
            "create table town_stage.x (i integer)",
            "create function loader.x() returns integer language sql as 'select 1'",
            f"set role {cast.prefix}_owner", f"set role {cast.prefix}_reader", "set role postgres",
            "copy loader.load to stdout", "copy town.thing to stdout", "copy town_build.thing to stdout",
            "copy town.thing from stdin", "select pg_read_file('/etc/passwd')",
            "copy town_build.thing from program 'id'",
        ):  # fmt: skip
            assert not succeeded(session, statement), statement


def _json(values: dict[str, str]) -> str:
    return json.dumps(values).replace("'", "''")
