"""A format that is no XML (tests/support/lines.py) loads, refreshes, rejects, replays and goes on by its name alone."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from loader.cli.main import main
from loader.errors import MappingError
from loader.mapping.formats import FORMATS
from loader.mapping.read import parse_dataset
from tests.support.lines import Lines
from tests.support.running import query
from tests.support.working import load_here

MAPPING = """\
dataset: words
snapshot: '_(\\d{8})'
deletes: delete
max_delete_pct: 100
history: on
entities:
  word:
    read: lines
    key: {id: {path: key, type: integer}}
    columns: {text: value}
"""
ROWS = "select id, text from words.word order by id"
COUNTS = "select read, inserted, updated, unchanged, rejected, deleted from loader.load order by load_id desc limit 1"

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that begin as copies of this process know it, too. Only commands have such workers for sure: pytest may
    have threads (pytest-xdist has), and beside them workers begin anew.
    """
    monkeypatch.setitem(FORMATS, "lines", "tests.support.lines")


@pytest.fixture
def command(database: str, tmp_path: Path) -> Command:
    """Runs a command in a copy of this process: its exit code, what it printed, what it told of errors."""

    def run(*words: object) -> tuple[int, str, str]:
        out, err = tmp_path / "out", tmp_path / "err"
        child = os.fork()
        if child == 0:
            code = 99  # of an exception, which must not come to pytest in the copy
            try:
                with open(out, "w") as sys.stdout, open(err, "w") as sys.stderr:
                    code = main([*map(str, words), "--database", database])
            finally:
                os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return code, out.read_text(), err.read_text()

    return run


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "words.yaml"
    path.write_text(MAPPING)
    return path


def write(folder: Path, day: str, lines: Iterable[tuple[object, str]]) -> Path:
    path = folder / f"words_{day}.txt"
    path.write_bytes("".join(f"{key}\t{value}\n" for key, value in lines).encode())
    return path


def words(count: int) -> list[tuple[int, str]]:
    """Values that other formats may have, and XML may not: control characters, and what looks like COPY text."""
    odd = ("plain", "a\x1cb\x1dc\x1ed\x1f", r"\N", r"back\slash\t", '"{quoted}"', "ä 𝄞", "", " x ")
    return [(number, odd[number % len(odd)]) for number in range(1, count + 1)]


