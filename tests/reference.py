"""Lists made from the tree, sql/, the command line and the settings: `python -m tests.reference` writes them."""

from __future__ import annotations

import argparse
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any, get_args

from loader.cli.main import _parser
from loader.config.declared import Setting, Within
from loader.config.settings import OF_DATASETS, OF_ONE_LOAD, OF_RUNS, SETTINGS
from loader.database.migrate import routine_files
from tests.support.documentation import CLONE
from tests.support.tree import code_map, sql_map

DOCS = CLONE / "docs"
SQL = CLONE / "sql" / "control"
PASSES_ON = "loader psql"  # passes its arguments on, so it has few options of its own

_ROUTINE = re.compile(
    r"create or replace (?P<kind>function|procedure) loader\.(?P<name>\w+)\((?P<arguments>.*?)\)\n"
    r"(?:returns (?P<returns>.*?)\n)?language",
    re.DOTALL,
)
_COMMENT = re.compile(r"^comment on (?:function|procedure) [^;]*?\bis(?: --.*)?\s*'((?:[^']|'')*)';", re.MULTILINE)
_NAMED_COMMENT = re.compile(
    r"^comment on (table|view|type) loader\.(\w+) is(?: --.*)?\s*'((?:[^']|'')*)';", re.MULTILINE
)
_CODE = re.compile(r"errcode = '(\w{5})'")
_RAISES = re.compile(r"[Rr]aises (.*?)(?:\.\s|\.$|$)")
_VALUES = re.compile(r"\(\s*'(LD\d+)', '(\w+)',\s+'((?:[^']|'')*)',\s+'((?:[^']|'')*)'\s*\)")


def routines() -> str:
    """Every routine: signature, purpose, SQLSTATEs that it raises itself."""
    rows = [_routine(path) for path in routine_files() if path.parent.name != "views"]
    return _table(("Routine of schema loader", "What it does", "Raises"), rows)


def relations() -> str:
    """Every table, view and type of the control schema."""
    rows = []
    for path in [*sorted((SQL / "schema").glob("*.sql")), *sorted((SQL / "views").glob("*.sql"))]:
        for kind, name, text in _NAMED_COMMENT.findall(path.read_text(encoding="utf-8")):
            rows.append((f"`{name}`", kind, _plain(text)))
    return _table(("Name", "Kind", "What it holds"), rows)


def errors() -> str:
    """Every SQLSTATE of the loader."""
    rows = [(f"`{code}`", name, _plain(meaning), _plain(todo)) for code, name, meaning, todo in listed_errors()]
    return _table(("SQLSTATE", "Name", "Meaning", "What to do"), rows)


def listed_errors() -> list[tuple[str, str, str, str]]:
    """Code, name, meaning and what to do of each SQLSTATE that `loader.error_code()` lists."""
    return _VALUES.findall((SQL / "watch" / "error_code.sql").read_text(encoding="utf-8"))


