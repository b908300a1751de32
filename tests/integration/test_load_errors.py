"""A user's error ends with its exit code and a sentence that says what is wrong; never with a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.nasty_build import MAPPINGS, document, row
from tests.support.running import checksum, load, loader, query
from tests.support.server import fresh_database, with_database
from tests.support.working import load_here


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "dump.xml"
    path.write_bytes(document(row(1), row(2)))
    return path


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "tide.yaml"
    path.write_text(MAPPINGS["base"].format(dataset="tide"), "utf-8")
    return path


@pytest.fixture(scope="module")
def _loaded(server: str, control_schema: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("loaded")
    (mapping := folder / "tide.yaml").write_text(MAPPINGS["base"].format(dataset="tide"), "utf-8")
    (dump := folder / "dump.xml").write_bytes(document(row(1), row(2)))
    with fresh_database(server, control_schema) as url:
        load_here(url, mapping, [dump])
        yield url


@pytest.fixture
def loaded(server: str, _loaded: str) -> Iterator[str]:
    """A database where the dump is loaded."""
    with fresh_database(server, _loaded) as url:
        yield url


def test_a_wrong_path(mapping: Path, tmp_path: Path, database: str) -> None:
    told = loader("load", mapping, tmp_path / "gone.xml", database=database)

    assert told.code in (1, 2)
    assert str(tmp_path / "gone.xml") in told.err


def test_a_folder_without_dumps(mapping: Path, tmp_path: Path, database: str) -> None:
    (tmp_path / "empty").mkdir()

    told = loader("load", mapping, tmp_path / "empty", database=database)

    assert told.code in (1, 2)
    assert str(tmp_path / "empty") in told.err


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("nonsense", 2, "URL"),
        ("postgresql://nobody:hidden@127.0.0.1:1/x", 1, "127.0.0.1:1"),
        ("postgresql://nobody:hidden@no-such-host.invalid/x", 1, "no-such-host.invalid"),
    ],
)
def test_a_wrong_url(mapping: Path, dump: Path, url: str, code: int, words: str) -> None:
    told = loader("load", mapping, dump, database=url)

    assert (told.code, words in told.err, "hidden" in told.err) == (code, True, False), told


def test_a_database_that_is_not_there(mapping: Path, dump: Path, database: str) -> None:
    told = loader("load", mapping, dump, database=with_database(database, "loader_test_nowhere"))

    assert told.code == 1
    assert "createdb" in told.err
    assert told.err.rstrip().splitlines()[-2].endswith("-T template0 -E UTF8 loader_test_nowhere")


def test_a_wrong_mapping_is_shown_with_its_line(mapping: Path, dump: Path, database: str) -> None:
    text = mapping.read_text()
    mapping.write_text(text.replace("type: bigint", "typ: bigint"))

    told = loader("load", mapping, dump, database=database)

    line = next(n for n, line in enumerate(text.splitlines(), 1) if "bigint" in line)
    assert told.code == 2
    assert f"tide.yaml, line {line}" in told.err
    assert "typ" in told.err


def test_an_unknown_dataset_names_those_that_are_built_in(dump: Path, database: str) -> None:
    told = loader("load", "diskogs", dump, database=database)

    assert told.code == 2
    assert "discogs" in told.err.replace("diskogs", "")


def test_csv_is_named(mapping: Path, tmp_path: Path, database: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text("id,name\n1,x\n")

    told = loader("load", mapping, path, database=database)

    assert told.code == 1
    assert "is CSV according to its name" in told.err


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--workers", "0"),
        ("--replace", "--merge"),
        ("--chunk-bytes", "1"),
        ("--chunk-bytes", "-5"),
        ("--set", "lease=0"),
        ("--chunk-bytes", "many"),
        ("--set", "lease"),
        ("--set", "tide=high"),
        ("--set", "foreign_keys=maybe"),
        ("--snapshot", "yesterday"),
        ("--wrokers", "2"),
    ],
)
def test_a_wrong_command_line(mapping: Path, dump: Path, database: str, arguments: tuple[str, ...]) -> None:
    paths = [dump] if arguments else []

    told = loader("load", mapping, *paths, *arguments, database=database)

    assert told.code == 2, told
    assert "loader" in told.err
    assert query(database, "select to_regclass('tide.row')::text") == [(None,)]


def test_paths_may_stand_anywhere(mapping: Path, dump: Path, tmp_path: Path, database: str) -> None:
    other = tmp_path / "other.xml"
    other.write_bytes(document(row(3)))

    told = loader("load", mapping, dump, "-w", 1, other, "-q", database=database)

    assert told.code == 0, told
    assert checksum(database, mapping)["row"][0] == 3


def test_a_changed_mapping_is_refused_with_the_difference(mapping: Path, dump: Path, loaded: str) -> None:
    before = checksum(loaded, mapping)
    mapping.write_text(mapping.read_text() + '      remark: "@remark"\n')

    told = loader("load", mapping, dump, database=loaded)

    assert told.code == 2, told
    assert "remark" in told.err
    assert "--replace" in told.err
    load(loaded, mapping, dump, "--replace")
    after = checksum(loaded, mapping)
    assert after["row"][0] == before["row"][0] == 2
    assert query(loaded, "select count(remark) from tide.row") == [(0,)]


FOREIGN_KEYS = (
    "select conname::text, convalidated from pg_constraint where contype = 'f' and connamespace = 'tide'::regnamespace"
)


@pytest.mark.parametrize("mode", ["report", "not_valid", "enforce"])
def test_foreign_keys(mapping: Path, tmp_path: Path, server: str, database: str, mode: str) -> None:
    mapping.write_text(MAPPINGS["parent"].format(dataset="tide"))
    sound, orphan = tmp_path / "a.xml", tmp_path / "b.xml"
    sound.write_bytes(document(row(1), row(2, attributes=' parent="1"')))
    orphan.write_bytes(document(row(3), row(4, attributes=' parent="99"')))
    setting = ("--set", f"foreign_keys={mode}")
    load(database, mapping, sound, *setting)
    for again in ("--replace", "--merge"):
        with fresh_database(server, database) as copy:
            told = loader("load", mapping, sound, orphan, again, "-w", 1, *setting, database=copy)

            found = query(copy, FOREIGN_KEYS)
            checked = loader("check", mapping, "--json", *setting, database=copy)
            assert checked.code == 0, checked
            dangling = [line["dangling"] for line in checked.json]
            if mode == "enforce":
                assert told.code == 1, told
                assert "99" in told.err
                if again == "--replace":
                    assert (dangling, query(copy, "select count(*)::int from tide.row")) == ([0], [(2,)])
            else:
                assert told.code == 0, told
                assert dangling == [1]
                assert [valid for _, valid in found] == ([] if mode == "report" else [False])


def test_a_load_that_failed_is_in_nobodys_way(mapping: Path, dump: Path, tmp_path: Path, database: str) -> None:
    broken = tmp_path / "cut.xml"
    broken.write_bytes(document(row(5))[:-10])
    assert loader("load", mapping, broken, database=database).code == 1

    load(database, mapping, dump)

    assert checksum(database, mapping)["row"][0] == 2


def test_a_merge_that_fails_says_how_many_records_stay(mapping: Path, tmp_path: Path, loaded: str) -> None:
    more = tmp_path / "more.xml"
    more.write_bytes(document(row(3), row(4), row("x")))

    told = loader(
        "load", mapping, more, "-w", 1, "--set", "max_rejects=0", "--set", "visibility=chunk", database=loaded
    )

    assert told.code == 1, told
    assert "2 records were merged before and stay" in told.err
    assert query(loaded, "select count(*)::int from tide.row") == [(4,)]
    assert query(loaded, "select state from loader.load order by load_id") == [("done",), ("failed",)]


def test_an_open_load_over_other_files_is_refused(mapping: Path, dump: Path, database: str) -> None:
    assert loader("migrate", mapping, database=database).code == 0
    query(database, "select loader.start_load('tide', null, null, array['other.xml:12'])")

    told = loader("load", mapping, dump, database=database)

    assert told.code == 1, told
    assert "cancel" in told.err
    assert loader("cancel", mapping, database=database).code == 0
    load(database, mapping, dump)
    assert checksum(database, mapping)["row"][0] == 2


def test_commands_before_any_load(empty_database: str) -> None:
    assert loader("status", database=empty_database).code == 0
    for command in (("checksum", "discogs"), ("check", "discogs"), ("rejects", "list", "discogs"),
                    ("work", "discogs"), ("cancel", "discogs"), ("requeue", "discogs"), ("revert", "discogs"),
                    ("drop", "discogs", "--yes"), ("rejects", "replay", "discogs", "gone.jsonl")):  # fmt: skip
        told = loader(*command, database=empty_database)
        assert told.code in (1, 2), (command, told)
        assert told.err.startswith("loader: "), (command, told)
