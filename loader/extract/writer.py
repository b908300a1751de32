"""Generates Python source: indented lines, and names without clashes."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

# The functions that the generated code calls, as loader/extract/lxml/block.py passes them to it.
FUNCTIONS = (
    "string_value", "blank", "given", "own_text", "markup", "name_of", "collapsed", "array", "repeated", "select",
    "unknown", "inside", "nested", "attribute", "unread", "stray", "attributes_in", "converters", "splitter",
    "no_operation",
)  # fmt: skip
# Names that the generated code uses itself: elements e, e1, e2 …, scratch variables, arguments, functions.
_RESERVED = re.compile(
    r"[ex]\d*|[in]|tag|text|rec|key|origin|found|record|ancestors|before|nil|MISSING|NULL|REPEATED|value|places"
    rf"|rows|screens|len|frozenset|set|any|str|enumerate|{'|'.join(FUNCTIONS)}"
)


@dataclass(slots=True)
class Writer:
    """Lines of Python; a call adds one at the current depth."""

    lines: list[str] = field(default_factory=list)
    depth: int = 0

    def __call__(self, line: str = "") -> None:
        self.lines.append("    " * self.depth + line if line else "")

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """`head:` with the lines written in the block inside it; `pass` if there are none."""
        self(f"{head}:")
        self.depth += 1
        size = len(self.lines)
        yield
        if len(self.lines) == size:
            self("pass")
        self.depth -= 1


@dataclass(slots=True)
class Scope:
    """The names of the walk's variables, and of the values and functions that are bound before it."""

    before: Writer = field(default_factory=lambda: Writer(depth=1))
    _names: dict[Hashable, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)

    def name(self, key: Hashable, wanted: str) -> str:
        """The name for ``key``: ``wanted``, or a similar free identifier."""
        if key not in self._names:
            name = re.sub(r"[^A-Za-z0-9_]", "_", wanted)
            while name in self._taken or _RESERVED.fullmatch(name):
                name += "_"
            self._taken.add(name)
            self._names[key] = name
        return self._names[key]

    def bind(self, value: str, wanted: str) -> str:
        """A name for the value of an expression, bound once before the walk."""
        known = ("value", value) in self._names
        name = self.name(("value", value), wanted)
        if not known:
            self.before(f"{name} = {value}")
        return name

    def function(self, body: str, wanted: str) -> str:
        """A name for a function of `value` with this body, defined once before the walk."""
        known = ("body", body) in self._names
        name = self.name(("body", body), wanted)
        if not known:
            self.before()
            with self.before.block(f"def {name}(value)"):
                for line in body.splitlines():
                    self.before(line)
            self.before()
        return name


def joined(values: list[str]) -> str:
    """An expression that joins the values of variables by the field separator."""
    return values[0] if len(values) == 1 else 'f"' + "\\x1f".join(f"{{{value}}}" for value in values) + '"'
