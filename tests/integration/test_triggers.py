"""A trigger, rule or policy of a user that skips, adds or hides rows: the load names it."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from loader.database.connect import connect
from loader.errors import DatabaseError
from loader.load.finish import finish
from tests.support.running import execute, load, loader, query
from tests.support.versions import MAPPING, Dump, write
from tests.support.working import bring, load_here

SETTINGS = "deletes: delete\nmax_delete_pct: 100\nvisibility: {visibility}\n"
JANUARY = Dump("pier_20260101.xml", tuple((n, ("ebb", ("a", "b", "c"))) for n in range(1, 41)))
# 1 to 10 have changed, 31 to 40 are gone, 41 to 45 are new.
FEBRUARY = Dump(
    "pier_20260201.xml",
    (
        *((n, ("flood", ("a", "x"))) for n in range(1, 11)),
        *JANUARY.records[10:30],
        *((n, ("slack", ("n",))) for n in range(41, 46)),
    ),
)
SKIP = "begin return null; end"
AGAIN = "begin insert into pier.row_item values (new.row_id, new.ordinal + 100, new.text); return new; end"
TRIGGERS = {
    "skips updates": ("before update", "row", SKIP),
    "skips new records": ("before insert", "row", "begin if new.id > 40 then return null; end if; return new; end"),
    "skips deletions": ("before delete", "row", SKIP),
    "skips children": ("before insert", "row_item", SKIP),
    "skips updates of children": ("before update", "row_item", SKIP),
    "skips deletions of children": ("before delete", "row_item", SKIP),
    "adds children": ("before insert", "row_item", f"begin if new.ordinal > 100 then return new; end if; {AGAIN[6:]}"),
    "changes keys": (
        "before insert",
        "row",
        "begin if new.id > 40 then new.id := new.id + 100; end if; return new; end",
    ),
    "deletes what was written": (
        "after insert",
        "row",
        "begin delete from pier.row where id = new.id; return new; end",
    ),
}

NAMES = {"row": '"row"', "row_item": "row_item"}


def pier(folder: Path, visibility: str = "load") -> Path:
    path = folder / "pier.yaml"
    path.write_text(MAPPING.format(dataset="pier") + SETTINGS.format(visibility=visibility))
    return path


def state(database: str) -> list[tuple[object, ...]]:
    tables = "select id::text, name from pier.row union all select row_id || '.' || ordinal, text from pier.row_item"
    return sorted(query(database, tables))


@pytest.fixture(params=["load", "chunk"])
def filled(request: pytest.FixtureRequest, tmp_path: Path, database: str) -> tuple[Path, str]:
    """The mapping, and how its loads are seen; January is in the tables."""
    mapping = pier(tmp_path, request.param)
    load_here(database, mapping, write(tmp_path, [JANUARY]), chunk_bytes=100_000)
    return mapping, request.param


def test_a_trigger_that_changes_what_is_written_is_named(
    tmp_path: Path, database: str, filled: tuple[Path, str]
) -> None:
    mapping, visibility = filled
    dumps = write(tmp_path, [FEBRUARY])
    kept = "create schema kept; create table kept.row as table pier.row; create table kept.item as table pier.row_item"
    execute(database, kept)
    for name, (when, table, body) in TRIGGERS.items():
        execute(
            database,
            f"create or replace function public.meddle() returns trigger language plpgsql as $$ {body} $$;"
            f"create trigger meddle {when} on pier.{table} for each row execute function public.meddle()",
        )
        before = state(database)

        number = bring(database, mapping, dumps, 100_000, max_attempts=1, mode="merge")

        with psycopg.connect(database, autocommit=True) as connection:
            with pytest.raises(psycopg.Error) as refused:
                connection.execute("call loader.finish_load(%s)", (number,))
            said = str(refused.value)
            if refused.value.sqlstate == "LD005":  # the chunk is dead
                ((said,),) = query(database, f"select error from loader.chunk where load_id = {number}")
            assert f"as load {number} has written them, because of: trigger meddle on pier.{NAMES[table]}" in said, name
            connection.execute("select loader.cancel_load(%s)", (number,))
        execute(database, f"drop trigger meddle on pier.{table}")
        if visibility == "load" or "delet" not in name:
            assert state(database) == before, name
        execute(
            database,
            "truncate pier.row, pier.row_item; insert into pier.row table kept.row;"
            "insert into pier.row_item table kept.item",
        )


def test_a_rule_is_named_before_anything_is_merged_or_taken_back(tmp_path: Path, database: str) -> None:
    mapping = pier(tmp_path)
    january = load_here(database, mapping, write(tmp_path, [JANUARY]), chunk_bytes=100_000, mode="merge")
    execute(database, "create rule mine as on delete to pier.row_item where false do also select 1")

    with pytest.raises(DatabaseError, match=r"rule mine on pier\.row_item"):
        bring(database, mapping, write(tmp_path, [FEBRUARY]), chunk_bytes=100_000, mode="merge")
    assert query(database, "select max(load_id)::integer from loader.load") == [(january,)]
    with pytest.raises(psycopg.Error, match="with your rules") as caught:
        execute(database, f"call loader.rollback({january})")
    assert (caught.value.sqlstate, caught.value.diag.message_detail) == ("LD029", "rule mine on pier.row_item")


def test_a_load_goes_on_when_the_trigger_is_disabled(tmp_path: Path, database: str) -> None:
    mapping = pier(tmp_path)
    load_here(database, mapping, write(tmp_path, [JANUARY]), chunk_bytes=100_000)
    execute(
        database,
        f"create function public.skip() returns trigger language plpgsql as $$ {SKIP} $$;"
        "create trigger skip before update on pier.row for each row execute function public.skip()",
    )
    dumps = write(tmp_path, [FEBRUARY])

    told = loader("load", mapping, *dumps, "--merge", "--no-space-check", database=database)

    assert told.code == 1, told
    assert (
        '10 rows of pier."row" are not as load 2 has written them, because of: trigger skip on pier."row"' in told.err
    )
    execute(database, 'alter table pier."row" disable trigger skip')
    done = load(database, mapping, *dumps, "--merge")
    assert (done["load"], done["updated"], done["inserted"], done["deleted"]) == (2, 10, 5, 10)


def test_a_trigger_that_deletes_what_was_written_for_another_entity_is_named(tmp_path: Path, database: str) -> None:
    mapping = pier(tmp_path)
    tail = "  tail: {record: /dump/tail, key: {id: '@id'}}\n"
    mapping.write_text(mapping.read_text().replace("deletes:", f"{tail}deletes:"))
    first, second = tmp_path / "pier_20260101.xml", tmp_path / "pier_20260201.xml"
    first.write_text("<dump><row id='1'><name>ebb</name></row><tail id='1'/></dump>")
    second.write_text(first.read_text().replace("<tail", "<row id='2'><name>flood</name></row><tail id='2'/><tail"))
    load_here(database, mapping, [first])
    execute(
        database,
        "create function public.meddle() returns trigger language plpgsql as"
        " $$ begin delete from pier.row where id = 2; return null; end $$;"
        "create trigger meddle after insert on pier.tail for each row execute function public.meddle()",
    )
    with pytest.raises(psycopg.Error, match=r'1 rows of pier\."row" are not .* trigger meddle on pier\.tail'):
        load_here(database, mapping, [second], mode="merge")


def test_values_that_a_trigger_changes_stay_the_users_own(tmp_path: Path, database: str) -> None:
    mapping = pier(tmp_path)
    load_here(database, mapping, write(tmp_path, [JANUARY]), chunk_bytes=100_000)
    execute(
        database,
        "create table public.told (id integer);"
        "create function public.tell() returns trigger language plpgsql as"
        " $$ begin insert into public.told values (new.id); new.name := upper(new.name); return new; end $$;"
        "create trigger tell before insert or update on pier.row for each row execute function public.tell()",
    )

    load_here(database, mapping, write(tmp_path, [FEBRUARY]), chunk_bytes=100_000, mode="merge")

    assert query(database, "select name, count(*)::int from pier.row group by name order by name") == [
        ("FLOOD", 10), ("SLACK", 5), ("ebb", 20),
    ]  # fmt: skip


def test_rows_that_a_policy_hides_from_the_owner_are_no_reason_to_go_on(tmp_path: Path, database: str) -> None:
    mapping = pier(tmp_path)
    load_here(database, mapping, write(tmp_path, [JANUARY]), chunk_bytes=100_000)
    role = "owner_" + database.partition("?")[0].rpartition("_")[2]
    execute(
        database,
        f"create role {role}; grant usage, create on schema pier to {role}; alter table pier.row_item owner to {role};"
        "alter table pier.row_item enable row level security; alter table pier.row_item force row level security;"
        "create policy first_ones on pier.row_item using (ordinal = 1)",
    )
    try:
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("select loader.assert_visible('pier')")  # a superuser sees all
            connection.execute(f"grant usage on schema loader to {role}")
            connection.execute(f"grant select on all tables in schema loader to {role}")
            connection.execute(f"set role {role}")
            with pytest.raises(psycopg.Error, match=r"may hide rows of pier\.row_item from the role owner_") as refused:
                connection.execute("select loader.assert_visible('pier')")
            assert refused.value.sqlstate == "LD030"
            hint = refused.value.diag.message_hint or ""
            assert hint.endswith("; or load as a role with bypassrls")
            connection.execute(hint.removeprefix("do this: ").partition("; or ")[0].encode())
            connection.execute("select loader.assert_visible('pier')")
    finally:
        give_back = f"alter table pier.row_item owner to current_user; drop owned by {role}; drop role {role}"
        execute(database, give_back)


AUDIT = """
create function public.noop() returns trigger language plpgsql as 'begin return null; end';
create function public.put() returns event_trigger language plpgsql as $$
declare r record; begin
    for r in select * from pg_event_trigger_ddl_commands() where object_type = 'table'
        and schema_name ~ '^pier_(build|stage)' loop
        execute format('create trigger audit after insert on %s for each row execute function public.noop()',
            r.object_identity);
    end loop;
