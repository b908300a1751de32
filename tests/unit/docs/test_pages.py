"""The pages name what there is, their made lists are up to date, their links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from loader.cli.main import _parser
from loader.database.migrate import routine_files
from loader.mapping.json_schema import json_schema
from loader.mapping.read import parse_dataset, read_dataset
from tests.reference import DOCS, SECTIONS, own_arguments, walk_commands, with_sections
from tests.support.documentation import CLONE, PAGES, blocks, links, prose

COMMANDS = [(name, what, command) for name, what, command in walk_commands(_parser())]


@pytest.mark.parametrize(("name", "what", "command"), COMMANDS, ids=[name for name, _, _ in COMMANDS])
def test_every_command_and_option_has_help_and_a_line(name: str, what: str, command: object) -> None:
    page = (DOCS / "commands.md").read_text(encoding="utf-8")

    assert what
    assert f"### {name}\n" in page
    for action in own_arguments(command):  # type: ignore[arg-type]
        assert action.help, f"{name}: {action.dest} has no help"
        for option in action.option_strings:
            assert re.search(rf"`[^`]*{option}\b[^`]*`", page), f"{name}: {option} has no line"


@pytest.mark.parametrize("file", SECTIONS)
def test_the_made_lists_are_up_to_date(file: str) -> None:
    assert (CLONE / file).read_text(encoding="utf-8") == with_sections(file), "run python -m tests.reference"


def test_every_routine_and_view_is_named_in_the_page_of_the_dba() -> None:
    page = (DOCS / "dba.md").read_text(encoding="utf-8")
    files = routine_files()

    assert files
    assert [file.stem for file in files if not re.search(rf"`(call )?{file.stem}[`(]", page)] == []


def test_every_key_of_the_mapping_is_named_with_its_meaning() -> None:
    text = prose(DOCS / "mapping.md")
    schema = json_schema()
    keys = {key for model in (schema, *schema["$defs"].values()) for key in model.get("properties", {})}

    assert {"dataset", "record", "null_if", "children", "using"} <= keys
    assert sorted(key for key in keys if f"`{key}`" not in text) == []


def test_every_value_that_a_key_can_have_is_named() -> None:
    text = prose(DOCS / "mapping.md")
    words = {word for found in _enumerations(json_schema()) for word in found if isinstance(word, str)}

    assert {"not_valid", "array", "allow"} <= words
    assert sorted(word for word in words if f"`{word}`" not in text) == []


def test_every_table_of_discogs_is_listed_with_its_columns() -> None:
    text = prose(DOCS / "mapping.md")

    for table in read_dataset("discogs").tables:
        columns = ", ".join(column.name for column in table.columns)
        assert f"| `{table.name}` | {', '.join(table.primary_key)} | {columns} |" in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_pages_and_headings_that_exist(page: Path) -> None:
    for link in links(page):
        if link.startswith(("http://", "https://")):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.is_file(), f"{page.name}: {link}"
        assert not anchor or anchor in _anchors(target), f"{page.name}: {link}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_mappings_in_pages_are_right(page: Path, tmp_path: Path) -> None:
    for block in blocks(page):
        if block.file:
            (tmp_path / block.file).write_text(block.body)  # perhaps a DTD of a mapping
        if block.language == "yaml" and block.body.startswith("dataset:"):
            parse_dataset(block.body, name=f"{page.name}:{block.line}", location=str(tmp_path / "mapping.yaml"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_of_the_project_that_a_page_names_exist(page: Path) -> None:
    for name in re.findall(r"`((?:\w+/)*\w+\.(?:py|sql))`", prose(page)):
        assert [f for f in ("", "loader/", "tests/", "sql/", "loader/mapping/") if (CLONE / f / name).is_file()], (
            f"{page.name}: {name}"
        )


def test_the_readme_leads_to_every_page() -> None:
    assert {f"docs/{page.name}" for page in DOCS.glob("*.md")} <= set(links(CLONE / "README.md"))


def _enumerations(schema: object) -> list[list[object]]:
    """All lists of allowed values in a JSON schema."""
    if isinstance(schema, list):
        return [found for item in schema for found in _enumerations(item)]
    if not isinstance(schema, dict):
        return []
    own = [schema["enum"]] if isinstance(schema.get("enum"), list) else []
    return own + [found for item in schema.values() for found in _enumerations(item)]


def _anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"(?m)^#+ (.+)$", prose(page))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
