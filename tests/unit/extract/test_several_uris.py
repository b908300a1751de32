"""`namespaces: {p: [URI, URI]}`: names in any of the namespaces are the same name."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from loader.errors import MappingError, NotMappedError
from loader.mapping.canonical import digests
from loader.mapping.read import parse_dataset
from loader.source.protocol import format_of
from loader.source.xml.tags import unified
from tests.support.sources import expand
from tests.unit.extract.test_around_records import pieces
from tests.unit.extract.test_before_records import lines

MAPPING = """\
dataset: d
documents: many
namespaces: {"": [urn:a, "urn:A?x=1&y=2"], d: [urn:d, urn:d2, urn:d3]}
entities:
  rec:
    record: /list/rec
    key: {id: "@id"}
    columns:
      title: {path: "d:dc/d:title"}
      lang: "d:dc/@d:lang"
      of_list: /list/d:head/d:made
      kind: {path: "d:dc/d:x[@d:k='1']", as: name}
      xml: {path: "d:dc/d:y", as: markup}
    children: {rec_y: {rows: "d:dc/d:y", columns: {text: .}}}
"""
RECORD = (
    '<{0}rec id="{2}"><{1}dc {1}lang="en"><{1}title><![CDATA[<a xmlns="urn:d2">]]></{1}title>'
    '<{1}x {1}k="1"/><{1}y t=" xmlns=\'urn:d2\' "><{1}z/></{1}y></{1}dc></{0}rec>'
)


def make(chance: random.Random, number: int) -> bytes:
    """A document: prefixes and URIs that differ, declared at its root, at records or inside of them."""
    outer, inner = chance.choice(["urn:a", "urn:A?x=1&amp;y=2"]), chance.choice(["urn:d", "urn:d2", "urn:d3"])
    p = chance.choice(["", "o:"])
    q = chance.choice(["m:", "d:"])
    here, there = f" xmlns{p and ':o'}='{outer}'", f" xmlns:{q[:-1]}  = '{inner}'"
    record = "".join(RECORD.format(p, q, number + n) for n in range(2))
    head = f"<{q}head{there}><{q}made>{number}</{q}made></{q}head>"
    place = chance.choice(["root", "record", "inside"])
    if place == "record":
        record = record.replace(" id=", f"{there} id=")
    elif place == "inside":
        record = record.replace(f"<{q}dc", f"<{q}dc{there}")
    return f"<{p}list{here}{there if place == 'root' else ''}>{head}{record}</{p}list>\n".encode()


@pytest.mark.parametrize("weight", [64, 1 << 20])
def test_any_of_the_uris_is_the_same_name(tmp_path: Path, weight: int) -> None:
    chance, dataset = random.Random(1), parse_dataset(MAPPING)
    data = b"".join(make(chance, number) for number in range(0, 40, 2))
    found: list[list[str]] = []
    parts = 0
    for records in pieces(tmp_path / "d.xml", data, weight, dataset):
        rows = records.extract(set(), lambda: None)
        assert (rows.rejects, rows.unmapped) == ([], {})
        found += lines(dataset, rows, "rec")
        parts += len(lines(dataset, rows, "rec_y"))
    title, place = '<a xmlns="urn:d2">', slice(0, 5)
    assert [line[place] for line in found] == [
        [str(n), title, "en", str(n - n % 2), "d:x"] for n in range(40)
    ]  # fmt: skip
    assert all(line[5].endswith('="urn:d"/>') for line in found)
    assert parts == 40


def test_only_declarations_are_unified() -> None:
    text = b"""<a xmlns='u2' b="xmlns='u2'" xmlns:p = "u3"><!-- <a xmlns='u2'> -->xmlns='u2'<?p <a xmlns='u2'?></a>"""
    wanted = text.replace(b"<a xmlns='u2' b", b'<a xmlns="u1" b', 1)
    assert unified(text, {"u2": "u1"}) == wanted


def test_a_list_counts_where_its_names_are_used() -> None:
    """A record that is the same may have other values once another URI counts."""
    both = "dataset: d\nnamespaces: {{a: {}, b: urn:b}}\nentities:\n"
    both += "  one: {{record: /r/one, key: {{id: '@id'}}, columns: {{v: 'a:v'}}}}\n"
    both += "  two: {{record: /r/two, key: {{id: '@id'}}, columns: {{v: 'b:v'}}}}\n"
    was, now = (parse_dataset(both.format(uris)).digests for uris in ("urn:a", "[urn:a, urn:a2]"))
    assert {name for name in was if was[name] != now[name]} == {"one"}
    assert digests(parse_dataset(both.format("urn:a")).canonical()) == was

    markup = both.replace("'b:v'", "{{path: 'b:v', as: markup}}")  # in which elements of any namespace may occur
    digests_of = [parse_dataset(markup.format(uris)).digests for uris in ("urn:a", "[urn:a, urn:c]", "[urn:c, urn:a]")]
    assert len({found["two"] for found in digests_of}) == 3


@pytest.mark.parametrize(
    ("uris", "line"),
    [
        ("a: [urn:a, urn:b]\n  b: urn:b", 3),
        ("a: [urn:a, urn:a]", 3),
        ("a: [urn:a, c]\n  b: [urn:d, c]", 4),
    ],
)
def test_a_uri_with_two_meanings_is_refused_with_its_line(uris: str, line: int) -> None:
    with pytest.raises(MappingError, match=rf"line {line}: namespaces\.[ab]: .* occurs twice"):
        parse_dataset(f"dataset: d\nnamespaces:\n  {uris}\nentities:\n  r: {{record: /r/a, key: generated}}\n")


def test_another_uri_of_a_root_is_named_with_the_line_to_add(tmp_path: Path) -> None:
    (path := tmp_path / "d.xml").write_text("<list xmlns='urn:b'/>")
    (file,) = expand([path])
    mapping = MAPPING.replace("documents: many\n", "")
    with pytest.raises(NotMappedError) as refused:
        format_of(parse_dataset(mapping), ["rec"]).entities_of(file, parse_dataset(mapping))
    line = 'namespaces: {"": ["urn:a", "urn:A?x=1&y=2", "urn:b"]}'
    assert line in (refused.value.hint or "")
    assert parse_dataset(mapping.replace('"": [urn:a, "urn:A?x=1&y=2"]', line.partition("{")[2][:-1])).aliases["urn:b"]
