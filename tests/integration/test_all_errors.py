"""All that goes wrong in a load is told, not only the first; what can be loaded is; the exit code follows a rule."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from loader.config.settings import RunSettings
from loader.database.connect import connect
from loader.load.register import register
from loader.load.request import LoadRequest
from loader.mapping.read import read_dataset
from loader.queue import planner
from loader.source.packing.format import SourceFile
from tests.support.running import execute, load, loader, query
from tests.support.working import bring

MAPPING = """
dataset: books
visibility: chunk
entities:
  book:
    record: /books/book
    key: {id: {path: "@id", type: integer}}
    columns: {title: title, pages: {path: pages, type: integer}}
"""
FIRST = {1: "Emma", 2: "Faust"}
# Two chunks with a title that is there, one that a trigger of somebody's refuses, and a record that is rejected.
SECOND = {3: "Emma", 4: "Momo", 5: "Ulysses", 6: "Emma", 7: "Heidi"}
OPTIONS = ("--merge", "--chunk-bytes", "64", "--set", "max_attempts=2")
GUARDS = (
    "create unique index one_title on books.book (title);"
    "create function public.guard() returns trigger language plpgsql as "
    "$$ begin raise exception 'not this one'; end $$;"
    "create trigger guard before insert on books.book for each row when (new.id = 5) execute function public.guard()"
)
NO_GUARDS = "drop index books.one_title; drop trigger guard on books.book"


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "books.yaml"
    path.write_text(MAPPING)
    return path


def dump(path: Path, books: dict[int, str]) -> Path:
    rows = (
        f'<book id="{number}"><title>{title}</title><pages>{"many" if title == "Heidi" else 7}</pages></book>'
        for number, title in books.items()
    )
    path.write_text("<books>\n" + "\n".join(rows) + "\n</books>")
    return path


@pytest.fixture
def guarded(mapping: Path, tmp_path: Path, database: str) -> str:
    """The database after a first load, with what the second one will run into."""
    load(database, mapping, dump(tmp_path / "first.xml", FIRST))
    execute(database, GUARDS)
    return database


def by_message(errors: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {error["message"].partition("\n")[0]: error for error in errors}


def test_every_error_is_told_and_the_rest_is_loaded(guarded: str, mapping: Path, tmp_path: Path) -> None:
    source = dump(tmp_path / "second.xml", SECOND)
    told = loader("load", mapping, source, "-w", 2, "--json", *OPTIONS, database=guarded)

    assert told.code == 1, told
    found = json.loads(told.out)
    assert (found["exit_code"], found["load"]) == (1, 2)
    errors = by_message(found["errors"])
    unique, guard = errors.pop('duplicate key value violates unique constraint "one_title"'), errors.pop("not this one")
    assert errors == {}
    assert (unique["kind"], unique["times"], unique["attempts"], unique["sources"]) == (
        "chunk_dead", 2, 1, ["second.xml"],
    )  # fmt: skip
    assert len(unique["chunks"]) == 2
    assert (guard["times"], guard["attempts"]) == (1, 2)
    assert "2 chunks dead after 1 attempt" in told.err
    assert "1 chunk dead after 2 attempts" in told.err
    assert "Key (title)=(Emma) already exists" in told.err
    assert query(guarded, "select id from books.book where _source = 2") == [(4,)]
    history = "select attempt, outcome, error from loader.chunk_attempt where chunk_id = %s order by 1"
    assert query(guarded, history, *guard["chunks"]) == [(n, "failed", told_of(guard)) for n in (1, 2)]
    status = loader("status", database=guarded).out
    assert "error: 2 chunks dead" in status
    assert "not this one" in status
    assert len(json.loads(loader("status", "--json", database=guarded).out)["errors"]) == 2

    execute(guarded, NO_GUARDS)
    assert loader("requeue", mapping, database=guarded).code == 0
    mended = load(guarded, mapping, source, *OPTIONS, code=3)
    assert mended["rejected"] == 1
    assert {error["stands"] for error in mended["errors"]} == {False}
    assert "no longer in the way" in loader("status", database=guarded).out


def told_of(error: dict[str, Any]) -> str:
    (chunk,) = error["chunks"]
    return f"chunk {chunk}: {error['message']}"


def test_files_that_cannot_be_read_and_dead_chunks_are_told_together(
    guarded: str, mapping: Path, tmp_path: Path
) -> None:
    (tmp_path / "third.xml").write_text("<books>\n<book id='8'><title>Nana</title></book>\n")
    (tmp_path / "fourth.xml").write_bytes(b"<books encoding='x'>\xff\xfe<<<")
    sources = [dump(tmp_path / "second.xml", SECOND), tmp_path / "third.xml", tmp_path / "fourth.xml"]

    told = loader("load", mapping, *sources, "-w", 1, "--json", *OPTIONS, database=guarded)

    assert told.code == 1, told
    kinds = [(error["kind"], error["sources"]) for error in json.loads(told.out)["errors"]]
    assert ("chunk_dead", ["second.xml"]) in kinds
    assert {name for kind, (name,) in kinds if kind != "chunk_dead"} == {"third.xml", "fourth.xml"}
    assert all(name in told.err for name in ("second.xml", "third.xml", "fourth.xml"))


def test_a_worker_that_cannot_go_on_is_told(mapping: Path, tmp_path: Path, database: str) -> None:
    source = dump(tmp_path / "first.xml", FIRST)
    dataset = read_dataset(str(mapping))
    with connect(database) as connection:
        register(connection, LoadRequest(dataset, RunSettings(), database, [source], workers=1, quiet=True))
    source.unlink()

    told = loader("work", mapping, "-w", 1, database=database)

    assert told.code == 1, told
    (error,) = json.loads(loader("status", "--json", database=database).out)["errors"]
    assert error["kind"] == "worker_failed"
    assert "first.xml" in error["message"]
    assert query(database, "select state, lease_token is null from loader.source") == [("registered", True)]


def test_a_fault_of_the_loader_in_one_file_costs_no_other_file(
    mapping: Path, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = dump(tmp_path / "good.xml", FIRST), dump(tmp_path / "bad.xml", {**FIRST, 9: "Nana", 10: "Momo"})
    real = planner.open_source

    def opened(file: SourceFile, *arguments: Any) -> Any:
        if file.name == "bad.xml":
            raise KeyError("a fault of ours")
        return real(file, *arguments)

    monkeypatch.setattr(planner, "open_source", opened)
    bring(database, mapping, [good, bad])

    states = "select name, state from loader.source order by name desc"
    assert query(database, states) == [("good.xml", "planned"), ("bad.xml", "failed")]
    assert query(database, "select distinct state from loader.chunk") == [("done",)]
    (error,) = json.loads(loader("status", "--json", database=database).out)["errors"]
    assert error["sources"] == ["bad.xml"]
    assert error["message"].startswith("KeyError: 'a fault of ours'\n  this is a bug in the loader")


def test_a_load_without_errors_tells_none(mapping: Path, tmp_path: Path, database: str) -> None:
    told = load(database, mapping, dump(tmp_path / "first.xml", FIRST))

    assert (told["errors"], told["retries"], told["outages"], told["away_seconds"]) == ([], 0, 0, 0)
