"""Writes the golden files anew: `python -m tests.golden.renew`. Read the difference before you commit it."""

from __future__ import annotations

import re
from pathlib import Path

from loader.mapping.read import read_dataset
from loader.render.digest import rendered_hash
from loader.render.script import render

FOLDER = Path(__file__).parent
MAPPINGS = {"discogs": "discogs", "library": str(FOLDER / "library.yaml"), "policies": str(FOLDER / "policies.yaml")}
PARTS = {"policies": ("decide_entity", "apply_entity", "compose_entity", "resolve_entity")}  # of the others all is kept


def rendered(name: str) -> str:
    """What a mapping renders to now, without the digest: it changes with every line of the code that renders."""
    dataset = read_dataset(MAPPINGS[name])
    script = render(dataset).replace(rendered_hash(dataset), "0" * 64)
    if name not in PARTS:
        return script
    parts = re.split(r"^(?=-- sql/dataset/)", script, flags=re.MULTILINE)
    return "".join(part for part in parts if Path(part.split(",")[0]).stem in PARTS[name])


def golden(name: str) -> Path:
    """The file that keeps what it rendered to when somebody looked at it last."""
    return FOLDER / f"{name}.sql"


if __name__ == "__main__":
    for name in MAPPINGS:
        golden(name).write_text(rendered(name), encoding="utf-8")
        print(golden(name))
