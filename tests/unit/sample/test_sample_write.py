"""What a sample consists of: the same bytes everywhere, the manifest, references, bounded memory."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from loader.sample import write_sample
from loader.sample.groups import Groups
from loader.sample.pools import Titles
from tests.unit.sample.sample_figures import ROOTS, TABLES, Figures, measure

MEMORY = 150  # MB
STATUS = Path("/proc/self/status")


@pytest.fixture(scope="module", params=["2020", "current"])
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def dumps(form: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp(f"form-{form}")
    write_sample(directory, releases=2_600, form=form, snapshot=date(2026, 3, 1))
    return directory


@pytest.fixture(scope="module")
def figures(dumps: Path) -> Figures:
    return measure(dumps)


def _document(dumps: Path, root: str) -> etree._Element:
    parser = etree.XMLParser(huge_tree=True)
    return etree.parse(dumps / f"discogs_20260301_{root}s.xml", parser).getroot()


def _digest(directory: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(directory.glob("*.xml*")):
        data = path.read_bytes()
        digest.update(gzip.decompress(data) if path.suffix == ".gz" else data)
    return digest.hexdigest()


# Changes when the generator does: then benchmarks before and after are of different data, and `make test-long` must
# measure again how like real dumps they are (test_sample_likeness.py).
@pytest.mark.parametrize(
    ("form_name", "seed", "expected"),
    [
        ("2020", 0, "80810ef4ec8423a532f915638c1e097ad795c9511670bf529aa0655d7ffafa5c"),
        ("current", 0, "735ee4a9fc2b8988b8721684270c705ab98f3d71998c4e74196de08c202b0efe"),
    ],
)
def test_same_arguments_same_bytes_on_every_machine(tmp_path: Path, form_name: str, seed: int, expected: str) -> None:
    write_sample(tmp_path, releases=100, seed=seed, form=form_name)
    assert _digest(tmp_path) == expected


def test_another_seed_is_another_dump(tmp_path: Path) -> None:
    for seed in (1, 2):
        write_sample(tmp_path / str(seed), releases=50, seed=seed)
    assert _digest(tmp_path / "1") != _digest(tmp_path / "2")


def test_gzip_holds_the_same_document(tmp_path: Path) -> None:
    plain = write_sample(tmp_path / "plain", releases=50)
    packed = write_sample(tmp_path / "gz", releases=50, gz=True)
    assert _digest(tmp_path / "plain") == _digest(tmp_path / "gz")
    assert packed["entities"]["release"]["file"] == "discogs_20260101_releases.xml.gz"
    assert packed["entities"]["release"]["bytes"] == plain["entities"]["release"]["bytes"]
    write_sample(tmp_path / "again", releases=50, gz=True)
    for path in (tmp_path / "gz").glob("*.gz"):
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()


def test_manifest_counts_what_is_written(dumps: Path, figures: Figures) -> None:
    manifest = json.loads((dumps / "manifest.json").read_text(encoding="utf-8"))
    rows = {table: n for entity in manifest["entities"].values() for table, n in entity["rows"].items()}
    assert rows == {table: figures.rows[table] for table in TABLES}
    for root, entity in manifest["entities"].items():
        data = (dumps / entity["file"]).read_bytes()
        assert entity["records"] == figures.rows[root]
        assert entity["bytes"] == entity["file_bytes"] == len(data)
        assert entity["sha256"] == hashlib.sha256(data).hexdigest()
        assert entity["operations"] == {
            "unchanged": figures.rows[root], "changed": 0, "added": 0, "deleted": 0,
        }  # fmt: skip


@pytest.mark.parametrize("releases", [1, 10, 137, 999, 1_000, 1_300, 2_001])
def test_a_dump_that_ends_inside_a_deck_has_all_main_releases(releases: int) -> None:
    groups = Groups(seed=4)
    masters = {release: groups.master(release) for release in range(releases)}
    known = {master for master in masters.values() if master is not None}
    assert known == set(range(groups.masters(releases)))
    assert all(masters[groups.main_release(master)] == master for master in known)


def test_proportions_are_those_of_a_whole_dump(figures: Figures) -> None:
    assert [figures.rows[root] for root in ROOTS] == [1352, 325, 346, 2600]


def test_ids_rise_and_are_not_those_that_no_dump_has(figures: Figures) -> None:
    for root in ROOTS:
        assert figures.ids[root] == sorted(set(figures.ids[root]))
    assert {artist % 7 for artist in (194, 355, 118760)}.isdisjoint({n % 7 for n in figures.ids["artist"]})


def test_names_in_references_are_the_names_of_the_records(dumps: Path) -> None:
    releases = _document(dumps, "release")
    for root, path in (("artist", ".//artist"), ("label", ".//company")):
        names = {row.findtext("id"): row.findtext("name") for row in _document(dumps, root)}
        cited = {row.findtext("id"): row.findtext("name") for row in releases.iterfind(path)}
        known = cited.keys() & names.keys()
        assert len(known) > 200
        assert {key: cited[key] for key in known} == {key: names[key] for key in known}


def test_main_releases_share_title_and_year_with_their_master(dumps: Path) -> None:
    releases = {release.get("id"): release for release in _document(dumps, "release")}
    for master in _document(dumps, "master"):
        main = releases[master.findtext("main_release")]
        flag = main.find("master_id")
        assert flag is not None
        assert flag.get("is_main_release") == "true"
        assert master.findtext("title") == main.findtext("title")
        assert master.findtext("year") == (main.findtext("released") or "0")[:4]


@pytest.mark.skipif(not STATUS.exists(), reason="the peak of a process is read from /proc")
def test_memory_does_not_grow_with_the_dump(tmp_path: Path) -> None:
    peaks = [_peak_memory(tmp_path / str(releases), releases) for releases in (1_000, 6_000)]
    assert peaks[1] < MEMORY
    assert peaks[1] - peaks[0] < 8


def _peak_memory(directory: Path, releases: int) -> float:
    """Return the peak in MB of a process of its own."""
    code = (
        "import sys; from pathlib import Path; from loader.sample import write_sample;"
        "write_sample(Path(sys.argv[1]), releases=int(sys.argv[2]));"
        "print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"
    )
    command = [sys.executable, "-c", code, str(directory), str(releases)]
    root = Path(__file__).parents[3]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    return int(done.stdout) / 1024


def test_one_release_is_a_dump(tmp_path: Path) -> None:
    write_sample(tmp_path, releases=1)
    figures = measure(tmp_path)
    assert figures.rows["release"] == figures.rows["master"] == 1
    assert figures.resolved("release_label.label_id") == 1


def test_titles_stay_different_in_the_largest_dump() -> None:
    titles = Titles(["Ab", "Cd", "Ef"], ["gh", "ij"])
    texts = [titles.text(row) for row in range(72)]
    assert len(set(texts)) == 72
    assert {len(text) for text in texts} == {5}
