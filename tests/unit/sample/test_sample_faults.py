"""Each kind of damage spoils what it says, where the manifest says, and nothing else."""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path

import pytest
from lxml import etree

from loader.errors import UsageError
from loader.sample import write_sample
from loader.sample.faults import FILE_FAULTS, RECORD_FAULTS, parse_fault

RELEASES = 60

pytestmark = pytest.mark.usefixtures("words_once")
BROKEN = {"malformed", "unescaped_lt", "bad_utf8", "nul_byte", "nul_charref"}


def _lines(path: Path) -> list[bytes]:
    """Return the records of a dump; a record may have line ends inside."""
    data = path.read_bytes()
    starts = [found.start() for found in re.finditer(rb"(?m)^<release[ >]", data)]
    return [data[a:b] for a, b in zip(starts, [*starts[1:], len(data)], strict=True)]


def _parses(record: bytes) -> bool:
    try:
        etree.fromstring(record)
    except etree.XMLSyntaxError:
        return False
    return True


@pytest.fixture(scope="module", params=["2020", "current"])
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def sound(form: str, tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    directory = tmp_path_factory.mktemp("sound")
    write_sample(directory, releases=RELEASES, form=form)
    return _lines(directory / "discogs_20260101_releases.xml")


@pytest.mark.parametrize("kind", RECORD_FAULTS)
def test_a_record_fault_spoils_only_the_records_in_the_manifest(
    tmp_path: Path, form: str, sound: list[bytes], kind: str
) -> None:
    manifest = write_sample(tmp_path, releases=RELEASES, form=form, faults=[(kind, 3)])
    records = _lines(tmp_path / "discogs_20260101_releases.xml")
    numbers = [fault["record"] for fault in manifest["faults"]]
    assert len(numbers) == 3
    assert manifest["entities"]["release"]["records"] == len(records)
    others = [record for number, record in enumerate(records, 1) if number not in numbers]
    if kind == "duplicate_key":
        assert others[:-1] == sound[:-1]
    else:
        assert others[:-1] == [r for number, r in enumerate(sound, 1) if number not in numbers][:-1]
    for fault in manifest["faults"]:
        record = records[fault["record"] - 1]
        assert _parses(record) == (kind not in BROKEN)
        assert fault["kind"] == kind
        assert fault["expected"] == RECORD_FAULTS[kind].expected
        if kind != "missing_key":
            assert record.startswith(b'<release id="%d"' % fault["key"])


def test_what_is_spoilt(tmp_path: Path) -> None:
    kinds = ["bad_integer", "integer_overflow", "missing_key", "repeated_scalar", "unknown_element"]
    manifest = write_sample(tmp_path, releases=RELEASES, faults=[(kind, 1) for kind in kinds])
    records = _lines(tmp_path / "discogs_20260101_releases.xml")
    spoilt = {f["kind"]: etree.fromstring(records[f["record"] - 1]) for f in manifest["faults"]}
    assert str(spoilt["bad_integer"].find("labels/label").get("id")).endswith("x")  # type: ignore[union-attr]
    assert spoilt["integer_overflow"].find("labels/label").get("id") == "99999999999"  # type: ignore[union-attr]
    assert spoilt["missing_key"].get("id") is None
    assert len(spoilt["repeated_scalar"].findall("title")) == 2
    assert spoilt["unknown_element"].findtext("mood") == "calm"


def test_a_duplicate_follows_its_record_and_is_not_in_the_rows(tmp_path: Path, form: str) -> None:
    manifest = write_sample(tmp_path, releases=RELEASES, form=form, faults=[("duplicate_key", 2)])
    records = _lines(tmp_path / "discogs_20260101_releases.xml")
    release = manifest["entities"]["release"]
    assert (release["records"], release["rows"]["release"]) == (RELEASES + 2, RELEASES)
    for fault in manifest["faults"]:
        first, second = (etree.fromstring(records[fault["record"] - back]) for back in (2, 1))
        assert first.get("id") == second.get("id") == str(fault["key"])
        assert second.findtext("title") == f"{first.findtext('title')} (Duplicate)"


def test_all_kinds_at_once_hit_different_records(tmp_path: Path) -> None:
    manifest = write_sample(tmp_path, releases=300, faults=[(kind, 1) for kind in RECORD_FAULTS])
    faults = manifest["faults"]
    assert {fault["kind"] for fault in faults} == set(RECORD_FAULTS)
    assert len({fault["record"] for fault in faults}) == len({fault["key"] for fault in faults}) == len(faults)


def test_file_faults_leave_the_other_dumps_alone(tmp_path: Path) -> None:
    write_sample(tmp_path / "sound", releases=RELEASES)
    manifest = write_sample(tmp_path / "spoilt", releases=RELEASES, faults=[("truncated", 1)])
    assert [(fault["kind"], fault["file"]) for fault in manifest["faults"]] == [
        ("truncated", "discogs_20260101_releases.xml")
    ]
    for root in ("artist", "label", "master"):
        name = f"discogs_20260101_{root}s.xml"
        assert (tmp_path / "sound" / name).read_bytes() == (tmp_path / "spoilt" / name).read_bytes()


@pytest.mark.parametrize("gz", [False, True])
def test_a_truncated_document_ends_inside_a_record(tmp_path: Path, gz: bool) -> None:
    manifest = write_sample(tmp_path, releases=RELEASES, gz=gz, faults=[("truncated", 1)])
    release = manifest["entities"]["release"]
    data = (tmp_path / release["file"]).read_bytes()
    data = gzip.decompress(data) if gz else data
    assert release["records"] == data.count(b"</release>\n") == RELEASES * 6 // 10
    assert data.count(b"<release ") == release["records"] + 1


def test_wrong_root_and_trailing_text(tmp_path: Path) -> None:
    write_sample(tmp_path / "root", releases=3, faults=[("wrong_root", 1)])
    data = (tmp_path / "root" / "discogs_20260101_releases.xml").read_bytes()
    assert etree.fromstring(data).tag == "discography"
    write_sample(tmp_path / "text", releases=3, faults=[("trailing_text", 1)])
    data = (tmp_path / "text" / "discogs_20260101_releases.xml").read_bytes()
    assert not data.rpartition(b"</releases>\n")[2].startswith(b"<")
    assert not _parses(data)


@pytest.mark.parametrize("kind", ["gzip_bitflip", "gzip_truncated"])
def test_gzip_faults_damage_the_file(tmp_path: Path, kind: str) -> None:
    manifest = write_sample(tmp_path, releases=RELEASES, gz=True, faults=[(kind, 1)])
    path = tmp_path / manifest["entities"]["release"]["file"]
    with pytest.raises((EOFError, zlib.error, gzip.BadGzipFile)):
        gzip.decompress(path.read_bytes())
    assert path.stat().st_size == manifest["entities"]["release"]["file_bytes"]


@pytest.mark.parametrize(
    ("faults", "message"),
    [
        ([("no_such", 1)], "There is no fault “no_such”"),
        ([("malformed", 0)], "at least once, not 0 times"),
        ([("gzip_bitflip", 1)], "needs compressed dumps"),
        ([("malformed", 5), ("nul_byte", 6)], "11 faults do not fit into 10 releases"),
    ],
)
def test_impossible_faults_are_told(tmp_path: Path, faults: list[tuple[str, int]], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        write_sample(tmp_path, releases=10, faults=faults)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("text", "fault"), [("malformed", ("malformed", 1)), ("nul_byte:12", ("nul_byte", 12))])
def test_a_fault_on_the_command_line(text: str, fault: tuple[str, int]) -> None:
    assert parse_fault(text) == fault


@pytest.mark.parametrize("text", ["malformed:x", "malformed:-1", "malformed:²"])
def test_a_fault_without_a_number_is_told(text: str) -> None:
    with pytest.raises(UsageError, match="A fault is KIND or KIND:N"):
        parse_fault(text)


def test_every_fault_says_what_to_expect() -> None:
    assert {fault.expected for fault in (RECORD_FAULTS | FILE_FAULTS).values()} == {
        "reject", "duplicate", "unmapped", "damaged", "refused",
    }  # fmt: skip
