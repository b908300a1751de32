"""A value that an index cannot hold costs its record, or the index: never the load."""

from __future__ import annotations

import random
import string
from pathlib import Path
from typing import Any

import psycopg
import pytest

from loader.mapping.bounds import MAX_ENTRY_BYTES
from tests.support.running import execute, load, loader, query
from tests.support.working import load_here

MAPPING = """\
dataset: lib
snapshot: '_(\\d{8})'
max_rejects: 100%
max_delete_pct: 100
SETTINGS
entities:
  book:
    record: /dump/book
    key: {code: "@code", part: {path: "@part", default: "-"}}
    POLICY
    columns: {title: title, place: place, notes: notes, tags: {path: tag, repeat: array}}
    indexes: [title, {columns: [place, code]}, {columns: [notes], using: hash}]
    children:
      book_word:
        rows: word
        columns: {word: ".", lang: "@lang"}
        indexes: [{columns: [lang, word]}, {columns: [book_code, word]}]
"""


def text(length: int, seed: int = 0) -> str:
    """A text that no server makes shorter by compressing it."""
    return "".join(random.Random(seed).choices(string.ascii_letters + string.digits + "+-_.:/()[]{}#!?%$", k=length))


class Library:
    """Books with long values."""

    def __init__(
        self, folder: Path, database: str, settings: str = "", policy: str = "newest", **replaced: str
    ) -> None:
        self.folder, self.database = folder, database
        self.mapping = folder / "lib.yaml"
        given = MAPPING.replace("SETTINGS", settings).replace("POLICY", f"policy: {policy}")
        for old, new in replaced.items():
            given = given.replace(old, new)
        self.mapping.write_text(given)

    def load(self, day: str, *books: str, mode: str = "replace", **request: Any) -> int:
        """Loads a dump of a day in this process."""
        return load_here(
            self.database, self.mapping, [self.dump(day, *books)], chunk_bytes=1 << 20, mode=mode, **request
        )

    def dump(self, day: str, *books: str) -> Path:
        """The file."""
        path = self.folder / f"lib_{day}.xml"
        path.write_text(f"<dump>\n{''.join(books)}</dump>")
        return path

    def codes(self) -> list[str]:
        """Keys in the table."""
        return [code for (code,) in query(self.database, 'select code from lib.book order by code collate "C"')]

    def rejects(self) -> list[tuple[object, ...]]:
        """Of the last load: of each record the first fault."""
        return query(
            self.database,
            "select distinct on (record) record, reason, table_name, column_name, message, raw is not null "
            "from loader.reject where load_id = (select max(load_id) from loader.load) order by record, reject_id",
        )


def book(code: str, inside: str = "", part: str = "") -> str:
    more = f' part="{part}"' if part else ""
    return f'<book code="{code}"{more}>{inside}</book>\n'


WAYS = [("replace", "load"), ("merge", "load"), ("merge", "chunk")]
FILLING = [
    book(f"f{number}", f"<title>{'a' * 100}</title>") for number in range(300)
]  # beyond what the quick engine leaves


def assert_values_of_columns_are_rejected(library: Library, mode: str) -> None:
    """What an index on columns cannot hold."""
    long = text(2500)
    books = [
        book("a", f"<title>{text(MAX_ENTRY_BYTES)}</title>"),
        book("b", f"<title>{long}</title>"),
        book("c", f"<place>{text(2399)}</place>"),
        book("d", f"<place>{text(2400)}</place>"),
        book("e", f"<notes>{long}</notes><tag>{long}</tag>"),
        book("f", f'<word lang="x">y</word><word lang="{text(1300)}">{text(1200)}</word>'),
        book("g", f'<word lang="{text(1300)}">{text(1100)}</word>'),
        book(text(1900), f'<word lang="x">{text(900)}</word>'),
    ]
    for filling in ([], FILLING):
        library.load("20260401" if not filling else "20260501", *filling, *books, mode=mode)
        assert {"a", "c", "e", "g"} <= set(library.codes())
        assert not {"b", "d", "f"} & set(library.codes())
        assert [(number - len(filling), *rest[1:4]) for number, *rest in library.rejects()] == [
            (2, "book", "title", "the index on title has 2500 bytes, and an index holds no more than 2400"),
            (4, "book", "place", "the index on place, code has 2401 bytes, and an index holds no more than 2400"),
            (6, "book_word", "lang", "the index on lang, word has 2500 bytes, and an index holds no more than 2400"),
            (
                8,
                "book_word",
                "book_code",
                "the index on book_code, word has 2800 bytes, and an index holds no more than 2400",
            ),
        ]


