"""Dumps made at random: well-formed, and as odd as XML allows."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

NAMESPACE = "urn:fuzz"
_CODECS = {"UTF-8": "utf-8", "ISO-8859-1": "latin-1", "us-ascii": "ascii", "windows-1252": "cp1252", "UTF-16": "utf-16"}
_SPACES = ("", "", "\n", " ", "\n  ", "\t", "\n\n", " \n\t")
_TEXTS = (
    "", "a", "port 7", " x ", "\n", "a\nb", "\t", "Zürich", "日本", "🎵", "&amp;", "&lt;row&gt;", "&#65;", "&#x1F3B5;",
    "&quot;", "]", "]]&gt;", "--", "-->", "?>", "/>", ">", "'", '"', "\\", "\\N", "\\.", "%s", "a'b", "=",
    "&#13;&#10;", "&#9;", "\u00a0", "\u2028", "\ufeff", "\u0085", "\ufffd",
)  # fmt: skip
_LITERAL = (
    "</row>",
    "<row>",
    '<row id="9">',
    "</dump>",
    "<dump>",
    "<",
    "&",
    "&x;",
    "]]",
    "x",
    "<!--",
    "<?p",
    "</",
    "'",
)
_DOUBLE, _SINGLE = '"1.0"', "'1.0'"
_ODD_NAMES = ("row", "rows", "ro", "row-x", "row.1", "dump", "name", "part", "other", "i", "ö", "r_")


@dataclass(frozen=True)
class Form:
    """What a judge must know to read a document: whether names are in a namespace, and what the mapping allows."""

    namespaced: bool = False
    subset: bool = False
    documents: int = 1


@dataclass
class Maker:
    """Makes one document. ``prefixes``: those that mean the namespace, innermost last."""

    chance: random.Random
    form: Form
    entities: tuple[str, ...] = ()
    prefixes: list[str] = field(default_factory=list)
    number: int = 0

    def pick(self, *options: str) -> str:
        return self.chance.choice(options)

    def seldom(self, share: float = 0.15) -> bool:
        return self.chance.random() < share

    def document(self) -> str:
        """The whole text."""
        head = self._declaration()
        body = self._aside_some() + self._doctype() + self._aside_some() + self._root() + self._aside_some()
        text = head + body
        return text.replace("\n", "\r\n") if self.seldom() else text

    def _declaration(self) -> str:
        """`{}` in it stands for the name of the encoding."""
        if self.seldom(0.3):
            return ""
        encoding = self.pick("", ' encoding="{}"', " encoding='{}'", '\n encoding = "{}" ')
        alone = self.pick("", "", ' standalone="yes"', " standalone='no'")
        return f"<?xml version={self.pick(_DOUBLE, _SINGLE)}{encoding}{alone}{self.pick('', ' ')}?>"

    def _doctype(self) -> str:
        if not self.form.subset and not self.seldom(0.1):
            return ""
        external = self.pick("", ' SYSTEM "none.dtd"', " PUBLIC '-//x//y' \"none.dtd\"")
        if not self.form.subset:
            return f"<!DOCTYPE {self._q('dump')}{external}>\n"
        self.entities = ("ship", "sea")
        declared = [
            f"<!ENTITY ship {self.pick(chr(34) + 'Ü 1' + chr(34), chr(39) + 'x &#62; y' + chr(39))}>",
            '<!ENTITY sea "">',
            self.pick(
                "", "<!-- <!ENTITY x 'y'> ]> -->", "<?p ]> ?>", "<!ELEMENT row ANY>", "<!ATTLIST row id ID #IMPLIED>"
            ),
        ]
        self.chance.shuffle(declared)
        return (
            f"<!DOCTYPE {self._q('dump')}{external} [{self.pick(*_SPACES)}{''.join(declared)}\n]{self.pick('', ' ')}>"
        )

    def _q(self, name: str) -> str:
        """The name as it is written here."""
        prefix = self.prefixes[-1] if self.prefixes else ""
        return f"{prefix}:{name}" if prefix else name

    def _root(self) -> str:
        return self._element("dump", self._content_of_dump, id_=False)

    def _element(self, name: str, content: Callable[[], str], *, id_: bool = True, more: tuple[str, ...] = ()) -> str:
        """An element of the mapped namespace."""
        declared = ""
        if self.form.namespaced and (not self.prefixes or self.seldom(0.25)):
            self.prefixes.append(self.pick("", "a", "b", "a-b.c"))
            prefix = self.prefixes[-1]
            declared = f' xmlns{":" + prefix if prefix else ""}="{NAMESPACE}"'
        elif not self.form.namespaced and self.seldom(0.05):
            declared = ' xmlns:z="urn:z"'
        added = bool(declared) and self.form.namespaced
        attributes = list(more)
        if id_:
            attributes.append(f'id="{self.number}"')
        if self.seldom(0.3):
            attributes.append(f"note={self._quoted()}")
        if self.seldom(0.1):
            attributes.append(f"extra={self._quoted()}")
        if self.seldom(0.05):
            attributes.append("xml:lang='en'")
        self.chance.shuffle(attributes)
        written = self._q(name)
        start = "<" + written + declared + "".join(self.pick(" ", " ", "\n", "  ") + a for a in attributes)
        inside = content()
        end = self.pick("", "", " ", "\n")
        text = start + end + "/>" if not inside and self.seldom(0.7) else f"{start}{end}>{inside}</{written}{end}>"
        if added:
            self.prefixes.pop()
        return text

    def _quoted(self) -> str:
        quote = self.pick('"', "'")
        text = self._text().replace("<", "&lt;").replace(quote, "&quot;" if quote == '"' else "&apos;")
        if self.seldom(0.02):
            text *= self.chance.choice((30, 30, 20_000))
        return quote + text + quote

    def _content_of_dump(self) -> str:
        parts = []
        for _ in range(self.chance.randrange(7)):
            parts.append(self._gap())
            parts.append(self._part() if self.seldom(0.2) else self._row())
        return "".join(parts) + self._gap()

    def _part(self) -> str:
        """Ancestors that change: records of another entity lie in them."""

        def content() -> str:
            return "".join(self._gap() + self._other() for _ in range(self.chance.randrange(4))) + self._gap()

        return self._element("part", content, id_=False)

    def _other(self) -> str:
        self.number += 1
        return self._element("other", lambda: self._field("name") if self.seldom(0.7) else self._mixed())

    def _row(self) -> str:
        self.number += 1
        return self._element("row", self._content_of_row)

    def _content_of_row(self) -> str:
        fields = []
        for name in ("name", "v", "box", "items"):
            for _ in range(
                self.chance.choice((0, 1, 1, 1, 1, 2) if name in ("items", "box") or self.seldom(0.05) else (0, 1))
            ):
                fields.append(self._field(name))
        if self.seldom(0.2):
            fields.append(self._strange())
        self.chance.shuffle(fields)
        return "".join(self._space_in_record() + text for text in fields) + self._space_in_record()

    def _field(self, name: str) -> str:
        inner = {"box": "deep", "items": "i"}.get(name)
        if inner is None:
            return self._element(name, self._mixed, id_=False)
        count = self.chance.randrange(2 if name == "box" else 4)
        kind = (f"kind={self._quoted()}",) if name == "items" and self.seldom() else ()
        return self._element(
            name,
            lambda: "".join(self._element(inner, self._mixed, id_=False, more=kind) for _ in range(count)),
            id_=False,
        )

    def _mixed(self) -> str:
        """A value: text, with everything that may stand in it."""
        parts = [self._text() for _ in range(self.chance.choice((0, 1, 1, 1, 2)))]
        if self.seldom(0.1):
            parts.append(f"<![CDATA[{self._literal().replace(']]>', '')}]]>")
        if self.seldom(0.1):
            parts.append(self._aside())
        if self.seldom(0.05):
            parts.append(self._strange())
        self.chance.shuffle(parts)
        return "".join(parts)

    def _text(self) -> str:
        if self.entities and self.seldom(0.2):
            return f"&{self.pick(*self.entities)};"
        return self.pick(*_TEXTS)

    def _literal(self) -> str:
        return "".join(self.pick(*_LITERAL) for _ in range(self.chance.randrange(4)))

    def _strange(self, depth: int = 0) -> str:
        """An element that nothing maps, perhaps named like a record, perhaps with others in it."""
        name = self._q(self.pick(*_ODD_NAMES)) if self.form.namespaced else self.pick(*_ODD_NAMES)
        if name in ("name", "v", "i") and depth == 0:
            name = "row"
        if depth > 3 or self.seldom(0.3):
            return f"<{name}/>"
        inner = self._strange(depth + 1) if self.seldom(0.5) else self._text()
        return f"<{name} a={self._quoted()}>{inner}{self._aside() if self.seldom() else ''}</{name}>"

    def _space_in_record(self) -> str:
        return self._aside() if self.seldom(0.05) else self.pick(*_SPACES)

    def _gap(self) -> str:
        if self.seldom(0.75):
            return self.pick(*_SPACES)
        unmapped = f"<{self.pick('rows', 'row-x', 'meta', 'ö')}>{self._strange(1)}</"
        name = unmapped[1 : unmapped.index(">")]
        return self.pick(
            self._aside(), self._aside(), unmapped + name + ">", self._text(), f"<![CDATA[{self._literal()}]]>"
        )

    def _aside(self) -> str:
        if self.chance.random() < 0.5:
            return f"<!--{self._literal().replace('--', '- ')} -->"
        return f"<?{self.pick('p', 'row', 'xml-stylesheet', 'ö')} {self._literal().replace('?', '')}?>"

    def _aside_some(self) -> str:
        return self.pick("", "", "\n", self._aside(), self._aside() + "\n", " ")


def make(chance: random.Random) -> tuple[bytes, Form]:
    """A well-formed document in some encoding, and what is to be known of it."""
    form = Form(namespaced=chance.random() < 0.3, subset=chance.random() < 0.15)
    return _encoded(chance, Maker(chance, form).document()), form


def make_many(chance: random.Random) -> tuple[list[bytes], Form]:
    """Some documents for one file, in UTF-8."""
    form = Form(namespaced=chance.random() < 0.3, documents=chance.randrange(2, 5))
    parts = []
    for _ in range(form.documents):
        head, mark, rest = Maker(chance, form).document().partition("?>")
        begin, end = chance.choice(("", "", "\ufeff")), chance.choice(("", "\n"))
        parts.append((begin + head.replace("{}", "UTF-8") + mark + rest + end).encode())
    return parts, form


def _encoded(chance: random.Random, text: str) -> bytes:
    head, mark, rest = text.partition("?>")
    if not text.startswith("<?xml ") or "{}" not in head:
        codec = chance.choice(("utf-8", "utf-8", "utf-8", "utf-16"))
    else:
        declared = chance.choice(list(_CODECS))
        codec, text = _CODECS[declared], head.replace("{}", declared) + mark + rest
    if codec == "utf-8":
        return (b"\xef\xbb\xbf" if chance.random() < 0.1 else b"") + text.encode()
    # Not references: they may not stand in names, comments, CDATA.
    return "".join(letter if letter.encode(codec, "ignore") else "e" for letter in text).encode(codec)
