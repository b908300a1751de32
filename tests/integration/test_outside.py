"""Values from outside of records, through whole loads: chunks, workers, hosts, refreshes, rejects and their replay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.running import loader, query
from tests.support.server import fresh_database
from tests.support.working import load_here

WIKI = """\
dataset: wiki
snapshot: '_(\\d{8})'
max_rejects: 10
entities:
  site:
    record: /wiki/siteinfo
    key: {name: sitename}
    columns: {base: base}
  revision:
    record: /wiki/page/revision
    key: {id: {path: id, type: integer}}
    columns:
      title: {path: ../title, required: true}
      redirect: {path: ../redirect, as: exists}
      site: /wiki/siteinfo/sitename
      edited: {path: edited, type: date}
    children: {revision_tag: {rows: tag, columns: {title: ../../title, tag: .}}}
"""
COUNTS = (
    "select read::int, inserted::int, updated::int, unchanged::int, rejected::int from loader.load "
    "order by load_id desc limit 1"
)
ROWS = "select id, title, redirect, site, edited::text from wiki.revision order by id"


def page(number: int, revisions: str = "", title: str = "<title>P{0}</title>", site: str = "") -> str:
    redirect = "<redirect/>" if number % 2 else ""
    found = revisions or "".join(
        f"<revision><id>{number * 10 + place}</id><edited>2026-01-01</edited><tag>t</tag></revision>"
        for place in range(3)
    )
    return f"<page>{title.format(number)}{redirect}<ns/>{found}</page>{site}"


def dump(folder: Path, day: str, *pages: str, site: str = "W") -> Path:
    head = f"<siteinfo><sitename>{site}</sitename><base>b</base></siteinfo>" if site else ""
    (path := folder / f"wiki_{day}.xml").write_text(f"<wiki>{head}{''.join(pages)}</wiki>")
    return path


BAD = "<revision><id>70</id><edited>never</edited></revision><revision><id>71</id></revision>"


@pytest.fixture(scope="module")
def wiki(server: str, control_schema: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder with the mapping, and a database with its first month: pages 1 to 5, and one with a bad revision."""
    folder = tmp_path_factory.mktemp("wiki")
    (folder / "wiki.yaml").write_text(WIKI)
    with fresh_database(server, control_schema) as database:
        load_here(database, folder / "wiki.yaml", [dump(folder, "20260101", *map(page, range(1, 6)), page(7, BAD))])
        yield folder, database


def test_rows_have_the_values_before_them(wiki: tuple[Path, str]) -> None:
    _, database = wiki
    assert query(database, COUNTS) == [(18, 17, 0, 0, 1)]
    rows = query(database, ROWS)
    assert rows[:4] == [(n, "P1", True, "W", "2026-01-01") for n in (10, 11, 12)] + [
        (20, "P2", False, "W", "2026-01-01")
    ]
    assert rows[-1] == (71, "P7", True, "W", None)
    assert query(database, "select distinct title from wiki.revision_tag order by 1") == [
        (f"P{n}",) for n in range(1, 6)
    ]
    assert query(database, "select path, count::int from loader.unmapped") == [("/wiki/page/ns", 6)]


def test_chunks_and_workers_do_not_matter(wiki: tuple[Path, str], server: str, control_schema: str) -> None:
    folder, first = wiki
    sums = {tuple(query(first, "select * from loader.checksum('wiki')"))}
    for size, workers in ((64, 4), (5000, 1)):
        with fresh_database(server, control_schema) as database:
            options = ("--set", f"chunk_bytes={size}", "--workers", str(workers), "--quiet")
            told = loader("load", folder / "wiki.yaml", folder / "wiki_20260101.xml", *options, database=database)
            assert told.code == 3, told
            sums.add(tuple(query(database, "select * from loader.checksum('wiki')")))
    assert len(sums) == 1


def test_a_value_before_the_records_changes_the_rows_that_read_it(wiki: tuple[Path, str], server: str) -> None:
    folder, first = wiki
    mapping = folder / "wiki.yaml"
    with fresh_database(server, first) as database:
        load_here(database, mapping, [folder / "wiki_20260101.xml"], chunk_bytes=5000)
        assert query(database, COUNTS)[0][1:4] == (0, 0, 17)
        renamed = page(1).replace("P1", "R1")
        load_here(database, mapping, [dump(folder, "20260201", renamed, page(2), page(3))], mode="merge")
        assert query(database, COUNTS) == [(10, 0, 3, 7, 0)]
        load_here(database, mapping, [dump(folder, "20260301", page(2), site="V")], mode="merge")
        assert query(database, COUNTS) == [(4, 1, 3, 0, 0)]
        assert query(database, ROWS)[:4] == [
            *((n, "R1", True, "W", "2026-01-01") for n in (10, 11, 12)), (20, "P2", False, "V", "2026-01-01"),
        ]  # fmt: skip


def test_a_replay_has_the_values_of_its_own_place(wiki: tuple[Path, str], server: str) -> None:
    folder, first = wiki
    with fresh_database(server, first) as database:
        mapping = folder / "wiki.yaml"
        exported = json.loads(loader("rejects", "export", mapping, database=database).out)
        given = json.dumps({**exported, "xml": exported["xml"].replace("never", "2026-02-03")})
        told = loader("rejects", "replay", mapping, "-", database=database, given=given)
        assert told.code == 0, told
        assert query(database, ROWS)[-2] == (70, "P7", True, "W", "2026-02-03")


def test_what_the_mapping_did_not_read_before_a_reject_is_not_guessed(wiki: tuple[Path, str], server: str) -> None:
    folder, first = wiki
    with fresh_database(server, first) as database:
        (later := folder / "later.yaml").write_text(WIKI.replace("edited: {", "ns: ../ns\n      edited: {"))
        exported = loader("rejects", "export", folder / "wiki.yaml", database=database).out
        told = loader("rejects", "replay", later, "-", database=database, given=exported.replace("never", "2026-02-03"))
        assert told.code == 2, told
        assert "the mapping reads /wiki/page/ns outside of the records of revision" in told.err


@pytest.mark.parametrize(
    ("pages", "message"),
    [
        ([page(1, site="<siteinfo><sitename>late</sitename></siteinfo>")], "/wiki/siteinfo/sitename is here, behind"),
        ([page(1, title="<title>a</title><title>b</title>")], "/wiki/page/title occurs once more at byte"),
    ],
)
def test_a_value_that_is_not_certain_refuses_the_file(
    wiki: tuple[Path, str], database: str, tmp_path: Path, pages: list[str], message: str
) -> None:
    folder, _ = wiki
    with pytest.raises(psycopg.DatabaseError, match=message):
        load_here(database, folder / "wiki.yaml", [dump(tmp_path, "20260101", *pages)])


def test_a_required_value_that_is_missing_rejects_its_records(
    wiki: tuple[Path, str], database: str, tmp_path: Path
) -> None:
    folder, _ = wiki
    load_here(database, folder / "wiki.yaml", [dump(tmp_path, "20260101", page(1, title=""), page(2), site="")])
    assert query(database, COUNTS) == [(6, 3, 0, 0, 3)]
    assert query(database, ROWS)[0] == (20, "P2", False, None, "2026-01-01")
