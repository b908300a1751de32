"""One fault is told once, with the name of its file once; what is certain before a load begins none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.running import Run, loader, query

MAPPING = """\
dataset: books
entities: {book: {record: /books/book, key: {id: "@id"}, columns: {title: title}}}
"""
SUBSET = '<!DOCTYPE books [<!ENTITY a "b">]><books><book id="1"/></books>'


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: str) -> object:
    """Loads a file that cannot be loaded; how that ended."""
    monkeypatch.chdir(tmp_path)
    Path("books.yaml").write_text(MAPPING)

    def load(content: str, *options: str) -> Run:
        Path("dump.xml").write_text(content)
        told = loader("load", "books.yaml", "dump.xml", "-w", 2, "--no-space-check", *options, database=database)
        assert told.code == 1, told
        return told

    return load


def loads(database: str) -> int:
    if query(database, "select to_regclass('loader.load')") == [(None,)]:
        return 0
    return int(query(database, "select count(*) from loader.load")[0][0])


def test_a_doctype_that_is_refused_begins_no_load(refused, database: str) -> None:  # type: ignore[no-untyped-def]
    assert refused(SUBSET).err == (
        'loader: dump.xml: the DOCTYPE at byte 0 has an internal subset (<!ENTITY a "b">)\n'
        "  to accept entities that are plain text, set internal_subset: allow in the mapping, or "
        "--set internal_subset=allow\n"
    )
    parameter = SUBSET.replace('a "b"', '% a SYSTEM "a.ent"')
    told = refused(parameter, "--set", "internal_subset=allow").err
    assert (told.count("dump.xml"), told.count("DOCTYPE"), told.count("\n")) == (1, 1, 2)
    assert loads(database) == 0


def test_damage_is_told_once(refused) -> None:  # type: ignore[no-untyped-def]
    told = refused('<books><book id="1"/><book id="2"/>').err
    assert (told.count("dump.xml"), told.count("damaged")) == (1, 2), told  # once as the setting that accepts it
    assert told.count("error") == 0


def test_a_second_document_that_is_refused_is_told_once(refused, database: str) -> None:  # type: ignore[no-untyped-def]
    """Only reading on shows it: the load begins, and fails."""
    told = refused(f'<books><book id="1"/></books>{SUBSET}', "--set", "documents=many").err
    assert loads(database) == 1
    assert (told.count("dump.xml"), told.count("DOCTYPE"), told.count("load 1")) == (1, 1, 1), told
