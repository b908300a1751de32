"""Names of tables that the staging of a dataset needs itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.errors import MappingError
from loader.mapping.read import read_dataset

MAPPING = """\
dataset: d
entities:
  {root}:
    record: /a/b
    key: {{id: id}}
    children:
      {child}: {{rows: c}}
"""


@pytest.mark.parametrize(
    "child", ["book_text", "book_key_log", "book_before", "book_key", "book_decision", "book_s7", "book_text_s12"]
)
def test_a_name_that_staging_needs_is_refused(tmp_path: Path, child: str) -> None:
    mapping = tmp_path / "d.yaml"
    mapping.write_text(MAPPING.format(root="book", child=child))
    with pytest.raises(MappingError, match=f"'{child}' is taken: the staging of book needs it"):
        read_dataset(str(mapping))


def test_a_name_that_leaves_no_room_for_staging_is_refused(tmp_path: Path) -> None:
    mapping = tmp_path / "d.yaml"
    mapping.write_text(MAPPING.format(root="b" * 51, child="c" * 52))
    with pytest.raises(MappingError, match=r"c{52}' is longer than 51 bytes") as caught:
        read_dataset(str(mapping))
    assert "b" * 51 + "' is longer" not in str(caught.value)


def test_other_names_are_free(tmp_path: Path) -> None:
    mapping = tmp_path / "d.yaml"
    mapping.write_text(MAPPING.format(root="book", child="book_textual"))
    assert [table.name for table in read_dataset(str(mapping)).tables] == ["book", "book_textual"]


@pytest.mark.parametrize("name", ["load_id", "op", "record", "before"])
def test_a_key_that_is_named_as_what_is_kept_beside_keys_is_refused(tmp_path: Path, name: str) -> None:
    mapping = tmp_path / "d.yaml"
    mapping.write_text(MAPPING.format(root="book", child="book_part").replace("{id: id}", f"{{{name}: id}}"))
    with pytest.raises(MappingError, match=f"a key column cannot be named '{name}'"):
        read_dataset(str(mapping))
