"""A load goes by the settings that it began with, on all hosts; what is refused, or only looks, writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from loader.database.connect import connect
from loader.database.migrate import migrate
from loader.errors import LoaderError
from loader.mapping.read import read_dataset
from loader.render.install import install
from tests.support.running import execute, load, loader, query
from tests.support.server import fresh_database
from tests.support.working import bring, load_here

MAPPING = """\
dataset: tide
deletes: delete
max_delete_pct: 100
snapshot: '_(\\d{8})'
entities:
  row: {record: /dump/row, key: {id: "@id"}, columns: {day: {path: "@day", type: date}}}
"""


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "tide.yaml"
    path.write_text(MAPPING)
    return path


def dump(folder: Path, date: str, ids: range) -> Path:
    path = folder / f"tide_{date}.xml"
    rows = "".join(f'<row id="{n}" day="2026-11-22"/>' for n in ids)
    path.write_text(f"<dump>{rows}</dump>")
    return path


def content(database: str) -> dict[str, Any]:
    """All rows of all tables of the control schema."""
    tables = "select relname from pg_class where relnamespace = 'loader'::regnamespace and relkind = 'r'"
    rows = "select to_jsonb(t)::text from loader.{} as t order by 1"
    with psycopg.connect(database) as connection:
        names = [name for (name,) in connection.execute(tables).fetchall()]
        return {name: connection.execute(rows.format(name).encode()).fetchall() for name in names}


@pytest.fixture(scope="module")
def _half(
    server: str, control_schema: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str, Path]]:
    folder = tmp_path_factory.mktemp("half")
    (mapping := folder / "tide.yaml").write_text(MAPPING)
    with fresh_database(server, control_schema) as database:
        load_here(database, mapping, [dump(folder, "20260101", range(1, 21))])
        with fresh_database(server, database) as half:
            path = dump(folder, "20260201", range(11, 21))
            assert bring(half, mapping, [path], mode="merge") == 2
            yield database, half, path


@pytest.fixture
def loaded(server: str, _half: tuple[str, str, Path]) -> Iterator[str]:
    """A database with a dump of ids 1 to 20."""
    with fresh_database(server, _half[0]) as url:
        yield url


@pytest.fixture
def half(server: str, _half: tuple[str, str, Path]) -> Iterator[tuple[str, Path]]:
    """The same, where a merge of a dump without ids 1 to 10 waits to be finished; and its file."""
    with fresh_database(server, _half[1]) as url:
        yield url, _half[2]


def test_a_second_command_that_is_refused_changes_nothing_of_the_load(
    tmp_path: Path, mapping: Path, half: tuple[str, Path]
) -> None:
    database, file = half
    other = dump(tmp_path, "20260301", range(5))
    before = content(database)

    told = loader("load", mapping, other, "--set", "deletes=ignore", "--set", "lease=7", database=database)

    assert (told.code, "load 2 of tide is open" in told.err) == (1, True), told
    assert content(database) == before
    assert load(database, mapping, file)["deleted"] == 10


def test_what_the_tables_become_does_not_change_within_a_load(mapping: Path, half: tuple[str, Path]) -> None:
    database, file = half
    before = content(database)
    for told in ("deletes=ignore", "history=on", "visibility=chunk", "documents=many", "internal_subset=allow"):
        refused = loader("load", mapping, file, "--set", told, "--set", "max_rejects=7", database=database)

        name, value = told.split("=")
        assert refused.code == 1, refused
        assert f"{name} = " in refused.err
        assert f"cannot become {value}" in refused.err
        assert "loader cancel tide" in refused.err
        assert content(database) == before


def test_what_an_open_load_takes_no_notice_of_is_refused(mapping: Path, half: tuple[str, Path]) -> None:
    """Dates, priorities and the longest record decide which versions win, and which records are rejected."""
    database, file = half
    before = content(database)
    asked: dict[str, dict[str, Any]] = {
        "2026-02-01 and priority 0, which cannot become 2026-01-01 and priority 0": {"snapshot": "2026-01-01"},
        "2026-02-01 and priority 0, which cannot become 2026-02-01 and priority 3": {"priority": 3},
        "give the same files with --merge to continue it": {"mode": "replace"},
    }
    for text, request in asked.items():
        with pytest.raises(LoaderError, match=text):
            bring(database, mapping, [file], **request)
    execute(database, "update loader.load set options = options || '{\"max_record\": 4096}' where load_id = 2")
    for words in (("load", mapping, file), ("work", "tide")):
        told = loader(*words, "--set", "max_record=8KB", database=database)
        assert (told.code, "max_record = 4096, not 8192" in told.err) == (2, True), told
    execute(database, "update loader.load set options = options - 'max_record' where load_id = 2")
    assert content(database) == before


def test_nor_does_it_by_an_edited_mapping(mapping: Path, half: tuple[str, Path]) -> None:
    database, file = half
    mapping.write_text(MAPPING.replace("deletes: delete", "deletes: ignore"))
    before = content(database)

    refused = loader("load", mapping, file, database=database)

    assert (refused.code, "deletes = delete, which cannot become ignore" in refused.err) == (1, True), refused
    assert content(database) == before


def test_the_same_command_changes_limits_by_name(mapping: Path, half: tuple[str, Path]) -> None:
    database, file = half
    mapping.write_text(MAPPING.replace("max_delete_pct: 100", "max_delete_pct: 1"))
    refused = loader("load", mapping, file, "--set", "max_rejects=3", database=database)
    assert (refused.code, "allows (1 %)" in " ".join(refused.err.split())) == (1, True), refused
    told = ("--allow-deletes", "--set", "lease=90", "--set", "max_chunk_time=60", "--set", "damaged=accept")

    assert load(database, mapping, file, *told)["deleted"] == 10

    messages = query(database, "select message, detail from loader.event where kind = 'settings_changed' order by at")
    assert [sorted(detail) for _, detail in messages] == [
        ["max_delete_pct", "max_rejects"],
        ["allow_deletes", "damaged", "lease", "max_chunk_time"],
    ]
    assert "allow_deletes is now true (it was false)" in messages[1][0]
    kept = "select settings ->> 'max_delete_pct', settings ->> 'damaged' from loader.load order by load_id"
    assert query(database, kept) == [("100", "refuse"), ("1", "accept")]
    assert query(database, "select loader.load_limit(2, 'lease')") == [(60,)]


def test_what_a_command_overrides_is_not_kept_for_the_next(tmp_path: Path, mapping: Path, database: str) -> None:
    first, second = dump(tmp_path, "20260101", range(1, 21)), dump(tmp_path, "20260201", range(11, 21))
    load(database, mapping, first, "--set", "deletes=ignore", "--set", "max_delete_pct=0", LOADER_HISTORY="on")

    assert query(database, "select settings ->> 'deletes', settings ->> 'history' from loader.dataset") == [
        ("delete", "off")
    ]
    assert query(database, "select settings ->> 'deletes', settings ->> 'history' from loader.load") == [
        ("ignore", "on")
    ]
    query(database, "select loader.start_load('tide', 'merge')")  # by hand: as the mapping says
    assert query(database, "select settings ->> 'deletes' from loader.load where load_id = 2") == [("delete",)]
    query(database, "select loader.cancel_load(2)")
    assert load(database, mapping, second)["deleted"] == 10


def test_a_settings_of_a_mapping_that_was_edited_hold_from_the_next_load_on(
    tmp_path: Path, mapping: Path, loaded: str
) -> None:
    mapping.write_text(MAPPING.replace("deletes: delete", "deletes: ignore"))

    assert load(loaded, mapping, dump(tmp_path, "20260201", range(11, 21)))["deleted"] == 0
    assert query(loaded, "select settings ->> 'deletes' from loader.dataset") == [("ignore",)]


def test_commands_that_look_write_nothing(mapping: Path, half: tuple[str, Path]) -> None:
    database, file = half
    before = content(database)
    looking = [
        ("conflicts", mapping, file, "--set", "history=on"),
        ("plan", mapping, file, "--set", "deletes=ignore"),
        ("status", mapping),
        ("log", mapping),
        ("diff",),
        ("check", mapping),
        ("checksum", mapping),
        ("rejects", "list", mapping),
        ("render", mapping, "--set", "deletes=ignore"),
        ("migrate", mapping, "--set", "deletes=ignore"),
    ]
    for command in looking:
        told = loader(*command, database=database)

        assert told.code == 0, told
        assert (command, content(database)) == (command, before)


def test_a_load_that_is_refused_writes_nothing(tmp_path: Path, mapping: Path, loaded: str) -> None:
    """Neither settings of a mapping that was edited, nor procedures of a newer program."""
    execute(loaded, "update loader.dataset set rendered_hash = 'of an older program'")
    before = content(loaded)
    path = dump(tmp_path, "20260101", range(1, 22))
    for edit, words in ((("@day", "@date"), "mapping of tide has changed"), (("", ""), "was loaded before")):
        mapping.write_text(MAPPING.replace("max_delete_pct: 100", "max_delete_pct: 3").replace(*edit))

        told = loader("load", mapping, path, "--merge", database=loaded)

        assert (told.code, words in told.err) == (2, True), told
        assert content(loaded) == before


def test_helpers_go_by_the_limits_of_the_load(tmp_path: Path, mapping: Path, database: str) -> None:
    """A helper that says nothing takes the load's, and one that says otherwise is told so."""
    with connect(database) as connection:
        migrate(connection)
        install(connection, read_dataset(str(mapping)))
        start = "select loader.start_load('tide', p_options => '{\"max_chunk_time\": 7200, \"lease\": 600}')"
        connection.execute(start)
        path = dump(tmp_path, "20260101", range(1, 21))
        source = "select loader.register_source(1, 'a.xml', %s, %s, '{row}')"
        connection.execute(source, (str(path), path.stat().st_size))

    told = loader("work", mapping, "--set", "max_chunk_time=1800", database=database)

    assert told.code == 2, told
    assert "load 1 uses max_chunk_time = 7200, not 1800" in told.err
    assert loader("work", mapping, "-w", 1, "--set", "max_chunk_time=7200", database=database).code == 0
    lease = "select extract(epoch from leased_until - clock_timestamp()) > 500 from loader.claim_chunk(1, 'me')"
    execute(database, "update loader.chunk set state = 'ready', read = 0, inserted = 0")
    assert query(database, lease) == [(True,)]


