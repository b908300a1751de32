"""Numbers out of range are a wrong usage, told before anything is begun."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.cli import main as cli
from loader.cli.exit_codes import USAGE


def _nothing_runs(_: object) -> int:
    raise AssertionError("the command was begun")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("load discogs --sample --releases -5", "--releases: expected a whole number of at least 1, not '-5'"),
        ("load discogs --sample --releases many", "--releases: expected a whole number of at least 1, not 'many'"),
        ("load discogs dumps --workers 0", "--workers: expected a whole number from 1 to 256, not '0'"),
        ("load discogs dumps --priority 2147483648", "--priority: expected a whole number"),
        ("work discogs --workers -1", "--workers: expected a whole number"),
        ("plan discogs dumps --workers 257", "--workers: expected a whole number from 1 to 256, not '257'"),
        ("rejects list discogs --limit -1", "--limit: expected a whole number of at least 0, not '-1'"),
        (
            "load discogs dumps --partition 0/4",
            "--partition: expected a partition from 1/N to N/N, with N up to 1,000, not '0/4'",
        ),
        ("load discogs dumps --partition 5/4", "--partition: expected a partition"),
        ("work discogs --partition 1/1001", "--partition: expected a partition"),
        ("work discogs --partition 2", "--partition: expected a partition"),
        ("work discogs --partition -1/-2", "--partition: expected"),
        ("work discogs --partition 1/2/3", "--partition: expected a partition"),
        ("sample dumps --releases 0", "--releases: expected a whole number of at least 1, not '0'"),
    ],
)
def test_a_number_out_of_range(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str, words: str
) -> None:
    monkeypatch.setattr(cli, "_run", _nothing_runs)

    with pytest.raises(SystemExit) as ended:
        cli.main(line.split())

    assert ended.value.code == USAGE
    assert words in capsys.readouterr().err


def test_faults_are_read_before_a_folder_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sample", str(tmp_path / "new"), "--fault", "malformed:²"]) == USAGE

    assert "KIND or KIND:N" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
