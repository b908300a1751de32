"""DTD files of a mapping: what they declare, with bounds; nothing that is not named is read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from loader.errors import MappingError
from loader.mapping.dtd.declarations import DtdError, declarations
from loader.mapping.read import parse_dataset, read_dataset

MAPPING = "dataset: d\ndtd: {}\nentities:\n  r: {{record: /r/a, key: generated}}\n"


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ('<!ENTITY a "&#214;">', {"a": "Ö"}),
        ("<!ELEMENT a (b|c)*><!-- <!ENTITY a 'x'> --><?p?><!NOTATION n SYSTEM 'n'><!ENTITY a 'x'>", {"a": "x"}),
        ('<!ENTITY a "x"><!ENTITY a "y">', {"a": "x"}),
        ('<!ENTITY lt "&#38;#60;"><!ENTITY amp "&#38;#38;"><!ENTITY b "&lt;&amp;">', {"b": "<&"}),
        ('<!ENTITY a "1&b;2"><!ENTITY b "&c;"><!ENTITY c "&#38;#60;i">', {"a": "1<i2", "b": "<i", "c": "<i"}),
        ('<!ENTITY a "&b;"><!ENTITY b "&a;"><!ENTITY c "&d;">', {}),
        ('<!ENTITY a "<i>x</i>"><!ENTITY b "&#60;i>"><!ENTITY c "x &amp y"><!ENTITY d "&#0;">', {}),
        ('<!ENTITY a SYSTEM "http://x/y"><!ENTITY b PUBLIC "p" "y"><!ENTITY c SYSTEM "z" NDATA tif>', {}),
        (f'<!ENTITY a "{"x" * 4097}"><!ENTITY b "{"x" * 4096}">', {"b": "x" * 4096}),
        ("<!ENTITY % p '<!ENTITY a \"x\">'> %p;", {"a": "x"}),
        ("<!ENTITY % p 'y'><!ENTITY a 'x%p;'>", {"a": "xy"}),
        ("<!ENTITY % m SYSTEM 'http://x/ent/more.ent'>%m;<!ENTITY a 'own'>", {"a": "other", "m": "more"}),
        ("<!ENTITY % d 'IGNORE'><![%d;[<!ENTITY a 'x'><![INCLUDE[ ]]> ]]><![INCLUDE[<!ENTITY b 'y'>]]>", {"b": "y"}),
    ],
)
def test_entities_that_are_text(text: str, entities: dict[str, str]) -> None:
    files = {"d.dtd": text, "more.ent": "<!ENTITY m 'more'><!ENTITY a 'other'>"}
    assert declarations("d.dtd", files).entities == entities


def test_default_attributes() -> None:
    text = """
    <!ENTITY % kind "kind (x|y) 'x'"> <!ENTITY e "&#38;#38;">
    <!ATTLIST a %kind; id ID #REQUIRED n NMTOKENS "  b  c "
                note NOTATION (p | q) #IMPLIED of CDATA #FIXED "&e; &lt;&#9;">
    <!ATTLIST a kind CDATA "late" id CDATA "late" more CDATA "m" xmlns CDATA "urn:x" xmlns:p CDATA #FIXED "urn:y">
    """
    found = declarations("d", {"d": text})
    assert found.defaults == {"a": {"kind": "x", "n": "b c", "of": "& <\t", "more": "m"}}
    assert found.ignored == ["xmlns of a", "xmlns:p of a"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<!ENTITY % m SYSTEM 'http://x/other.ent'>%m;", "it includes other.ent, which is not among the files"),
        ("%m;", "it does not declare the parameter entity %m;"),
        ("<!ENTITY a>", "declares no entity"),
        ("<!ATTLIST a b CDATA>", "declares no attribute"),
        ("<!ATTLIST a b CDATA '<'>", "the default of the attribute b of a is not plain text"),
        ("<!ENTITY a 'x", "is no declaration"),
        ("<a/>", "is no declaration"),
        ("<![IGNORE[ <![ x ]]>", "a section has no end"),
        ("]]>", "ends no section"),
        ("<!ENTITY % a '%a;'>%a;", "does not declare"),
        ("<!ENTITY % a '&#37;a;'>%a;", "expand to too much text"),
        ("".join(f"<!ENTITY % a{n} '{f'%a{n - 1};' * 10 if n else 'x' * 99}'>" for n in range(9)) + "%a8;", "too much"),
        ("<!ELEMENT a %b;><!ENTITY % b 'x'>", "declares|"),
    ],
)
def test_what_is_no_dtd(text: str, message: str) -> None:
    """Element declarations are not even looked at."""
    if message.endswith("|"):
        assert declarations("d", {"d": text}).entities == {}
        return
    with pytest.raises(DtdError, match=message):
        declarations("d", {"d": text})


def test_the_files_are_kept_with_the_text_of_the_mapping(tmp_path: Path) -> None:
    head = b'<?xml version="1.0" encoding="ISO-8859-1"?>\r\n<!--\n# dtd b.dtd\n-->'
    (tmp_path / "a.dtd").write_bytes(head + b'<!ENTITY a "\xd6">')
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.dtd").write_text("<!ENTITY % a SYSTEM 'a.dtd'>%a;<!ENTITY b '#| x'>\n\n")
    (path := tmp_path / "d.yaml").write_text(MAPPING.format("[a.dtd, sub/b.dtd]"))
    dataset = read_dataset(path)
    assert {name: each.entities for name, each in dataset.dtds.items()} == {
        "a.dtd": {"a": "Ö"}, "b.dtd": {"a": "Ö", "b": "#| x"},
    }  # fmt: skip
    there = parse_dataset(dataset.text, location="the one in the database")
    assert (there.dtds, there.hash, there.text) == (dataset.dtds, dataset.hash, dataset.text)
    assert dataset.text.startswith(path.read_text())
    path.write_text(dataset.text.replace("[a.dtd,", "[a.dtd, c.dtd,"))
    (tmp_path / "c.dtd").write_text("<!ENTITY c 'c'>")
    again = parse_dataset(read_dataset(path).text)
    assert list(again.dtds) == ["a.dtd", "c.dtd", "b.dtd"]
    path.write_text(MAPPING.format("[a.dtd, sub/b.dtd]"))
    (tmp_path / "a.dtd").write_text("<!ENTITY a 'new'>")
    assert read_dataset(path).dtds["b.dtd"].entities["a"] == "new"
    assert read_dataset(path).hash != dataset.hash
    assert read_dataset(path).digests == dataset.digests


@pytest.mark.parametrize(
    ("dtd", "message"),
    [
        ("none.dtd", "line 2: dtd: none.dtd: No such file or directory"),
        ("[a.dtd, b/a.dtd]", "line 2: dtd.1: b/a.dtd: there is another file of this name"),
        ("bad.dtd", "line 2: dtd: bad.dtd: it includes x.ent, which is not among the files under 'dtd'"),
        ("[]", "line 2: dtd: "),
    ],
)
def test_files_that_cannot_be_used_are_refused_with_the_line(tmp_path: Path, dtd: str, message: str) -> None:
    (tmp_path / "a.dtd").write_text("")
    (tmp_path / "bad.dtd").write_text("<!ENTITY % x SYSTEM 'x.ent'>%x;")
    (path := tmp_path / "d.yaml").write_text(MAPPING.format(dtd))
    with pytest.raises(MappingError, match=re.escape(message)):
        read_dataset(path)


def test_a_module_needs_what_includes_it(tmp_path: Path) -> None:
    (tmp_path / "main.dtd").write_text("<!ENTITY % text 'x'><!ENTITY % m SYSTEM 'module.mod'>%m;")
    (tmp_path / "module.mod").write_text("<!ATTLIST a b CDATA '%text;' %text; CDATA 'y'>")
    (path := tmp_path / "d.yaml").write_text(MAPPING.format("[main.dtd, module.mod]"))
    assert {name: each.defaults for name, each in read_dataset(path).dtds.items()} == {
        "main.dtd": {"a": {"b": " x ", "x": "y"}}
    }
