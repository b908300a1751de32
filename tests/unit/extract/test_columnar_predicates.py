"""Both engines make the same of predicates on attributes; the columnar one reads them itself."""

from __future__ import annotations

import json
import random

import pytest

from loader.errors import MappingError
from loader.extract.columnar.scheme import Scheme, UnsupportedError
from tests.unit.extract.differential import Engines
from tests.unit.extract.extraction import mapping

TAGS = """\
columns:
  name: {path: "tag[@k='name']/@v", repeat: first}
  other: {path: "tag[@k!='name'][@x]/@v", repeat: first}
  n: {path: "n[not(@k)]", repeat: last}
children:
  tag: {rows: tag, columns: {k: "@k", v: "@v", x: "@x"}}
  long: {rows: "tag[@k='a name of many letters']", columns: {v: "@v"}}
  plain: {rows: "g[@t='p']", columns: {c: "@c"}, children: {plain_i: {rows: "i[@z]", columns: {z: "@z", t: .}}}}
ignore: [g]"""

Z = (' z="1"', ' z="2"', ' z="3"', "")
T = (' t="p"', ' t="q"', ' t="p" c="5"')


def record(chance: random.Random, number: int) -> bytes:
    """A record; some have what must be counted, or what arrays cannot compare."""
    parts = []
    for _ in range(chance.randrange(6)):
        keys = (
            ["name", "nam", "name2", "a name of many letters", "n&amp;me"] if chance.random() < 0.1 else ["name", "x"]
        )
        given = "".join(f' {name}="{chance.choice(["1", "", "é"])}"' for name in "vx" if chance.random() < 0.6)
        parts.append(f'<tag k="{chance.choice(keys)}"{given}/>')
    for _ in range(chance.randrange(4)):
        inner = "".join(f"<i{chance.choice(Z)}>t</i>" for _ in range(chance.randrange(3)))
        parts.append(f"<g{chance.choice(T)}>{inner}</g>")
    parts += [chance.choice(["<n>1</n>", '<n k="">2</n>', ""]) for _ in range(2)]
    chance.shuffle(parts)
    return f'<row id="{number}">{"".join(parts)}</row>'.encode()


@pytest.mark.parametrize("seed", range(3))
def test_both_engines_agree(seed: int) -> None:
    chance = random.Random(seed)
    engines = Engines(mapping(TAGS))
    records = [record(chance, number) for number in range(200)]
    outcome = engines.agreed_on(records, block_bytes=chance.choice([700, 1 << 20]))
    assert 20 < len(outcome.left) < 180, "those with unread elements, and no others"


def test_records_whose_elements_are_all_read_are_read_as_arrays() -> None:
    engines = Engines(mapping(TAGS))
    inner = '<tag k="name" v="N"/><g t="q"><i>left out</i></g><tag k="y" v="" x="1"/>'
    records = [f'<row id="{number}">{inner}</row>'.encode() for number in range(50)]
    outcome = engines.agreed_on(records)
    assert outcome.left == []
    assert outcome.extracted.unmapped == {}
    assert outcome.extracted.rows == {"row": 50, "tag": 100}
    assert outcome.extracted.data["row"].startswith(b"0\tN\t\t\\N\t7\t1\t")


@pytest.mark.parametrize(
    "columns",
    ['v: "a[2]"', "v: \"a[c='1']\"", "v: \"a[@k='é']\"", "v: {coalesce: [a, b]}", "v: {path: a, as: markup}"],
)
def test_what_arrays_cannot_do_is_left_to_the_other_engine(columns: str) -> None:
    dataset = mapping(f"columns:\n  {columns}")
    with pytest.raises(UnsupportedError):
        Scheme(dataset, "row")


PREDICATES = ("[@k='x']", "[@k!='x']", "[@k]", "[not(@k)]", "[@k='x'][@l]", "[@l!='y'][@k]", "[@k='']")


def path_of(chance: random.Random) -> str:
    return "/".join(
        chance.choice("ab") + (chance.choice(PREDICATES) if chance.random() < 0.6 else "")
        for _ in range(chance.randrange(1, 3))
    )


def content(chance: random.Random, depth: int = 0) -> str:
    parts = []
    for _ in range(chance.randrange(4 if depth < 2 else 1)):
        name = chance.choice("ab")
        given = "".join(f' {key}="{chance.choice("xy")}"' for key in "kl" if chance.random() < 0.5)
        parts.append(f"<{name}{given}>{content(chance, depth + 1) or chance.choice(['', 't'])}</{name}>")
    return "".join(parts)


@pytest.mark.parametrize("seed", range(6))
def test_both_engines_agree_on_any_paths(seed: int) -> None:
    chance = random.Random(seed)

    def column() -> str:
        path = path_of(chance) + chance.choice(["", "/@k", "/@l"])
        return f"{{path: {json.dumps(path)}, repeat: {chance.choice(['first', 'last', 'error'])}}}"

    lines = [f"  v{i}: {column()}" for i in range(chance.randrange(1, 4))]
    below = ", ".join(f"w{i}: {column()}" for i in range(2))
    rows, inner = json.dumps(path_of(chance)), json.dumps(path_of(chance))
    child = f"children: {{kid: {{rows: {rows}, columns: {{{below}}}, children: {{kid_k: {{rows: {inner}}}}}}}}}"
    ignored = f"ignore: [{chance.choice(['a', 'b', 'a/b', 'a/@k'])}]" if chance.random() < 0.6 else ""
    try:
        dataset = mapping("\n".join(["columns:", *lines, child, ignored]))
    except MappingError:  # ignored and mapped
        dataset = mapping("\n".join(["columns:", *lines, child]))
    Engines(dataset).agreed_on([f'<row id="{n}">{content(chance)}</row>'.encode() for n in range(60)])
