"""The next month's dump: exact picks, unpicked records byte for byte, references still good."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from loader.sample import write_sample
from loader.sample.mixing import Permutation
from loader.sample.months import Deletions, Tiers
from tests.unit.sample.sample_figures import REFERENCES, ROOTS, TABLES, measure, records

RELEASES = 1_500

pytestmark = pytest.mark.usefixtures("words_once")


@pytest.fixture(scope="module", params=["2020", "current"])
def months(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Any]:
    first, second = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    write_sample(first, releases=RELEASES, seed=5, form=request.param)
    manifest = write_sample(
        second, releases=RELEASES, seed=5, form=request.param, change_pct=3, add_pct=2, delete_pct=1
    )
    return first, second, manifest


def _records(directory: Path, root: str) -> dict[int, bytes]:
    return records((directory / f"discogs_20260101_{root}s.xml").read_bytes())


@pytest.mark.parametrize("root", ROOTS)
def test_picked_records_differ_and_all_others_keep_every_byte(months: tuple[Path, Path, Any], root: str) -> None:
    first, second, manifest = months
    before, after = _records(first, root), _records(second, root)
    found = {
        "changed": [key for key in before.keys() & after.keys() if before[key] != after[key]],
        "added": list(after.keys() - before.keys()),
        "deleted": list(before.keys() - after.keys()),
    }
    entity = manifest["entities"][root]
    assert entity["keys"] == {operation: sorted(keys) for operation, keys in found.items()}
    assert entity["keys_complete"] is True
    counts = {operation: len(keys) for operation, keys in found.items()}
    counts["unchanged"] = len(before) - counts["changed"] - counts["deleted"]
    assert entity["operations"] == counts
    assert counts["deleted"] == int(len(before) * 0.01 + 0.5)
    assert abs(counts["changed"] - 0.03 * len(before)) <= 0.001 * len(before) + 2
    if root != "master":  # new masters come with the new releases
        assert counts["added"] == int(len(before) * 0.02 + 0.5)
    assert entity["records"] == len(after)


def test_changes_touch_root_columns_and_rows(months: tuple[Path, Path, Any]) -> None:
    first, second, manifest = months
    sizes = Counter(
        (root, (len(after[key]) > len(before[key])) - (len(after[key]) < len(before[key])))
        for root in ROOTS
        for before, after in [(_records(first, root), _records(second, root))]
        for key in manifest["entities"][root]["keys"]["changed"]
    )
    assert sizes["release", 1] > 10
    assert sizes["release", -1] > 5


def test_manifest_counts_the_rows_of_the_new_month(months: tuple[Path, Path, Any]) -> None:
    _, second, manifest = months
    figures = measure(second)
    rows = {table: n for entity in manifest["entities"].values() for table, n in entity["rows"].items()}
    assert rows == {table: figures.rows[table] for table in TABLES}


def test_references_of_the_new_month_resolve(months: tuple[Path, Path, Any]) -> None:
    _, second, _ = months
    figures = measure(second)
    shares = {c: figures.resolved(c) for c in REFERENCES if figures.references[c]}
    assert not {column: share for column, share in shares.items() if share < 0.97}
    assert shares["master.main_release_id"] == shares["release.master_id"] == 1
    assert shares["release_label.label_id"] == shares["release_company.company_id"] == 1


def test_a_larger_share_keeps_the_smaller_pick(tmp_path: Path) -> None:
    small, large = (write_sample(tmp_path / str(share), releases=500, change_pct=share)["entities"] for share in (2, 5))
    for root in ROOTS:
        assert set(small[root]["keys"]["changed"]) < set(large[root]["keys"]["changed"])


def test_everything_can_change_or_vanish(tmp_path: Path) -> None:
    changed = write_sample(tmp_path / "changed", releases=200, change_pct=100)["entities"]
    assert all(changed[root]["operations"]["unchanged"] == 0 for root in ROOTS)
    gone = write_sample(tmp_path / "gone", releases=200, delete_pct=100)["entities"]
    assert gone["artist"]["records"] == gone["label"]["records"] == gone["master"]["records"] == 0
    assert gone["release"]["records"] == 0


def test_more_keys_than_the_manifest_lists_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loader.sample.output.KEYS_LISTED", 7)
    monkeypatch.setattr("loader.sample.entity.KEYS_LISTED", 7)
    release = write_sample(tmp_path, releases=100, add_pct=20)["entities"]["release"]
    assert release["operations"]["added"] == 20
    assert len(release["keys"]["added"]) == 7
    assert release["keys_complete"] is False


@pytest.mark.parametrize("size", [1, 2, 26, 1000, 1001])
def test_permutation_is_one_to_one(size: int) -> None:
    order = Permutation(size, 3, "test")
    assert sorted(order(number) for number in range(size)) == list(range(size))


@pytest.mark.parametrize("wanted", [0, 1, 9, 10, 11, 25, 30])
def test_deletions_take_the_unreferenced_first(wanted: int) -> None:
    tiers = Tiers([0, 1, 1])
    gone = Deletions(tiers, 30, wanted, 0, "test")
    taken = [number for number in range(30) if number in gone]
    assert len(taken) == wanted
    assert sum(number % 3 == 0 for number in taken) == min(wanted, 10)
