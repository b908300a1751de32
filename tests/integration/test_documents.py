"""Files of several documents: the root element of each tells which entities it holds."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.support.running import execute, query
from tests.support.working import load_here

MAPPING = """\
dataset: gazette
documents: many
namespaces: {x: "urn:x"}
deletes: delete
max_delete_pct: 100
snapshot: ([0-9]{8})
entities:
  grant:
    record: /grants/grant
    key: {file: "/grants/@file", num: {path: "@num", type: integer}}
    columns: {title: title}
  item:
    record: /list/item
    key: {num: {path: "@num", type: integer}}
    columns: {list: "/list/@name"}
  other:
    record: /x:list/item
    key: {num: {path: "@num", type: integer}}
"""
GRANTS = '<?xml version="1.0"?>\n<grants file="{}"><grant num="1"><title>{}</title></grant></grants>\n'
LIST = '<?xml version="1.0"?>\n<list name="L"><item num="7"/><item num="8"/></list>\n'
NAMED = '<x:list xmlns:x="urn:x"><item num="7"/></x:list>\n'
UNKNOWN = '<?xml version="1.0"?>\n<notes><note>n</note></notes>\n'


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "gazette.yaml"
    path.write_text(MAPPING, "utf-8")
    return path


def dump(folder: Path, *documents: str, date: str = "20260101") -> Path:
    """A file of documents."""
    path = folder / f"gazette_{date}.xml"
    path.write_text("".join(documents), "utf-8")
    return path


def rows(database: str, table: str, columns: str) -> list[tuple[object, ...]]:
    """A table in the order of its columns."""
    return query(database, f"select {columns} from gazette.{table} order by {columns}")


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (3, 1, 0, 4, 2), (4, 2, 3, 1, 0)])
def test_each_document_tells_which_entities_it_holds(
    tmp_path: Path, database: str, mapping: Path, order: tuple[int, ...]
) -> None:
    documents = [GRANTS.format("A", "a"), UNKNOWN, LIST, GRANTS.format("B", "b"), NAMED]

    load = load_here(database, mapping, [dump(tmp_path, *(documents[place] for place in order))])

    assert rows(database, "grant", "file, num, title") == [("A", 1, "a"), ("B", 1, "b")]
    assert rows(database, "item", "num, list") == [(7, "L"), (8, "L")]
    assert rows(database, "other", "num") == [(7,)]
    assert query(database, "select path, count::int from loader.unmapped where load_id = %s", load) == [("/notes", 1)]


@pytest.mark.parametrize("mode", ["merge", "replace"])
def test_an_entity_without_a_document_stays_as_it_is(tmp_path: Path, database: str, mapping: Path, mode: str) -> None:
    load_here(database, mapping, [dump(tmp_path, GRANTS.format("A", "a"), LIST, NAMED)])

    # Of x:list there is no document any more.
    load_here(
        database,
        mapping,
        [dump(tmp_path, GRANTS.format("B", "b"), '<list><item num="9"/></list>', date="20260201")],
        mode=mode,
    )

    assert rows(database, "grant", "file") == [("B",)]
    assert rows(database, "item", "num") == [(9,)]
    assert rows(database, "other", "num") == [(7,)]
    assert query(database, "select entities from loader.source order by source_id") == [
        (["grant", "item", "other"],),
        (["grant", "item"],),
    ]


def test_a_file_of_unknown_documents_only_is_refused(tmp_path: Path, database: str, mapping: Path) -> None:
    with pytest.raises(psycopg.DatabaseError, match=r"no document in gazette_20260101[.]xml has a root element") as no:
        load_here(database, mapping, [dump(tmp_path, UNKNOWN, "<x:list xmlns:x='urn:y'/>")])
    assert "known root elements: <grants>, <list>, <{urn:x}list>" in str(no.value)


def test_the_hint_for_several_documents_reads_all_of_them(tmp_path: Path, database: str, mapping: Path) -> None:
    file = dump(tmp_path, LIST, GRANTS.format("A", "a"), NAMED)
    load_here(database, mapping, [file])
    text = MAPPING.replace("documents: many", "documents: one")
    mapping.write_text(text, "utf-8")

    with pytest.raises(psycopg.DatabaseError) as refused:
        load_here(database, mapping, [file], mode="replace", snapshot="2026-02-01")

    assert "several documents" in str(refused.value)
    assert "--set documents=many" in str(refused.value.diag.message_hint)
    assert "damaged" not in str(refused.value.diag.message_hint)


def test_a_damaged_file_takes_no_rows_unasked(tmp_path: Path, database: str, mapping: Path) -> None:
    """A replace that the loader chose would lose the rows of what follows the damage, where a merge deletes nothing."""
    mapping.write_text(MAPPING + "damaged: accept\n", "utf-8")
    items = "".join(f'<item num="{number}"/>' for number in range(300))
    load_here(database, mapping, [dump(tmp_path, f"<list name='A'>{items}</list>")])
    cut = dump(tmp_path, f"<list name='B'>{items[:-60]}", date="20260201")

    with pytest.raises(psycopg.DatabaseError) as refused:
        load_here(database, mapping, [cut])

    assert query(database, "select mode, options -> 'chosen' from loader.load order by load_id desc limit 1") == [
        ("replace", True)
    ]
    assert "--merge --set damaged=accept" in str(refused.value.diag.message_hint)
    execute(database, "select loader.cancel_load((select max(load_id) from loader.load))")
    load_here(database, mapping, [cut], mode="merge")
    assert query(database, "select list, count(*)::int > 5 from gazette.item group by 1 order by 1") == [
        ("A", False),
        ("B", True),
    ]
