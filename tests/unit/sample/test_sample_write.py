"""What a sample consists of: the same bytes everywhere, both forms, the manifest, bounded memory."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from loader.errors import LoaderError, UsageError
from loader.sample import write_sample
from tests.unit.sample.sample_figures import ROOTS, TABLES, Figures, measure

SPEED = 30  # MB of XML a CPU second
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


# Changes when the generator does: then benchmarks before and after are of different data.
@pytest.mark.parametrize(
    ("form_name", "seed", "expected"),
    [
        ("2020", 0, "90cb45cfe0c5348271e19ca8bdff684f9f1be18f758d0d1c7874eaf89a97ebe4"),
        ("current", 0, "477a2c959abbe771e4c0d34259fb66a408d1322602c4ba702dddc8d8228bb3d9"),
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


def test_proportions_are_those_of_a_whole_dump(figures: Figures) -> None:
    assert [figures.rows[root] for root in ROOTS] == [1352, 325, 346, 2600]


def test_ids_rise_and_are_not_those_that_no_dump_has(figures: Figures) -> None:
    for root in ROOTS:
        assert figures.ids[root] == sorted(set(figures.ids[root]))
    assert not {194, 355, 118760} & set(figures.ids["artist"])


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


def test_old_form_is_ascii_with_empty_elements(tmp_path: Path) -> None:
    write_sample(tmp_path, releases=1_000, form="2020", snapshot=date(2026, 3, 1))
    text = (tmp_path / "discogs_20260301_releases.xml").read_text(encoding="ascii")
    for part in ("<anv/>", "<extraartists/>", "<images>", "<resource_url>", 'status="Accepted"', "&#"):
        assert part in text
    assert "<series>" not in text
    for member in _document(tmp_path, "artist").iterfind("artist/members"):
        assert [i.text for i in member.iterfind("id")] == [n.get("id") for n in member.iterfind("name")]
    assert all(not label.attrib and not label.text for label in _document(tmp_path, "label").iter("sublabels"))


def test_current_form_is_that_of_the_dumps_of_2026(tmp_path: Path) -> None:
    write_sample(tmp_path, releases=3_000, snapshot=date(2026, 3, 1))
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(tmp_path.glob("*.xml")))
    for part in ("<images>", "resource_url", "status=", "<members><id>", "&#x"):
        assert part not in text
    releases = _document(tmp_path, "release")
    empty = [element.tag for element in releases.iter() if not (len(element) or element.text or element.attrib)]
    assert not empty
    assert all(artist.find("join") is None for artist in releases.iterfind("release/extraartists/artist"))
    assert all(artist.find("role") is None for artist in releases.iterfind("release/artists/artist"))
    masters = releases.findall("release/master_id")
    assert len(masters) == 3_000
    none = [m.get("is_main_release") for m in masters if m.text == "0"]
    assert set(none) == {"false"}
    assert 0.38 <= len(none) / 3_000 <= 0.42
    assert 0.06 <= len(releases.findall("release/series")) / 3_000 <= 0.072
    assert any(artist.find("id") is None for artist in releases.iter("artist"))
    assert any(artist.findtext("id") == "0" for artist in releases.iter("artist"))
    assert {"194", "355", "118760"} <= {artist.findtext("id") for artist in releases.iter("artist")}
    assert max(len(release.findtext("title") or "") for release in releases) == 8_000
    assert str(10**63 + 1) in [str(row.get("qty")) for row in releases.iter("format")]
    assert any((text or "").endswith("-00") for text in (r.findtext("released") for r in releases))


def test_nameless_artists_and_labels_are_in_current_dumps(tmp_path: Path) -> None:
    manifest = write_sample(tmp_path, releases=13_000, snapshot=date(2026, 3, 1))
    assert manifest["entities"]["label"]["records"] == 1_625
    for root in ("artist", "label"):
        assert any(record.find("name") is None for record in _document(tmp_path, root))


def test_thirty_megabytes_a_second(tmp_path: Path) -> None:
    start = time.process_time()
    manifest = write_sample(tmp_path, releases=6_000)
    seconds = time.process_time() - start
    megabytes = sum(entity["bytes"] for entity in manifest["entities"].values()) / 1e6
    assert megabytes / seconds >= SPEED


@pytest.mark.skipif(not STATUS.exists(), reason="the peak of a process is read from /proc")
def test_memory_does_not_grow_with_the_dump(tmp_path: Path) -> None:
    peaks = [_peak_memory(tmp_path / str(releases), releases) for releases in (2_000, 12_000)]
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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"releases": 0}, "at least 1 release"),
        ({"form": "2019"}, "There is no form “2019”"),
        ({"change_pct": 101}, "--change-pct is from 0 to 100"),
        ({"delete_pct": -1}, "--delete-pct is from 0 to 100"),
    ],
)
def test_arguments_out_of_range_are_told(tmp_path: Path, arguments: dict[str, int | str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        write_sample(tmp_path, **arguments)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_dumps_of_others_are_not_overwritten(tmp_path: Path) -> None:
    dump = tmp_path / "discogs_20260101_releases.xml.gz"
    dump.write_bytes(b"precious")
    with pytest.raises(UsageError, match=r"discogs_20260101_releases\.xml\.gz, which loader sample did not write"):
        write_sample(tmp_path, releases=1)
    assert [path.name for path in tmp_path.iterdir()] == [dump.name]
    assert dump.read_bytes() == b"precious"


def test_own_dumps_are_replaced_whatever_their_compression(tmp_path: Path) -> None:
    write_sample(tmp_path, releases=1, gz=True)
    write_sample(tmp_path, releases=1)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted([*(f"discogs_20260101_{root}s.xml" for root in ROOTS), "manifest.json"])


def test_a_directory_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(LoaderError, match=r"The sample cannot be written to .*: Not a directory"):
        write_sample(tmp_path / "file" / "below", releases=1)
