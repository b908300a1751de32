"""Each example of docs/examples gives the rows that its page shows, and leaves nothing of its files unsaid.

`RENEW=1` writes the rows anew: read the difference before you commit it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.examples import FOLDER, FOLDERS, tables
from tests.support.running import query
from tests.support.working import load_here

LONGEST = 100  # characters of a line


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_an_example_loads_as_it_says(folder: Path, module_database: str) -> None:
    mapping, files = folder / "mapping.yaml", sorted(folder.glob("*.xml"))

    load_id = load_here(module_database, mapping, files)

    found = tables(module_database, mapping)
    if os.environ.get("RENEW"):
        (folder / "tables.txt").write_text(found, encoding="utf-8")
    assert found == (folder / "tables.txt").read_text(encoding="utf-8")
    of_load = "from loader.{} join loader.source using (source_id) where source.load_id = %s"
    assert query(module_database, f"select path, example {of_load.format('unmapped')}", load_id) == []
    assert query(module_database, "select record, reason, message from loader.reject where load_id = %s", load_id) == []
    gaps = "select kind, table_name, column_name from loader.load_gaps(%s)"
    assert query(module_database, gaps, load_id) == [], "each path of the mapping occurs in the files"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_an_example_is_short_and_listed(folder: Path) -> None:
    text = (folder / "mapping.yaml").read_text(encoding="utf-8")
    assert max(map(len, text.splitlines())) <= LONGEST
    assert f"[{folder.name}]({folder.name}/mapping.yaml)" in (FOLDER / "README.md").read_text(encoding="utf-8")
