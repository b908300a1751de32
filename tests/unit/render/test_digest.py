"""Procedures are rendered anew when anything that decides them has changed, and only then."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from loader.config.resources import directory
from loader.config.settings import Settings
from loader.mapping.dataset import Dataset
from loader.mapping.read import read_dataset
from loader.render.digest import rendered_hash
from tests.golden.renew import mapping


@pytest.fixture(scope="module")
def library() -> Dataset:
    """A small dataset."""
    return read_dataset(str(mapping("rules")))


def test_settings_and_place_of_a_mapping_decide_nothing(library: Dataset) -> None:
    other = replace(library, settings=Settings(chunk_bytes=1), location="/elsewhere.yaml")
    assert rendered_hash(other) == rendered_hash(library)


def test_a_comment_on_a_column_is_rendered(library: Dataset) -> None:
    table = library.tables[0]
    column = replace(table.columns[0], comment="Another one")
    changed = replace(library, tables=(replace(table, columns=(column, *table.columns[1:])), *library.tables[1:]))
    assert rendered_hash(changed) != rendered_hash(library)


@pytest.mark.parametrize("file", ["create/register.sql", "merge_chunk/write_roots.sql"])
def test_a_changed_template_counts(file: str, library: Dataset, tmp_path: Path) -> None:
    sql = shutil.copytree(directory("sql"), tmp_path / "sql")
    assert rendered_hash(library, sql) == rendered_hash(library)
    with (sql / "dataset" / file).open("a") as template:
        template.write("\n-- changed\n")
    assert rendered_hash(replace(library), sql) != rendered_hash(library)  # another object, as another run has
