"""YAML 1.2 as plain data with the line of every item, so that every message can name its line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from loader.errors import MappingError

Location = tuple[str | int, ...]

_CONSTANTS: dict[str, dict[str, bool | None]] = {
    "tag:yaml.org,2002:null": {"": None, "~": None, "null": None, "Null": None, "NULL": None},
    "tag:yaml.org,2002:bool": {
        "true": True,
        "True": True,
        "TRUE": True,
        "false": False,
        "False": False,
        "FALSE": False,
    },
}
_MERGE_TAG = "tag:yaml.org,2002:merge"
_MERGE_KEY = "<<"
_MAX_NODES = 1_000_000  # aliases inside aliases can multiply without end


@dataclass(slots=True)
class Document:
    """The data of a YAML file; a scalar is its own text (`no`, `010`) unless plain true, false or null."""

    name: str
    data: Any = None
    lines: dict[Location, int] = field(default_factory=dict)

    def line(self, location: Location) -> int:
        """The 1-based line of a place, or of the nearest enclosing item in the file."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location, 1)

    def error(self, problems: list[tuple[Location, str]]) -> MappingError:
        """One error that lists all problems in the order of their lines."""
        seen = sorted({(self.line(location), _dotted(location), message) for location, message in problems})
        texts = (f"{place}: {message}" if place else message for _, place, message in seen)
        return MappingError(
            "\n".join(f"{self.name}, line {line}: {text}" for (line, _, _), text in zip(seen, texts, strict=True))
        )


def read_document(name: str, text: str) -> Document:
    """Parse one YAML document; raises MappingError with the line if it is not YAML, or a key occurs twice."""
    try:
        node = YAML(pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        what = error.problem or error.context
        raise MappingError(f"{name}, line {line}: not valid YAML: {what}") from error
    except YAMLError as error:
        raise MappingError(f"{name}: not valid YAML: {error}") from error
    if node is None:
        raise MappingError(f"{name}, line 1: the mapping is empty")
    document = Document(name)
    builder = _Builder(document)
    document.data = builder.build(node, ())
    if builder.problems:
        raise document.error(builder.problems)
    return document


class _Builder:
    """Turns nodes into data; remembers lines and problems by location."""

    def __init__(self, document: Document) -> None:
        self.lines = document.lines
        self.problems: list[tuple[Location, str]] = []
        self.nodes = 0
        self.open: list[Node] = []

    def build(self, node: Node, location: Location) -> Any:
        self.nodes += 1
        self.lines.setdefault(location, node.start_mark.line + 1)
        if self.nodes > _MAX_NODES or any(node is parent for parent in self.open):
            self.problems.append((location, "anchors that contain themselves or multiply without end"))
            return None
        self.open.append(node)
        try:
            if isinstance(node, MappingNode):
                return self._mapping(node, location)
            if isinstance(node, SequenceNode):
                return [self.build(item, (*location, index)) for index, item in enumerate(node.value)]
            return _scalar(node) if isinstance(node, ScalarNode) else None
        finally:
            self.open.pop()

    def _mapping(self, node: MappingNode, location: Location) -> dict[str, Any]:
        result: dict[str, Any] = {}
        written = {key.value for key, _ in node.value if isinstance(key, ScalarNode)}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self.problems.append((location, "a key must be a plain word"))
                continue
            if key.tag == _MERGE_TAG:
                for name, item in self._merged(value, (*location, _MERGE_KEY)).items():
                    if name not in written:
                        result.setdefault(name, item)
                continue
            place = (*location, key.value)
            self.lines[place] = key.start_mark.line + 1
            if key.value in result:
                self.problems.append((place, "occurs twice"))
            else:
                result[key.value] = self.build(value, place)
        return result

    def _merged(self, node: Node, location: Location) -> dict[str, Any]:
        """The values of `<<`, from the first mapping that has a key."""
        result: dict[str, Any] = {}
        for source in node.value if isinstance(node, SequenceNode) else [node]:
            if isinstance(source, MappingNode):
                for name, item in (self.build(source, location) or {}).items():
                    result.setdefault(name, item)
            else:
                self.problems.append((location, "'<<' merges mappings only"))
        return result


def _scalar(node: ScalarNode) -> str | bool | None:
    text = str(node.value)
    return _CONSTANTS.get(str(node.tag), {}).get(text, text)


def _dotted(location: Location) -> str:
    return ".".join(str(part) for part in location)
