"""Which entities a file holds, and how large its chunks are."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.errors import SourceError
from loader.mapping.read import parse_dataset
from loader.register import chunk_bytes_for
from loader.source.file import SourceFile, expand
from loader.sources import entities_of, located

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
    with pytest.raises(SourceError, match=r"returns-1\.xml.*name") as caught:
        entities_of(_file(tmp_path, "returns-1.xml"), DATASET)

    assert "orders-*.xml (order), items-*.xml (item)" in str(caught.value)


def test_an_unknown_root_is_told_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="<heap>") as caught:
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
    with pytest.raises(SourceError, match="has 4 bytes, the registered file had 5"):
        located("new!books.xml", str(path), 5, "plain", None)
