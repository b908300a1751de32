"""A word that there is not is refused with the one that was probably meant; options stand in full."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.cli import main as cli
from loader.cli.exit_codes import USAGE
from loader.errors import MappingError, UsageError
from loader.mapping.read import parse_dataset, read_dataset
from loader.nearest import nearest
from loader.report.undeclared import declaration, prefixes, with_prefixes
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


ITEM = """\
dataset: d
entities:
  item:
    record: /r/item
    key: {id: '@id'}
    columns: {title: {path: t, type: date}}
"""


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ("    recursive: true", "recursive: is a key of child tables only"),
        ("    children: {k: {rows: a, record: /x}}", "k.record: is a key of entities only"),
        ("    children: {k: {rows: a, columns: {c: {path: x, children: 1}}}}", "of entities and of child tables only"),
        ("    fields: {a: b}", "fields: unknown key; did you mean columns?"),
        ("    indexes: [{columms: [title]}]", "columms: unknown key; did you mean columns?"),
        ("    policy: {merg: {}}", "did you mean merge?"),
        ("    max_reject: 3", "max_reject: unknown key; did you mean max_rejects, a key of the whole mapping?"),
        ("    qqqqq: 3", "qqqqq: unknown key"),
        ("    children: {k: {rows: a, columns: {c: {path: x, type: int}}}}", "did you mean integer?"),
        ("    children: {k: {rows: a, columns: {c: {path: x, type: nummeric}}}}", "did you mean numeric?"),
        ("    children: {k: {rows: a, columns: {c: {path: x, repeat: frist}}}}", "did you mean first?"),
        ("    children: {k: {rows: a, columns: {c: {path: x, as: owntext}}}}", "did you mean own_text?"),
        ("    policy: newst", "did you mean newest?"),
        ("    policy: {latest_by: titel}", "has no column titel beside its key; did you mean title?"),
        ("    indexes: [titel]", "has no column titel; did you mean title?"),
        ("    foreign_keys: [{columns: [titel], references: item}]", "has no column titel; did you mean title?"),
        ("    foreign_keys: [{columns: [title], references: itm}]", "no entity 'itm'; did you mean item?"),
        ("  gone: {record: /r/gone, removes: itm, key: {id: '@id'}}", "no entity 'itm'; did you mean item?"),
        ("deletes: delet", "did you mean delete?"),
        (
            "    ignore: ['mm:x']\nnamespaces: {m: 'urn:m'}",
            "is not declared under 'namespaces'; did you mean m?",
        ),
        ("    ignore: ['xlink:x']", 'needs a line there, as in xlink: "http://www.w3.org/1999/xlink"'),
    ],
)
def test_words_and_names_in_a_mapping(added: str, said: str) -> None:
    with pytest.raises(MappingError) as caught:
        parse_dataset(f"{ITEM}{added}\n")
    assert any(line.endswith(said) for line in str(caught.value).splitlines()), caught.value


def test_mapping_files(tmp_path: Path) -> None:
    (tmp_path / "books.yaml").write_text(MAPPING)
    for word, meant in (("book.yaml", tmp_path / "books.yaml"), ("discgos.yml", "discogs")):
        with pytest.raises(UsageError) as caught:
            read_dataset(str(tmp_path / word))
        assert str(caught.value) == f"there is no mapping file {tmp_path / word}; did you mean {meant}?"


def test_namespaces_that_a_mapping_lacks() -> None:
    paths = ["/r/@{urn:q}a", "/r/{http://a.org/money/2.0}b/{}c", "/r/x:d", "/r/{http://b.org/money}e", "/r/{7}f"]
    (line,) = declaration(paths)
    assert line == (
        'with `namespaces: {q: "urn:q", money: "http://a.org/money/2.0", money2: "http://b.org/money", n: "7"}` '
        "in the mapping, /r/@{urn:q}a is /r/@q:a"
    )
    assert with_prefixes(paths[1], prefixes(paths)) == "/r/money:b/{}c"
    assert declaration(["/r/x:d", "/r/{}c"]) == []


def test_what_is_not_near_is_not_offered() -> None:
    assert nearest("xyz", ["columns", "entities"]) == ""
    assert nearest("COLUMNS", ["columns", "entities"]) == "columns"
