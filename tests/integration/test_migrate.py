"""The control schema: its full state, the migrations that lead to it, and what they refuse."""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest

from loader.config.resources import directory
from loader.database import migrate
from loader.database.connect import connect
from loader.errors import DatabaseError
from tests.support.running import ended, execute, running
from tests.support.server import fresh_database
from tests.support.versions import MAPPING, Dump, write
from tests.support.working import bring

# Every property of the schema that DDL decides, by name; never numbers that depend on the order of creation.
CATALOG = """
select 'column', a.attrelid::regclass || '.' || a.attname || ' ' || row_number() over (
        partition by a.attrelid order by a.attnum
    ),
    format_type(a.atttypid, a.atttypmod) || a.attnotnull || a.attidentity::text
    || coalesce(pg_get_expr(d.adbin, d.adrelid), ''), col_description(a.attrelid, a.attnum)
from pg_attribute as a join pg_class as c on c.oid = a.attrelid
left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
where c.relnamespace = 'loader'::regnamespace and c.relkind in ('r', 'v', 'c') and a.attnum > 0 and not a.attisdropped
union all
select 'relation', c.oid::regclass || ' ' || c.relkind::text || c.relpersistence::text,
    coalesce(c.reloptions::text, '') || coalesce(c.relacl::text, ''), obj_description(c.oid, 'pg_class')
from pg_class as c where c.relnamespace = 'loader'::regnamespace
union all
select 'constraint', c.conrelid::regclass || '.' || c.conname, pg_get_constraintdef(c.oid),
    obj_description(c.oid, 'pg_constraint')
from pg_constraint as c where c.connamespace = 'loader'::regnamespace
union all
select 'index', i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), null
from pg_index as i join pg_class as c on c.oid = i.indexrelid where c.relnamespace = 'loader'::regnamespace
union all
select 'sequence', s.seqrelid::regclass::text, s::text, null
from (select s.seqrelid, seqtypid::regtype, seqstart, seqincrement, seqmax, seqcycle from pg_sequence as s) as s
where s.seqrelid in (select c.oid from pg_class as c where c.relnamespace = 'loader'::regnamespace)
union all
select 'type', t.oid::regtype::text, t.typtype::text, obj_description(t.oid, 'pg_type')
from pg_type as t where t.typnamespace = 'loader'::regnamespace
union all
select 'schema', n.nspname, coalesce(n.nspacl::text, ''), obj_description(n.oid, 'pg_namespace')
from pg_namespace as n where n.nspname = 'loader'
"""


@pytest.fixture
def database(empty_database: str) -> str:
    """Nothing is installed yet."""
    return empty_database


@pytest.fixture
def migrated(server: str, control_schema: str) -> Iterator[str]:
    """All is installed."""
    with fresh_database(server, control_schema) as url:
        yield url


