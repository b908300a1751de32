"""Entities and default attributes of DTD files, and of internal subsets: in records, around them, and before them."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from loader.errors import SourceError
from loader.mapping.dataset import Dataset
from loader.mapping.read import parse_dataset, read_dataset
from tests.unit.extract.test_around_records import hashes, pieces
from tests.unit.extract.test_before_records import lines

MAPPING = """\
dataset: d
documents: many
internal_subset: allow
dtd: [bib.dtd, sets/latin.ent]
entities:
  thesis:
    record: /bib/pub[@kind='thesis']
    key: {id: "@id"}
    columns: {name: name, lang: name/@lang, of_bib: /bib/@by, made: /bib/head/made, head: /bib/head/@k}
  other:
    record: /bib/pub
    key: {id: "@id"}
    columns: {name: name, lang: name/@lang, of_bib: /bib/@by, kind: "@kind", ns: "name/@p:x"}
namespaces: {p: urn:p}
"""
DTD = """\
<!ENTITY % latin PUBLIC "-//X//Latin//EN" "http://example.org/sets/latin.ent">
%latin;
<!ELEMENT bib (head?, pub*)>
<!ATTLIST pub kind (thesis|paper) "paper" id CDATA #REQUIRED>
<!ATTLIST name lang CDATA "&eacute;n&#38;&#60;" p:x CDATA "]>" xmlns CDATA "urn:none">
<!ATTLIST bib by CDATA "M. &Ouml;">
<!ATTLIST head k CDATA "d">
"""
LATIN = '<!ENTITY Ouml "&#214;"><!ENTITY eacute "&#233;"><!ENTITY tricky "&#38;#60;i>]]&#38;#62;&#34;&#39;%">'


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("dtd")
    (folder / "sets").mkdir()
    (folder / "bib.dtd").write_text(DTD)
    (folder / "sets" / "latin.ent").write_text(LATIN)
    (folder / "d.yaml").write_text(MAPPING)
    return read_dataset(folder / "d.yaml")


def rows_of(dataset: Dataset, path: Path, text: str, weight: int = 64) -> tuple[list[list[str]], list[str]]:
    found: list[list[str]] = []
    rejects = []
    for records in pieces(path / "d.xml", text.encode(), weight, dataset):
        rows = records.extract(set(), lambda: None)
        found += [[table, *line] for table in ("thesis", "other") for line in lines(dataset, rows, table)]
        rejects += [reject.message for reject in rows.rejects]
    return found, rejects


BIB = """<?xml version='1.0'?>\n<!DOCTYPE bib SYSTEM 'file://here/bib.dtd'{}>
<bib xmlns:p='urn:p'><head><made>&Ouml;1</made></head>
<pub id='1'><name>a &Ouml; &tricky;</name></pub><pub id='2' kind='thesis'><name lang='&Ouml;'/></pub></bib>\n"""
NAME = "a Ö <i>]]>\"'%"


@pytest.mark.parametrize("weight", [64, 1 << 20])
def test_what_a_dtd_declares(tmp_path: Path, dataset: Dataset, weight: int) -> None:
    plain = "<bib by='me'><pub id='3'><name/></pub></bib>"
    found, rejects = rows_of(dataset, tmp_path, BIB.format("") + plain, weight)
    assert rejects == []
    assert sorted(found) == [
        ["other", "1", NAME, "én&<", "M. Ö", "paper", "]>"],
        ["other", "3", "", "\\N", "me", "\\N", "\\N"],
        ["thesis", "2", "", "Ö", "M. Ö", "Ö1", "d"],
    ]


@pytest.mark.parametrize("weight", [64, 1 << 20])
def test_white_space_in_attributes_that_are_no_cdata_is_that_of_lists(
    tmp_path: Path, dataset: Dataset, weight: int
) -> None:
    """As XML demands of every parser, also one that does not validate (3.3.3): compared with lxml."""
    own = (
        "<!ATTLIST pub id ID #REQUIRED kind NMTOKEN #IMPLIED><!ATTLIST name lang NMTOKENS #IMPLIED lang CDATA 'x'>"
        "<!ATTLIST bib\n by ( a | b)  #IMPLIED><!ATTLIST head k NOTATION (n) ' d '>"
    )
    text = (
        f"<!DOCTYPE bib [{own}]>\n<bib by=' a\n'><head k=' n '><made/></head>"
        "<pub id=' 1 ' kind='\tthesis&#32;'><name lang=' p&#10;\n q  r '/></pub>"
        "<pub id='&#x20;2' kind=' paper  x '><name lang=''/></pub></bib>\n"
    )
    found, rejects = rows_of(dataset, tmp_path, text, weight)
    assert rejects == []
    bib = etree.fromstring(text, etree.XMLParser(load_dtd=True, attribute_defaults=True))
    (first, second), head = bib.findall("pub"), bib.find("head")
    assert head is not None
    assert first.get("kind") == "thesis"
    assert sorted(found) == [
        ["other", second.get("id"), "", second.find("name").get("lang"), bib.get("by"), second.get("kind"), "\\N"],
        ["thesis", first.get("id"), "", first.find("name").get("lang").replace("\n", "\\n"), bib.get("by"), "",
         head.get("k")],
    ]  # fmt: skip


def test_what_the_document_declares_comes_first(tmp_path: Path, dataset: Dataset) -> None:
    own = " [<!ENTITY Ouml 'OE'><!ATTLIST pub kind CDATA 'thesis'>]"
    found, _ = rows_of(dataset, tmp_path, BIB.format(own))
    assert sorted(found)[0] == ["thesis", "1", NAME.replace("Ö", "OE"), "én&<", "M. Ö", "OE1", "d"]


def test_a_dtd_that_the_mapping_does_not_name_is_not_read(tmp_path: Path, dataset: Dataset) -> None:
    other = BIB.format("").replace("here/bib.dtd", "here/other.dtd").replace("<made>&Ouml;1</made>", "")
    found, rejects = rows_of(dataset, tmp_path, other)
    assert found == []
    assert rejects[0].startswith("Entity 'Ouml' not defined")
    assert rejects[0].endswith(
        "the DTD file://here/other.dtd, which may declare it, is not read; name a copy of it under 'dtd'"
    )
    _, rejects = rows_of(dataset, tmp_path, BIB.format("").replace("&tricky;", "&Tricky;"))
    assert rejects[0].endswith("neither the file nor its DTD bib.dtd declares an entity of this name that is text")


@pytest.mark.parametrize(
    "own",
    [
        "<!ENTITY x SYSTEM 'file:///etc/hostname'>",
        "<!ENTITY % x SYSTEM 'latin.ent'> %x;",
        "<!ENTITY x '&Ouml;'>",
        "<!ATTLIST pub kind CDATA '&Ouml;'>",
    ],
)
def test_what_a_document_must_not_declare(tmp_path: Path, dataset: Dataset, own: str) -> None:
    with pytest.raises(SourceError, match="the DOCTYPE at byte 22 is refused"):
        rows_of(dataset, tmp_path, BIB.format(f" [{own}]"))


def test_a_dtd_counts_in_the_hashes_of_its_documents(tmp_path: Path, dataset: Dataset) -> None:
    texts = BIB.format(""), "<bib><pub id='1'><name/></pub></bib>"
    other = dataset.text.replace("&#214;", "&#213;")
    for text, differs in zip(texts, (True, False), strict=True):
        was, now = (hashes(tmp_path, mapping, text) for mapping in (dataset.text, other))
        assert (was["other"] != now["other"]) == differs
    assert parse_dataset(other).digests == dataset.digests
