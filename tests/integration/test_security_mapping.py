"""A mapping becomes SQL and Python; its texts stay texts in both."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.running import load, query

URI = "urn:x');open('pwned','w');('"  # libxml2 takes nothing for a name space that is no URI
HOSTILE = (
    "x'); __import__('os').system('touch pwned'); ('",
    'x"); __import__("os").system("touch pwned"); ("',
    "''' + str(__import__('os').system('touch pwned')) + '''",
    "{__import__('os').system('touch pwned')}",
    "\\",
    "\\'",
    "%(x)s{0}$(touch pwned)`touch pwned`",
    "{{ ''.__class__ }}{% set x = 1 %}",
)


def test_a_mapping_that_becomes_sql_and_python_stays_text(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    columns = "".join(
        f'      name{n}: {{path: "p:name", default: {q}, null_if: {q}, comment: {q}}}\n'
        f"      all{n}: {{path: part, repeat: join, separator: {q}}}\n"
        f"      one{n}: {{path: one, enum: [{q}, x]}}\n"
        for n, q in enumerate(map(json.dumps, HOSTILE))
    )
    pattern = json.dumps(r"[\w]+(|'; drop schema loader cascade; --)")
    Path("mapping.yaml").write_text(
        f"dataset: code\nnamespaces: {{p: {json.dumps(URI)}}}\nentities:\n  row:\n    record: /dump/row\n"
        f'    key: {{id: "@id"}}\n    columns:\n{columns}      where: {{path: "@p:where", pattern: {pattern}}}\n',
        encoding="utf-8",
    )
    Path("dump.xml").write_text(
        f'<dump xmlns:p="{URI}"><row id="1" p:where="here"><p:name>n</p:name><part>a</part><part>b</part><one>x</one>'
        '</row><row id="2"/></dump>'
    )

    load(database, "mapping.yaml", "dump.xml")

    for n, text in enumerate(HOSTILE):
        found = query(database, f'select name{n}, all{n}, one{n}, "where" from code.row order by id')
        assert found == [("n", f"a{text}b", "x", "here"), (text, None, None, None)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dump.xml", "mapping.yaml"]
