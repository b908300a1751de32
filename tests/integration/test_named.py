"""A dataset is named by its name, once it is loaded, from anywhere; a path is that file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.running import Run, execute, load, loader, query
from tests.support.working import bring

BOOKS = """\
dataset: books
deletes: delete
snapshot: '_([0-9]{8})'
entities:
  book:
    record: /books/book
    key: {id: {path: "@id", type: integer}}
    columns: {title: {path: title, required: true}}
"""
BAD = '<book id="9"/>'


def dump(*ids: int, more: str = "") -> str:
    books = "".join(f'<book id="{number}"><title>t{number}</title></book>' for number in ids)
    return f"<books>{books}{more}</books>"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which commands begin; it has a mapping, which is nowhere else."""
    monkeypatch.chdir(tmp_path)
    Path("books.yaml").write_text(BOOKS)
    Path("books_20260101.xml").write_text(dump(1, 2, 3, more=BAD))
    Path("books_20260201.xml").write_text(dump(1, 2, 3, 4))
    return tmp_path


def good(told: Run) -> str:
    assert told.code == 0, told
    return told.out


def test_all_commands_know_a_dataset_by_name_without_its_file(folder: Path, database: str) -> None:
    load(database, "books.yaml", "books_20260101.xml", "--set", "max_rejects=1", code=3)
    Path("books.yaml").unlink()

    def run(*arguments: str) -> str:
        return good(loader(*arguments, database=database))

    assert "title is required" in run("rejects", "list", "books")
    assert '<book id="9"/>' in run("rejects", "show", "books", "1")
    run("rejects", "export", "books", "-o", "rejects.jsonl")
    assert "load 1 books" in run("status", "books")
    assert "load 1 books" in run("log", "books")
    assert "load 1 of books" in run("diff", "--dataset", "books")
    assert run("checksum", "books").endswith("3  book\n")
    assert "foreign_keys: report" in run("check", "books")
    assert run("render", "books", "--mapping") == BOOKS
    assert "create_build" in run("render", "books")
    assert "books_20260201.xml" in run("plan", "books", "books_20260201.xml")
    assert "compared with the tables" in run("conflicts", "books", "books_20260201.xml")
    run("load", "books", "books_20260201.xml")
    assert query(database, "select count(*) from books.book") == [(4,)]
    mended = Path("rejects.jsonl").read_text().replace('<book id=\\"9\\"/>', '<book id=\\"9\\"><title>n</title></book>')
    Path("rejects.jsonl").write_text(mended)
    run("rejects", "replay", "books", "rejects.jsonl")
    run("rollback", "3", "--yes")
    run("rollback", "2", "--yes")
    assert loader("revert", "books", database=database).err.startswith("loader: books cannot be reverted")
    run("drop", "books", "--yes")
    assert query(database, "select count(*) from loader.dataset") == [(0,)]


def test_an_open_load_is_joined_mended_and_given_up_by_name(folder: Path, database: str) -> None:
    bring(database, "books.yaml", [Path("books_20260101.xml")])
    Path("books.yaml").unlink()

    assert "no work is left" in good(loader("work", "books", database=database))
    execute(database, "update loader.chunk set state = 'dead'")
    assert "ready again" in good(loader("requeue", "books", database=database))
    assert "cancelled" in good(loader("cancel", "books", database=database))
    told = loader("work", "books", database=database)
    assert (told.code, told.err) == (1, "loader: no load of books is open\n  `loader load books PATH…` begins one\n")


def test_what_is_kept_is_the_file_of_the_last_load_that_began(folder: Path, database: str) -> None:
    load(database, "books.yaml", "books_20260101.xml", "--set", "max_rejects=1", code=3)
    kept = "select mapping_text from loader.dataset"
    assert query(database, kept) == [(BOOKS,)]

    # A load that is refused, and one that only goes on, leave it as it is.
    Path("books.yaml").write_text(BOOKS + "max_rejects: 50%\n")
    bring(database, "books.yaml", [Path("books_20260201.xml")])
    Path("books.yaml").write_text(BOOKS + "max_rejects: 60%\n")
    assert loader("load", "books.yaml", "books_20260101.xml", database=database).code == 1
    assert query(database, kept) == [(BOOKS + "max_rejects: 50%\n",)]
    good(loader("load", "books", "books_20260201.xml", database=database))

    Path("books.yaml").write_text("# the last\n" + BOOKS)
    good(loader("migrate", "books.yaml", database=database))
    assert query(database, kept) == [("# the last\n" + BOOKS,)]


def test_what_is_named_is_told(folder: Path, database: str) -> None:
    load(database, "books.yaml", "books_20260201.xml")
    Path("boks").write_text(BOOKS)

    def refused(*arguments: str) -> str:
        told = loader(*arguments, database=database)
        assert told.code == 2, told
        return told.err

    for command in (("status", "boks"), ("load", "boks", "books_20260201.xml"), ("drop", "boks", "--yes")):
        assert refused(*command) == (
            "loader: there is no dataset 'boks'; did you mean books?\n  built in: discogs; in this database: books. "
            "Or give the path of a mapping file, as in ./boks.yaml; the file of that name is given as ./boks\n"
        )
    # A path is that file, or nothing.
    assert "load 1 books" in good(loader("status", "./boks", database=database))
    Path("books.yaml").unlink()
    gone = refused("status", "books.yaml")
    assert gone == "loader: there is no mapping file books.yaml\n  the dataset in the database is named books\n"
    assert refused("load", "books.yaml", "books_20260201.xml") == "loader: there is no mapping file books.yaml\n"


def test_a_database_of_an_older_program_says_that_it_keeps_no_mapping(folder: Path, database: str) -> None:
    load(database, "books.yaml", "books_20260201.xml")
    execute(database, "alter table loader.dataset drop column mapping_text")

    told = loader("load", "books", "books_20260201.xml", database=database)

    assert (told.code, told.err.count("\n")) == (2, 2)
    assert "the database knows books, but has no mapping file for it" in told.err
    assert "load 1 books" in good(loader("status", "books", database=database))
