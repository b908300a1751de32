"""A word that there is not is refused with the one that was probably meant; options stand in full."""

from __future__ import annotations

import pytest

from loader.cli import main as cli
from loader.cli.exit_codes import USAGE
from loader.errors import MappingError
from loader.mapping.read import parse_dataset
from loader.nearest import nearest
from tests.reference import walk_commands

COMMANDS = [(name, command) for name, _, command in walk_commands(cli._parser())]
MAPPING = "dataset: d\nentities: {row: {record: /r/row, key: {id: '@id'}, columns: {a: {path: a}}}}\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("laod discogs x.xml", "did you mean load?"),
        ("rejects lst discogs", "did you mean list?"),
        ("load discogs x.xml --worker 3", "did you mean --workers?"),
        ("load discogs x.xml --snapshots=2026-01-01", "did you mean --snapshot?"),
        ("load discogs x.xml --engine lxm", "did you mean lxml?"),
        ("status --jsn", "did you mean --json?"),
        ("diff 1 --lim 3", "did you mean --limit?"),
        ("status --qqqqq", "unrecognized arguments: --qqqqq\n"),
    ],
)
def test_commands_and_options(capsys: pytest.CaptureFixture[str], line: str, said: str) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(line.split())
    assert ended.value.code == USAGE
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_no_command_takes_part_of_an_option_for_it(name: str, command: object) -> None:
    assert not command.allow_abbrev, name  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "line", ["status --set max_reject=3", "render discogs --set max_reject=3", "log --set max_reject=3"]
)
def test_settings_are_judged_whether_or_not_the_command_reads_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert cli.main(line.split()) == USAGE
    assert "there is no setting max_reject; did you mean max_rejects?\n" in capsys.readouterr().err


def test_variables_that_nobody_reads_are_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOADER_MAX_REJECT", "LOADER_HOMES", "LOADER_TEST_DATA", "LOADER_LEASE", "LOADER_ZZZ"):
        monkeypatch.setenv(name, "5")
    assert cli.main(["render", "--schema"]) == 0
    assert capsys.readouterr().err.splitlines() == [
        "loader: the variable LOADER_HOMES is unknown and has no effect; did you mean LOADER_HOME?",
        "loader: the variable LOADER_MAX_REJECT is unknown and has no effect; did you mean LOADER_MAX_REJECTS?",
        "loader: the variable LOADER_ZZZ is unknown and has no effect",
    ]


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [("colums", "columns"), ("entites", "entities"), ("requierd", "required"), ("max_reject", "max_rejects")],
)
def test_keys_of_a_mapping(wrong: str, meant: str) -> None:
    text = MAPPING.replace("path: a", f"path: a, {wrong}: 1") if wrong == "requierd" else MAPPING
    text = text.replace(meant, wrong) if meant in text else text
    text += "max_reject: 5\n" if wrong == "max_reject" else ""
    with pytest.raises(MappingError, match=rf"{wrong}: unknown key; did you mean {meant}\?"):
        parse_dataset(text)


def test_what_is_not_near_is_not_offered() -> None:
    assert nearest("xyz", ["columns", "entities"]) == ""
    assert nearest("COLUMNS", ["columns", "entities"]) == "columns"
