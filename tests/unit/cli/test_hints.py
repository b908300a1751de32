"""What messages tell people to type can be typed: whole commands, options and settings that there are."""

from __future__ import annotations

import re
import shlex

import pytest

from loader.cli.main import _parse, _parser
from loader.mapping.override_settings import override
from loader.mapping.read import read_dataset
from tests.reference import own_arguments, walk_commands
from tests.support.hints import Text, filled, texts

TEXTS = texts()
OPTIONS = {
    option for _, _, command in walk_commands(_parser()) for a in own_arguments(command) for option in a.option_strings
}


@pytest.mark.parametrize("text", [text for text in TEXTS if text.typed], ids=lambda text: text.typed[0])
def test_commands_are_whole(text: Text) -> None:
    for command in text.typed:
        if not command.startswith("loader "):
            continue
        words = shlex.split(filled(command, dataset="books", path="books.xml", load=1))[1:]
        try:
            arguments = _parse(_parser(), words)
        except SystemExit:
            pytest.fail(f"{text.place}: {command}")
        assert hasattr(arguments, "run"), f"{text.place}: {command} is no whole command"


def test_commands_can_be_told_from_the_words_around_them() -> None:
    assert [f"{text.place}: {text.text}" for text in TEXTS if text.untypable] == []


def test_options_and_settings_are_there() -> None:
    for text in TEXTS:
        ours = re.sub(r"pg_\w+ --[a-z-]+", "", text.text)  # pg_dump has options, too
        assert set(re.findall(r"(?<!\S)--[a-z][a-z-]+", ours)) <= OPTIONS | {"--set"}, text
        for key, value in re.findall(r"--set (\w+)=(\w+)", text.text):
            override(read_dataset("discogs"), [f"{key}={'10' if value.isupper() else value}"])


def test_there_are_hints_to_be_looked_at() -> None:
    typed = {command for text in TEXTS for command in text.typed}
    assert {"loader cancel %s", "loader rejects list {}", "call loader.rollback(%s)"} <= typed
    assert len(typed) > 15


@pytest.mark.parametrize(
    "text",
    ["see loader log", "mend it, then loader load X"],
)
def test_a_command_among_words_is_found(text: str) -> None:
    assert Text("", text).untypable == text
