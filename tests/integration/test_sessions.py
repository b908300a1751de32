"""What a role, a pooler or a full server does to the sessions of the loader."""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import conninfo, pq

from loader.database.breaker import Circuit
from loader.database.connect import connect
from loader.database.migrate import migrate
from loader.database.reconnecting_session import Session
from loader.database.refusal import explained
from loader.database.writable import check_writable
from loader.errors import DatabaseError, ServerBusyError
from loader.server import embedded
from tests.support.pooler import pooled
from tests.support.running import execute, loader, query, wait_until
from tests.support.server import FAST, server_home
from tests.support.working import load_here

MAPPING = """\
dataset: tide
entities:
  row: {record: /dump/row, key: {id: "@id"}, columns: {days: {path: day, type: date, repeat: array}}}
"""
# What somebody may have set for a role or a database, and what the loader has instead.
CHOSEN = {
    "statement_timeout": ("7ms", "0"),
    "lock_timeout": ("7ms", "10min"),
    "idle_in_transaction_session_timeout": ("7ms", "10min"),
    "idle_session_timeout": ("7ms", "0"),
    "default_transaction_isolation": ("serializable", "read committed"),
    "default_transaction_deferrable": ("on", "off"),
    "search_path": ("elsewhere, pg_catalog", "pg_catalog, pg_temp"),
    "row_security": ("on", "off"),
    "session_replication_role": ("replica", "origin"),
    "datestyle": ("SQL, DMY", "ISO, YMD"),
    "intervalstyle": ("iso_8601", "postgres"),
    "timezone": ("Asia/Tokyo", "UTC"),
    "lc_numeric": ("POSIX", "C"),
    "lc_time": ("POSIX", "C"),
    "standard_conforming_strings": ("off", "on"),
    "array_nulls": ("off", "on"),
    "transform_null_equals": ("on", "off"),
    "quote_all_identifiers": ("on", "off"),
    "extra_float_digits": ("-15", "1"),
    "client_min_messages": ("error", "notice"),
    "exit_on_error": ("on", "off"),
    "transaction_timeout": ("2s", "0"),
    "default_tablespace": ("pg_default", "pg_default"),  # tables may have to be where a role wants them
}
SHADOW = """
create schema elsewhere;
create function elsewhere.lower(text) returns text language sql as $$ select 'shadow' $$;
"""


@pytest.fixture
def database(empty_database: str) -> str:
    """Nothing is installed yet: sessions with settings of their own do that."""
    return empty_database


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "tide.yaml"
    path.write_text(MAPPING)
    return path


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "tide.xml"
    path.write_text('<dump><row id="1"><day>2026-11-22</day><day/></row></dump>')
    return path


@contextmanager
def login(database: str, options: str = "") -> Iterator[tuple[str, str]]:
    """A role that may load, and the URL with it."""
    given = conninfo.conninfo_to_dict(database)
    name = f"{given['dbname']}_sailor"
    execute(database, f"create role {name} login {options}; grant create on database {given['dbname']} to {name}")
    try:
        yield name, conninfo.make_conninfo(**{**given, "user": name})
    finally:
        execute(database, f"drop owned by {name} cascade; drop role {name}")


def test_nothing_that_a_role_has_set_for_itself_reaches_the_loader(mapping: Path, dump: Path, database: str) -> None:
    execute(database, SHADOW)
    with login(database) as (name, url):
        known = {row[0] for row in query(database, "select name from pg_settings")}
        for setting, (value, _) in CHOSEN.items():
            if setting in known and setting != "session_replication_role":
                execute(database, f"alter role {name} set {setting} = {value if ',' in value else repr(value)}")
        with connect(url) as connection:
            found = {key: connection.execute(f"show {key}".encode()).fetchone() for key in CHOSEN if key in known}
        assert found == {key: (CHOSEN[key][1],) for key in found}

        assert load_here(url, mapping, [dump]) == 1
        assert query(database, "select count(*), max(lower(upper('x'))) from tide.row") == [(1, "x")]