@pytest.fixture
def migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of migrations/ that the program takes for its own."""
    folder = tmp_path / "migrations"
    shutil.copytree(directory("migrations"), folder)
    monkeypatch.setattr(migrate, "directory", lambda name: folder if name == "migrations" else directory(name))
    return folder


def catalog(database: str) -> set[tuple[Any, ...]]:
    with psycopg.connect(database) as connection:
        rows = connection.execute(CATALOG).fetchall()
        # A sequence's own number differs from database to database; its name stands before it.
        return {(kind, name, re.sub(r"^\(\d+,", "(", rest), comment) for kind, name, rest, comment in rows}


def run(database: str) -> list[str]:
    with connect(database) as connection:
        return migrate.migrate(connection)


def rows(database: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(database, autocommit=True) as connection:
        return connection.execute(query.encode()).fetchall()


def apply_files(database: str, files: list[Path]) -> None:
    with psycopg.connect(database) as connection:
        for file in files:
            connection.execute(file.read_bytes())


def test_migrations_lead_to_the_full_state_of_sql_schema(server: str, database: str) -> None:
    apply_files(database, [migration.path for migration in migrate.available()])
    with fresh_database(server) as other:
        apply_files(other, sorted((directory("sql") / "control" / "schema").glob("*.sql")))
        by_migrations, at_once = catalog(database), catalog(other)
    assert sorted(by_migrations - at_once, key=str) == []
    assert sorted(at_once - by_migrations, key=str) == []
    assert {kind for kind, *_ in at_once} == {
        "column",
        "relation",
        "constraint",
        "index",
        "sequence",
        "type",
        "schema",
    }


def test_a_second_run_finds_nothing_to_do(database: str) -> None:
    first = run(database)
    assert first[:2] == ["applied 0001_control_schema.sql", "applied 0002_publication.sql"]
    assert first[-1] == "replaced the routines"
    assert run(database) == []


def test_an_edited_migration_is_refused(migrated: str, migrations: Path) -> None:
    with (migrations / "0001_control_schema.sql").open("a") as file:
        file.write("\n-- An afterthought.\n")
    with pytest.raises(DatabaseError, match=r"0001_control_schema\.sql was edited") as caught:
        run(migrated)
    assert "put the change into a new migration" in str(caught.value.hint)


def test_a_newer_schema_is_refused(migrated: str, migrations: Path) -> None:
    (migrations / "0090_later.sql").write_text("create table loader.later (id integer);\n")
    run(migrated)
    (migrations / "0090_later.sql").unlink()
    with pytest.raises(DatabaseError, match="is of version 90, this program knows versions up to "):
        run(migrated)


def test_a_migration_that_fails_leaves_no_trace(migrated: str, migrations: Path) -> None:
    broken = migrations / "0090_broken.sql"
    broken.write_text("create table loader.half (id integer);\nselect 1 / 0;\n")
    with pytest.raises(DatabaseError, match="division by zero"):
        run(migrated)
    assert rows(migrated, "select to_regclass('loader.half'), max(version) < 90 from loader.migration") == [
        (None, True)
    ]
    broken.write_text("create table loader.half (id integer);\n")
    assert run(migrated) == ["applied 0090_broken.sql"]


# Routines and a view as an older program might have had them, and a right that somebody gave.
OLDER_ROUTINES = """
drop view loader.unmapped;
create view loader.unmapped as select 1 as gone, 2 as path;
drop function loader.clock();
create function loader.clock() returns text language sql as 'select now()::text';
create function loader.reclaim_expired(p_load bigint) returns integer language sql as 'select -1';
create role {role};
grant select on loader.load_status to {role};
update loader.migration set sha256 = 'older' where version = 0
"""


def test_routines_of_an_older_program_are_replaced_and_rights_stay(migrated: str) -> None:
    routines = (
        "select oid::regprocedure::text, prorettype::regtype::text from pg_proc "
        "where pronamespace = 'loader'::regnamespace"
    )
    views = "select table_name, column_name from information_schema.columns where table_schema = 'loader'"
    wanted = {query: sorted(rows(migrated, query)) for query in (routines, views)}
    role = "loader_test_" + uuid.uuid4().hex[:12]
    with psycopg.connect(migrated, autocommit=True) as connection:
        connection.execute(OLDER_ROUTINES.format(role=role).encode())
        try:
            assert run(migrated) == ["replaced the routines"]
            assert {query: sorted(rows(migrated, query)) for query in (routines, views)} == wanted
            granted = f"select has_table_privilege('{role}', 'loader.load_status', 'select')"
            assert rows(migrated, granted) == [(True,)]
        finally:
            connection.execute(f"drop owned by {role}; drop role {role}".encode())


def test_an_older_program_puts_its_routines_back_only_when_it_is_told_to(
    migrated: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = migrate._routines_digest()
    monkeypatch.setattr(migrate, "__version__", "0.1.9")
    execute(migrated, f"update loader.migration set replaced = '{{{migrate._routines_digest()}}}' where version = 0")
    with pytest.raises(DatabaseError, match="were replaced by those of a newer one") as refused:
        run(migrated)
    assert "loader migrate --repair" in str(refused.value.hint)
    assert rows(migrated, "select sha256 from loader.migration where version = 0") == [(newer,)]
    with connect(migrated) as connection:
        assert migrate.migrate(connection, anew=True) == ["replaced the routines"]
    assert run(migrated) == []
    older = migrate._routines_digest()
    monkeypatch.undo()
    assert run(migrated) == ["replaced the routines"]  # the newer program does not ask
    kept = "select sha256, replaced from loader.migration where version = 0"
    assert rows(migrated, kept) == [(newer, [older])]


@pytest.mark.parametrize("held", ["lease", "end"])
def test_routines_are_not_replaced_while_a_load_runs_with_them(migrated: str, tmp_path: Path, held: str) -> None:
    mapping = tmp_path / "pier.yaml"
    mapping.write_text(MAPPING.format(dataset="pier"))
    number = bring(migrated, mapping, write(tmp_path, [Dump("pier_20260101.xml", ((1, ("ebb", ())),))]))
    execute(migrated, "update loader.migration set sha256 = 'another' where version = 0")
    with psycopg.connect(migrated) as other:
        if held == "lease":
            other.execute(
                "update loader.chunk set state = 'leased', lease_token = 1, leased_until = now() + interval '1 minute'"
            )
            other.commit()
        else:
            other.execute("call loader.finish_load(%s)", (number,))
        with pytest.raises(DatabaseError, match=f"load {number} of pier is running with the routines of another"):
            run(migrated)
        if held == "lease":
            other.execute("update loader.chunk set leased_until = now() - interval '1 second'")
        other.commit()
    assert run(migrated) == ["replaced the routines"]


@pytest.mark.parametrize(
    "done",
    [
        "create or replace function loader.assert_deletions(p_load bigint, p_entity text, p_gone bigint) "
        "returns void language plpgsql as 'begin end'",
        "alter function loader.is_date(text) set datestyle = 'German'",
        "drop function loader.last_load(text)",
        "drop view loader.unmapped",
    ],
)
def test_what_somebody_has_altered_of_the_control_schema_is_made_again(
    done: str, migrated: str, caplog: pytest.LogCaptureFixture
) -> None:
    installed = "select md5(string_agg(prosrc || proconfig::text, '' order by prosrc)) from pg_proc " \
                "where pronamespace = 'loader'::regnamespace"  # fmt: skip
    before = rows(migrated, installed)
    with psycopg.connect(migrated, autocommit=True) as connection:
        connection.execute(done.encode())
    assert run(migrated) == ["replaced the routines"]
    assert [record.getMessage() for record in caplog.records] == [
        "routines of the schema loader were dropped or altered; they are created again"
    ]
    assert rows(migrated, installed) == before
    assert run(migrated) == []


def test_a_control_schema_without_rows_is_refused_with_the_way_out(migrated: str) -> None:
    with psycopg.connect(migrated, autocommit=True) as connection:
        connection.execute(
            "truncate loader.migration; create schema pond; create schema pond_stage; "
            "create table pond.row (id int constraint row_pkey primary key); "
            "comment on constraint row_pkey on pond.row is 'Table of the dataset pond, made by the loader.'"
        )
        with pytest.raises(DatabaseError, match="it was restored without them") as refused:
            run(migrated)
        assert refused.value.hint.endswith(": drop schema loader, pond, pond_stage cascade")
        connection.execute(refused.value.hint.rpartition(": ")[2].encode())
    assert run(migrated)[-1] == "replaced the routines"


def test_a_control_schema_that_somebody_has_renamed_is_found(migrated: str) -> None:
    with psycopg.connect(migrated, autocommit=True) as connection:
        connection.execute("alter schema loader rename to ledger")
        with pytest.raises(DatabaseError, match="this database is called ledger") as refused:
            run(migrated)
        assert rows(migrated, "select to_regnamespace('loader')") == [(None,)]
        connection.execute(refused.value.hint.splitlines()[0].partition(": ")[2].encode())
    assert run(migrated) == []


def test_four_processes_migrate_at_once(database: str) -> None:
    with ExitStack() as stack:
        commands = [stack.enter_context(running("migrate", "discogs", database=database)) for _ in range(4)]
        told = [ended(command) for command in commands]
    assert [run.code for run in told] == [0] * 4, told
    said = "".join(run.out for run in told).splitlines()
    assert said.count("applied 0001_control_schema.sql") == 1
    assert said.count("applied 0002_publication.sql") == 1
    assert said.count("replaced the routines") == 1
    assert said.count("installed the procedures of discogs") == 1


def test_every_routine_stands_in_a_file_of_its_name(migrated: str) -> None:
    files = {file.stem for file in migrate.routine_files() if file.parent.name != "views"}
    routines = {
        name for (name,) in rows(migrated, "select proname from pg_proc where pronamespace = 'loader'::regnamespace")
    }
    assert routines == files
