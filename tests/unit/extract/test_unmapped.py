"""What no mapping reads is counted exactly, with its path and an example."""

from __future__ import annotations

from collections import Counter

import pytest
from lxml import etree

from loader.extract.unmapped import Unmapped
from tests.unit.extract.extraction import extract, mapping

NESTED = mapping(
    """\
columns: {a: a, b: "b/@b", t: m/t}
ignore: [skip, "a/@skip", m/skip]
children: {kid: {rows: ks/k, columns: {v: "@v"}}}"""
)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("<a/><b b=''/><ks><k v=''/></ks><m><t/></m>", {}),
        ("<x>one</x><x>two</x>", {"/x": (2, "one")}),
        ("<x/><x>two</x>", {"/x": (2, "two")}),
        ("<x p='q'>  a\n b <y>c</y></x>", {"/x": (1, "a b"), "/x/@p": (1, "q"), "/x/y": (1, "c")}),
        ("<a p='q'/>", {"/a/@p": (1, "q")}),
        ("<a>t<i p='q'>u</i></a>", {"/a/i/@p": (1, "q")}),
        ("<b b='1' c='2'/>", {"/b/@c": (1, "2")}),
        ("<b>text</b>", {"/b/text()": (1, "text")}),
        ("<b><c/></b>", {"/b/c": (1, "")}),
        (
            "<ks p='q'><k v='1' w='2'><z/></k><l/></ks>",
            {"/ks/@p": (1, "q"), "/ks/k/@w": (1, "2"), "/ks/k/z": (1, ""), "/ks/l": (1, "")},
        ),
        ("<ks>stray<k/>tail<k/></ks>", {"/ks/text()": (2, "stray")}),
        ("lost", {"/text()": (1, "lost")}),
        ("<m><t p='1'/><u/></m><m p='2'/>", {"/m/t/@p": (1, "1"), "/m/u": (1, ""), "/m/@p": (1, "2")}),
        ("<skip p='q'>x<y z='1'/></skip><a skip='1'/><m><skip q='r'/></m>", {}),
        ("<skip p='q'/><a also='1'/>", {"/a/@also": (1, "1")}),
        ("\n <a> x </a>\n <ks>\n <k/> </ks> ", {}),
        ('<a>x="1" y = "2"</a>', {}),
        ('<!-- <x p="q"/> --><a><![CDATA[<x p="q"/>]]></a>', {}),
        ("<?x p='q'?><m><?x?><t/></m><ks><!-- x --><k><?x?></k></ks>", {}),
        ("<x>" + "e" * 300 + "</x>", {"/x": (1, "e" * 100)}),
    ],
)
def test_what_is_not_mapped_is_counted(record: str, expected: dict[str, tuple[int, str]]) -> None:
    extracted = extract(NESTED, f'<row id="1">{record}</row>', '<row id="2"/>')
    assert extracted.bad == []
    assert extracted.unmapped == {f"/dump/row{path}": count for path, count in expected.items()}


def test_attributes_of_the_record_are_counted() -> None:
    extracted = extract(NESTED, '<row id="1" old="x"/>', '<row id="2" old="y" xmlns:p="urn:p" p:new="z"/>')
    assert extracted.unmapped == {"/dump/row/@old": (2, "x"), "/dump/row/@{urn:p}new": (1, "z")}


def test_known_subtrees_need_no_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Unmapped, "scan", lambda *_: pytest.fail("looked at every element again"))
    extracted = extract(NESTED, '<row id="1"><x p="q"><y r="s"/></x><skip p="q"><y r="s"/></skip></row>')
    assert extracted.unmapped["/dump/row/x/y/@r"] == (1, "s")


def test_counts_are_those_of_a_plain_walk() -> None:
    dataset = mapping("columns: {v: a/v}")
    record = "<a><v/><x i='1'><y/><y j='2'/></x></a><x/><x><x/></x>"
    records = [f'<row id="{number}">{record}</row>' for number in range(50)]
    counts: Counter[str] = Counter()
    tree = etree.fromstring(f"<dump>{''.join(records)}</dump>")
    for element in tree.iterdescendants():
        path = "/".join(["", *(e.tag for e in reversed(list(element.iterancestors()))), element.tag])
        counts[path] += 1
        counts.update(f"{path}/@{name}" for name in element.attrib)
    for known in ("/dump/row", "/dump/row/@id", "/dump/row/a", "/dump/row/a/v"):
        del counts[known]
    assert {path: count for path, (count, _) in extract(dataset, *records).unmapped.items()} == counts
