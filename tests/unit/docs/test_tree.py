"""The tree can be read: few files in a folder, each folder says what it is for, pages name only what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.documentation import CLONE, PAGES, prose
from tests.support.tree import Folder, folders, layers

MOST_FILES = 25
LONGEST_PURPOSE = 120
FOLDERS = [*folders("loader"), *folders("sql")]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.path)
def test_a_folder_is_small_and_says_in_a_line_what_it_is_for(folder: Folder) -> None:
    assert len(folder.files) <= MOST_FILES
    assert re.fullmatch(r"[^\n]+\.", folder.purpose), "a docstring in __init__.py, or a README.md"
    assert len(folder.purpose) <= LONGEST_PURPOSE


def test_migrations_have_consecutive_numbers() -> None:
    numbers = sorted(int(path.name[:4]) for path in (CLONE / "migrations").glob("*.sql"))
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_every_folder_of_the_program_is_a_layer() -> None:
    tops = {folder.path.split("/")[1] for folder in folders("loader") if "/" in folder.path}
    assert tops <= set(layers())


def test_every_routine_stands_in_one_file_and_every_template_has_a_name_of_its_own() -> None:
    for top in ("sql/control", "sql/dataset"):
        names = [path.name for path in (CLONE / top).rglob("*.sql")]
        assert len(names) == len(set(names)), top


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_folders_that_a_page_names_exist(page: Path) -> None:
    for name in re.findall(r"`((?:docs|loader|migrations|sql|tests)/(?:\w+/)*)`", prose(page)):
        assert (CLONE / name).is_dir(), f"{page.name}: {name}"
