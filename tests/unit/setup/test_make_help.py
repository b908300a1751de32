"""`make help` tells of every target that is meant for people."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

CLONE = Path(__file__).resolve().parents[3]


def test_make_alone_lists_every_target() -> None:
    makefile = (CLONE / "Makefile").read_text()
    phony = re.search(r"(?m)^\.PHONY: (.+)$", makefile)
    assert phony is not None

    shown = subprocess.run(["make"], cwd=CLONE, capture_output=True, text=True, check=True).stdout

    assert re.findall(r"(?m)^  make ([\w-]+) +\S", shown) == sorted(
        phony[1].split(), key=lambda name: makefile.index(f"\n{name}: ")
    )