@pytest.mark.parametrize(("mode", "visibility"), WAYS)
def test_what_no_index_can_hold_is_a_reject(tmp_path: Path, database: str, mode: str, visibility: str) -> None:
    library = Library(tmp_path, database, f"visibility: {visibility}")
    library.load("20260101", book("zero"))
    fits, wide = text(MAX_ENTRY_BYTES - 1), "\u00fc" * ((MAX_ENTRY_BYTES - 2) // 2)
    books = [
        book("one"),
        book(fits, "<word>a</word><word>b</word>"),
        book(text(MAX_ENTRY_BYTES), "<word>a</word>"),  # and one byte of the part
        book(wide),
        book(wide + "\u00fc"),
        book("x" * 9000),
        book(text(1300), part=text(1200)),
        book(text(1300), part=text(1100)),
    ]
    for filling in ([], FILLING):  # of small chunks one engine takes all, of others the other most
        library.load("20260201" if not filling else "20260301", *filling, *books, mode=mode)
        codes = set(library.codes())
        assert {"one", fits, wide, text(1300)} <= codes
        assert len(codes) == 4 + len(filling) + (mode == "merge")
        assert [(number - len(filling), *rest) for number, *rest in library.rejects()] == [
            (number, "limit", "book", "code", f"the key has {size} bytes, and an index holds no more than 2400", True)
            for number, size in ((3, 2401), (5, 2401), (6, 9001), (7, 2500))
        ]
    words = query(database, "select count(*)::int from lib.book_word where book_code = %s", fits)
    assert words == [(2,)]
    assert_values_of_columns_are_rejected(library, mode)


@pytest.mark.parametrize("policy", ["newest", "fill"])
def test_what_is_kept_beside_the_tables_holds_each_key_that_is_let_pass(
    tmp_path: Path, database: str, policy: str
) -> None:
    library = Library(tmp_path, database, "history: on\ndeletes: delete", policy)
    key = text(MAX_ENTRY_BYTES - 1)
    for number, name in enumerate(("one", "two", "three"), start=1):
        library.load(f"2026010{number}", book(key, f"<title>{name}</title><word>a</word>"), mode="merge")
    assert query(database, "select title from lib.book") == [("three",)]
    assert library.rejects() == []


EXPRESSIONS = {
    "indexes: [title, {columns: [place, code]}": (
        "indexes: [{expression: lower(title)}, {columns: [tags], using: gin}, {columns: [place, code]}"
    )
}


def test_an_index_that_cannot_hold_a_value_is_left_out_of_a_build(tmp_path: Path, database: str) -> None:
    library = Library(tmp_path, database, **EXPRESSIONS)
    file = library.dump("20260101", book("a", f"<title>{text(3000)}</title><tag>{text(3000, 1)}</tag>"), book("b"))

    summary = load(database, library.mapping, file)

    assert summary["tables"]["book"] == 2
    assert len(summary["notices"]) == 2
    assert all("of the mapping is left out, as it cannot hold all of book" in notice for notice in summary["notices"])
    names = query(database, "select count(*)::int from pg_indexes where schemaname = 'lib' and tablename = 'book'")
    assert names == [(3,)], "the key, and the two that can hold all"


def test_a_merge_waits_until_an_index_that_cannot_hold_a_value_is_gone(tmp_path: Path, database: str) -> None:
    library = Library(tmp_path, database, **EXPRESSIONS)
    load(database, library.mapping, library.dump("20260101", book("a"), book("b")))
    execute(database, "create index theirs on lib.book (left(notes, 3000))")
    file = library.dump("20260201", book("c", f"<notes>{text(3000)}</notes>"))

    told = loader("load", library.mapping, file, "--merge", database=database)

    assert (told.code, "theirs" in told.err, "drop the index named above" in told.err) == (1, True, True), told
    assert query(database, "select state from loader.load order by load_id desc limit 1") == [("open",)]
    execute(database, "drop index lib.theirs")
    load(database, library.mapping, file, "--merge")
    assert library.codes() == ["a", "b", "c"]


FAILING = {
    "indexes: [title, ": "indexes: [{expression: (1 / (length(title) - 3))}, title, ",
    "indexes: [{columns: [lang, word]}": "indexes: [{expression: (word::integer)}, {columns: [lang, word]}",
}


@pytest.mark.parametrize("visibility", ["load", "chunk"])
def test_an_index_that_fails_for_a_value_is_named_by_a_merge_with_key_and_line(
    tmp_path: Path, database: str, visibility: str
) -> None:
    library = Library(tmp_path, database, f"visibility: {visibility}", **FAILING)
    load(database, library.mapping, library.dump("20260101", book("a", "<word>1</word>"), book("b")))
    execute(database, "create index theirs on lib.book (title) where place::integer > 0")
    names = query(database, "select indexname from pg_indexes where indexdef ~ '(/|word.::int)' order by 1")
    failing, numbers = (f"lib.{name}" for (name,) in names)
    left = {
        failing: ("code = d, part = -: division by zero", 12),
        numbers: ("ordinal = 2: invalid input syntax", 17),
        "lib.theirs": ("code = f, part = -: invalid input syntax", 0),
    }
    books = ("d", "<title>abc</title>"), ("e", "<word>3</word><word>x</word>"), ("f", "<place>x</place>")
    file = library.dump("20260201", *(book(code, inside) for code, inside in books))
    while left:
        told = loader("load", library.mapping, file, "--merge", database=database)
        index = next((name for name in left if f"the index {name} on" in told.err), "none")
        key, line = left.pop(index)
        assert (told.code, key in told.err) == (1, True), told
        if line and visibility == "load":
            assert f"lib.yaml, line {line}: " in told.err
        assert f"drop index {index}; then run the same command again" in told.err, told
        execute(database, f"drop index {index}")
        if visibility == "chunk":
            assert loader("requeue", "lib", database=database).code == 0
    load(database, library.mapping, file, "--merge")
    assert library.codes() == ["a", "b", "d", "e", "f"]


def test_an_index_of_users_that_does_not_fit_is_named_by_a_replace(tmp_path: Path, database: str) -> None:
    library = Library(tmp_path, database)
    library.load("20260101", book("a"))
    execute(database, "create index theirs on lib.book (left(notes, 3000))")
    with pytest.raises(psycopg.Error, match=r"the index lib\.theirs does not fit the new tables") as refused:
        library.load("20260201", book("c", f"<notes>{text(3000)}</notes>"))
    assert refused.value.sqlstate == "LD008"
    execute(database, "drop index lib.theirs")
    query(database, "select 1")
    library.load("20260201", book("c", f"<notes>{text(3000)}</notes>"))
    assert library.codes() == ["c"]
