"""Predicates select what XPath selects, in columns, rows and keys; whatever they do not select is counted."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator

import pytest
from lxml import etree

from loader.errors import MappingError
from loader.extract.keys import key_reader, key_searches
from loader.mapping.read import parse_dataset
from loader.mapping.steps import step_parts, tag_of, tags_of
from tests.unit.extract.differential import Engines
from tests.unit.extract.extraction import extract, mapping, rows_of, values

PREDICATES = [
    "[@k='x']", "[@k!='x']", "[@k]", "[not(@k)]", "[c='x']", "[1]", "[2]", "[last()]",
    "[@k='x'][1]", "[2][@k='x']", "[@k][last()]", "[last()][not(@k)]", "[c='x'][2]", "[@k=\"it's\"]",
]  # fmt: skip


def made(chance: random.Random, depth: int = 0) -> str:
    """The content of an element: elements of few names and values, deep enough for paths of two steps."""
    parts = []
    for _ in range(chance.randrange(5 if depth < 3 else 1)):
        name = chance.choice("abc")
        given = "".join(f' {key}="{chance.choice(["x", "y", "it&apos;s"])}"' for key in "kl" if chance.random() < 0.5)
        inner = made(chance, depth + 1) if chance.random() < 0.6 else chance.choice(["x", "y", "", "<i>x</i>"])
        parts.append(f"<{name}{given}>{inner}</{name}>")
    return "".join(parts)


def path_of(chance: random.Random) -> str:
    steps = [
        chance.choice("abc") + (chance.choice(PREDICATES) if chance.random() < 0.7 else "")
        for _ in range(chance.randrange(1, 4))
    ]
    return "/".join([*steps, *(["@" + chance.choice("kl")] if chance.random() < 0.4 else [])])


def rows_paths(chance: random.Random) -> list[str]:
    """One or two paths of elements, of which none lies inside the other."""
    found: list[str] = []
    while len(found) < 2:
        path = path_of(chance)
        tags = tags_of(tuple(path.split("/")))
        others = [tags_of(tuple(other.split("/"))) for other in found]
        if "/@" not in path and all(
            a[: len(b)] != b and b[: len(a)] != a for a, b in zip([tags] * 2, others, strict=False)
        ):
            found.append(path)
            if chance.random() < 0.5:
                break
    return found


def joined_path(rows: str, path: str) -> str:
    """The path from the record; what `..` leads to is read whether there is a row or not."""
    above = "/".join(rows.split("/")[:-1])
    return "/".join(filter(None, [above, path[3:]])) if path.startswith("../") else f"{rows}/{path}"


def selected(record: etree._Element, path: str) -> list[str]:
    return [item if isinstance(item, str) else "".join(item.itertext()) for item in record.xpath(path)]


@pytest.mark.parametrize("seed", range(6))
def test_predicates_select_what_xpath_selects(seed: int) -> None:
    chance = random.Random(seed)
    paths = list(dict.fromkeys(path_of(chance) for _ in range(chance.randrange(1, 6))))
    rows = rows_paths(chance)
    below = [chance.choice(["", "", "../"]) + path_of(chance) for _ in range(2)]
    joined = ", repeat: join, separator: '|'}"
    dataset = mapping(
        "\n".join(
            [
                "columns:",
                *(f"  v{i}: {{path: {json.dumps(path)}{joined}" for i, path in enumerate(paths)),
                f"children: {{kid: {{rows: {json.dumps(rows)}, columns: {{t: .,",
                *(f"  v{i}: {{path: {json.dumps(path)}{joined}," for i, path in enumerate(below)),
                "}}}",
            ]
        )
    )
    records = [f'<row id="{number}">{made(chance)}</row>' for number in range(20)]
    extracted = extract(dataset, *records)
    assert extracted.bad == []
    trees = [etree.fromstring(record) for record in records]
    for i, path in enumerate(paths):
        expected = ["|".join(found) if (found := selected(tree, path)) else None for tree in trees]
        assert values(dataset, extracted, f"v{i}") == expected, path
    found = [
        (row["row_id"], row["ordinal"], row["t"], *(row[f"v{i}"] for i in range(len(below))))
        for row in rows_of(dataset, extracted, "kid")
    ]
    assert found == [
        (
            tree.get("id"), str(ordinal), "".join(kid.itertext()),
            *("|".join(texts) if (texts := selected(kid, path)) else None for path in below),
        )
        for tree in trees
        for ordinal, kid in enumerate(tree.xpath("|".join(rows)), 1)
    ]  # fmt: skip
    all_paths = [*paths, *rows, *(joined_path(one, path) for one in rows for path in below)]
    counts = {path: count for path, (count, _) in extracted.unmapped.items() if not path.endswith("text()")}
    # A name that a predicate examines counts as read at its path; where another predicate has left out the element
    # around it, it may count as unread with that element.
    least, most = unread(trees, all_paths, everywhere=True), unread(trees, all_paths, everywhere=False)
    assert all(least[path] <= counts.get(path, 0) <= most[path] for path in {*counts, *least, *most})


def unread(trees: list[etree._Element], paths: list[str], *, everywhere: bool) -> Counter[str]:
    """What a mapping with these paths does not read, counted with XPath alone; the names in predicates are read
    ``everywhere`` at their paths, or where the predicates before select the elements around them.
    """
    counts: Counter[str] = Counter()
    for tree in trees:
        read: set[object] = {tree, (tree, "id")}
        tested = []
        for path in paths:
            steps = path.split("/")
            elements = steps[:-1] if steps[-1].startswith("@") else steps
            for end in range(1, len(elements) + 1):
                read.update(tree.xpath("/".join(elements[:end])))
                around = [tag_of(step) if everywhere else step for step in elements[: end - 1]]
                for element in tree.xpath("/".join([*around, tag_of(elements[end - 1])])):
                    tested += [(element, each) for each in step_parts(elements[end - 1])[1] if each.name]
            if elements is steps:
                texts = tree.xpath(path)
                read.update(inner for element in texts for inner in element.iterdescendants())
            else:
                name = steps[-1][1:]
                read.update((element, name) for element in tree.xpath("/".join(elements)) if element.get(name))
        for element, each in tested:
            texts = [] if each.is_of_tag else element.iterchildren(each.name)
            read.update(inner for text in texts for inner in text.iter())
            read.update([(element, each.name)] if each.is_of_tag else [])
        counts.update(_unread(tree, read))
    return counts


def _unread(tree: etree._Element, read: set[object]) -> Iterator[str]:
    for element in tree.iter():
        path = "/".join(["/dump", *(e.tag for e in reversed(list(element.iterancestors()))), element.tag])
        if element not in read:
            yield path
        for name in element.attrib:
            if (element, name) not in read:
                yield f"{path}/@{name}"


DRUG = "<code>2</code><code primary='true'>1</code><PId><Kind>15</Kind><Val>978</Val></PId><PId><Val>3</Val></PId>"


def test_a_key_and_columns_are_chosen_by_attributes_and_siblings() -> None:
    dataset = mapping(
        """\
