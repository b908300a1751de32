"""Which entities a file holds, and how large its chunks are."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.errors import NotMappedError, SourceError, UsageError
from loader.load.register import chunk_bytes_for
from loader.mapping.read import parse_dataset
from loader.source.entities_of_file import entities_of, find_sources, located
from loader.source.file import SourceFile
from tests.support.nasty_build import zipped
from tests.support.sources import expand

MB = 1 << 20
DATASET = parse_dataset("""\
dataset: shop
chunk_bytes: 16MB
entities:
  order: {record: /dump/row, files: "orders-*.xml", key: {id: "@id"}}
  item: {record: /dump/row, files: "items-*.xml", key: {id: "@id"}}
""")


def _file(folder: Path, name: str, text: str = "<dump/>") -> SourceFile:
    (folder / name).write_text(text)
    return expand([folder / name])[0]


def test_entities_are_told_apart_by_the_names_of_files(tmp_path: Path) -> None:
    assert [entity.name for entity in entities_of(_file(tmp_path, "items-1.xml"), DATASET)] == ["item"]


def test_a_name_that_fits_no_pattern_is_told_with_the_patterns(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"returns-1\.xml.*name") as caught:
        entities_of(_file(tmp_path, "returns-1.xml"), DATASET)

    assert "orders-*.xml (order), items-*.xml (item)" in str(caught.value)


def test_an_unknown_root_is_told_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(NotMappedError, match="<heap>") as caught:
        entities_of(_file(tmp_path, "orders-1.xml", "<heap/>"), DATASET)

    assert "<dump>" in str(caught.value)


@pytest.mark.parametrize(
    ("size", "workers", "chunk_bytes"),
    [(10_000 * MB, 2, 16 * MB), (64 * MB, 2, 4 * MB), (64 * MB, 1, 8 * MB), (1000, 4, 1 * MB)],
)
def test_chunks_are_as_the_mapping_says_or_smaller_to_keep_workers_busy(
    size: int, workers: int, chunk_bytes: int
) -> None:
    file = SourceFile(Path("orders-1.xml"), None, "orders-1.xml", size, "plain")

    assert chunk_bytes_for([file], DATASET, workers) == chunk_bytes


def test_chunks_are_never_larger_than_the_mapping_says() -> None:
    file = SourceFile(Path("orders-1.xml"), None, "orders-1.xml", 64 * MB, "plain")
    small = parse_dataset("dataset: s\nchunk_bytes: 64KB\nentities: {r: {record: /d/r, key: {id: '@id'}}}")

    assert chunk_bytes_for([file], small, 1) == 64 << 10


def test_an_exclamation_mark_in_a_name_means_a_member_only_in_a_zip_file(tmp_path: Path) -> None:
    path = tmp_path / "new!books.xml"
    path.write_text("<a/>", "utf-8")

    found = located("new!books.xml", str(path), 4, "plain", None)

    assert found == SourceFile(path, None, "new!books.xml", 4, "plain")
    with pytest.raises(SourceError, match="has 4 bytes, but the registered file had 5"):
        located("new!books.xml", str(path), 5, "plain", None)
    member = located("new!books.xml!x!y.xml", str(path), 5, "zip", None)
    assert (member.member, member.names) == ("x!y.xml", ("new!books.xml!x!y.xml", "x!y.xml", "x!y.xml"))


FREE = parse_dataset("""\
dataset: shop
entities:
  item: {record: /dump/row, key: {id: "@id"}}
  note: {record: /notes/note, files: "*.nxml", key: {id: "@id"}}
