"""Steps of a path: the name of an element, and the predicates that choose among the elements of this name.

A resolved step is one text, the Clark name followed by the predicates, as in ``{uri}name[@type='primary'][1]``: so
steps are compared, stored and digested as texts, and a step without predicates is the name alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

PARENT = ".."  # the step to the element around: only at the beginning of a path
_NAME = r"[^\W\d][\w.\-]*"
_QUOTED = r"'[^']*'|\"[^\"]*\""
_FORMS = "[@a], [not(@a)], [@a='x'], [@a!='x'], [c='x'], [1] and [last()]"
# What a mapping may contain, and, with Clark names, what resolved steps contain.
_WRITTEN = rf"(?:{_NAME}:)?{_NAME}"
_RESOLVED = rf"(?:\{{[^}}]*\}})?{_NAME}"


def _predicate(name: str) -> re.Pattern[str]:
    return re.compile(
        rf"\[\s*(?:(?P<not>not\(\s*)?@(?P<attribute>{name})\s*(?(not)\))"
        rf"(?:(?<!\))(?P<sign>!?=)\s*(?P<value>{_QUOTED}))?|"
        rf"(?P<child>{name})\s*=\s*(?P<text>{_QUOTED})|(?P<number>[1-9][0-9]{{0,8}})|(?P<last>last\(\s*\)))\s*\]"
    )


_IN_MAPPING, _IN_STEP = _predicate(_WRITTEN), _predicate(_RESOLVED)
_STEP = re.compile(rf"({_RESOLVED})(.*)", re.DOTALL)

Kind = Literal["equal", "unequal", "present", "missing", "child", "position"]
Resolve = Callable[[str, bool], str]  # the Clark name of a name, which may be that of an attribute


@dataclass(frozen=True, slots=True)
class Predicate:
    """A condition on an element: on an attribute, on the text of a child element (``child``: that any has the
    ``value``), or on its position among those that the predicates before it have left (0: the last one).
    """

    kind: Kind
    name: str = ""
    value: str = ""
    position: int = 0

    @property
    def is_of_tag(self) -> bool:
        """Whether the start tag alone decides."""
        return self.kind not in {"child", "position"}

    def holds(self, given: str | None) -> bool:
        """Whether the value of its attribute (None: there is no such attribute) fulfils it."""
        if self.kind in {"present", "missing"}:
            return (given is None) == (self.kind == "missing")
        return given is not None and (given == self.value) == (self.kind == "equal")

    def written(self, show: Resolve) -> str:
        """As in a path; ``show`` gives the form of a name."""
        quote = '"' if "'" in self.value else "'"
        value, name = f"{quote}{self.value}{quote}", self.name and show(self.name, self.is_of_tag)
        return {
            "equal": f"[@{name}={value}]",
            "unequal": f"[@{name}!={value}]",
            "present": f"[@{name}]",
            "missing": f"[not(@{name})]",
            "child": f"[{name}={value}]",
            "position": f"[{self.position or 'last()'}]",
        }[self.kind]


def split_steps(text: str, begin: int) -> Iterator[tuple[int, str]]:
    """Each step of a written path, which starts at ``begin``, with its place in the text. A ``/`` in a predicate does
    not end a step; raises ValueError for a predicate that does not end.
    """
    start, opened, quote = begin, -1, ""
    for place, character in enumerate(text[begin:], begin):
        if quote:
            quote = "" if character == quote else quote
        elif opened >= 0 and character in "'\"":
            quote = character
        elif opened < 0 and character == "[":
            opened = place
        elif opened >= 0 and character == "]":
            opened = -1
        elif opened < 0 and character == "/":
            yield start, text[start:place]
            start = place + 1
    if opened >= 0:
        raise ValueError(f"the predicate at character {opened + 1} has no end: {text[opened:]}")
    yield start, text[start:]


def parse_step(text: str, place: int, resolve: Resolve, *, of_tag: bool = False) -> str:
    """A written step, resolved. ``place``: where it is in the path, for messages; ``of_tag``: its predicates must be
    decided by the start tag. Raises ValueError with the mistake.
    """
    name, bracket, rest = text.partition("[")
    step, rest, at = resolve(name, False), bracket + rest, len(name)
    while rest:
        found = _IN_MAPPING.match(rest)
        if found is None:
            shown = rest[: rest.find("]") + 1] if "]" in rest else rest
            raise ValueError(f"at character {place + at + 1}, {shown} is not a predicate; known are {_FORMS}")
        predicate = _read(found, resolve)
        if of_tag and not predicate.is_of_tag:
            raise ValueError(
                f"at character {place + at + 1}, {found[0]}: only attributes can choose records, because nothing but "
                "the start tag is read before; use 'where'"
            )
        step += predicate.written(lambda name, _: name)
        rest, at = rest[found.end() :], at + found.end()
    return step


@lru_cache(maxsize=4096)
def step_parts(step: str) -> tuple[str, tuple[Predicate, ...]]:
    """The Clark name of a resolved step, and its predicates."""
    found = _STEP.fullmatch(step)
    if found is None:  # an address of another format
        return step, ()
    return found[1], tuple(_read(part, lambda name, _: name) for part in _IN_STEP.finditer(found[2]))


def tag_of(step: str) -> str:
    """The Clark name of a resolved step."""
    return step_parts(step)[0]


def tags_of(steps: tuple[str, ...]) -> tuple[str, ...]:
    """The Clark names of resolved steps."""
    return tuple(map(tag_of, steps))


def are_plain(steps: tuple[str, ...]) -> bool:
    """Whether no step has a predicate."""
    return tags_of(steps) == steps


def takes_all(steps: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether a path selects whatever another one with the same names selects."""
    pairs = zip(steps, other, strict=True)
    return all(set(step_parts(one)[1]) <= set(step_parts(two)[1]) for one, two in pairs)


def _read(found: re.Match[str], resolve: Resolve) -> Predicate:
    if found["number"] or found["last"]:
        return Predicate("position", position=int(found["number"] or 0))
    if found["child"]:
        return Predicate("child", resolve(found["child"], False), found["text"][1:-1])
    name = resolve(found["attribute"], True)
    if found["not"]:
        return Predicate("missing", name)
    if not found["sign"]:
        return Predicate("present", name)
    return Predicate("equal" if found["sign"] == "=" else "unequal", name, found["value"][1:-1])
