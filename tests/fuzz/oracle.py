"""What lxml finds in a whole document, told in the judge's terms; and what expat says, where libxml2 is strict."""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat

from lxml import etree

from tests.fuzz.documents import NAMESPACE, Form

_ASCII = re.compile(rb"""(\xef\xbb\xbf)?<\?xml[^>]*encoding\s*=\s*["'](us-)?ascii["']""", re.IGNORECASE)
# A record: its entity, then its values, or why it was rejected.
Value = tuple[Any, ...]


def oracle(data: bytes, form: Form) -> tuple[Value, ...] | None:
    """The records as lxml finds them in the whole document; None when it is not well-formed."""
    # US-ASCII is read as UTF-8, which contains it.
    parser = etree.XMLParser(
        encoding="utf-8" if _ASCII.match(data) else None,
        huge_tree=True, no_network=True, load_dtd=False, resolve_entities="internal", remove_comments=True,
        remove_pis=True, collect_ids=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None
    n = f"{{{NAMESPACE}}}" if form.namespaced else ""
    found: list[Value] = []
    if root.tag != f"{n}dump":
        return ()
    for child in root:
        if child.tag == f"{n}row":
            found.append(_row(child, n))
        elif child.tag == f"{n}part":
            found += [_other(record, n) for record in child if record.tag == f"{n}other"]
    return tuple(found)


def _row(e: etree._Element, n: str) -> Value:
    once = [_texts(e, n + "name"), _texts(e, n + "v"), _texts(e, n + "box", n + "deep")]
    if any(len(texts) > 1 for texts in once):
        return ("row", "reject", "repeated")
    name, v, deep = (texts[0] if texts else None for texts in once)
    v = v or None
    items = [i for container in e if container.tag == n + "items" for i in container if i.tag == n + "i"]
    children = [(str(o), "".join(i.itertext()), i.get("kind")) for o, i in enumerate(items, 1)]
    return ("row", e.get("id"), name, v, e.get("note"), deep, *children)


def _other(e: etree._Element, n: str) -> Value:
    texts = _texts(e, n + "name")
    if len(texts) > 1:
        return ("other", "reject", "repeated")
    return ("other", e.get("id"), texts[0] if texts else None, e.get("note"))


def _texts(e: etree._Element, *steps: str) -> list[str]:
    level = [e]
    for step in steps:
        level = [child for parent in level for child in parent if child.tag == step]
    return ["".join(found.itertext()) for found in level]


def by_expat(data: bytes) -> str:
    """What expat has against a document; '' for nothing. A second opinion where libxml2 is lax."""
    parser = expat.ParserCreate("utf-8" if _ASCII.match(data) else None, " ")
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError) as error:
        return str(error)
    return ""
