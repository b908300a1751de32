"""Who acts as the owner of what the loader has made: its members, whoever made it, and superusers."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.support.publishing import Town, value
from tests.support.roles import Team, day, team
from tests.support.running import load, loader, query


@pytest.fixture
def database(empty_database: str) -> str:
    """Nothing is installed yet: a role does that."""
    return empty_database


@pytest.fixture
def cast(database: str) -> Iterator[Team]:
    """Login roles; a database in which one that belongs to no group may make schemas."""
    with team(database) as found:
        name = value(database, "select current_database()")
        found.run(f'grant create on database "{name}" to "{found.prefix}_a_stranger" with grant option')
        yield found


@pytest.mark.parametrize("other", ["superuser", "worker"])
def test_others_load_what_a_role_that_logs_in_owns(cast: Team, town: Town, other: str) -> None:
    """A superuser, or a role that is a member of the owner, leaves nothing behind that the owner cannot change."""
    owner = f"{cast.prefix}_a_stranger"
    cast.run(f"grant {owner} to {cast.prefix}_a_worker")
    url = cast.database if other == "superuser" else cast.url("worker")
    for version, who, *mode in (("A", cast.url("stranger")), ("B", url, "--replace"), ("C", url, "--merge")):
        load(who, town.mapping(), *town.dump(version), "--snapshot", day(version), *mode)

    owners = "select distinct c.relowner::regrole::text from pg_class as c "
    owners += "where c.relnamespace::regnamespace::text ~ '^(loader|town)'"
    assert query(cast.database, owners) == [(owner,)]
    load(cast.url("stranger"), town.mapping(), *town.dump("D"), "--snapshot", day("D"))


def test_who_has_made_the_owner_by_hand_becomes_one_that_acts_as_it(cast: Team) -> None:
    """From PostgreSQL 16 on who makes a role is its member, which alone does not let it own anything in its name."""
    cast.run(f"alter role {cast.prefix}_a_stranger createrole")
    with psycopg.connect(cast.url("stranger"), autocommit=True) as session:
        session.execute(f"create role {cast.prefix}_owner nologin".encode())

    told = loader("roles", "--prefix", cast.prefix, database=cast.url("stranger"))

    assert (told.code, cast.missing()) == (0, []), told


def test_what_the_role_lacks_for_things_of_others_is_told_before(cast: Team, town: Town) -> None:
    """With the grants that help: a load that may choose merges, and they lead a replace to its end."""
    role, alice = (f"{cast.prefix}_a_{level}" for level in ("stranger", "reader"))
    load(cast.url("stranger"), town.mapping(), *town.dump("A"), "--snapshot", day("A"))
    cast.run(
        f"create schema alice authorization {alice}; grant usage on schema town to {alice}",
        f"grant select, references on town.person, town.thing to {alice}",
        f"set role {alice}; create view alice.v as select id from town.thing; "
        "create materialized view alice.m as select id, version from town.thing; create index on alice.m (id); "
        "create table alice.t (id integer constraint t_key references town.person)",
    )
    blockers = "select b from loader.publication_blockers('town') as b order by b"
    needed = f"({role} needs: grant {alice} to {role})"
    assert query(cast.database, blockers) == []
    with psycopg.connect(cast.url("stranger")) as session:
        told = [line for (line,) in session.execute(blockers)]
        assert told == [
            f"foreign key t_key on alice.t {needed}", f"materialized view alice.m {needed}", f"view alice.v {needed}"
        ]  # fmt: skip
    refused = loader("load", town.mapping(), *town.dump("B"), "--snapshot", day("B"), database=cast.url("stranger"))
    assert refused.code == 1
    grants = f"grant usage on schema alice to {role}; grant select on alice.t to {role}"
    assert f"foreign key t_key on alice.t: {grants}" in refused.err
    assert query(cast.database, "select max(load_id)::integer from loader.load") == [(1,)]
    hidden = "alter table alice.t enable row level security; create policy p on alice.t using (false)"
    cast.run(*grants.split("; "), hidden)
    refused = loader("load", town.mapping(), *town.dump("B"), "--snapshot", day("B"), database=cast.url("stranger"))
    assert f"key t_key on alice.t: its row level security hides rows: alter role {role} bypassrls" in refused.err
    assert query(cast.database, "select max(load_id)::integer from loader.load") == [(1,)]
    cast.run("alter table alice.t disable row level security")
    load(cast.url("stranger"), town.mapping(), *town.dump("B"), "--snapshot", day("B"))
    cast.run(f"grant {alice} to {role}")
    load(cast.url("stranger"), town.mapping(), *town.dump("C"), "--snapshot", day("C"), "--replace")
    assert loader("revert", town.mapping(), database=cast.url("stranger")).code == 0
    assert query(cast.database, "select distinct version, pg_get_userbyid(relowner) from alice.m, pg_class "
                                "where oid = 'alice.m'::regclass") == [("B", alice)]  # fmt: skip
