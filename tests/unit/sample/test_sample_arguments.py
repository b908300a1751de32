"""Wrong arguments and occupied directories are told, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.errors import LoaderError, UsageError
from loader.sample import write_sample
from tests.unit.sample.sample_figures import ROOTS

pytestmark = pytest.mark.usefixtures("words_once")


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