@pytest.mark.parametrize("place", ["environment", "url", "service"])
def test_nothing_that_libpq_is_told_beside_reaches_the_loader(
    place: str, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An encoding that is not that of the bytes would make other letters of them, in silence."""
    if place == "environment":
        for name, value in (("PGCLIENTENCODING", "LATIN1"), ("PGTZ", "Asia/Tokyo"), ("PGDATESTYLE", "SQL, DMY")):
            monkeypatch.setenv(name, value)
    elif place == "url":
        database = conninfo.make_conninfo(database, client_encoding="LATIN1")
    else:
        (tmp_path / "services").write_text("[tide]\nclient_encoding=LATIN1\n")
        monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
        database = conninfo.make_conninfo(database, service="tide")
    with connect(database) as connection:
        names = ("client_encoding", "timezone", "datestyle")
        found = [connection.execute(f"show {name}".encode()).fetchone() for name in names]
        # What the bytes of a COPY are taken for.
        connection.execute("create temp table letter (it text)")
        with connection.cursor().copy("copy pg_temp.letter from stdin") as copy:
            copy.write("é\n".encode())
        assert connection.execute("select it, length(it) from pg_temp.letter").fetchone() == ("é", 1)
    assert found == [("UTF8",), ("UTC",), ("ISO, YMD",)]


def test_functions_of_others_in_public_are_not_called(mapping: Path, dump: Path, database: str) -> None:
    """They would go before those of pg_catalog that take any type, and run as the loader's role."""
    execute(
        database,
        "create function public.count(bigint) returns bigint language sql as 'select 7::bigint'; "
        "create function public.format(text, regprocedure) returns text language sql as $$ select 'mine' $$",
    )
    assert load_here(database, mapping, [dump]) == 1
    assert loader("uninstall", "--yes", database=database).code == 0


def test_triggers_fire_whatever_a_role_has_set(database: str) -> None:
    """Else foreign keys would not be checked; a role that may not say so is refused."""
    with login(database) as (name, url):
        execute(database, f"alter role {name} set session_replication_role = replica")
        with pytest.raises(DatabaseError, match="foreign keys would not be checked"):
            connect(url)
        execute(database, f"alter role {name} superuser")
        with connect(url) as connection:
            assert connection.execute("show session_replication_role").fetchone() == ("origin",)


def test_a_role_without_temporary_tables_is_told_so_before_anything_is_installed(database: str) -> None:
    with login(database) as (_, url):
        place = database.rpartition("/")[2].partition("?")[0]
        execute(database, f"revoke temporary on database {place} from public")
        with connect(url) as connection, pytest.raises(DatabaseError, match="may not create temporary") as refused:
            migrate(connection)
        assert query(database, "select to_regnamespace('loader')") == [(None,)]
        execute(database, refused.value.hint)
        with connect(url) as connection:
            assert migrate(connection)


def test_a_role_that_only_reads_is_told_so_at_once(mapping: Path, dump: Path, database: str) -> None:
    with login(database) as (name, url):
        execute(database, f"alter role {name} set default_transaction_read_only = on")
        commands = (
            ("load", mapping, dump),
            ("conflicts", mapping, dump),
            ("migrate", mapping),
            ("roles",),
        )
        for command in commands:
            told = loader(*command, database=url)
            assert (told.code, told.err.count("\n")) == (1, 2), told
            assert "is read only here: default_transaction_read_only" in told.err
        # What the hint says can be done by this role itself, from whichever place the setting comes.
        place = f"role {name} in database {database.rpartition('/')[2].partition('?')[0]}"
        for setting in (f"role {name}", place):
            execute(database, f"alter {setting} set default_transaction_read_only = on")
            with psycopg.connect(url, autocommit=True) as connection:
                with pytest.raises(DatabaseError, match="is read only here") as refused:
                    check_writable(connection)
                execute(url, refused.value.hint.partition(": ")[2])
            execute(database, f"alter role {name} reset default_transaction_read_only")
        with psycopg.connect(url, autocommit=True) as connection:
            check_writable(connection)


@contextmanager
def _standby_with_readers(url: str, xmin: int, slot: str = "") -> Iterator[None]:
    """A connection that speaks as a standby, and says that a reader there uses a snapshot of that age."""
    connection = pq.PGconn.connect(conninfo.make_conninfo(url, replication="true").encode())
    try:
        place = connection.exec_(b"IDENTIFY_SYSTEM").get_value(0, 2) or b""
        started = connection.exec_(
            b"START_REPLICATION " + (f"SLOT {slot} " if slot else "").encode() + b"PHYSICAL " + place
        )
        assert started.status == pq.ExecStatus.COPY_BOTH, connection.error_message
        connection.put_copy_data(b"h" + struct.pack(">qIIII", 0, xmin, 0, 0, 0))
        connection.flush()
        yield
    finally:
        connection.finish()


def test_a_standby_takes_no_writes_and_its_readers_are_waited_for(mapping: Path, dump: Path) -> None:
    settings = {**FAST, "wal_level": "replica", "max_wal_senders": "2"}
    with server_home() as home:
        url = embedded.ensure_running(home, settings=settings)
        assert load_here(url, mapping, [dump]) == 1
        old = query(url, "select (txid_current() % (2^32)::bigint)::integer")[0][0]
        execute(url, "update loader.load set built_xid = pg_current_xact_id()")
        execute(url, "select pg_create_physical_replication_slot('of_standby')")
        for slot, said in (
            ("", r"pid \d+ \(.*, for readers on a standby\)"),
            ("of_standby", "replication slot of_standby"),
        ):
            with _standby_with_readers(url, old, slot):
                wait_until(
                    lambda: query(url, "select loader.snapshot_blockers(1) is not null") == [(True,)], "it is told"
                )
                assert re.match(said, str(query(url, "select loader.snapshot_blockers(1)")[0][0]))
        # A slot keeps what its standby has said last, until it is dropped.
        assert query(url, "select loader.snapshot_blockers(1) is null") == [(False,)]
        wait_until(lambda: query(url, "select active from pg_replication_slots") == [(False,)], "the standby is gone")
        execute(url, "select pg_drop_replication_slot('of_standby')")
        assert query(url, "select loader.snapshot_blockers(1)") == [(None,)]
        data = embedded.status(home).data
        embedded.stop(home)
        signal = data / "standby.signal"
        signal.touch()
        os.chown(signal, data.stat().st_uid, data.stat().st_gid)
        embedded.ensure_running(home, settings=settings)
        for command in (("load", mapping, dump), ("conflicts", mapping, dump), ("rollback", "1", "--yes")):
            told = loader(*command, database=url)
            assert told.code == 1, told
            assert "is read only here: the server is a standby" in told.err
        assert loader("status", "tide", database=url).code == 0


@pytest.mark.parametrize("fifo", [False, True], ids=["last back, first out", "longest free, first out"])
def test_a_pooler_of_transactions_is_refused(mapping: Path, dump: Path, database: str, fifo: bool) -> None:
    with pooled(database, "transaction", fifo=fifo) as url:
        told = loader("load", mapping, dump, database=url)

    assert told.code == 1, told
    assert "is a pooler that changes sessions between transactions" in told.err
    assert "pool_mode = session" in told.err
    assert query(database, "select to_regnamespace('loader')") == [(None,)]


def test_one_that_refuses_the_settings_of_a_session_is_named(mapping: Path, dump: Path, database: str) -> None:
    with pooled(database, "session", refuses=True) as url:
        told = loader("load", mapping, dump, database=url)

    assert told.code == 1, told
    assert "unsupported startup parameter: options" in told.err
    assert "ignore_startup_parameters = options" in told.err


def test_a_pooler_of_sessions_serves_with_the_settings_of_the_loader(database: str) -> None:
    with pooled(database, "session") as url, connect(url, lock_timeout="7s") as connection:
        row = connection.execute("select current_setting('lock_timeout'), current_setting('timezone')").fetchone()
    assert row == ("7s", "UTC")


def test_a_server_without_a_free_connection_is_waited_for(database: str) -> None:
    told: list[str] = []
    with login(database, "connection limit 0") as (name, url):
        with pytest.raises(ServerBusyError, match=r"(?s)too many connections for role.*raise the limit"):
            connect(url)

        def report(line: str) -> None:
            told.append(line)
            execute(database, f"alter role {name} connection limit 5")

        session = Session(url, Circuit(60), report, application="loader test")
        assert session.ask(lambda connection: connection.execute("select 1").fetchone()) == (1,)
        session.close()
    assert "too many connections for role" in told[0]


@pytest.mark.parametrize(
    ("statement", "todo"),
    [
        ("set temp_file_limit = 64; set work_mem = 64; "
         "select count(*) from (select n from generate_series(1, 30000) as n order by -n offset 1) as s",
         "alter system set temp_file_limit = -1; select pg_reload_conf()"),
        ("do $$ begin raise sqlstate '53200'; end $$", "alter system set max_locks_per_transaction = 256"),
        ("do $$ begin raise sqlstate '53300'; end $$", "--workers N"),
    ],
)  # fmt: skip
def test_what_is_used_up_on_the_server_is_told_with_what_to_do(database: str, statement: str, todo: str) -> None:
    with connect(database) as connection, pytest.raises(DatabaseError) as told, explained("load 1"):
        connection.execute(statement.encode())
    assert todo in told.value.hint
    assert "then run the same command again" in told.value.hint
