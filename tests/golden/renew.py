"""Writes the golden files anew: `python -m tests.golden.renew`. Read the difference before you commit it.

The mappings of `mappings/` are rendered one after the other. A part of a script is kept if it is the first of its
template, or goes through a branch that no part before it does: so each variant is shown once.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from loader.mapping.dataset import Dataset
from loader.mapping.read import read_dataset
from loader.render.digest import rendered_hash
from loader.render.parts import Part
from loader.render.script import rendered, rendered_parts
from tests.golden.branches import Branch, Tracing

FOLDER = Path(__file__).parent
MAPPINGS = (
    "plain", "bare", "marked", "generated", "first", "latest", "kept", "agreed", "filled", "merged", "rules", "removed",
    "removed_latest",
    "typed", "computed", "chosen",
)  # fmt: skip


def mapping(name: str) -> Path:
    """The file of a mapping."""
    return FOLDER / "mappings" / f"{name}.yaml"


@cache
def shown() -> tuple[dict[str, str], set[Branch]]:
    """What the golden files should hold, by their names, and the branches that none of them shows."""
    tracing = Tracing()
    left = tracing.all_branches()
    files: dict[str, str] = {}
    templates: set[str] = set()
    for name in MAPPINGS:
        dataset = read_dataset(str(mapping(name)))
        for part, text in rendered_parts(dataset):
            with tracing.noting() as seen:
                assert rendered(part, dataset, tracing.engine) == text
            if part.template not in templates or seen & left:
                files[_file(part, name)] = _without_digests(text, dataset)
                templates.add(part.template)
                left -= seen
    return files, left


def _file(part: Part, name: str) -> str:
    """`<template>.<mapping>[.<table>][.<way>].sql`"""
    subject = part.context.get("table") or part.context.get("root")
    words = [part.template.removesuffix(".sql"), name, subject.name if subject else "", part.context.get("way", "")]
    return ".".join(word for word in words if word) + ".sql"


def _without_digests(text: str, dataset: Dataset) -> str:
    """That of the rendering changes with every line of the code that renders, that of a mapping with the language."""
    for digest in (rendered_hash(dataset), dataset.hash, dataset.hash[:12]):
        text = text.replace(digest, "0" * len(digest))
    return text


def golden_files() -> dict[str, Path]:
    """The files that are there, by their names."""
    return {path.relative_to(FOLDER).as_posix(): path for path in FOLDER.rglob("*.sql")}


if __name__ == "__main__":
    now, not_shown = shown()
    for name in golden_files().keys() - now.keys():
        (FOLDER / name).unlink()
    for name, text in now.items():
        (FOLDER / name).parent.mkdir(exist_ok=True)
        (FOLDER / name).write_text(text, encoding="utf-8")
    print(f"{len(now)} files, {sum(text.count(chr(10)) for text in now.values())} lines", *sorted(not_shown), sep="\n")
