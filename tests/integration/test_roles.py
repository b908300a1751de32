"""Owner, worker, reader: the work can be shared among them, each may do its part, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from loader.database.connect import connect
from tests.support.publishing import TABLES, Town, ask, value, versions
from tests.support.roles import LEVELS, Team, day, team
from tests.support.running import checksum, load, loader
from tests.support.server import fresh_database


@pytest.fixture
def database(empty_database: str) -> str:
    """Nothing is installed yet: roles do that."""
    return empty_database


@pytest.fixture
def cast(database: str) -> Iterator[Team]:
    """Members of groups that are not there yet."""
    with team(database) as found:
        yield found


@pytest.fixture(scope="module")
def _shared(server: str, town: Town) -> Iterator[Team]:
    with fresh_database(server) as database, team(database) as found:
        found.share()
        told = loader("migrate", town.mapping(), database=found.url("owner"))
        assert told.code == 0, told
        yield found


@pytest.fixture
def sharing(server: str, _shared: Team) -> Iterator[Team]:
    """Groups, and the procedures of the dataset; no data."""
    with fresh_database(server, _shared.database) as database:
        found = Team(database, _shared.prefix)
        name = value(database, "select current_database()")
        found.run(f'grant create on database "{name}" to {_shared.prefix}_owner')  # a copy has no rights of its own
        yield found


def bad(town: Town, version: str) -> list[str]:
    """Dumps of a version, a thing of which has an owner that is no number."""
    paths = [Path(path) for path in town.dump(version)]
    folder = paths[0].parent.with_name(f"bad{version}")
    folder.mkdir(exist_ok=True)
    for path in paths:
        (folder / path.name).write_text(path.read_text().replace("<owner>9</owner>", "<owner>nine</owner>"))
    return [str(folder / path.name) for path in paths]


def test_the_owner_begins_and_ends_loads_and_a_worker_does_the_work_between(sharing: Team, town: Town) -> None:
    for version, mode, visibility in (("A", "replace", "load"), ("B", "merge", "load"), ("C", "merge", "chunk")):
        paths = bad(town, version)
        number = sharing.begin(version, paths, mode, visibility=visibility)
        done = f"select count(*) from loader.chunk where load_id = {number} and state = 'done'"

        helped = loader("work", town.mapping(), "-w", 2, database=sharing.url("worker"))
        by_worker = value(sharing.database, done)
        ended = load(sharing.url("owner"), town.mapping(), *paths, "--snapshot", day(version), code=3)

        assert helped.code == 0, helped
        assert by_worker == value(sharing.database, done) >= 10
        assert (ended["load"], ended["rejected"], ended["read"]) == (number, 1, 600)
        assert sharing.missing() == []
        assert versions(sharing.url("reader"))["person"] == [version]
    listed = loader("rejects", "list", town.mapping(), database=sharing.url("reader"))
    assert ("nine" in listed.out, listed.code) == (True, 0)


def test_grants_hold_whatever_is_made_anew(sharing: Team, town: Town) -> None:
    reader = sharing.url("reader")
    sharing.load(town, "A")
    for version, *arguments in (("B",), ("C", "--replace")):
        sharing.load(town, version, *arguments)
        assert sharing.missing() == []
        assert ask(reader, "select distinct version from town.thing") == [(version,)]
    revert = loader("revert", town.mapping(), database=sharing.url("owner"))
    assert (revert.code, sharing.missing()) == (0, []), revert
    assert ask(reader, "select distinct version from town.thing") == [("B",)]
    number = sharing.load(town, "D", "--merge", "--set", "history=on")["load"]
    back = loader("rollback", number, "--yes", database=sharing.url("owner"))
    assert (back.code, sharing.missing()) == (0, []), back

    sharing.run("update loader.migration set sha256 = '' where version = 0")
    sharing.run("drop view loader.load_status; drop function loader.has_work; drop table town_stage.thing cascade")
    again = loader("migrate", town.mapping(), database=sharing.url("owner"))
    assert (again.code, sharing.missing()) == (0, []), again
    assert loader("checksum", town.mapping(), database=reader).code == 0
    owners = (
        "select distinct relowner::regrole::text from pg_class as c join pg_namespace as n on n.oid = relnamespace "
    )
    owners += "where nspname ~ '^(loader|town)'"
    assert ask(sharing.database, owners) == [(f"{sharing.prefix}_owner",)]
    assert loader("drop", town.mapping(), "--yes", database=sharing.url("owner")).code == 0


def test_a_build_that_a_crash_emptied_is_made_anew_by_a_worker(sharing: Team, town: Town) -> None:
    paths = town.dump("A")
    sharing.begin("A", paths, "replace")
    sharing.run("truncate town_build._canary")  # as a crash does

    helped = loader("work", town.mapping(), "-w", 1, database=sharing.url("worker"))

    assert (helped.code, sharing.missing()) == (0, []), helped
    assert value(sharing.database, "select epoch from loader.load") == 2
    assert load(sharing.url("owner"), town.mapping(), *paths, "--snapshot", day("A"))["inserted"] == 600


def test_what_was_loaded_before_there_were_roles_goes_to_the_owner(cast: Team, town: Town) -> None:
    load(cast.database, town.mapping(), *town.dump("A"))
    cast.run("create table town.mine (id integer)", "create view mine as select id from town.person")
    cast.run("grant select on town.mine to public", f"alter view mine owner to {cast.prefix}_a_stranger")
    before = checksum(cast.database, town.mapping())

    cast.share()
    # What a view of others needs, to be carried over to new tables.
    cast.run(f"grant {cast.prefix}_a_stranger to {cast.prefix}_owner")
    cast.run(f"grant create on schema public to {cast.prefix}_owner")

    assert checksum(cast.url("reader"), town.mapping()) == before
    assert cast.load(town, "D", "--replace")["inserted"] == 600
    assert load(cast.database, town.mapping(), *town.dump("A"), "--replace")["inserted"] == 600  # by a superuser
    assert cast.missing() == []
    users = "select c.relname::text from pg_class as c where c.relnamespace::regnamespace::text in ('town', 'public') "
    owner = f"'{cast.prefix}_owner'::regrole"
    assert ask(cast.database, f"{users} and c.relkind in ('r', 'v') and relowner <> {owner} order by 1") == [
        ("mine",),
        ("mine",),
    ]
    assert ask(cast.database, f"{users} and c.relkind = 'r' and relowner = {owner} order by 1") == [
        (table,) for table in TABLES
    ]
    cast.run(f"reassign owned by {cast.prefix}_owner to current_user")  # and back again
    cast.run(*(f"drop owned by {cast.prefix}_{level}" for level in LEVELS), "delete from loader.access_role")
    assert load(cast.database, town.mapping(), *town.dump("D"), "--replace")["inserted"] == 600


def test_a_load_says_who_began_it_not_which_group(sharing: Team, town: Town) -> None:
    sharing.load(town, "A")

    assert ask(sharing.database, "select distinct started_by from loader.load") == [(f"{sharing.prefix}_a_owner",)]


def test_who_may_not_make_roles_is_told_what_a_dba_has_to_run(cast: Team, town: Town) -> None:
    plain = cast.url("stranger")
    name = value(cast.database, "select current_database()")
    cast.run(f'grant create on database "{name}" to "{cast.prefix}_a_stranger"')
    load(plain, town.mapping(), *town.dump("A"))

    told = loader("roles", "--prefix", cast.prefix, database=plain)
    assert (told.code, "create role" in told.out, "has to run this SQL first" in told.err) == (1, True, True), told
    assert value(cast.database, "select count(*) from loader.access_role") == 0

    cast.run(told.out)
    again = loader("roles", "--prefix", cast.prefix, database=plain)
    assert (again.code, again.out, cast.missing()) == (0, "", []), again
    assert load(plain, town.mapping(), *town.dump("C"), "--snapshot", day("C"))["updated"] == 600
    assert value(cast.database, "select max(relowner::regrole::text) from pg_class where relname = 'person'") == (
        f"{cast.prefix}_owner"
    )


@pytest.mark.parametrize("case", ["open load", "other names", "a role that logs in", "too long"])
def test_roles_are_refused_with_a_reason(cast: Team, town: Town, case: str) -> None:
    prefix, word = cast.prefix, ""
    if case == "open load":
        load(cast.database, town.mapping(), *town.dump("A"))
        cast.run("select loader.start_load('town', 'merge')")
        word = "a load of town is open"
    elif case == "other names":
        cast.share()
        prefix, word = f"{prefix}_a", f"the roles of this database are {prefix}_owner"
    elif case == "a role that logs in":
        prefix, word = f"{prefix}_a", "roles that log in cannot be groups"
    else:
        prefix, word = "x" * 60, "longer than 63 bytes"

    told = loader("roles", "--prefix", prefix, database=cast.database)

    assert (told.code, word in told.err) == (1, True), told


@pytest.mark.parametrize("lacking", ["", "pg_signal_backend", "pg_signal_backend, pg_read_all_stats"])
def test_a_frozen_worker_of_another_role_is_ended_where_the_owner_may(sharing: Team, town: Town, lacking: str) -> None:
    number = sharing.begin("A", town.dump("A"), "replace")
    if lacking:
        sharing.run(f"revoke {lacking} from {sharing.prefix}_owner")
    with connect(sharing.url("worker")) as frozen, connect(sharing.url("owner")) as owner:
        frozen.execute(
            "select loader.plan_chunk(source_id, loader.make_piece(1, 1, 1, 9)) from loader.claim_source(%s, 'f')",
            (number,),
        )
        row = frozen.execute(
            "select chunk_id, lease_token from loader.claim_chunk(%s, 'f', '0 s')", (number,)
        ).fetchone()
        frozen.execute("begin")
        frozen.execute("select loader.fence_chunk(%s, %s)", row)

        owner.execute("select loader.reclaim_expired(%s, '0 s')", (number,))

        if not lacking:
            with pytest.raises(psycopg.errors.AdminShutdown):
                frozen.execute("select 1")
            assert ask(sharing.database, "select outcome from loader.chunk_attempt") == [("terminated",)]
        else:
            frozen.execute("select 1")
    if lacking:
        sharing.run(f"grant {lacking} to {sharing.prefix}_owner")


def test_commands_that_are_not_for_a_role_are_refused_in_a_sentence(sharing: Team, town: Town) -> None:
    sharing.load(town, "A")
    mapping, dump = town.mapping(), town.dump("B")
    writing = (("load", mapping, *dump, "-w", 1, "--no-space-check"), ("requeue", mapping), ("rollback", 1, "--yes"))
    reading = (("status", mapping, "--json"), ("log",), ("diff",), ("check", mapping), ("rejects", "list", mapping))
    state = "select count(*), max(load_id), sum(read) from loader.load"
    before = ask(sharing.database, state)
    for level, commands in (
        ("worker", (*writing, reading[0], reading[-1])),
        ("reader", (*writing, ("work", mapping))),
        ("stranger", (writing[0], reading[0], ("work", mapping))),
    ):
        for command in commands:
            told = loader(*command, database=sharing.url(level))
            assert told.code == 1, (level, command, told)
            assert told.err.startswith("loader: "), told
    for command in reading:
        told = loader(*command, database=sharing.url("reader"))
        assert (told.code, told.err) == (0, ""), told
    assert ask(sharing.database, state) == before
