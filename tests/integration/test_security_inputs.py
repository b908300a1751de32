"""Contents, names and mappings that try to be SQL, COPY, shell, format strings or paths stay what they are: text."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest

from loader.config.settings import ENGINES
from loader.errors import MappingError
from loader.mapping.read import parse_dataset
from tests.support.nasty_build import plain
from tests.support.running import load, loader, query

TEXTS = (
    "\\.", "\\N", "\\", "\\\\", "\\t", "\\x41", "\\101", "a\tb", "a\nb\\", "\n\\.\n", "a\r\nb", "\x7f",
    "'); drop schema loader cascade; --", "'; select pg_sleep(9); --", '"; drop table hostile.row; --',
    "$$; drop table x; $$", "E'\\x27'", "{1,2}", "{\"a\": 1}", "NULL", "null",
    "%s %n %(a)s %%", "{0} {a!r} {{", "{{ 1 // 0 }}", "{% raw %}",
    "$(touch pwned)", "`touch pwned`", "; touch pwned", "| cat", "../../etc/passwd", "/etc/passwd", "<script>", "&amp;",
    "\u2028", "\ufeff", "\u202e", "e\u0301", "\U0001f3b5", " ", "",
)  # fmt: skip
MAPPING = """\
dataset: hostile
entities:
  row:
    record: /dump/row
    key: {id: "@id"}
    columns: {name: name, all: {path: part, repeat: array}, one: {path: other, repeat: join, separator: '\\'';%s\\.'}}
    children: {row_part: {rows: part, columns: {text: .}}}