def test_a_session_is_ended_by_the_limit_of_the_load_only(tmp_path: Path, mapping: Path, database: str) -> None:
    """A chunk that was held for an hour, whose lease has expired, under max_chunk_time=7200."""
    load_id = bring(
        database, mapping, [dump(tmp_path, "20260101", range(1, 21))], 1 << 20, options={"max_chunk_time": 7200}
    )
    held = "update loader.chunk set state = 'ready', read = 0, inserted = 0"
    execute(database, held)
    holder = connect(database)
    holder.execute("select loader.claim_chunk(%s, 'holder')", (load_id,))
    execute(database, "update loader.chunk set leased_until = clock_timestamp() - interval '1 second'")
    execute(database, "update loader.chunk_attempt set started_at = clock_timestamp() - interval '1 hour'")
    holder.execute("begin")
    holder.execute("select loader.fence_chunk(chunk_id, lease_token) from loader.chunk")

    assert query(database, "select loader.has_work(%s)", load_id) == [(True,)]
    assert holder.execute("select 1").fetchone() == (1,)
    execute(database, "select loader.change_settings(1, '{\"max_chunk_time\": 1800}')")
    assert query(database, "select loader.has_work(%s)", load_id) == [(True,)]
    with pytest.raises(psycopg.errors.AdminShutdown):
        holder.execute("select 1")


def test_a_heartbeat_ends_with_the_time_for_a_chunk(tmp_path: Path, mapping: Path, database: str) -> None:
    load_id = bring(database, mapping, [dump(tmp_path, "20260101", range(1, 21))], 1 << 20)
    execute(database, "update loader.chunk set state = 'ready', read = 0, inserted = 0")
    query(database, "select chunk_id from loader.claim_chunk(%s, 'me')", load_id)
    beat = "select loader.heartbeat_chunk(chunk_id, lease_token) from loader.chunk"
    assert query(database, beat) == [("renewed",)]
    execute(database, "update loader.chunk_attempt set started_at = started_at - interval '31 minutes'")

    assert query(database, beat) == [("overdue",)]