""")


def _folder(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)
    return folder


def test_of_a_directory_what_the_mapping_reads_is_taken_and_the_rest_passed_over(
    tmp_path: Path,
) -> None:
    folder = _folder(
        tmp_path, a_xml="<dump/>", b_osm="<dump/>", c_nxml="<notes/>", d_xml="<heap/>", e_nxml2="<notes/>", README="Hi",
        f_xml_bak="<dump/>", g_json="{}", h_osm="", i_csv="a,b",
    )  # fmt: skip
    (folder / "old").mkdir()
    (folder / ".hidden.xml").write_text("<dump/>")
    (folder / "0.xml").symlink_to("a.xml")
    (folder / "gone").symlink_to("nowhere")
    found = find_sources([folder], FREE)
    assert found.entities == {"a.xml": ["item"], "b.osm": ["item"], "c.nxml": ["note"]}
    assert found.passed_over == {
        "README": "not XML", "d.xml": "<heap> is not mapped", "e.nxml2": "no entity accepts its name",
        "f.xml.bak": "a copy, or not complete", "g.json": "JSON", "h.osm": "empty", "i.csv": "CSV",
        "old": "a directory", "gone": "no file",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("b.xml", "", "b.xml is empty"),
        ("b.xml", "no dump", "does not look like XML"),
        ("b.xml", "<html><body/></html>", "HTML page"),
        ("b.gz", "version https://git-lfs.github.com/spec/v1", "git lfs pull"),
        ("b.nxml", "no dump", "does not look like XML"),
        ("b.nxml", "<heap/>", "<heap>, which the mapping shop does not know"),
    ],
)
def test_a_broken_dump_is_not_passed_over(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / "a.xml").write_text("<dump/>")
    (tmp_path / name).write_text(text)
    with pytest.raises((SourceError, UsageError), match=said):
        find_sources([tmp_path], FREE)


def test_a_link_to_a_dump_that_is_not_there_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<dump/>")
    (tmp_path / "b.xml.gz").symlink_to("away/b.xml.gz")
    with pytest.raises(SourceError, match=r"b\.xml\.gz is a link to nothing"):
        find_sources([tmp_path], FREE)


def test_a_readme_in_a_zip_file_does_not_block_it_and_names_of_members_fit_patterns(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(zipped({
        "README.md": b"# Read me", "in/a.xml": b"<dump/>", "in/items-1.xml": b"<dump/>", "empty.txt": b"",
    }))  # fmt: skip
    found = find_sources([path], FREE)
    assert list(found.entities) == ["all.zip!in/a.xml", "all.zip!in/items-1.xml"]
    assert found.passed_over == {"all.zip!README.md": "not XML", "all.zip!empty.txt": "empty"}
    found = find_sources([path], DATASET)
    assert found.entities == {"all.zip!in/items-1.xml": ["item"]}
    assert found.passed_over["all.zip!in/a.xml"] == "no entity accepts its name"


def test_a_zip_file_in_a_zip_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(zipped({"a.xml": b"<dump/>", "more.zip": zipped({"x.xml": b"<dump/>"})}))
    with pytest.raises(SourceError, match=r"all\.zip!more\.zip is a zip file inside another file"):
        find_sources([path], FREE)


def test_where_nothing_is_left_the_reasons_are_told(tmp_path: Path) -> None:
    (tmp_path / "README").write_text("Hi")
    with pytest.raises(SourceError, match=r"directory without dumps\n  skipped: README \(not XML\)"):
        find_sources([tmp_path], FREE)
    path = tmp_path / "all.zip"
    path.write_bytes(zipped({"README": b"Hi"}))
    with pytest.raises(SourceError, match=r"all.zip is a zip file without dumps\n  skipped: all.zip!README"):
        find_sources([path], FREE)
    (tmp_path / "a.xml").write_text("<dump/>")
    assert find_sources([tmp_path], FREE).passed_over == {"README": "not XML", "all.zip": "a zip file without dumps"}


def test_two_files_of_one_name_are_named(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.xml").write_text("<dump/>")
    with pytest.raises(UsageError, match=r"one/a.xml and .*two/a.xml have the same name"):
        find_sources([tmp_path / "one", tmp_path / "two"], FREE)
    assert len(find_sources([tmp_path / "one", tmp_path / "one" / "a.xml"], FREE).files) == 1


def test_a_registered_file_that_was_moved_is_found_where_the_command_says(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text("<dump/>")
    for named in (tmp_path, path):
        assert located("a.xml", "/gone/a.xml", 7, "plain", None, [named]).path == path
    with pytest.raises(SourceError, match="cannot be read on this host"):
        located("a.xml", "/gone/a.xml", 7, "plain", None, [tmp_path / "other" / "b.xml"])
