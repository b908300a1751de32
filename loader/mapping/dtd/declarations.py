"""What DTD files declare for the values of records: entities that are text, and default attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

_MOST = 4 << 20  # characters of all parameter entities, in each of their places
_DEEPEST = 40  # parameter entities, or entities, inside each other
LONGEST_ENTITY = 4096  # characters of its text; a longer one counts as undeclared
_NAME = r"[^\s<>\"'%&;/=()\[\],|*+?#]+"
_QUOTED = r"\"[^\"]*\"|'[^']*'"
_TOKEN = re.compile(
    rf"\s+|<!--.*?-->|<\?.*?\?>|%(?P<reference>{_NAME});|<!\[(?P<condition>[^\[\]<>]*)\[|(?P<end>\]\]>)"
    rf"|<!(?P<kind>[A-Z]+)(?P<body>(?:{_QUOTED}|[^<>\"'])*)>",
    re.DOTALL,
)
_SKIPPED = re.compile(r"<!--.*?-->|<!\[|\]\]>", re.DOTALL)
_PARAMETER = re.compile(rf"%({_NAME});")
_ENTITY = re.compile(
    rf"\s+(?P<parameter>%\s+)?(?P<name>{_NAME})\s+(?:(?P<value>{_QUOTED})"
    rf"|(?:SYSTEM|PUBLIC\s+(?:{_QUOTED}))\s+(?P<system>{_QUOTED})(?P<unparsed>\s+NDATA.*)?)\s*",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    rf"\s+(?P<name>{_NAME})\s+(?P<type>CDATA|[A-Z]+(?:\s*\([^)]*\))?|\([^)]*\))"
    rf"\s+(?:#REQUIRED|#IMPLIED|(?:#FIXED\s+)?(?P<value>{_QUOTED}))"
)
_REFERENCE = re.compile(r"&(?:#([0-9]{1,7})|#x([0-9a-fA-F]{1,6})|([^&;#\s]+));")
_PREDEFINED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


_TOO_MUCH = "its parameter entities expand to too much text"


class DtdError(Exception):
    """A DTD file cannot be used: the message says why, without its name."""


@dataclass(slots=True)
class Declarations:
    """The text of each entity, and for each element the defaults of its attributes. ``tokenized``: the attributes of
    each element that have another type than CDATA, in whose values white space counts as in lists of tokens.
    ``ignored``: default attributes that declare namespaces, which nothing reads.
    """

    entities: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, dict[str, str]] = field(default_factory=dict)
    tokenized: dict[str, list[str]] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)


def last_part(system: str) -> str:
    """The name by which a system identifier finds one of the files of a mapping."""
    return PurePosixPath(system.replace("\\", "/")).name


def declarations(name: str, files: Mapping[str, str]) -> Declarations:
    """What the file of that name declares, with all files that it includes. Raises DtdError."""
    reader = _Reader(files)
    reader.read(files[name], 0)
    return reader.found()


class _Reader:
    """Reads declarations. Of several ones of an entity or attribute, the first counts."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files
        self._parameters: dict[str, str | None] = {}  # None: that of a file which is not there
        self._missing: dict[str, str] = {}
        self._entities: dict[str, str | None] = {}  # None: no text
        self._attributes: dict[str, dict[str, str | None]] = {}
        self._tokenized: dict[str, dict[str, bool]] = {}
        self._left = _MOST

    def read(self, text: str, depth: int) -> None:
        """Take the declarations of a text."""
        if depth > _DEEPEST:
            raise DtdError(_TOO_MUCH)
        at, opened = 0, 0
        while at < len(text):
            token = _TOKEN.match(text, at)
            if token is None:
                raise DtdError(f"what follows is no declaration: {text[at : at + 40]!r}")
            at = token.end()
            if token["reference"]:
                self.read(self._parameter(token["reference"]), depth + 1)
            elif token["condition"] is not None:
                if self._expanded(token["condition"]).strip() == "INCLUDE":
                    opened += 1
                else:
                    at = _after_ignored(text, at)
            elif token["end"]:
                opened -= 1
                if opened < 0:
                    raise DtdError("]]> ends no section")
            elif token["kind"] == "ENTITY":
                self._note_entity(token["body"])
            elif token["kind"] == "ATTLIST":
                self._note_attributes(self._expanded(token["body"]))

    def _parameter(self, name: str) -> str:
        found = self._parameters.get(name)
        if name in self._missing:
            raise DtdError(f"it includes {self._missing[name]}, which is not among the files under 'dtd'")
        if found is None:
            raise DtdError(f"it does not declare the parameter entity %{name};")
        self._left -= len(found) + 1
        if self._left < 0:
            raise DtdError(_TOO_MUCH)
        return found

    def _expanded(self, text: str) -> str:
        """A text with its parameter entities."""
        for _ in range(_DEEPEST):
            if "%" not in text or not _PARAMETER.search(text):
                return text
            text = _PARAMETER.sub(lambda found: f" {self._parameter(found[1])} ", text)
        raise DtdError(_TOO_MUCH)

    def _note_entity(self, body: str) -> None:
        found = _ENTITY.fullmatch(body)
        if found is None:
            raise DtdError(f"what follows declares no entity: {body[:40].strip()!r}")
        name, value = found["name"], found["value"]
        if not found["parameter"]:
            text = None if value is None else _characters(self._in_value(value[1:-1]))
            self._entities.setdefault(name, text)
        elif name not in self._parameters:
            part = last_part(found["system"][1:-1]) if value is None else ""
            if value is not None:
                self._parameters[name] = _characters(self._in_value(value[1:-1]))
            elif part in self._files:
                self._parameters[name] = self._files[part]
            else:
                self._parameters[name], self._missing[name] = None, part

    def _in_value(self, text: str) -> str:
        return _PARAMETER.sub(lambda found: self._parameter(found[1]), text) if "%" in text else text

    def _note_attributes(self, body: str) -> None:
        name = re.match(rf"\s+({_NAME})", body)
        at = name.end() if name else 0
        while name and (found := _ATTRIBUTE.match(body, at)):
            at = found.end()
            value = found["value"][1:-1] if found["value"] else None
            is_tokenized = not found["type"].startswith("CDATA")
            if value is not None and is_tokenized:
                value = " ".join(value.split())
            self._tokenized.setdefault(name[1], {}).setdefault(found["name"], is_tokenized)
            self._attributes.setdefault(name[1], {}).setdefault(found["name"], value)
        if name is None or body[at:].strip():
            raise DtdError(f"what follows declares no attribute: {body[at : at + 40].strip()!r}")

    def found(self) -> Declarations:
        """What has been read, with all references in values resolved."""
        result = Declarations()
        for name in self._entities:
            text = self._text(name, ())
            if name not in _PREDEFINED and text is not None:
                result.entities[name] = text
        for element, attributes in self._attributes.items():
            for name, raw in attributes.items():
                if raw is None:
                    continue
                if name == "xmlns" or name.startswith("xmlns:"):
                    result.ignored.append(f"{name} of {element}")
                    continue
                value = self._resolved(re.sub(r"[\t\r\n]", " ", raw), ())
                if value is None:
                    raise DtdError(f"the default of the attribute {name} of {element} is not plain text")
                result.defaults.setdefault(element, {})[name] = value
        for element, types in self._tokenized.items():
            names = [name for name, is_tokenized in types.items() if is_tokenized and not name.startswith("xmlns")]
            if names:
                result.tokenized[element] = names
        return result

    def _text(self, name: str, around: tuple[str, ...]) -> str | None:
        """The text of an entity; None if it is none, or has markup, or contains itself."""
        value = self._entities.get(name)
        if value is None or name in around or len(around) > _DEEPEST:
            return None
        return self._resolved(value, (*around, name))

    def _resolved(self, value: str, around: tuple[str, ...]) -> str | None:
        if "<" in value or len(value) > 8 * LONGEST_ENTITY:
            return None
        result = ""
        for part in _parts(value):
            text = part if isinstance(part, str) else self._referred(part, around)
            if text is None or len(result) + len(text) > LONGEST_ENTITY:
                return None
            result += text
        return None if "&" in _REFERENCE.sub("", value) else result

    def _referred(self, found: re.Match[str], around: tuple[str, ...]) -> str | None:
        name = found[3] or ""
        return _PREDEFINED.get(name) or _character(found) or self._text(name, around)


def _after_ignored(text: str, at: int) -> int:
    depth = 1
    for found in _SKIPPED.finditer(text, at):
        depth += {"<![": 1, "]]>": -1}.get(found[0], 0)
        if not depth:
            return found.end()
    raise DtdError("a section has no end")


def _parts(value: str) -> Iterator[str | re.Match[str]]:
    at = 0
    for found in _REFERENCE.finditer(value):
        yield value[at : found.start()]
        yield found
        at = found.end()
    yield value[at:]


def _character(found: re.Match[str]) -> str | None:
    """The character of a reference, if it is one that XML allows."""
    if found[3]:
        return None
    code = int(found[1]) if found[1] else int(found[2], 16)
    is_one = code in {9, 10, 13} or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    return chr(code) if is_one else None


def _characters(value: str) -> str:
    """The replacement text of an entity: with the characters for which there are numbers."""
    return _REFERENCE.sub(lambda found: _character(found) or found[0], value)
