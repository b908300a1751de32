"""Every change of the rendered SQL shows in review."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import pytest

from tests.golden.renew import MAPPINGS, PARTS, golden, rendered

MAX_LINE = 120
SHOWN = 200  # lines of difference


@pytest.mark.parametrize("name", MAPPINGS)
def test_rendered_sql_is_the_golden_copy(name: str) -> None:
    before = golden(name).read_text(encoding="utf-8").splitlines()
    now = rendered(name).splitlines()
    difference = list(unified_diff(before, now, f"tests/golden/{name}.sql", "rendered now", lineterm=""))
    assert not difference, "python -m tests.golden.renew takes this over:\n" + "\n".join(
        line[:MAX_LINE] for line in difference[:SHOWN]
    )


@pytest.mark.parametrize("name", MAPPINGS)
def test_rendered_sql_reads_as_if_written_by_hand(name: str) -> None:
    script = rendered(name)
    lines = [line for line in script.splitlines() if not line.endswith(("::jsonb", "::jsonb,"))]
    assert [line for line in lines if len(line) > MAX_LINE] == []
    assert [line for line in lines if line != line.rstrip() or "\t" in line] == []
    assert "\n\n\n" not in script


def test_what_the_policies_decide_is_looked_at() -> None:
    names = {line.split(",")[0] for line in rendered("policies").splitlines() if line.startswith("-- sql/")}
    assert {Path(name).stem for name in names} == set(PARTS["policies"])


@pytest.mark.parametrize("name", sorted(MAPPINGS.keys() - PARTS.keys()))
def test_every_part_names_its_template_and_mapping(name: str) -> None:
    parts = [line for line in rendered(name).splitlines() if line.startswith("-- sql/dataset/")]
    assert len({part.split()[-1] for part in parts}) == 1
    assert {part.split()[1].rstrip(",").rsplit("/")[-1] for part in parts} == {
        "apply_entity.sql",
        "as_of_table.sql",
        "assert_room.sql",
        "build_table.sql",
        "compare_entity.sql",
        "create_build.sql",
        "create_history.sql",
        "create_stage.sql",
        "create_target.sql",
        "store_entity.sql",
        "decide_entity.sql",
        "check_keys_entity.sql",
        "known_keys_entity.sql",
        "repair_entity.sql",
        "merge_entity.sql",
        "overlaps_entity.sql",
        "register.sql",
        "rank_entity.sql",
        "record_entity.sql",
        "rejected_entity.sql",
        "repair_target.sql",
        "resolve_entity.sql",
        "correct_entity.sql",
        "stage_entity.sql",
        "undo_entity.sql",
        "verify_entity.sql",
        "version_entity.sql",
    }