"""
# In places of a mapping that reach SQL as literals.
VALUES = (
    "a'b",
    "$$$",
    "a\nb",
    "*/",
    "a''b",
    "a\\'b",
    "a%sb",
    "a{0}b",
    "{{ 7 * 7 }}",
    "$$",
    "$body$",
    "--",
    "/*",
    '"',
    "\\",
)


@pytest.mark.parametrize("engine", ENGINES)
def test_contents_come_back_as_they_were(tmp_path: Path, database: str, engine: str) -> None:
    mapping, dump = tmp_path / "mapping.yaml", tmp_path / "dump.xml"
    mapping.write_text(MAPPING, encoding="utf-8")
    records = "".join(
        f"<row id={quoteattr(f'{n} {text}')}><name>{shown}</name><part>{shown}</part><part>x</part>"
        f"<other>{shown}</other><other>y</other></row>\n"
        for n, text in enumerate(TEXTS)
        for shown in [escape(text).replace("\r", "&#13;")]
    )
    dump.write_text(f"<dump>{records}</dump>", encoding="utf-8", newline="")

    told = load(database, mapping, dump, "--engine", engine)

    assert (told["inserted"], told["rejected"]) == (len(TEXTS), 0)
    found = query(database, "select id, name, \"all\", one from hostile.row order by split_part(id, ' ', 1)::int")
    key = [f"{n} {text}" for n, text in enumerate(TEXTS)]
    assert found == [(k, t, [t, "x"], f"{t}\\';%s\\.y") for k, t in zip(key, TEXTS, strict=True)]
    parts = query(
        database, "select text from hostile.row_part where ordinal = 1 order by split_part(row_id, ' ', 1)::int"
    )
    assert [text for (text,) in parts] == list(TEXTS)


@pytest.mark.parametrize("value", VALUES)
def test_values_of_a_mapping_reach_sql_as_literals(tmp_path: Path, module_database: str, value: str) -> None:
    name, quoted = f"hostile_{VALUES.index(value)}", json.dumps(value)
    mapping, dump = tmp_path / "mapping.yaml", tmp_path / "dump.xml"
    mapping.write_text(
        f"dataset: {name}\ncomment: {quoted}\nentities:\n  row:\n    comment: {quoted}\n    record: /dump/row\n"
        f'    key: {{id: "@id"}}\n    columns:\n'
        f"      a: {{path: a, default: {quoted}, comment: {quoted}}}\n"
        f"      b: {{path: b, enum: [x, {quoted}]}}\n"
        f"      c: {{path: c, null_if: {quoted}}}\n",
        encoding="utf-8",
    )
    shown = escape(value)
    dump.write_text(f"<dump><row id='1'><b>{shown}</b><c>{shown}</c></row><row id='2'><b>no</b></row></dump>")

    told = load(module_database, mapping, dump, code=3)

    assert (told["inserted"], told["rejected"]) == (1, 1)
    assert query(module_database, f"select a, b, c from {name}.row") == [(value, value, None)]
    assert query(module_database, f"select obj_description('{name}.row'::regclass)") == [(" ".join(value.split()),)]


@pytest.mark.parametrize(
    "name",
    ["a; drop schema loader cascade", 'a"b', "a'b", "a.b", "a b", "{{ 1 }}", "%s", "..", "a/b", "", "a\0b", "\\."],
)
def test_names_are_names_or_refused(name: str) -> None:
    good = {"dataset": "d", "entity": "row", "column": "c"}
    for place in good:
        names = {**good, place: name}
        text = (
            f"dataset: {json.dumps(names['dataset'])}\nentities:\n  {json.dumps(names['entity'])}:\n"
            f'    record: /dump/row\n    key: {{id: "@id"}}\n    columns: {{{json.dumps(names["column"])}: name}}\n'
        )
        with pytest.raises(MappingError):
            parse_dataset(text)


def test_file_names_are_names(tmp_path: Path, database: str) -> None:
    names = [
        b"$(touch pwned).xml", b"`touch pwned`.xml", b"a;touch pwned.xml", b"'; drop schema loader cascade; --.xml",
        b"%s%n%(x)s{0}{x}.xml", b"--version.xml", b"a!b.xml", b"*.xml", b"a b\".xml",
    ]  # fmt: skip
    mapping, folder = tmp_path / "mapping.yaml", tmp_path / "in"
    mapping.write_text(
        'dataset: files\nentities:\n  row:\n    record: /dump/row\n    key: {id: "@id"}\n    columns: {n: name}\n'
    )
    folder.mkdir()
    for number, name in enumerate(names):
        Path(os.fsdecode(os.path.join(os.fsencode(folder), name))).write_bytes(
            plain(3).replace(b'id="', b'id="%d-' % number)
        )

    load(database, mapping, folder)

    assert {name for (name,) in query(database, "select name from loader.source")} == set(map(bytes.decode, names))
    assert query(database, "select count(*) from files.row") == [(3 * len(names),)]

    # A name that is no text cannot be kept in a database, and control characters would garble what is printed: such
    # files are refused, without a traceback, and their names are shown escaped.
    for name, shown in (
        (b"not utf-8 \xff.xml", ""),
        (b"a\nb.xml", r"a\nb.xml"),
        (b"\x1b[31mred.xml", r"\x1b[31mred.xml"),
    ):
        refused = Path(os.fsdecode(os.path.join(os.fsencode(folder), name)))
        refused.write_bytes(plain(3))
        told = loader("load", mapping, folder, "-w", 1, "--no-space-check", "--json", database=database)
        assert told.code == 1, told
        assert shown in told.err
        assert "Traceback" not in told.err
        refused.unlink()
    assert [entry.name for entry in tmp_path.rglob("pwned*")] == []
    assert not Path("pwned").exists()


def test_members_of_a_zip_are_read_wherever_they_claim_to_lie(tmp_path: Path, database: str) -> None:
    mapping, dump = tmp_path / "mapping.yaml", tmp_path / "in" / "dump.zip"
    mapping.write_text(
        'dataset: zipped\nentities:\n  row:\n    record: /dump/row\n    key: {id: "@id"}\n    columns: {n: name}\n'
    )
    dump.parent.mkdir()
    target = tmp_path / "secret.xml"
    target.write_bytes(plain(9))
    link = zipfile.ZipInfo("link.xml")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(dump, "w") as archive:
        for number, name in enumerate(("../../up.xml", f"{tmp_path}/absolute.xml", "..\\back.xml", "c:/drive.xml")):
            archive.writestr(name, plain(3).replace(b'id="', b'id="%d-' % number))
        archive.writestr(link, str(target))

    told = loader("load", mapping, dump, "-w", 1, "--no-space-check", database=database)

    assert told.code == 1  # what a link holds is a path, not XML, and is not followed
    assert "link.xml" in told.err
    _without(dump, "link.xml")
    load(database, mapping, dump)
    assert query(database, "select count(*) from zipped.row") == [(12,)]
    assert sorted(path.name for path in tmp_path.rglob("*.xml")) == ["secret.xml"]


def _without(path: Path, member: str) -> None:
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist() if name != member}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in kept.items():
            archive.writestr(name, content)
