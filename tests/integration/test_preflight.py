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


def test_what_another_role_has_made_is_refused_until_one_is_its_member(filled: str, town: Town) -> None:
    dataset = read_dataset(town.mapping())
    name = str(value(filled, "select current_database()"))
    owner = f"{name}_owner"
    run(filled, f"create role {name}; create role {owner}; grant create on database {name} to {name}")
    try:
        whose = f"{name} may not change the schemas loader, town, town_history and"
        with session_of(filled, name) as connection, pytest.raises(DatabaseError, match=whose):
            check_rights(connection, dataset)
        run(filled, f"grant usage on schema loader to {name}; grant insert on loader.load to {name}")
        for schema in ("town_stage", "town_build", "town_old", "town_history"):
            run(filled, f"create schema if not exists {schema}; alter schema {schema} owner to {owner}")
        run(filled, f"grant {owner} to {name}; grant usage, create on schema town to {name}")
        with session_of(filled, name) as connection:
            with pytest.raises(DatabaseError, match=r"may not change the tables town\.person, town\.person_book"):
                check_rights(connection, dataset)
            for table in ("person", "person_book", "thing"):
                run(filled, f"alter table town.{table} owner to {owner}")
            check_rights(connection, dataset)
    finally:
        run(filled, f"drop owned by {owner}, {name} cascade; drop role {owner}, {name}")


def test_a_database_that_is_read_only_is_refused(database: str, town: Town) -> None:
    name = value(database, "select current_database()")
    execute(database, f"alter database {name} set default_transaction_read_only = on")

    told = loader("load", town.mapping(), *town.dump("A"), database=database)

    assert (told.code, f"the database {name} is read only" in told.err) == (1, True), told
