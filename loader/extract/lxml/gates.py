"""Predicates as Python: tests of an element in the generated walk, and the selection by position at run time."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from loader.extract.elements import Conditions, Gate, Node, holds_always
from loader.extract.lxml.element_values import string_value
from loader.extract.writer import Scope, Writer
from loader.mapping.steps import Predicate, step_parts


def select(parent: etree._Element, step: str) -> list[etree._Element]:
    """The child elements that a step with predicates selects, from left to right as XPath evaluates them."""
    tag, predicates = step_parts(step)
    found = list(parent.iterchildren(tag))
    for predicate in predicates:
        if predicate.kind == "position":
            place = predicate.position - 1  # of the last one: -1
            found = found[place : place + 1 or None]
        else:
            found = [element for element in found if _passes(element, predicate)]
    return found


def _passes(element: etree._Element, predicate: Predicate) -> bool:
    if predicate.kind == "child":
        return any(string_value(child) == predicate.value for child in element.iterchildren(predicate.name))
    return predicate.holds(element.get(predicate.name))


def loop(element: str, child: str, step: str) -> str:
    """The part of a comprehension that visits what a step selects."""
    tag, predicates = step_parts(step)
    if _are_of_place(predicates):
        return f" for {child} in select({element}, {step!r})"
    tests = "".join(f" if {_test(child, predicate)}" for predicate in predicates)
    return f" for {child} in {element}.iterchildren({tag!r}){tests}"


def _are_of_place(predicates: Sequence[Predicate]) -> bool:
    """Whether the element alone does not decide."""
    return any(predicate.kind == "position" for predicate in predicates)


def _test(element: str, predicate: Predicate) -> str:
    name, value = predicate.name, predicate.value
    return {
        "equal": f"{element}.get({name!r}) == {value!r}",
        "unequal": f"{element}.get({name!r}, {value!r}) != {value!r}",
        "present": f"{element}.get({name!r}) is not None",
        "missing": f"{element}.get({name!r}) is None",
        "child": f"any(string_value(x) == {value!r} for x in {element}.iterchildren({name!r}))",
    }[predicate.kind]


class Gates:
    """The variables of the walk that say which gates the current elements have passed."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def before(self, write: Writer, node: Node, element: str) -> None:
        """Before the child elements of an ``element``: what its steps with positions select."""
        for child in node.children.values():
            for gate in child.gates:
                if _are_of_place(gate.predicates):
                    write(f"{self._chosen(gate)} = set(select({element}, {_step(gate)!r}))")

    def examine(self, write: Writer, node: Node, element: str) -> None:
        """At the start of an element: which gates it passes."""
        for gate in node.gates:
            if _are_of_place(gate.predicates):
                write(f"{self._passed(gate)} = {element} in {self._chosen(gate)}")
            else:
                write(f"{self._passed(gate)} = {' and '.join(_test(element, each) for each in gate.predicates)}")

    def test(self, conditions: Conditions, node: Node) -> str:
        """Whether some conditions hold at a node that the walk has entered: an expression; '' if they always do."""
        if holds_always(conditions) or set(node.visited) <= set(conditions):
            return ""
        return self.expression(conditions)

    def expression(self, conditions: Conditions) -> str:
        """Whether some conditions hold."""
        passages = [" and ".join(map(self._passed, passage)) for passage in conditions]
        return " or ".join(passages) or "False"

    def _passed(self, gate: Gate) -> str:
        return self._scope.name(("passed", gate), f"is_{gate.tag.rpartition('}')[2]}")

    def _chosen(self, gate: Gate) -> str:
        return self._scope.name(("chosen", gate), f"chosen_{gate.tag.rpartition('}')[2]}")


def _step(gate: Gate) -> str:
    return gate.tag + "".join(predicate.written(lambda name, _: name) for predicate in gate.predicates)
