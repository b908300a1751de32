"""A publication waits for sessions in its way, says for whom, gives up in time, and goes on with the same command."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tests.support.publishing import Town, all_of, ask, refused, run, value, versions
from tests.support.running import ended, load, loader, running
from tests.support.working import bring

IN_THE_WAY = {
    "an old snapshot": "set transaction isolation level repeatable read; select 1",
    "a lock": "lock table town.thing in access share mode",
}


@pytest.mark.parametrize("what", IN_THE_WAY)
def test_it_gives_up_names_who_is_in_the_way_and_goes_on(filled: str, town: Town, what: str) -> None:
    run(filled, *(f"create view public.v{n} as select id, version from town.thing" for n in range(110)))
    with psycopg.connect(filled) as session:
        session.execute(IN_THE_WAY[what].encode())
        told = refused(filled, town.mapping(), town.dump("B"), "--replace", "--set", "publish_wait=0.2")
        assert f"pid {session.info.backend_pid}" in told
        assert "pg_terminate_backend" in told
        # who waits behind us does not wait: the locks are let go
        assert session.execute("select count(*) from town.person").fetchone() == (300,)
    assert versions(filled) == all_of("A")
    assert ask(filled, "select load_id, state from loader.load order by 1") == [(1, "done"), (2, "built")]
    assert load(filled, town.mapping(), *town.dump("B"), "--replace")["load"] == 2
    assert versions(filled) == all_of("B")
    assert "for about 0.1 s" in value(filled, "select message from loader.event where kind = 'readers_wait'")
    assert ask(filled, "select distinct version from public.v1 union select version from public.v109") == [("B",)]
    if what == "a lock":
        assert "publishing: readers will wait for about 0.1 s" in told


@contextlib.contextmanager
def reading(url: str) -> Iterator[None]:
    """Somebody reads all the time, and would wait for half of a lock_timeout of 3 s, but no longer."""
    ended = threading.Event()

    def read() -> None:
        with psycopg.connect(url, autocommit=True, options="-c lock_timeout=1500") as session:
            while not ended.wait(0.01):
                session.execute("select count(*) from town.person")

    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(read)
        try:
            yield
        finally:
            ended.set()
        reader.result()


LOCKED_FOR_LONG = (
    "lock table public.own in access exclusive mode",
    "comment on statistics public.told is 'being changed'",
)


def test_readers_do_not_wait_for_locks_on_what_users_have_built(filled: str, town: Town) -> None:
    """A swap that would have to wait for them while it locks the tables is undone, and tried again."""
    run(
        filled,
        "create table public.own (id integer)",
        "create view public.joined as select p.version from town.person as p left join public.own using (id)",
        "create statistics public.told on id, name from town.person",
    )
    given = ("--replace", "--set", "publish_wait=0.2", "--set", "lock_timeout=3")
    for lock in LOCKED_FOR_LONG:
        with psycopg.connect(filled) as session:
            session.execute(lock.encode())
            with reading(filled):
                told = refused(filled, town.mapping(), town.dump("B"), *given)
            assert f"the tables remained in use: pid {session.info.backend_pid} " in told, lock
    load(filled, town.mapping(), *town.dump("B"), "--replace")
    notices: list[str | None] = []
    with psycopg.connect(filled) as session, psycopg.connect(filled, options="-c statement_timeout=2000") as own:
        session.execute(LOCKED_FOR_LONG[0].encode())
        own.add_notice_handler(lambda notice: notices.append(notice.message_primary))
        with pytest.raises(psycopg.errors.QueryCanceled):
            own.execute("call loader.revert('town')")
        assert f"the tables are in use: pid {session.info.backend_pid} " in str(notices)
    assert ask(filled, "select distinct version from public.joined") == [("B",)]
    run(filled, "call loader.revert('town')")
    assert ask(filled, "select distinct version from public.joined") == [("A",)]


def test_many_relations_are_locked_in_one_attempt(filled: str) -> None:
    """Locking them takes longer than a reader may hold up an attempt."""
    run(filled, "select loader.lock_for_swap(array_fill('town.thing'::regclass::oid, array[3000]), clock_timestamp())")


@pytest.mark.parametrize("what", IN_THE_WAY)
def test_it_says_for_whom_it_waits_and_publishes_when_they_end(filled: str, town: Town, what: str) -> None:
    with psycopg.connect(filled) as session:
        session.execute(IN_THE_WAY[what].encode())
        with running("load", town.mapping(), *town.dump("B"), "--replace", "-w", 1, "--no-space-check",
                     database=filled) as process:  # fmt: skip
            assert process.stdout is not None
            lines = []
            for line in process.stdout:
                lines.append(line)
                if f"pid {session.info.backend_pid}" in line:
                    break
            session.rollback()
            told = ended(process)
    assert "publishing: " in lines[-1], lines
    assert told.code == 0, told
    assert versions(filled) == all_of("B")


def test_an_ordinary_role_sees_the_snapshots_of_others(filled: str, town: Town) -> None:
    """A role that may not look into other sessions must not take them for gone."""
    run(
        filled,
        "create role loading",
        "grant usage on schema loader to loading",
        "grant select on loader.load to loading",
    )
    try:
        with psycopg.connect(filled) as session, psycopg.connect(filled, autocommit=True) as ordinary:
            session.execute(IN_THE_WAY["an old snapshot"].encode())
            run(filled, "update loader.load set built_xid = pg_current_xact_id() where load_id = 1")
            ordinary.execute("set role loading")
            told = ordinary.execute("select loader.snapshot_blockers(1)").fetchone()
            assert told is not None
            assert f"pid {session.info.backend_pid}" in told[0]
            session.rollback()
            assert ordinary.execute("select loader.snapshot_blockers(1)").fetchone() == (None,)
    finally:
        run(filled, "drop owned by loading; drop role loading")


def test_a_build_is_not_published_in_the_transaction_that_made_it(filled: str, town: Town) -> None:
    """Who begins to read before that one commits would see empty tables, and nobody could wait for them."""
    number = bring(filled, town.mapping(), [Path(path) for path in town.dump("B")], mode="replace")
    with psycopg.connect(filled) as session:
        session.execute("call loader.finish_load(%s)", (number,))
        with pytest.raises(psycopg.errors.ActiveSqlTransaction, match="built in this transaction"):
            session.execute("call loader.finish_load(%s)", (number,))
    assert versions(filled) == all_of("A")
    run(filled, *[f"call loader.finish_load({number})"] * 2)
    assert versions(filled) == all_of("B")


def test_the_open_load_can_be_given_up(filled: str, town: Town) -> None:
    with psycopg.connect(filled) as session:
        session.execute(IN_THE_WAY["a lock"].encode())
        refused(filled, town.mapping(), town.dump("B"), "--replace", "--set", "publish_wait=0")
    assert loader("cancel", town.mapping(), database=filled).code == 0
    assert load(filled, town.mapping("enforce"), *town.dump("C"), "--replace")["load"] == 3
    assert versions(filled) == all_of("C")


def test_commands_that_finish_the_same_load_take_turns(filled: str, town: Town) -> None:
    """None waits inside a statement: its old snapshot would be in the way of the command that publishes."""
    waiting = (
        "select count(*) from pg_stat_activity where datname = current_database() "
        "and state = 'idle' and query like 'select pg_try_advisory_lock%'"
    )
    with contextlib.ExitStack() as stack:
        holder = stack.enter_context(psycopg.connect(filled, autocommit=True))
        holder.execute("select pg_advisory_lock(hashtext('loader.build_table town'), hashtext('thing'))")
        given = ("load", town.mapping(), *town.dump("B"), "--replace", "-w", 1, "--no-space-check")
        commands = [stack.enter_context(running(*given, database=filled)) for _ in range(3)]
        end = time.monotonic() + 10
        while value(filled, waiting) < 2 and time.monotonic() < end:
            time.sleep(0.05)  # one that starts late waits for the builder earlier on, and joins when we let go
        holder.execute("select pg_advisory_unlock_all()")
        told = [ended(command) for command in commands]
    assert [run.code for run in told] == [0, 0, 0], told
    assert ask(filled, "select load_id, state from loader.load order by 1") == [(1, "done"), (2, "done")]
    assert versions(filled) == all_of("B")


def test_prepared_transactions_are_named_by_publications_and_merges(filled: str, town: Town) -> None:
    """They have no session that could be ended."""
    run(filled, "begin; update town.person set name = name where id = 1; prepare transaction 'p''x'")
    notices: list[str | None] = []
    try:
        told = refused(filled, town.mapping(), town.dump("B"), "--replace", "--set", "publish_wait=0.2")
        assert "prepared transaction 'p''x'" in told
        assert "rollback prepared" in told
        run(filled, "select loader.cancel_load(2)")
        bring(filled, town.mapping(), [Path(path) for path in town.dump("B")], mode="merge", priority=1)
        with psycopg.connect(filled, options="-c lock_timeout=100") as session:
            session.add_notice_handler(lambda notice: notices.append(notice.message_primary))
            with pytest.raises(psycopg.errors.LockNotAvailable):
                session.execute("call loader.finish_load(3)")
        assert "prepared transaction 'p''x'" in str(notices)
    finally:
        run(filled, "rollback prepared 'p''x'")