key: {id: {path: "code[@primary='true']", type: integer}}
columns: {isbn: "PId[Kind='15']/Val"}
ignore: [code, PId]"""
    )
    outcome = Engines(dataset).agreed_on([f"<row>{DRUG}</row>".encode()])
    assert rows_of(dataset, outcome.extracted, "row")[0]["id"] == "1"
    assert values(dataset, outcome.extracted, "isbn") == ["978"]
    assert outcome.extracted.unmapped == {}, "what is not selected was left out on purpose"
    assert key_searches(dataset.table("row").key) is None, "such a key is never guessed from bytes"
    assert key_reader(dataset.table("row").key)(DRUG.encode(), 0, len(DRUG)) is None


def test_what_is_selected_twice_is_a_reject() -> None:
    extracted = extract(mapping("columns: {v: \"a[@k='x']\"}"), '<row id="1"><a k="x"/><a/><a k="x"/></row>')
    assert [(bad.reason, bad.path) for bad in extracted.bad] == [("repeated", "/dump/row/a")]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("a[@k=x]", "line 8: .*path 'a\\[@k=x\\]': at character 2, \\[@k=x\\] is not a predicate; known are"),
        ("b/a[0]", r"at character 4, \[0\] is not a predicate"),
        ("a[@k='x' and @l]", "is not a predicate"),
        ("a[b/c='x']", "is not a predicate"),
        ("a[@k='x'", "the predicate at character 2 has no end"),
        ("a[p:c='x']", "the prefix 'p' is not declared"),
        (".[@k]", "'.' is not an element or attribute name"),
        ("@k[1]", "is not an element or attribute name"),
        ("/dump[@k]/@l", "an absolute path leads around the records"),
    ],
)
def test_what_is_no_predicate_is_refused_with_its_place(path: str, message: str) -> None:
    with pytest.raises(MappingError, match=message):
        mapping(f"columns:\n  v: {json.dumps(path)}")


def test_predicates_that_leave_out_are_refused() -> None:
    with pytest.raises(MappingError, match=r"line 7: .*what is left out has no predicates"):
        mapping("ignore: [\"a[@k='x']\"]")


def records_of(*paths: tuple[str, str]) -> str:
    """A mapping of entities with these record paths."""
    entities = "".join(
        f"  {name}: {{record: {json.dumps(record)}, key: {{id: '@id'}}}}\n" for name, record in paths
    )  # fmt: skip
    return f"dataset: drugs\nentities:\n{entities}"


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        ([("one", "/drugs/drug[1]")], r"line 3: .*at character 12, \[1\]: only attributes can choose records"),
        ([("one", "/drugs/drug[kind='x']")], "use 'where'"),
        ([("all", "/drugs/drug"), ("some", "/drugs/drug[@type='x']")], "line 4: .*all, which is tried first, takes"),
        ([("one", "/drugs/drug[@a]"), ("two", "/drugs/drug[@a]")], "line 4: .*is the same as that of one"),
        ([("one", "/drugs/drug[@a]"), ("two", "/drugs/drug[@b]/c")], "records of two lie inside those of one"),
    ],
)
def test_record_paths_that_cannot_be_are_refused(paths: list[tuple[str, str]], message: str) -> None:
    with pytest.raises(MappingError, match=message):
        parse_dataset(records_of(*paths))