def parsed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many records of each chunk are extracted from now on."""
    found: list[int] = []
    extract = Lines.extract

    def counted(records: Lines, left_out: Any, check: Any) -> Any:
        found.append(len(records) - len(left_out))
        return extract(records, left_out, check)

    monkeypatch.setattr(Lines, "extract", counted)
    return found


def test_several_workers_load_it_and_a_refresh_finds_what_differs(
    tmp_path: Path, database: str, mapping: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = words(300), [(key, f"{text}!" if key == 7 else text) for key, text in words(310) if key != 9]
    dump = write(tmp_path, "20260101", first)

    assert command("load", mapping, dump, "-q", "--workers", 3, "--chunk-bytes", 300)[0] == 0
    assert query(database, ROWS) == first
    chunks = "select count(*) > 9, sum(weight), min(place), sum(records) from loader.chunk"
    assert query(database, chunks) == [(True, dump.stat().st_size, "bytes 0 to 298", 300)]

    found = parsed(monkeypatch)
    load_here(database, mapping, [write(tmp_path, "20260201", second)], chunk_bytes=2000)
    assert query(database, ROWS) == second
    assert query(database, COUNTS) == [(309, 10, 1, 298, 0, 1)]
    assert sum(found) == 11, "what has not changed is not extracted"

    assert command("rollback", 2, "--yes")[0] == 0
    assert query(database, ROWS) == first


def test_what_is_rejected_is_listed_and_replayed(
    tmp_path: Path, database: str, mapping: Path, command: Command
) -> None:
    dump = write(tmp_path, "20260101", [*words(20), ("21\tone", "too many"), ("x", "no number"), (23, "good")])

    assert command("load", mapping, dump, "-q")[0] == 3
    assert query(database, ROWS) == [*words(20), (23, "good")]
    rejects = "select record, reason, byte_offset, convert_from(raw, 'utf8') from loader.reject order by 1"
    at = dump.read_bytes().index
    assert query(database, rejects) == [
        (21, "malformed", at(b"21\tone"), "21\tone\ttoo many"), (22, "type", at(b"x\tno"), "x\tno number")
    ]  # fmt: skip
    code, out, _ = command("rejects", "export", mapping)
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["xml"] for line in lines] == ["21\tone\ttoo many", "x\tno number"]

    for line, text in zip(lines, ("21\tone", "22\ttwo\n23\tthree"), strict=True):
        line["xml"] = text
    mended = tmp_path / "mended.jsonl"
    mended.write_text("\n".join(map(json.dumps, lines)))
    code, _, err = command("rejects", "replay", mapping, mended)
    assert (code, "line 2 (reject 2): `xml` holds 2 records" in err) == (2, True), err

    lines[1]["xml"] = "22\ttwo\n"
    mended.write_text("\n".join(map(json.dumps, lines)))
    assert command("rejects", "replay", mapping, mended)[0] == 0
    assert query(database, ROWS) == [*words(20), (21, "one"), (22, "two"), (23, "good")]


def test_a_load_that_was_killed_goes_on(tmp_path: Path, database: str, mapping: Path) -> None:
    dump = write(tmp_path, "20260101", words(100))
    child = os.fork()
    if child == 0:
        extract, begun = Lines.extract, [0]

        def dying(*given: Any) -> Any:
            begun[0] += 1
            if begun[0] == 3:
                os._exit(9)
            return extract(*given)

        Lines.extract = dying  # type: ignore[method-assign]
        load_here(database, mapping, [dump], chunk_bytes=200)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert query(database, "select count(*) filter (where state = 'done'), count(*) from loader.chunk") == [(2, 3)]

    load_here(database, mapping, [dump], chunk_bytes=200)

    assert query(database, ROWS) == words(100)
    assert query(database, "select count(*) from loader.load") == [(1,)]


def test_a_plan_shows_its_pieces(tmp_path: Path, mapping: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dump = write(tmp_path, "20260101", words(10_000))

    code = main(["plan", str(mapping), str(dump), "--json", "--chunk-bytes", "64KB"])

    places = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (code, len(places) > 1, places[0]["start"], places[-1]["end"]) == (0, True, 0, dump.stat().st_size)
    assert [a["end"] for a in places[:-1]] == [b["start"] for b in places[1:]]


def test_which_files_share_keys(tmp_path: Path, mapping: Path, command: Command) -> None:
    one = write(tmp_path, "20260101", [*words(30), ("x", "no number"), ("31\tone", "too many")])
    other = write(tmp_path, "20260201", words(40)[20:])

    code, out, _ = command("conflicts", mapping, one, other, "--json")

    found = json.loads(out)
    (overlap,) = found["overlaps"]
    assert (code, overlap["keys"], overlap["winner"]) == (0, 10, "words_20260201.txt")
    assert [source["keyless"] for source in found["sources"]] == [2, 0]


def test_a_replace_is_chosen_where_much_has_changed(
    tmp_path: Path, database: str, mapping: Path, command: Command
) -> None:
    mapping.write_text(MAPPING.replace("history: on\n", ""))
    command("load", mapping, write(tmp_path, "20260101", words(300)), "-q")

    code, _, _ = command("load", mapping, write(tmp_path, "20260201", [(key, "new") for key, _ in words(300)]), "-q")

    assert code == 0
    assert query(database, "select mode from loader.load order by load_id") == [("replace",), ("replace",)]


def test_records_without_a_key_keep_theirs(tmp_path: Path, database: str, mapping: Path) -> None:
    mapping.write_text(
        MAPPING.replace("{id: {path: key, type: integer}}", "generated").replace("text: value", "id: key, text: value")
    )
    for _ in range(2):
        load_here(database, mapping, [write(tmp_path, "20260101", words(30))])

    assert query(database, "select id::integer, text from words.word order by record_id") == words(30)
    assert query(database, COUNTS) == [(30, 0, 0, 30, 0, 0)]


def test_files_of_two_formats(tmp_path: Path, database: str, mapping: Path, command: Command) -> None:
    mapping.write_text(f"{MAPPING}  thing:\n    record: /box/thing\n    key: {{id: {{path: '@id', type: integer}}}}\n")
    folder = tmp_path / "dumps"
    folder.mkdir()
    write(folder, "20260101", words(10))
    (folder / "box_20260101.xml").write_text('<box><thing id="1"/></box>')
    (folder / "README").write_text("neither")

    assert command("load", mapping, folder, "-q")[0] == 0

    assert query(database, ROWS) == words(10)
    assert query(database, "select id from words.thing") == [(1,)]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("read: lines", "read: cvs", "line 8: entities.word.read: unknown format 'cvs'; known are xml, lines"),
        ("    read: lines\n", "", "line 7: entities.word: the key 'record' is missing"),
        ("text: value", "text: '@value'", "line 10: entities.word.columns.text.path: '@value' is neither `key`"),
        ("    read: lines", "    read: lines\n    record: /a/b", "line 9: entities.word.record: each line is a record"),
    ],
)
def test_what_a_format_refuses_in_a_mapping(old: str, new: str, message: str) -> None:
    with pytest.raises(MappingError) as told:
        parse_dataset(MAPPING.replace(old, new))

    assert message in str(told.value)


def test_the_format_is_part_of_what_a_mapping_means(mapping: Path) -> None:
    one = parse_dataset(MAPPING)
    assert one.canonical()["entities"][0]["read"] == "lines"
    assert "read" not in parse_dataset(MAPPING.replace("read: lines", "record: /a/b")).canonical()["entities"][0]
