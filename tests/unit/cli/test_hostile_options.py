"""Options that try to be SQL or a shell's words: each is one of its values, or refused before anything begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.cli import main as cli
from loader.cli.exit_codes import USAGE

NOWHERE = "postgresql://nobody@127.0.0.1:1/nowhere"  # who asked it would end with 1
MAPPING = (
    'dataset: outside\nentities:\n  row:\n    record: /dump/row\n    key: {id: "@id"}\n    columns: {name: name}\n'
)


@pytest.mark.parametrize(
    "option",
    [
        ("--set", "publish_wait=1; drop schema loader cascade"),
        ("--set", "max_rejects=1'; drop schema loader cascade; --"),
        ("--set", "visibility=$(touch pwned)"),
        ("--set", "lease=1 -c statement_timeout=1"),
        ("--set", "foreign_keys={{ 1 }}"),
        ("--priority", "1; drop schema loader cascade"),
        ("--chunk-bytes", "1MB; touch pwned"),
        ("--workers", "2; touch pwned"),
        ("--engine", "lxml; touch pwned"),
        ("--database", ""),
    ],
)
def test_an_option_is_one_of_its_values_or_refused(
    tmp_path: Path, option: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    (tmp_path / "dump.xml").write_text('<dump><row id="1"/></dump>')

    try:
        code = cli.main(["load", "mapping.yaml", "dump.xml", "--database", NOWHERE, *option])
    except SystemExit as ended:
        code = int(ended.code or 0)

    assert code == USAGE, capsys.readouterr().err
    assert not Path("pwned").exists()