def walk_commands(
    found: argparse.ArgumentParser, name: str = "loader"
) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Every command with its help and its parser, groups of commands before what is in them."""
    for action in found._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for command, inner in action.choices.items():
                yield f"{name} {command}", helps.get(command, ""), inner
                yield from walk_commands(inner, f"{name} {command}")


def own_arguments(command: argparse.ArgumentParser) -> list[argparse.Action]:
    """The arguments and options of a command, without --help and the commands in it."""
    return [a for a in command._actions if not isinstance(a, (argparse._HelpAction, argparse._SubParsersAction))]


def commands() -> str:
    """Every command with its options; those that every command but psql has stand once, at the end."""
    walked = list(walk_commands(_parser()))
    leaves = [command for name, _, command in walked if own_arguments(command) and name != PASSES_ON]
    common = {line for line in _lines(leaves[0]) if all(line in _lines(leaf) for leaf in leaves)}
    text = ""
    for name, what, command in walked:
        lines = [line for line in _lines(command) if name == PASSES_ON or line not in common]
        text += f"### {name}\n\n{what[:1].upper()}{what[1:]}.\n\n"
        text += _table(("Argument", "Meaning"), lines) + "\n" if lines else ""
    return f"{text}### For every command except psql\n\n" + _table(
        ("Option", "Meaning"), [line for line in _lines(leaves[0]) if line in common]
    )


def _lines(command: argparse.ArgumentParser) -> list[tuple[str, ...]]:
    lines = []
    for action in own_arguments(command):
        value = "" if action.nargs == 0 else f" {action.metavar or '{' + ','.join(action.choices or ()) + '}'}"
        names = ", ".join(action.option_strings) + value if action.option_strings else str(action.metavar)
        lines.append((f"`{names}`", (action.help or "").replace("|", "\\|")))
    return lines


def dataset_settings() -> str:
    """The settings of datasets."""
    return _settings(OF_DATASETS)


def run_settings() -> str:
    """The settings that belong to no dataset."""
    return _settings(OF_RUNS)


def kept_settings() -> str:
    """What becomes of the settings of a load while it is open."""
    words = {
        "limit": "yes, by `loader load` with the same files and a new value",
        "outcome": "no, because they affect the content of the tables",
        "start": "no, because they are used only when the load begins; other values have no effect",
    }
    rows = [(words[kind], ", ".join(f"`{name}`" for name in names)) for kind, names in kept_by_kind().items()]
    return _table(("Can they change while a load is open?", "Settings"), rows)


def kept_by_kind() -> dict[str, list[str]]:
    """Names of the settings that a load keeps, by what becomes of them while it is open."""
    kept = [*SETTINGS.values(), *OF_ONE_LOAD]
    return {kind: [setting.name for setting in kept if setting.within == kind] for kind in get_args(Within)}


def _settings(listed: Mapping[str, Setting]) -> str:
    rows = []
    for setting in listed.values():
        default = setting.shown if setting.default is None else f"`{setting.written}`".replace("True", "true")
        rows.append((f"`{setting.name}`", default, setting.kind.values, setting.meaning))
    return _table(("Key", "Default", "Values", "Meaning"), rows)


def setting_kinds() -> str:
    """What becomes of each setting while its load is open, as cases of SQL."""
    lines = []
    for kind, names in kept_by_kind().items():
        listed = textwrap.wrap(", ".join(f"'{name}'" for name in names), 100)
        lines += ["        when p_name in (", *(f"            {line}" for line in listed), f"        ) then '{kind}'"]
    return "\n".join(lines) + "\n"


def default_settings() -> str:
    """The default of each setting that a load keeps, as arguments of jsonb_build_object."""
    kept = [setting for setting in (*SETTINGS.values(), *OF_ONE_LOAD) if setting.within]
    return ",\n".join(f"        '{setting.name}', {_sql(setting.default)}" for setting in kept) + "\n"


def _sql(value: Any) -> str:
    if isinstance(value, str):
        return f"'{value}'"
    if is_dataclass(value):
        pairs = (f"'{name}', {_sql(part)}" for name, part in asdict(value).items())
        return f"jsonb_build_object({', '.join(pairs)})"
    return "null" if value is None else str(value).lower().removesuffix(".0")


SECTIONS: dict[str, dict[str, Callable[[], str]]] = {
    "docs/architecture.md": {"code_map": code_map, "sql_map": sql_map},
    "docs/dba.md": {"relations": relations, "routines": routines},
    "docs/operations.md": {"errors": errors},
    "docs/commands.md": {"commands": commands, "run_settings": run_settings, "kept_settings": kept_settings},
    "docs/mapping.md": {"dataset_settings": dataset_settings},
    "sql/control/settings/setting_kind.sql": {"setting_kinds": setting_kinds},
    "sql/control/settings/default_settings.sql": {"default_settings": default_settings},
}
_MARKS = {".md": ("<!-- {}: made by tests/reference.py -->", "<!-- end -->"),
          ".sql": ("-- {}: made by tests/reference.py", "-- end")}  # fmt: skip


def with_sections(file: str) -> str:
    """A file of the project with each list between its marks made anew."""
    text = (CLONE / file).read_text(encoding="utf-8")
    begin, end = _MARKS[Path(file).suffix]
    for name, make in SECTIONS[file].items():
        mark = re.compile(rf"({re.escape(begin.format(name))}\n).*?(\s*{re.escape(end)}\n)", re.DOTALL)
        found = mark.search(text)
        if found is None:
            raise ValueError(f"{file} has no place for the list of {name}")
        text = text[: found.start()] + found[1] + make() + found[2].lstrip("\n") + text[found.end() :]
    return text


def _routine(path: Path) -> tuple[str, str, str]:
    text = path.read_text(encoding="utf-8")
    head, comment = _ROUTINE.search(text), _COMMENT.search(text)
    if head is None or comment is None:
        raise ValueError(f"{path.name} is not laid out as one routine with its comment")
    arguments = " ".join(head["arguments"].split())
    returns = " ".join((head["returns"] or "").split())
    signature = f"`{head['name']}({arguments})`"
    if head["kind"] == "procedure":
        signature = f"`call {signature[1:]}"
    elif returns not in ("void", ""):
        signature += f" → `{returns}`"
    raised = set(_CODE.findall(text))
    for sentence in _RAISES.findall(_header(text)):
        raised.update(re.findall(r"\b(?:LD\d{3}|\d\w{4})\b", sentence))
    what = _plain(comment[1]) + (" *For workers.*" if "\nsecurity definer\n" in text else "")
    return signature, what, ", ".join(sorted(raised))


def _header(text: str) -> str:
    lines = [line.strip() for line in text.splitlines()]
    return " ".join(line.removeprefix("--").strip() for line in lines if line.startswith("--"))


def _plain(text: str) -> str:
    return " ".join(text.replace("''", "'").split()).replace("|", "\\|")


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    for file in SECTIONS:
        (CLONE / file).write_text(with_sections(file), encoding="utf-8")
