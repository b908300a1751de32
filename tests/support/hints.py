"""The commands that messages tell people to type: found in the texts of the program, with real names put in.

In a text a command stands in backticks, or behind a colon to the end of the text, or is all of it. Calls of routines
are told by SQL only: in Python they are what the program calls itself.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from loader.cli.main import _parser
from tests.reference import walk_commands
from tests.support.documentation import CLONE

COMMANDS = {name.split()[1] for name, _, _ in walk_commands(_parser())}
_COMMAND = rf"loader (?:{'|'.join(sorted(COMMANDS))})\b"
_CALL = r"(?:select|call) loader\.\w+\("
_SESSION = re.compile(r"loader (?:load|work|status|conflicts|sample)")  # what sessions of the server are called
_OPEN = re.compile(r"\{[^{}]*\}|%s")

# What these say is told by --help, or to other programs.
_NO_TEXTS = re.compile(r"loader/(cli/(main|parsers|arguments)|config/settings|server/(cluster|binaries))\.py")


@dataclass(frozen=True)
class Text:
    """A text of the program, with {…} or %s where names are put in."""

    place: str
    text: str
    told: str = _COMMAND  # how that begins which people may type

    @property
    def names_command(self) -> bool:
        """Whether it names something to be typed."""
        return re.search(self.told, self.text) is not None

    @property
    def typed(self) -> list[str]:
        """What it tells people to type."""
        return [(found[1] or found[2]).strip() for found in self._typed.finditer(self.text)]

    @property
    def untypable(self) -> str:
        """What is left of it beside that, when it names something to be typed there; '' otherwise."""
        rest = self._typed.sub("", self.text)
        return rest if re.search(self.told, rest) else ""

    @property
    def _typed(self) -> re.Pattern[str]:
        return re.compile(rf"`((?:{self.told})[^`]*)`|(?:^|: )((?:{self.told})[^`;]*)$", re.MULTILINE)


def texts() -> list[Text]:
    """All texts of the program that name a command, an option or a setting."""
    found = (*_of_python(), *_of_sql())
    return [text for text in found if text.names_command or re.search(r"(?<!\S)--[a-z]", text.text)]


def filled(command: str, *, dataset: str, path: str, load: int) -> str:
    """A command with real names in place of what it leaves open."""
    number = command.startswith(("loader diff", "loader rollback", "select", "call"))
    text = _OPEN.sub(str(load) if number else dataset, command)
    for word, name in {"DATASET": dataset, "PATH…": path, "PATH": path, "FILE": f"{dataset}.yaml", "DIR": "."}.items():
        text = re.sub(rf"(?<!\S){re.escape(word)}(?!\S)", name, text)
    return text


def _of_python() -> Iterator[Text]:
    for path in sorted((CLONE / "loader").rglob("*.py")):
        place = path.relative_to(CLONE).as_posix()
        if _NO_TEXTS.fullmatch(place) or "/sample/" in place:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        nodes = list(ast.walk(tree))
        inside = {id(value) for node in nodes if isinstance(node, ast.JoinedStr) for value in node.values}
        inside |= {id(node.value) for node in nodes if isinstance(node, ast.Expr)}  # docstrings
        for node in nodes:
            if id(node) not in inside and (text := _text(node)) and not _SESSION.fullmatch(text):
                yield Text(f"{place}, line {node.lineno}", text)  # type: ignore[attr-defined]


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return ""


def _of_sql() -> Iterator[Text]:
    for path in sorted((CLONE / "sql").rglob("*.sql")):
        script = re.sub(r"(?m)^\s*--.*|\s-- noqa.*", "", path.read_text(encoding="utf-8"))
        script = re.sub(r"(?s)comment on .*?\bis\s+'(?:[^']|'')*'", "", script)
        for text in re.findall(r"'((?:[^']|'')*)'", script):
            yield Text(path.relative_to(CLONE).as_posix(), text, f"{_COMMAND}|{_CALL}")
