"""What a server lacks is told before a load begins, with the numbers and names that a person needs; nothing is made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest

from loader.database.connect import Connection, connect
from loader.errors import DatabaseError
from loader.load.preflight import SPARE, check_connections, check_rights
from loader.mapping.read import read_dataset
from tests.support import kept
from tests.support.publishing import Town, run, value
from tests.support.running import execute, load, loader, wait_until

MANY = 256  # workers, as many as a command takes: more than a server of tests has connections for
SESSIONS = "select count(*) from pg_stat_activity where datname = current_database()"
NOTHING_MADE = "select to_regnamespace('loader') is null and to_regnamespace('town') is null"


@pytest.fixture
def database(empty_database: str) -> str:
    """Nothing is installed yet."""
    return empty_database


@pytest.fixture
def role(database: str) -> Iterator[str]:
    """A role without any right, named like the database."""
    name = str(value(database, "select current_database()"))
    run(database, f"create role {name}")
    yield name
    run(database, f"drop owned by {name} cascade; drop role {name}")


@contextmanager
def session_of(database: str, role: str) -> Iterator[Connection]:
    """The only session of a database, which the server takes for one of a role: not every server lets any role in."""
    kept.end(role)
    with closing(connect(database)) as connection:
        wait_until(lambda: connection.execute(SESSIONS).fetchone() == (1,), "closed sessions were gone")
        connection.execute(f"set session authorization {role}".encode())
        yield connection


def refused(connection: Connection, workers: int) -> str:
    with pytest.raises(DatabaseError) as told:
        check_connections(connection, workers)
    return str(told.value)


def numbers(message: str) -> dict[str, int]:
    """free, limit and used, as a refusal names them."""
    found = re.search(r"only (\d+) (?:is|are) free: .* is (\d+), with (?:(\d+) reserved and )?(\d+) in use", message)
    assert found, message
    return dict(zip(("free", "limit", "reserved", "used"), (int(n or 0) for n in found.groups()), strict=True))


@pytest.mark.parametrize("before", [False, True], ids=["first", "again"])
def test_more_workers_than_connections_are_refused_and_the_number_that_fits_is_told(
    database: str, town: Town, before: bool
) -> None:
    if before:
        load(database, town.mapping(), *town.dump("A"))

    told = loader("load", town.mapping(), *town.dump("B"), "-w", MANY, database=database)

    assert (told.code, f"{MANY} workers may need {2 * MANY} connections" in told.err) == (1, True), told
    found = numbers(told.err)
    assert found["limit"] == int(str(value(database, "show max_connections")))
    assert found["free"] == found["limit"] - found["reserved"] - found["used"]
    assert value(database, NOTHING_MADE) is not before
    assert not before or value(database, "select count(*) from loader.load") == 1
    hint = re.search(r"--workers (\d+) fits", told.err)
    assert hint
    assert 2 * int(hint[1]) + SPARE <= found["free"] < 2 * (int(hint[1]) + 1) + SPARE


def test_a_command_that_joins_counts_its_own_workers(filled: str, town: Town) -> None:
    run(filled, "select loader.start_load('town', 'merge')")

    told = loader("work", town.mapping(), "-w", MANY, database=filled)

    assert (told.code, "connections" in told.err, "--workers" in told.err) == (1, True, True), told


@pytest.mark.parametrize("of", ["role", "database"])
def test_limits_of_role_and_database_count(database: str, role: str, of: str) -> None:
    run(database, f"alter {of} {role} connection limit 12")

    with session_of(database, role) as connection:
        message = refused(connection, 4)
        check_connections(connection, 3)
    run(database, f"alter role {role} superuser")  # for whom these limits are none
    with session_of(database, role) as connection:
        check_connections(connection, 4)

    assert f"the connection limit of the {of} {role} is 12" in message
    assert "--workers 3 fits" in message


def test_sessions_of_others_count_though_they_are_hidden_from_the_role(database: str, role: str) -> None:
    run(database, f"alter database {role} connection limit 10")

    with session_of(database, role) as connection:
        alone = numbers(refused(connection, MANY))["used"]
        with closing(psycopg.connect(database)), closing(psycopg.connect(database)):
            beside_others = numbers(refused(connection, MANY))["used"]
            check_connections(connection, 1)
            with closing(psycopg.connect(database)):
                assert "end other sessions" in refused(connection, 1)

    assert (alone, beside_others) == (1, 3)


def test_reserved_connections_are_not_for_plain_roles(database: str, role: str) -> None:
    reserved = int(str(value(database, "show superuser_reserved_connections")))

    with session_of(database, role) as connection:
        told = numbers(refused(connection, MANY))

    assert told["reserved"] >= reserved > 0
    assert told["free"] == told["limit"] - told["reserved"] - told["used"]


# What a DBA may give to another role of all that a load needs, and how it is told.
GIVEN_AWAY = {
    "schema loader": "alter schema loader owner to {0}",
    "table loader.chunk": "alter table loader.chunk owner to {0}",
    "view loader.load_status": "alter view loader.load_status owner to {0}",
    "schema town_history": "alter schema town_history owner to {0}",
    "table town.person": "alter table town.person owner to {0}",
    "table town_stage.person_text": "alter table town_stage.person_text owner to {0}",
    "table town_history.person_change": "alter table town_history.person_change owner to {0}",
    "procedure town_stage.build_person()": "alter procedure town_stage.build_person() owner to {0}",
    "procedure town_stage.create_target()": "alter procedure town_stage.create_target() owner to {0}",
    "function loader.has_work(p_load bigint": "alter routine loader.has_work owner to {0}",
}


def test_what_belongs_to_another_role_is_told_with_the_statement_that_gives_it_back(filled: str, town: Town) -> None:
    dataset = read_dataset(town.mapping())
    name = str(value(filled, "select current_database()"))
    other = f"{name}_other"
    run(filled, f"create role {name}; create role {other}; grant create on database {name} to {name}")
    run(filled, f"grant {name} to current_user; select loader.hand_over('{name}')")
    try:
        with session_of(filled, name) as connection:
            check_rights(connection, dataset)
            for told, statement in GIVEN_AWAY.items():
                run(filled, statement.format(other))
                with pytest.raises(DatabaseError, match="may not change what other roles own: ") as refused:
                    check_rights(connection, dataset)
                assert told in str(refused.value)
                assert f" of {other}" in str(refused.value)
                run(filled, refused.value.hint.split("superuser: ")[1])
                check_rights(connection, dataset)
        run(filled, f"reassign owned by {name} to {other}")
        limited = f"{filled}{'&' if '?' in filled else '?'}options=-c%20role%3D{name}"
        refused_load = loader("load", town.mapping(), *town.dump("B"), database=limited)
        assert (refused_load.code, "permission denied" in refused_load.err) == (1, False), refused_load
        assert f"superuser: grant {other} to {name}" in refused_load.err
        run(filled, f"grant create on database {name} to {other}")
        load(filled, town.mapping(), *town.dump("B"), "--snapshot", "2030-01-01")  # as the owner
        assert value(filled, f"select tableowner = '{other}' from pg_tables where tablename = 'person'") is True
    finally:
        run(filled, f"drop owned by {other}, {name} cascade; drop role {other}, {name}")


def test_a_database_that_is_read_only_is_refused(database: str, town: Town) -> None:
    name = value(database, "select current_database()")
    execute(database, f"alter database {name} set default_transaction_read_only = on")

    told = loader("load", town.mapping(), *town.dump("A"), database=database)

    assert (told.code, f"the database {name} is read only" in told.err) == (1, True), told
