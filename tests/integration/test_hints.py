"""What messages tell people to type works as it is printed: each command is run, each call made in psql."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from loader.server.binaries import psql_path
from tests.support.hints import filled, texts
from tests.support.running import execute, load, loader, query
from tests.support.working import bring

BOOKS = """\
dataset: books
max_rejects: 5
history: on
entities: {book: {record: /books/book, key: {id: {path: "@id", type: integer}}, columns: {title: title}}}
"""
FIRST = '<books><book id="1"><title>a</title></book><book id="x"/></books>'
SECOND = '<books><book id="1"><title>b</title></book></books>'

# What steers an open load, or ends it, in an order in which each finds what it needs; what only looks goes first.
STEERING = ["loader requeue", "select loader.restart_build", "loader work", "loader load", "loader repair",
            "loader migrate books --repair", "call loader.rollback", "loader migrate --repair"]  # fmt: skip
ENDING = ["loader cancel", "select loader.cancel_load"]
# Of the server as a whole (tests/integration/test_roles.py), and an example of a path.
ELSEWHERE = {"loader roles", "loader db stop", "loader load discogs /path/to/dumps"}

# As if the chunk of the second load had never been loaded.
DEAD = """
select loader.discard_stored(chunk_id) from loader.chunk where load_id = 2;
update loader.chunk set state = 'dead', read = 0, inserted = 0, done_at = null where load_id = 2
"""


def run(command: str, database: str) -> str:
    """Runs a command, or makes a call in psql; what went wrong, or ''."""
    if command.startswith("loader "):
        told = loader(*command.split()[1:], database=database)
        return "" if told.code in (0, 3) else told.err
    psql = [str(psql_path(18)), "-X", "-v", "ON_ERROR_STOP=1", "-c", command, database]
    done = subprocess.run(psql, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stderr


def follow(command: str, database: str) -> str:
    """Runs a command; where it is refused until loads are rolled back, again after that, as often as that is so."""
    told = run(command, database)
    if ordered := re.search(r"roll these loads back first, in this order: ([\d, ]+)", told):
        for number in ordered[1].split(", "):
            assert follow(f"call loader.rollback({number})", database) == "", number
        return follow(command, database)
    return told


def place(command: str) -> tuple[int, str]:
    """Where it stands in the order: `loader load …` before the same with --replace, which an open load refuses."""
    return next((n for n, steering in enumerate(STEERING, 1) if command.startswith(steering)), 0), command


def test_every_hint_can_be_followed(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("books.yaml").write_text(BOOKS)
    Path("first.xml").write_text(FIRST)
    Path("second.xml").write_text(SECOND)
    load(database, "books.yaml", "first.xml", code=3)
    typed = {
        filled(command, dataset="books", path="second.xml", load=2) for text in texts() for command in text.typed
    } - ELSEWHERE
    ending = {command for command in typed if command.startswith(tuple(ENDING))}
    assert len(typed) > 15
    assert len(ending) == 2

    assert bring(database, "books.yaml", [Path("second.xml")]) == 2
    execute(database, DEAD)
    for command in sorted(typed - ending, key=place):
        assert follow(command, database) == "", command
    assert query(database, "select state from loader.load where load_id = 2") == [("rolled_back",)]

    for command in sorted(ending):
        number = bring(database, "books.yaml", [Path("second.xml")])
        assert run(command.replace("(2)", f"({number})"), database) == "", command
        assert query(database, f"select state from loader.load where load_id = {number}") == [("cancelled",)]
