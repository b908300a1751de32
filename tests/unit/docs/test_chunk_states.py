"""The table of a chunk's states names the routines that write chunk.state, from what and to what, and no others."""

from __future__ import annotations

import re

from loader.config.resources import directory
from loader.database.migrate import routine_files

NEW = "–"  # noqa: RUF001 - as in the table
STATES = {"ready", "leased", "done", "dead"}
README = directory("sql") / "control" / "README.md"

_WRITES = re.compile(
    r"\b(?:update (?:loader\.)?chunk (?:as )?(?:\w+ )?set|insert into (?:loader\.)?chunk \()(.*?);", re.DOTALL
)
_STATE = re.compile(r"(?<![\w.])state = (case .*? end|'\w+'|\w+)", re.DOTALL)
_IS = re.compile(r"\b[cor]\.state (?:= |in \()((?:'\w+'(?:, )?)+)")


def states(text: str) -> set[str]:
    return STATES.intersection(re.findall(r"'(\w+)'", text))


def transition(text: str) -> tuple[str, str] | None:
    """From and to of a routine that writes chunk.state, as the table has them."""
    code = re.sub(r"--.*", "", text)
    to = set()
    for statement in _WRITES.finditer(code):
        if statement[0].startswith("insert"):
            to.add("ready")  # what the column is by default
        elif found := _STATE.search(statement[1].partition(" where ")[0]):
            said = found[1]
            variable = re.search(rf"\b{said} := (.*?);", code, re.DOTALL) if said.isidentifier() else None
            to |= states(variable[1] if variable else said)
    if not to:
        return None
    before = {state for found in _IS.findall(code) for state in states(found)}
    before |= {"leased"} if "fence_chunk(p_chunk" in code else set()
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
    for path in (directory("sql") / "dataset").rglob("*.sql"):
        for statement in _WRITES.finditer(path.read_text(encoding="utf-8")):
            assert not _STATE.search(statement[1].partition("where")[0]), path.name
