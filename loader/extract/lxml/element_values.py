"""What can be taken of an element besides its attributes: its text, its own text, its content as markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml.etree import _Element

from loader.extract.encode import NULL
from loader.mapping.lexical_forms import WHITE_SPACE
from loader.mapping.paths import NIL, XML_NAMESPACE, is_nil

_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)

_SPACES = re.compile(f"[{WHITE_SPACE}]+")

_Declared = Mapping[str | None, str]  # prefix → URI, as declared in the text written so far


def string_value(element: _Element) -> str:
    """The text of an element and of all elements in it."""
    return "".join(element.itertext())


def blank(element: _Element) -> str:
    """The text of an element without content: NULL if it says so by `xsi:nil`."""
    return NULL if is_nil(element.get(NIL)) else ""


def own_text(element: _Element) -> str:
    """The text of an element without that of the elements in it."""
    if not len(element):
        return element.text or blank(element)
    return "".join([element.text or "", *(child.tail or "" for child in element)])


def collapsed(text: str) -> str:
    """A text whose white space is single blanks, without any at its ends."""
    return _SPACES.sub(" ", text).strip(" ")


def markup(element: _Element) -> str:
    """The content of an element as XML that can be parsed anywhere: each prefix in use is declared on the outermost
    element that uses it, references are resolved, and there are no comments.
    """
    if not len(element):
        return (element.text or blank(element)).translate(_IN_TEXT)
    parts = [(element.text or "").translate(_IN_TEXT)]
    # Not recursive, because elements may be nested deeper than Python's calls.
    opened: list[tuple[Iterator[_Element], str, str, _Declared]] = [(iter(element), "", "", {})]
    while opened:
        children, end, tail, declared = opened[-1]
        child = next(children, None)
        if child is None:
            opened.pop()
            parts += [end, tail.translate(_IN_TEXT)]
            continue
        name, start, inside = _start(child, declared)
        text, rest = (child.text or "").translate(_IN_TEXT), child.tail or ""
        if text or len(child):
            parts += [start, ">", text]
            opened.append((iter(child), f"</{name}>", rest, inside))
        else:
            parts += [start, "/>", rest.translate(_IN_TEXT)]
    return "".join(parts)


def _start(element: _Element, declared: _Declared) -> tuple[str, str, _Declared]:
    """The name of an element, its start tag without the end, and what is declared inside of it."""
    needed: dict[str | None, str] = {}
    uri, local = _split(str(element.tag))
    needed[element.prefix] = uri
    name = f"{element.prefix}:{local}" if element.prefix else local
    given = []
    for key, value in element.attrib.items():
        uri, local = _split(str(key))
        if uri == XML_NAMESPACE:
            local = f"xml:{local}"
        elif uri:
            prefix = min(p for p, declared_uri in element.nsmap.items() if p and declared_uri == uri)
            needed[prefix] = uri
            local = f"{prefix}:{local}"
        given.append(f' {local}="{str(value).translate(_IN_ATTRIBUTE)}"')
    new = {prefix: uri for prefix, uri in needed.items() if prefix != "xml" and declared.get(prefix, "") != uri}
    spaces = [f' xmlns{f":{prefix}" if prefix else ""}="{uri.translate(_IN_ATTRIBUTE)}"' for prefix, uri in new.items()]
    return name, "".join(["<", name, *spaces, *given]), {**declared, **new} if new else declared


def _split(name: str) -> tuple[str, str]:
    uri, _, local = name.rpartition("}")
    return uri.removeprefix("{"), local