end $$;
create event trigger auditing on ddl_command_end when tag in ('CREATE TABLE') execute function public.put();
"""


def test_what_an_event_trigger_puts_on_shadow_tables_goes_with_them(tmp_path: Path, database: str) -> None:
    mapping = pier(tmp_path)
    execute(database, AUDIT)
    load_here(database, mapping, write(tmp_path, [JANUARY]), chunk_bytes=100_000, mode="merge")
    number = bring(database, mapping, write(tmp_path, [FEBRUARY]), chunk_bytes=100_000, mode="merge")
    execute(database, "create trigger mine after insert on pier_build.row for each row execute function public.noop()")
    with connect(database) as connection:
        with pytest.raises(DatabaseError, match=f"load {number} is done, but its last step failed") as caught:
            finish(connection, database, number, 1, print)
        assert str(caught.value).splitlines()[1:-1] == ['  trigger mine on pier_build."row"']
        assert query(database, "select state from loader.load order by load_id desc limit 1") == [("done",)]
        execute(database, "drop trigger mine on pier_build.row")
        finish(connection, database, number, 1, print)
    assert query(database, "select to_regnamespace('pier_build')") == [(None,)]
    # A changed mapping has staging tables of its own; a replace puts its tables into use with what is on them.
    mapping.write_text(mapping.read_text().replace("deletes: delete", "deletes: mark"))
    load_here(database, mapping, write(tmp_path, [JANUARY]), chunk_bytes=100_000, mode="replace")
    with pytest.raises(psycopg.Error) as refused:
        execute(database, "select loader.drop_dataset('pier')")
    assert 'trigger audit on pier."row"' in (refused.value.diag.message_detail or "")
