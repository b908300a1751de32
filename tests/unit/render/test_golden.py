"""Every change of the rendered SQL shows in review, as a difference of few and small files."""

from __future__ import annotations

from difflib import unified_diff

import pytest

from loader.mapping.read import read_dataset
from loader.render.script import render
from tests.golden.renew import golden_files, shown
from tests.support.documentation import CLONE

MAX_LINE = 120
SHOWN = 12  # lines of difference per file
FILES = 20
RENEW = "`python -m tests.golden.renew` takes it over; read the difference then"


def test_rendered_sql_is_as_in_the_golden_files() -> None:
    there, (now, _) = golden_files(), shown()
    before = {name: path.read_text(encoding="utf-8") for name, path in there.items()}
    differing = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    told = [_difference(name, before.get(name), now.get(name)) for name in differing[:FILES]]
    assert not differing, "\n".join([f"{len(differing)} files of tests/golden differ. {RENEW}:", *told])


def test_every_template_and_every_branch_is_in_a_golden_file() -> None:
    _, left = shown()
    assert not left, f"a mapping of tests/golden/mappings has to go there: {sorted(left)}"


def test_every_file_begins_with_its_template_and_mapping() -> None:
    now, _ = shown()
    for name, text in now.items():
        template, _, _ = name.partition(".")
        assert text.startswith(f"-- sql/dataset/{template}.sql, mapping {'0' * 12}\n"), name


@pytest.mark.parametrize("name", ["discogs", "tests/lint/library.yaml", "tests/support/policies.yaml"])
def test_rendered_sql_reads_as_if_written_by_hand(name: str) -> None:
    script = render(read_dataset(str(CLONE / name) if "/" in name else name))
    lines = [line for line in script.splitlines() if not line.endswith(("::jsonb", "::jsonb,"))]
    assert [line for line in lines if len(line) > MAX_LINE] == []
    assert [line for line in lines if line != line.rstrip() or "\t" in line] == []
    assert "\n\n\n" not in script


def _difference(name: str, before: str | None, now: str | None) -> str:
    if before is None or now is None:
        return f"{name}: {'is missing' if before is None else 'shows nothing that others do not'}"
    lines = list(unified_diff(before.splitlines(), now.splitlines(), name, "rendered now", n=1, lineterm=""))
    left = [f"… {len(lines) - SHOWN} more lines"] if len(lines) > SHOWN else []
    return "\n".join([line[:MAX_LINE] for line in lines[:SHOWN]] + left)
