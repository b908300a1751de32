"""Databases of db1b20b, as that program left them: they are brought up to date, go on, and are as if made today."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from loader.database import migrate
from loader.database.connect import connect
from loader.mapping.read import read_dataset
from tests.support.running import execute, loader, query
from tests.support.server import fresh_database
from tests.support.working import load_here
from tests.upgrade.make import CHUNK_BYTES, DAYS, dump, mapping, records

OLD = Path(__file__).parents[1] / "upgrade" / "db1b20b.sql.gz"
STRANGERS = """
select 'view', count(*)::text from public.names
union all select 'index', pg_get_indexdef(to_regclass('tide.names_of_rows'))
union all select 'comment', col_description('tide.row'::regclass, 2)
union all select 'table', (select string_agg(text, ',') from public.remark)
"""


@pytest.fixture(scope="module")
def _old(server: str) -> Iterator[str]:
    with fresh_database(server) as url:
        with psycopg.connect(url) as connection:
            connection.execute(gzip.decompress(OLD.read_bytes()))
        yield url


@pytest.fixture
def old(server: str, _old: str) -> Iterator[str]:
    """A database of db1b20b: an open merge into tide, a replace of lake, an open replace of pond."""
    with fresh_database(server, _old) as url:
        yield url


@pytest.fixture(scope="module")
def _migrated(server: str, _old: str) -> Iterator[str]:
    with fresh_database(server, _old) as url:
        with connect(url) as connection:
            migrate.migrate(connection)
        yield url


@pytest.fixture
def migrated(server: str, _migrated: str, tmp_path: Path) -> Iterator[str]:
    """The same, brought up to date; its dumps are in the test's folder."""
    with fresh_database(server, _migrated) as url:
        execute(url, f"update loader.source set location = replace(location, '/dumps', '{tmp_path}')")
        yield url


def rows(url: str, schema: str) -> list[list[tuple[object, ...]]]:
    """What users see of a dataset."""
    return [
        query(url, f"select id, name from {schema}.row order by 1"),
        query(url, f"select * from {schema}.row_item order by 1, 2"),
    ]


def expected(day: str) -> list[list[tuple[object, ...]]]:
    """The same, of the dump of a month."""
    return [
        [(key, name) for key, name, _ in records(day)],
        [(key, place, item) for key, _, items in records(day) for place, item in enumerate(items, start=1)],
    ]


def bring(url: str, folder: Path, dataset: str, day: str, mode: str | None = None) -> int:
    return load_here(url, mapping(folder, dataset), [dump(folder, dataset, day)], chunk_bytes=CHUNK_BYTES, mode=mode)


def outcome(url: str, load: int) -> tuple[int, int]:
    """How many records a load has updated, and how many it has left as they were."""
    return query(url, "select updated, unchanged from loader.load where load_id = %s", load)[0]


def changed(day: str) -> tuple[int, int]:
    """The same as a refresh has to say that comes a month later."""
    before = {key: (name, items) for key, name, items in records(DAYS[DAYS.index(day) - 1])}
    same = [(key, before[key] == (name, items)) for key, name, items in records(day) if key in before]
    return sum(not equal for _, equal in same), sum(equal for _, equal in same)


def load_command(url: str, folder: Path, dataset: str, day: str, *options: object) -> tuple[int, str]:
    told = loader(
        "load", mapping(folder, dataset), dump(folder, dataset, day), "-w", 1, "--no-space-check", *options,
        database=url,
    )  # fmt: skip
    return told.code, told.err


def test_what_is_not_the_loaders_stays(old: str) -> None:
    before = query(old, STRANGERS)
    with connect(old) as connection:
        assert migrate.migrate(connection)
        assert migrate.migrate(connection) == []
    assert query(old, STRANGERS) == before
    assert rows(old, "tide") == expected(DAYS[2])


