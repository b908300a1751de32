"""Rows that vanish from the build between COPY and publication, or come to it, are noticed: nothing is published."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from loader.config.settings import RunSettings
from loader.database.connect import connect
from loader.load.register import register
from loader.load.request import LoadRequest
from loader.mapping.read import read_dataset
from tests.support.running import execute, loader, query
from tests.support.versions import MAPPING, Dump, write
from tests.support.working import bring, load_here

JANUARY = Dump("pier_20260101.xml", tuple((n, ("ebb", ("a", "b", "c"))) for n in range(1, 41)))
FEBRUARY = Dump("pier_20260201.xml", tuple((n, ("flood", ("a", "b", "c", "d"))) for n in range(1, 51)))
TWICE = Dump("pier_20260202.xml", FEBRUARY.records[:5])  # older versions of it give way in a replace


def pier(folder: Path, policy: str = "newest") -> Path:
    path = folder / "pier.yaml"
    path.write_text(MAPPING.format(dataset="pier").replace("    columns:", f"    policy: {policy}\n    columns:", 1))
    return path


def finish(database: str, load_id: int) -> None:
    """Until it is done."""
    state = "select 1 from loader.load where load_id = %s and state in ('open', 'built')"
    with psycopg.connect(database, autocommit=True) as connection:
        while connection.execute(state, (load_id,)).fetchone():
            connection.execute("call loader.finish_load(%s)", (load_id,))


@pytest.mark.parametrize("policy", ["newest", "keep_all"])
@pytest.mark.parametrize("mode", ["merge", "replace"])
@pytest.mark.parametrize(
    "harm",
    [
        "delete from pier_build.row_item where ordinal = 3",
        "truncate pier_build.row_item",
        "insert into pier_build.row_item select row_id, ordinal + 10, text, _rec from pier_build.row_item limit 1",
        "delete from pier_build.row where id = 7",
    ],
    ids=["some children", "all children", "one more", "a root"],
)
def test_what_somebody_changes_in_the_build_is_never_published(
    tmp_path: Path, database: str, mode: str, policy: str, harm: str
) -> None:
    mapping = pier(tmp_path, policy)
    load_here(database, mapping, write(tmp_path, [JANUARY]), chunk_bytes=100_000)
    number = bring(database, mapping, write(tmp_path, [FEBRUARY, TWICE]), chunk_bytes=2000, mode=mode)
    execute(database, harm)

    with pytest.raises(psycopg.Error) as refused:
        finish(database, number)

    assert refused.value.sqlstate == "LD012"
    assert "pier_build." in str(refused.value)
    assert query(database, "select count(*)::int from pier.row_item") == [(120,)]
    assert query(database, f"select state from loader.load where load_id = {number}") == [("open",)]


@pytest.mark.parametrize("policy", ["newest", "keep_all", "fill"])
@pytest.mark.parametrize("mode", ["merge", "replace"])
def test_versions_that_give_way_are_not_missed(tmp_path: Path, database: str, mode: str, policy: str) -> None:
    mapping = pier(tmp_path, policy)
    load_here(database, mapping, write(tmp_path, [JANUARY]), chunk_bytes=100_000)
    number = bring(database, mapping, write(tmp_path, [FEBRUARY, TWICE]), chunk_bytes=2000, mode=mode)

    finish(database, number)

    assert query(database, "select count(*)::int, count(distinct row_id)::int from pier.row_item") == [(200, 50)]


@pytest.mark.parametrize("table", ["row", "row_item"])
def test_a_trigger_on_the_build_that_skips_rows_is_met_by_their_chunk(
    tmp_path: Path, database: str, table: str
) -> None:
    mapping = pier(tmp_path)
    dumps = write(tmp_path, [JANUARY])
    asked = LoadRequest(read_dataset(str(mapping)), RunSettings(max_attempts=1), database, dumps, workers=1)
    with connect(database) as connection:
        number = register(connection, asked)
    execute(
        database,
        "create function public.skip() returns trigger language plpgsql as"
        " $$ begin return null; end $$;"
        f"create trigger skip before insert on pier_build.{table} for each row execute function public.skip()",
    )

    told = loader("load", mapping, *dumps, "--no-space-check", database=database, LOADER_MAX_ATTEMPTS="1")

    assert told.code == 1, told
    assert f"rows were sent to pier_build.{table}, and 0 arrived" in told.err
    assert query(database, f"select state from loader.load where load_id = {number}") == [("open",)]


def test_nobody_writes_into_a_table_that_is_built_until_it_is_published(tmp_path: Path, database: str) -> None:
    mapping = pier(tmp_path)
    number = bring(database, mapping, write(tmp_path, [JANUARY]), chunk_bytes=100_000)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("call loader.finish_load(%s)", (number,))
        for harm in ("delete from pier_build.row_item where ordinal = 3", "truncate pier_build.row"):
            with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="waits for its publication"):
                connection.execute(harm)

    finish(database, number)

    execute(database, "delete from pier.row_item where ordinal = 3")
    assert query(database, "select count(*)::int from pg_trigger where tgname like 'loader%'") == [(0,)]
