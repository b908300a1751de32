"""The table of a chunk's states names the routines that write chunk.state, from what and to what, and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from loader.config.resources import directory
from loader.database.migrate import routine_files
from tests.support.sql import normal, own_words, statements

NEW = "–"  # noqa: RUF001 - as in the table
STATES = {"ready", "leased", "done", "dead"}
README = directory("sql") / "control" / "README.md"

_WRITTEN = re.compile(r"\b(?:update (?:only )?|insert into )(?:loader \. )?chunk$")
_SET = re.compile(r"(?<!\. )\bstate = (case .*? end\b|\S+)")
_CHUNKS = re.compile(r"\b(?:from|join|update) (?:loader \. )?chunk as (\w+)")


def states(text: str) -> set[str]:
    return STATES.intersection(re.findall(r"'(\w+)'", text))


def set_to(text: str) -> Iterator[str]:
    """What statements of a routine or a template make chunk.state."""
    for statement in statements(text):
        said = [word.said for word in statement]
        for at in range(len(said)):
            if not _WRITTEN.search(" ".join(said[max(0, at - 4) : at + 1])):
                continue
            write = own_words(statement, at)
            if write.startswith("insert"):
                yield "'ready'"  # what the column is by default
            elif found := _SET.search(re.split(" (?:where|from) ", write)[0]):
                yield found[1]


def transition(text: str) -> tuple[str, str] | None:
    """From and to of a routine that writes chunk.state, as the table has them."""
    code = normal(text)
    to = set()
    for value in set_to(text):
        variable = re.search(rf"\b{value} := (.*?) ;", code) if value.isidentifier() else None
        to |= states(variable[1] if variable else value)
    if not to:
        return None
    aliases = "|".join(set(_CHUNKS.findall(code)) | {"chunk"})
    asked = re.findall(rf"\b(?:{aliases}) \. state (?:= |in \( )((?:'\w+'(?: , )?)+)", code)
    before = {state for found in asked for state in states(found)}
    before |= {"leased"} if "fence_chunk ( p_chunk" in code else set()
    return ", ".join(sorted(before)) or NEW, ", ".join(sorted(to))


def test_the_table_of_states_is_what_the_routines_do() -> None:
    table = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|", README.read_text(encoding="utf-8"), re.MULTILINE)
    texts = {path.stem: path.read_text(encoding="utf-8") for path in routine_files()}
    written = {name: found for name, text in texts.items() if (found := transition(text))}

    assert {name: (before, after) for name, before, after in table} == written


def test_the_picture_names_the_same_routines() -> None:
    text = README.read_text(encoding="utf-8")
    picture = text[text.index("    plan_chunk ─▶") : text.index("| Routine |")]

    assert {*re.findall(r"\b\w+_\w+\b", picture)} == {*re.findall(r"^\| `(\w+)`", text, re.MULTILINE)}


def test_no_template_writes_it() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in (directory("sql") / "dataset").rglob("*.sql")}

    assert [name for name, text in texts.items() if list(set_to(text))] == []


@pytest.mark.parametrize(
    "statement",
    [
        "update loader.chunk  set state='done' where true;",
        "UPDATE chunk AS c\nSET attempt = 1, -- once\n    state = 'done';",
        "with d as (update only chunk as x set state = 'done' returning 1) select count(*) from d;",
    ],
)
def test_it_is_found_however_it_is_laid_out(statement: str) -> None:
    assert list(set_to(statement)) == ["'done'"]