def test_an_open_merge_says_the_way_out_and_the_next_load_is_as_any(migrated: str, tmp_path: Path) -> None:
    code, said = load_command(migrated, tmp_path, "tide", DAYS[3])
    assert code == 1
    assert "loader cancel tide" in said
    assert rows(migrated, "tide") == expected(DAYS[2])

    cancelled = loader("cancel", mapping(tmp_path, "tide"), database=migrated)
    assert cancelled.code == 0, cancelled
    number = bring(migrated, tmp_path, "tide", DAYS[3])
    assert rows(migrated, "tide") == expected(DAYS[3])
    bring(migrated, tmp_path, "tide", DAYS[4])
    assert rows(migrated, "tide") == expected(DAYS[4])
    (newest,) = query(migrated, "select max(load_id) from loader.load where state = 'done'")[0]
    execute(migrated, f"call loader.rollback({newest})")
    assert rows(migrated, "tide") == expected(DAYS[3])
    execute(migrated, f"call loader.rollback({number})")
    assert rows(migrated, "tide") == expected(DAYS[2])
    execute(migrated, "call loader.rollback(3)")  # a load of the old program
    assert rows(migrated, "tide") == expected(DAYS[1])


@pytest.mark.parametrize("command", [("migrate",), ("load", "pond", DAYS[2], "--replace")])
def test_no_update_strands_an_open_merge(old: str, tmp_path: Path, command: tuple[str, ...]) -> None:
    execute(old, f"update loader.source set location = replace(location, '/dumps', '{tmp_path}')")
    if command[0] == "load":
        _, dataset, day, mode = command
        command = ("load", mapping(tmp_path, dataset), dump(tmp_path, dataset, day), mode, "--no-space-check")
    versions = query(old, "select version, sha256 from loader.migration order by 1")

    refused = loader(*command, database=old)

    assert refused.code == 1, refused
    assert "load 9 of tide is a merge that another program has begun" in refused.err
    assert query(old, "select version, sha256 from loader.migration order by 1") == versions
    assert loader("cancel", "tide", database=old).code == 0
    told = loader(*command, database=old)
    assert told.code == 0, told


def test_an_open_replace_goes_on(migrated: str, tmp_path: Path) -> None:
    code, said = load_command(migrated, tmp_path, "pond", DAYS[2], "--replace")
    assert code == 0, said
    assert query(migrated, "select state from loader.load where load_id = 10") == [("done",)]
    assert rows(migrated, "pond") == expected(DAYS[2])
    execute(migrated, "call loader.revert('pond')")
    assert rows(migrated, "pond") == expected(DAYS[1])
    assert outcome(migrated, bring(migrated, tmp_path, "pond", DAYS[2])) == changed(DAYS[2])
    bring(migrated, tmp_path, "pond", DAYS[3])
    assert rows(migrated, "pond") == expected(DAYS[3])


def test_rows_keep_their_hashes_until_they_are_made_again(migrated: str, tmp_path: Path) -> None:
    """The first refresh writes no row of a record that has not changed, nor does the one after a replace or revert."""
    form = "select hashed_by_mapping from loader.loaded_entity where dataset = %s"
    kept = "select digests from loader.mapping_version where dataset = 'lake'"
    assert query(migrated, kept) == [(read_dataset(mapping(tmp_path, "lake")).digests,)]
    load_command(migrated, tmp_path, "pond", DAYS[2], "--replace")  # begun by the old program
    for dataset in ("lake", "pond"):
        assert outcome(migrated, bring(migrated, tmp_path, dataset, DAYS[3])) == changed(DAYS[3])
        assert query(migrated, form, dataset) == [(True,)]
    bring(migrated, tmp_path, "lake", DAYS[3], mode="replace")
    assert query(migrated, form, "lake") == [(False,)]
    execute(migrated, "call loader.revert('lake')")
    assert query(migrated, form, "lake") == [(True,)]
    execute(migrated, "call loader.revert('lake')")
    assert query(migrated, form, "lake") == [(False,)]
    assert outcome(migrated, bring(migrated, tmp_path, "lake", DAYS[4])) == changed(DAYS[4])


def test_a_replace_of_the_old_program_is_reverted_and_refreshed(migrated: str, tmp_path: Path) -> None:
    bring(migrated, tmp_path, "lake", DAYS[3])
    assert rows(migrated, "lake") == expected(DAYS[3])
    bring(migrated, tmp_path, "lake", DAYS[4], mode="replace")
    assert rows(migrated, "lake") == expected(DAYS[4])
    execute(migrated, "call loader.revert('lake')")
    assert rows(migrated, "lake") == expected(DAYS[3])
