"""The tree of the project: the folders of loader/ and sql/, what each is for, what is in it."""

from __future__ import annotations

import ast
import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests.support.documentation import CLONE

NOT_LISTED = ("__init__.py", "README.md")  # they say what their folder is for


@dataclass(frozen=True)
class Folder:
    """A folder, as a path from the clone. ``files``: all of them; ``purpose``: '' where it says none."""

    path: str
    files: tuple[str, ...]
    purpose: str

    @property
    def names(self) -> list[str]:
        """What a reader looks for: names of modules, routines, templates."""
        return [name.rsplit(".", 1)[0] for name in self.files if name not in NOT_LISTED]


def folders(top: str) -> list[Folder]:
    """All folders below one, that one too, sorted by path."""
    found = [CLONE / top, *sorted(path for path in (CLONE / top).rglob("*") if path.is_dir())]
    # A folder that was moved may be there still, with what Python has compiled of it.
    return [_folder(path) for path in found if any(file.suffix != ".pyc" for file in path.rglob("*.*"))]


def layers() -> list[str]:
    """The folders of loader/ from the top layer down, as the contract of the imports has them."""
    configured = tomllib.loads((CLONE / "pyproject.toml").read_text(encoding="utf-8"))
    contract = next(c for c in configured["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
    return [name for line in contract["layers"] for name in line.split(" | ")]


def code_map() -> str:
    """The folders of loader/, in the order of their layers."""
    below = {folder.path: folder for folder in folders("loader")}
    ordered = [path for layer in layers() for path in below if path.split("/")[1:2] == [layer]]
    return _table([below[path] for path in ordered])


def sql_map() -> str:
    """The folders of sql/."""
    return _table(folders("sql")[1:])


def _folder(path: Path) -> Folder:
    files = tuple(sorted(child.name for child in path.iterdir() if child.is_file() and not child.name.endswith(".pyc")))
    return Folder(path.relative_to(CLONE).as_posix(), files, _purpose(path))


def _purpose(path: Path) -> str:
    """The first paragraph of a folder's README, behind its heading, or of its package's docstring."""
    if (path / "README.md").is_file():
        text = (path / "README.md").read_text(encoding="utf-8").partition("\n")[2]
    elif (path / "__init__.py").is_file():
        text = ast.get_docstring(ast.parse((path / "__init__.py").read_text(encoding="utf-8"))) or ""
    else:
        return ""
    return text.strip().partition("\n\n")[0].strip()


def _table(found: list[Folder]) -> str:
    rows = [f"| `{f.path}/` | {f.purpose} | {', '.join(f.names)} |\n" for f in found]
    return "| Folder | What it is for | Files |\n| --- | --- | --- |\n" + "".join(rows)
