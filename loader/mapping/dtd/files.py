"""The DTD files of a mapping. Their texts are kept at the end of its own, as comments: the database has them, too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from loader.mapping.dtd.declarations import Declarations, DtdError, declarations

_LARGEST = 4 << 20  # bytes of a file
_ENCODING = re.compile(rb"""\s*<\?xml\s[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["'][^>]*\?>""")
_TEXT_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*\?>")
_HEAD = "\n# The DTD files as they were read. Without the rest of this file, they are read again.\n"
_FILE, _LINE = "# dtd ", "#| "

Problem = tuple[tuple[str | int, ...], str]


def read_files(names: Sequence[str], text: str, location: str) -> tuple[dict[str, str], list[Problem]]:
    """The texts of the files by name, which are kept in the text of the mapping or stand beside its file."""
    kept, found, problems = _kept(text), dict[str, str](), list[Problem]()
    for i, written in enumerate(names):
        name = Path(written).name
        place = ("dtd", i) if len(names) > 1 else ("dtd",)
        try:
            if name in found:
                raise DtdError("there is another file of this name")
            found[name] = kept[name] if name in kept else _read(Path(location).parent / written)
        except (OSError, UnicodeError, LookupError, DtdError) as error:
            problems.append((place, f"{written}: {getattr(error, 'strerror', None) or error}"))
    return found, problems


def declared(files: Mapping[str, str]) -> tuple[dict[str, Declarations], list[Problem]]:
    """What each file declares that a document may name; not those that only others include."""
    found, wrong = dict[str, Declarations](), dict[str, str]()
    for name in files:
        try:
            found[name] = declarations(name, files)
        except DtdError as error:
            wrong[name] = f"{name}: {error}"
    others = {name: "".join(text for other, text in files.items() if other != name) for name in wrong}
    place = {name: ("dtd", i) if len(files) > 1 else ("dtd",) for i, name in enumerate(files)}
    return found, [(place[name], told) for name, told in wrong.items() if name not in others[name]]


def with_files(text: str, files: Mapping[str, str]) -> str:
    """The text of a mapping with those of the files."""
    if not files:
        return text
    text, _, _ = text.partition(_HEAD)
    lines = [
        line for name, content in files.items() for line in (f"{_FILE}{name}", *map(_LINE.__add__, content.split("\n")))
    ]
    return text.rstrip("\n") + "\n" + _HEAD + "\n".join(lines) + "\n"


def _kept(text: str) -> dict[str, str]:
    _, head, rest = text.partition(_HEAD)
    return {name: content for name, content in _contents(rest)} if head else {}


def _contents(text: str) -> Iterator[tuple[str, str]]:
    for part in f"\n{text}".split(f"\n{_FILE}")[1:]:
        name, *lines = part.rstrip("\n").split("\n")
        yield name, "\n".join(line.removeprefix(_LINE) for line in lines)


def _read(path: Path) -> str:
    with path.open("rb") as stream:
        data = stream.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise DtdError("is larger than 4 MB")
    named = _ENCODING.match(data)
    text = data.decode(named[1].decode() if named else "utf-8-sig")
    return _TEXT_DECLARATION.sub("", text.replace("\r\n", "\n").replace("\r", "\n"), count=1)
