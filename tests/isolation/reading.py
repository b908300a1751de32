"""Reads specs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

_SESSION = re.compile(r"session (\w+)")
_STEP = re.compile(r"step (\w+) (?=\{)")
_ALWAYS = re.compile(r'always "([^"]+)" (?=\{)')
_SETUP = re.compile(r"setup (?=\{)")
_MAY = re.compile(r"may (\w+) ((?:\w{5} ?)+)")
_ORDER = re.compile(r"order ([\w ]+)")


@dataclass(frozen=True)
class Step:
    """A step of a session."""

    name: str
    session: str
    sql: str


@dataclass(frozen=True)
class Order:
    """Steps in a fixed order, and what they come to."""

    steps: tuple[str, ...]
    expected: tuple[str, ...]


@dataclass
class Spec:
    """A file, read."""

    name: str
    setup: str = ""
    sessions: dict[str, list[Step]] = field(default_factory=dict)
    always: dict[str, str] = field(default_factory=dict)
    may: dict[str, set[str]] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    all_orders: bool = False

    @property
    def steps(self) -> dict[str, Step]:
        """All steps by name."""
        return {step.name: step for steps in self.sessions.values() for step in steps}


def read(path: Path) -> Spec:
    """The spec of a file; ValueError for what is none."""
    spec, text, at = Spec(path.stem), path.read_text(encoding="utf-8"), 0
    session = ""
    while at < len(text):
        line = text[at:].partition("\n")[0]
        words = line.strip()
        if not words or words.startswith("#"):
            at += len(line) + 1
        elif found := _SESSION.match(text, at):
            session, at = found[1], found.end()
            spec.sessions[session] = []
        elif found := _STEP.match(text, at):
            sql, at = _block(text, found.end())
            spec.sessions[session].append(Step(found[1], session, sql))
        elif found := _ALWAYS.match(text, at):
            spec.always[found[1]], at = _block(text, found.end())
        elif found := _SETUP.match(text, at):
            spec.setup, at = _block(text, found.end())
        elif found := _MAY.match(text, at):
            spec.may.setdefault(found[1], set()).update(found[2].split())
            at = found.end()
        elif found := _ORDER.match(text, at):
            at = _order(spec, found[1].split(), text, found.end() + 1)
        else:
            raise ValueError(f"{path.name}: not understood: {line}")
    _check(path, spec)
    return spec


def _block(text: str, start: int) -> tuple[str, int]:
    """What stands in the braces that begin at ``start``, and where they end."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return text[start + 1 : place].strip(), place + 1
    raise ValueError(f"no end of {text[start : start + 60]!r}")


def _order(spec: Spec, names: list[str], text: str, at: int) -> int:
    expected = []
    while at < len(text) and text[at] == " ":
        line = text[at:].partition("\n")[0]
        expected.append(" ".join(line.split()))
        at += len(line) + 1
    if names == ["all"]:
        spec.all_orders = True
    else:
        spec.orders.append(Order(tuple(names), tuple(expected)))
    return at


def _check(path: Path, spec: Spec) -> None:
    named = {name for order in spec.orders for name in order.steps} | spec.may.keys()
    if unknown := named - spec.steps.keys():
        raise ValueError(f"{path.name}: there is no step {', '.join(sorted(unknown))}")
    if not spec.orders and not spec.all_orders:
        raise ValueError(f"{path.name}: no order is given")
