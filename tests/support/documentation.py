"""Reads the pages of the documentation, and runs what they show: files, shell and psql blocks, with their output."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from loader.server.binaries import psql_path
from tests.support.warm import for_shells

CLONE = Path(__file__).resolve().parents[2]
PAGES = [CLONE / "README.md", *sorted((CLONE / "docs").glob("*.md"))]
NEWEST_MAJOR = 18
TIMEOUT_S = 60

_FENCE = re.compile(r"^```(?P<info>.*)\n(?P<body>(?:.*\n)*?)^```$", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_MARK = "---- block"


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the file it is to be written to if it names one, its place in the page."""

    language: str
    file: str | None
    body: str
    start: int
    line: int


@dataclass(frozen=True)
class Step:
    """A block that is run, and the output that the page shows behind it (None: it shows none)."""

    block: Block
    shown: str | None


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(text):
        language, _, file = match["info"].partition(" ")
        found.append(
            Block(language, file or None, match["body"], match.start("body"), text.count("\n", 0, match.start()) + 1)
        )
    return found


def prose(page: Path) -> str:
    """The text of a page without its fenced blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> list[str]:
    """The targets of the links of a page."""
    return _LINK.findall(prose(page))


def steps(page: Path) -> list[Step]:
    """The `sh` and `psql` blocks of a page with the `text` block that stands right behind each."""
    found = blocks(page)
    behind = [*found[1:], None]
    return [
        Step(block, after.body if after is not None and after.language == "text" else None)
        for block, after in zip(found, behind, strict=True)
        if block.language in ("sh", "psql")
    ]


def run(page: Path, folder: Path, database: str) -> Iterator[tuple[Step, str]]:
    """Writes the files of a page into a folder and runs its steps there in order; yields each with its output.

    psql blocks in a row are one session. A block fails (AssertionError) when it ends with an error that the page does
    not show.
    """
    for block in blocks(page):
        if block.file:
            (folder / block.file).write_text(block.body, encoding="utf-8")
    session: list[Step] = []
    for step in steps(page):
        if step.block.language == "psql":
            session.append(step)
            continue
        yield from _psql(session, folder, database)
        session = []
        yield step, shell(step, folder, database)
    yield from _psql(session, folder, database)


def shell(step: Step, folder: Path, database: str) -> str:
    """Runs an `sh` block, where `loader` is this one; what it prints. AssertionError when it fails."""
    with for_shells() as (loader, inherited):
        script = f'loader() {{ {shlex.join(loader)} "$@"; }}\nset -e\n{step.block.body}'
        done = _run(["bash", "-c", script], folder, database, "", inherited)
    assert done.returncode == 0, f"line {step.block.line}: {done.stdout}{done.stderr}"
    return done.stdout


def _psql(session: list[Step], folder: Path, database: str) -> Iterator[tuple[Step, str]]:
    if not session:
        return
    script = "".join(
        f"\\set ON_ERROR_STOP {'off' if 'ERROR:' in (step.shown or '') else 'on'}\n"
        f"\\echo {_MARK}\n\\warn {_MARK}\n{step.block.body}"
        for step in session
    )
    done = _run([str(psql_path(NEWEST_MAJOR)), "-X", database], folder, database, script)
    printed, said = done.stdout.split(f"{_MARK}\n")[1:], done.stderr.split(f"{_MARK}\n")[1:]
    for step, output, errors in zip(session, printed, said, strict=False):
        yield step, output + errors
    assert done.returncode == 0, f"line {session[len(printed) - 1].block.line}: {done.stderr}"


def _run(
    command: list[str], folder: Path, database: str, given: str, inherited: Sequence[int] = ()
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "DATABASE_URL": database, "PYTHONPATH": str(CLONE), "PAGER": "", "LC_ALL": "C.UTF-8"},
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_S,
        pass_fds=inherited,
    )


def as_shown(text: str) -> str:
    """Output as a page shows it: without blanks at the ends of lines and empty lines at its end."""
    return "\n".join(line.rstrip() for line in text.rstrip().splitlines())
