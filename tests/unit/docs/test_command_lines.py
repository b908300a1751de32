"""Every command that a page tells people to type is one that there is, with options that there are."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from loader.cli.main import _parse, _parser, _psql_apart
from tests.reference import own_arguments, walk_commands
from tests.support.documentation import CLONE, PAGES, blocks, prose

COMMANDS = {name.split(" ", 1)[1]: command for name, _, command in walk_commands(_parser())}
ASIDE = {"|", "||", "&&", ";", "&", ">", "2>", "<"}  # where one command of a shell line ends, or its arguments do


def _typed(page: Path, program: str) -> Iterator[list[str]]:
    """The words of each call of a program in the shell blocks of a page, in a container or not."""
    for block in blocks(page):
        if block.language != "sh":
            continue
        for line in block.body.replace("\\\n", " ").splitlines():
            words: list[str] = []
            for word in [*shlex.split(line, comments=True), ";"]:
                if word not in ASIDE:
                    words.append(word)
                    continue
                if program in words and (words[0] in (program, "docker") or "=" in words[0]):
                    yield words[words.index(program) + 1 :]
                words = []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_blocks_are_understood(page: Path) -> None:
    for words in _typed(page, "loader"):
        try:
            arguments = _parse(_parser(), _psql_apart(words))
        except SystemExit:
            pytest.fail(f"{page.name}: loader {shlex.join(words)}")
        assert hasattr(arguments, "run"), f"{page.name}: loader {shlex.join(words)} is no whole command"


def _named(words: list[str]) -> argparse.ArgumentParser | None:
    """The command that words begin with: `rejects list` goes before `rejects`."""
    return COMMANDS.get(" ".join(words[:2])) or COMMANDS.get(words[0])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_sentences_are_there_with_their_options(page: Path) -> None:
    for text in re.findall(r"`loader ([^`]+)`", prose(page)):
        words = [word for word in text.partition("|")[0].split() if not word.isupper()]
        if not words[0].isalpha():
            continue  # of every command: `loader COMMAND --help`, `loader …`
        command = _named(words)
        assert command is not None, f"{page.name}: loader {text}"
        known = {option for action in own_arguments(command) for option in action.option_strings} | {"--help"}
        given = [word for word in words if word.startswith("-") and words[0] != "psql"]
        assert [word for word in given if word not in known] == [], f"{page.name}: loader {text}"


def test_targets_of_make_are_there() -> None:
    targets = re.findall(r"(?m)^([a-z-]+):", (CLONE / "Makefile").read_text(encoding="utf-8"))

    named = {words[0] for page in PAGES for words in _typed(page, "make") if words}
    named |= {word for page in PAGES for word in re.findall(r"`make ([a-z-]+)", prose(page))}
    assert {"load", "test", "help", "psql"} <= named
    assert sorted(named - set(targets)) == []


def test_there_are_commands_to_be_looked_at() -> None:
    assert len([words for page in PAGES for words in _typed(page, "loader")]) > 10
    assert ["load", "discogs", "/dumps"] in list(_typed(CLONE / "README.md", "loader"))
