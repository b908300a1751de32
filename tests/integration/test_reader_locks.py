"""No command keeps readers waiting: it locks tables in tries of 40 ms, and does what takes time without locks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from loader.admin import history, remove
from loader.config.settings import RunSettings
from loader.database.connect import Connection, connect
from loader.load.register import register
from loader.load.request import LoadRequest
from loader.mapping.read import read_dataset
from loader.render import install
from tests.support.running import TIMEOUT_S, execute, query, wait_until
from tests.support.working import bring, load_here

MAPPING = """\
dataset: tide
deletes: delete
max_delete_pct: 100
history: on
foreign_keys: enforce
snapshot: '_(\\d{8})'
entities:
  port: {record: /dump/port, key: {id: "@id"}}
  ship:
    record: /dump/ship
    key: {id: "@id"}
    columns: {port_id: "@port"}
    foreign_keys: [{columns: [port_id], references: port}]
"""
# Each wait is one try; a lock that is asked for in the ordinary way waits until the reader ends.
WAITING = """
select l.pid, l.waitstart, extract(epoch from clock_timestamp() - l.waitstart)::float8
from pg_locks as l join pg_class as c on c.oid = l.relation join pg_namespace as n on n.oid = c.relnamespace
where l.mode = 'AccessExclusiveLock' and not l.granted and l.waitstart is not null and n.nspname like 'tide%'
"""
HELD = """
select c.oid::regclass::text
from pg_locks as l join pg_class as c on c.oid = l.relation join pg_namespace as n on n.oid = c.relnamespace
where l.mode = 'AccessExclusiveLock' and l.granted and n.nspname = 'tide' and c.relkind = 'r'
"""
READABLE = """
select c.oid::regclass::text from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
where n.nspname in ('tide', 'tide_old', 'tide_history') and c.relkind in ('r', 'v')
"""
TRIES, LONGEST_TRY_S = 2, 1.0  # of 40 ms each, and what a busy machine adds to them
LATCH = 1234


@dataclass(frozen=True)
class Coast:
    """A dataset of two tables, one of which refers to the other, in a database."""

    folder: Path
    database: str

    def mapping(self, **settings: str) -> Path:
        """The mapping, with other settings."""
        text = MAPPING
        for key, value in settings.items():
            line = next(line for line in MAPPING.splitlines() if line.startswith(f"{key}:"))
            text = text.replace(line, f"{key}: {value}")
        path = self.folder / "tide.yaml"
        path.write_text(text)
        return path

    def dump(self, day: int, ships: int | None = None) -> Path:
        """A dump of a day; each has a ship less than the one before, unless told how many."""
        path = self.folder / f"tide_202601{day:02}.xml"
        count = 20 - day if ships is None else ships
        rows = [f'<port id="{n}"/>' for n in range(3)] + [f'<ship id="{n}" port="{n % 3}"/>' for n in range(count)]
        path.write_text(f"<dump>{''.join(rows)}</dump>")
        return path

    def request(self, day: int, mode: str, **settings: str) -> LoadRequest:
        """A load of that dump."""
        dataset = read_dataset(str(self.mapping(**settings)))
        return LoadRequest(
            dataset, RunSettings(), self.database, [self.dump(day)], workers=1, mode=mode, check_space=False
        )

    def load(self, day: int, mode: str | None = None, **settings: str) -> int:
        """Loads the dump of a day."""
        return load_here(self.database, self.mapping(**settings), [self.dump(day)], mode=mode)


@pytest.fixture
def coast(tmp_path: Path, database: str) -> Coast:
    """Two loads of it: a first one, and a refresh."""
    own = Coast(tmp_path, database)
    own.load(1)
    own.load(2)
    return own


def behind_a_reader(database: str, what: str, act: Callable[[Connection], object]) -> None:
    """Acts while somebody has read all tables and has not ended, and watches how it waits for that."""
    tries: set[tuple[int, object]] = set()
    with (
        ThreadPoolExecutor(1) as pool,
        connect(database) as own,
        psycopg.connect(database) as reader,
        psycopg.connect(database, autocommit=True) as observer,
    ):
        for (table,) in observer.execute(READABLE).fetchall():
            reader.execute(f"lock table {table} in access share mode".encode())
        done = pool.submit(act, own)
        while len(tries) < TRIES and not done.done():
            for pid, since, seconds in observer.execute(WAITING).fetchall():
                tries.add((pid, since))
                assert seconds < LONGEST_TRY_S, f"{what}: readers wait behind it"
        assert len(tries) >= TRIES, f"{what} did not wait: {done.exception(timeout=0)}"
        if "refresh" in what:  # it tries to lock tables in use alone
            assert observer.execute(HELD.replace("'tide' and c.relkind = 'r'", "'tide_history'")).fetchall() == []
        reader.rollback()
        done.result(timeout=TIMEOUT_S)


def test_no_command_queues_in_front_of_readers(coast: Coast, database: str) -> None:
    own = database

    def call(statement: str) -> Callable[[Connection], object]:
        return lambda connection: connection.execute(statement.encode())

    behind_a_reader(own, "a refresh", lambda connection: register(connection, coast.request(3, "merge")))
    execute(own, "select loader.cancel_load(3)")
    behind_a_reader(own, "a rollback", lambda connection: history.roll_back(connection, 2))
    marking = coast.request(4, "merge", deletes="mark")
    behind_a_reader(own, "a refresh that adds a column", lambda connection: register(connection, marking))
    execute(own, "select loader.cancel_load(max(load_id)) from loader.load")

    settings = {"history": "off", "deletes": "mark"}
    replace = bring(own, coast.mapping(**settings), [coast.dump(5)], mode="replace")
    execute(own, f"call loader.finish_load({replace})")
    behind_a_reader(own, "a publication", call(f"call loader.finish_load({replace})"))
    execute(own, f"call loader.finish_load({replace})")
    behind_a_reader(own, "a revert", call("call loader.revert('tide')"))
    replace = bring(own, coast.mapping(**settings), [coast.dump(6)], mode="replace")
    behind_a_reader(own, "dropping the version before", call(f"call loader.finish_load({replace})"))
    execute(own, f"call loader.finish_load({replace})")

    with roles(own) as prefix:
        behind_a_reader(own, "roles", call(f"select loader.set_roles('{prefix}')"))
    behind_a_reader(own, "uninstall", lambda connection: remove.uninstall(connection, sure=True))


def test_dropping_a_dataset_does_not_either(coast: Coast, database: str) -> None:
    behind_a_reader(database, "drop", lambda connection: remove.drop_dataset(connection, "tide", sure=True))
    assert coast.load(1) == 3


@pytest.mark.parametrize(
    ("what", "changing"),
    [
        ("roles", "comment on procedure tide_stage.create_target() is 'mine'"),
        ("drop", "create view tide.mine as select 1"),
        ("uninstall", "comment on function loader.clock() is 'mine'"),
    ],
)
def test_readers_do_not_wait_while_a_command_waits_for_what_is_no_table(
    coast: Coast, database: str, what: str, changing: str
) -> None:
    with (
        roles(database) if what == "roles" else nullcontext("") as prefix,
        ThreadPoolExecutor(1) as pool,
        connect(database) as own,
        psycopg.connect(database) as other,
        psycopg.connect(database, autocommit=True) as reader,
    ):
        acts: dict[str, Callable[[], object]] = {
            "roles": lambda: own.execute("select loader.set_roles(%s)", (prefix,)),
            "drop": lambda: remove.drop_dataset(own, "tide", sure=True),
            "uninstall": lambda: remove.uninstall(own, sure=True),
        }
        other.execute(changing.encode())
        done = pool.submit(acts[what])
        waits = (
            f"select from pg_stat_activity where pid = {own.info.backend_pid} and wait_event in ('PgSleep', 'object')"
        )
        reader.execute("set lock_timeout = '700ms'")
        for _ in range(3):
            wait_until(lambda: done.done() or bool(query(database, waits)), f"{what} waits")
            assert not done.done(), done.exception()
            assert reader.execute("select count(*) from tide.port").fetchall() == [(3,)]
        other.rollback()
        done.result(timeout=TIMEOUT_S)


@contextmanager
def roles(database: str) -> Iterator[str]:
    """Groups of their own, which own nothing in the end."""
    prefix = database.rpartition("/")[2].partition("?")[0]
    names = [f"{prefix}_{level}" for level in ("owner", "worker", "reader")]
    for name in names:
        execute(database, f"create role {name} nologin")
    execute(database, f"grant create on database {prefix} to {prefix}_owner")
    try:
        yield prefix
        execute(database, "delete from loader.access_role")
        for name in names:
            execute(database, f"reassign owned by {name} to current_user; drop owned by {name}")
    finally:
        for name in names:
            execute(database, f"drop role {name}")


@pytest.mark.parametrize("what", ["a rollback", "a refresh", "a repair of values", "a repair of a key"])
def test_what_takes_time_is_done_without_locks_against_readers(coast: Coast, database: str, what: str) -> None:
    """A trigger of the user's stops it in the middle of its writes, or before an index is built."""
    load_id = bring(database, coast.mapping(), [coast.dump(3)]) if what == "a refresh" else 2
    execute(
        database,
        "create function wait() returns trigger language plpgsql as $$ begin "
        f"perform pg_advisory_xact_lock_shared({LATCH}); return coalesce(new, old); end $$; "
        "create trigger wait before insert or delete or update on tide.ship for each row execute function wait()",
    )
    if what == "a repair of values":
        execute(database, "alter table tide.ship drop column port_id cascade")
    elif what == "a repair of a key":
        execute(
            database,
            "create function wait_ddl() returns event_trigger language plpgsql as $$ begin "
            f"perform pg_advisory_xact_lock_shared({LATCH}); end $$; alter table tide.ship drop constraint ship_pkey; "
            "comment on table tide.ship is 'Table of the dataset tide, made by the loader.'; "
            "create event trigger wait on ddl_command_start when tag in ('CREATE INDEX') execute function wait_ddl()",
        )
    with ThreadPoolExecutor(1) as pool, connect(database) as own, psycopg.connect(database) as latch:
        latch.execute("select pg_advisory_lock(%s)", (LATCH,))
        if what == "a rollback":
            done = pool.submit(history.roll_back, own, load_id)
        elif what == "a refresh":
            done = pool.submit(lambda: own.execute(f"call loader.finish_load({load_id})".encode()))
        else:
            done = pool.submit(install.repair, own, read_dataset(str(coast.mapping())))
        stopped = "select 1 from pg_locks where locktype = 'advisory' and not granted"
        wait_until(lambda: done.done() or bool(query(database, stopped)), f"{what} writes")

        assert not done.done(), done.exception()
        assert query(database, HELD) == []
        latch.execute("select pg_advisory_unlock_all()")
        done.result(timeout=TIMEOUT_S)


def test_foreign_keys_are_back_when_a_rollback_is_refused(coast: Coast, database: str) -> None:
    keys = (
        "select conrelid::regclass::text, convalidated from pg_constraint where contype = 'f' and conname ~ '^loader_'"
    )
    before = query(database, keys)
    assert before == [("tide.ship", True)]
    load_here(database, coast.mapping(), [coast.dump(3, ships=20)])  # the ship that the load before has deleted, too
    with connect(database) as connection, pytest.raises(psycopg.Error, match="roll these loads back first"):
        history.roll_back(connection, 2)
    assert query(database, keys) == before
    with connect(database) as connection:
        history.roll_back(connection, 3)
    assert query(database, keys) == before
