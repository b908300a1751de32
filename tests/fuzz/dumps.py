"""Documents made at random for a mapping: records that it reads, rejects and leaves out, in several documents."""

from __future__ import annotations

import random
from xml.sax.saxutils import escape

from tests.fuzz.tables import ATTRIBUTES, NAMESPACE, TAGS, Entity

_VALUES = (
    "7", "7", "8", "12", "1", "0", "1", "", " ", " 8 ", "+9", "x", "true", "2020-02-29", "2020-02-30", "1.50",
    "99999999999", "Zürich", "a & b <c>", 'q"{,}\\N', "a\tb", "\\.", "none", "日本",
)  # fmt: skip
DOCUMENTS = 9  # of an entity, in all of its files
MARK = "document"  # stands before each of them
_KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", " 3 ", "x", "")


def make_files(chance: random.Random, entities: list[Entity]) -> list[str]:
    """The texts of one to three files that hold documents of the entities in any order, and of others."""
    documents = [_Maker(chance, entity).document() for entity in entities for _ in range(DOCUMENTS)]
    documents += ["<unknown><r/></unknown>"] * chance.randrange(2)
    chance.shuffle(documents)
    files: list[list[str]] = [[] for _ in range(chance.randint(1, 3))]
    for document in documents:
        chance.choice(files).append(document)
    return ["\n".join(file) for file in files if file]


class _Maker:
    """Makes documents of one entity: `plain` ones as most dumps are written, others as XML allows."""

    def __init__(self, chance: random.Random, entity: Entity) -> None:
        self.chance, self.entity = chance, entity
        self.prefix = chance.choice(("", "p:", "q:")) if entity.namespaced else ""

    def document(self) -> str:
        head = "" if self.chance.random() < 0.5 else '<?xml version="1.0" encoding="UTF-8"?>\n'
        declared = (
            f' xmlns{":" if self.prefix else ""}{self.prefix[:-1]}="{NAMESPACE}"' if self.entity.namespaced else ""
        )
        records = [self.record() for _ in range(self.chance.choice((0, 1, 1, 2, 3, 5)))]
        around = self.entity.record[1:-1]
        inside = "\n".join(records)
        if around:
            parts = [records[::2], records[1::2]]
            inside = "".join(self.element(around[0], "\n".join(part), self.number("n", 0.8)) for part in parts)
        return f"{head}<!-- {MARK} -->" + self.element(self.entity.name, inside, declared + self.number("n", 0.8))

    def element(self, name: str, inside: str, attributes: str = "") -> str:
        name = self.prefix + name
        if not inside and self.chance.random() < 0.5:
            return f"<{name}{attributes}/>"
        return f"<{name}{attributes}>{inside}</{name}>"

    def number(self, name: str, share: float) -> str:
        return f' {name}="{self.chance.choice(_KEYS)}"' if self.chance.random() < share else ""

    def record(self) -> str:
        parts = [self.part(1) for _ in range(self.chance.randrange(5))]
        if self.chance.random() < 0.9:
            parts.append(self.element("k", self.chance.choice(_KEYS)))
        self.chance.shuffle(parts)
        inside = self.chance.choice(("", "\n ")).join(parts)
        return self.element("r", inside, self.number("id", 0.95) + self.attributes())

    def part(self, depth: int) -> str:
        children = [self.part(depth + 1) for _ in range(self.chance.choice((0, 0, 1, 2)) if depth < 4 else 0)]
        inside = "".join(children) if children else self.text()
        if children and self.chance.random() < 0.1:
            inside += self.text()
        return self.element(self.chance.choice(TAGS), inside, self.attributes())

    def attributes(self) -> str:
        quote = '"' if self.entity.plain else self.chance.choice("\"'")
        given = [name for name in ATTRIBUTES if self.chance.random() < 0.4]
        values = [escape(self.chance.choice(_VALUES), {quote: "&#34;" if quote == '"' else "&#39;"}) for _ in given]
        return "".join(f" {name}={quote}{value}{quote}" for name, value in zip(given, values, strict=True))

    def text(self) -> str:
        value = self.chance.choice(_VALUES)
        if self.entity.plain or self.chance.random() < 0.7:
            return escape(value)
        return self.chance.choice((f"<![CDATA[{value}]]>", f"{escape(value)}<!-- 1 -->", f"<?p?>{escape(value)}"))
