"""Ways to break a routine or a function: each finds by what the code says what it changes, and raises unless it is
there exactly once.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TypeAlias, TypeVar

from tests.support.sql import normal, places, statements

_T = TypeVar("_T")
Break: TypeAlias = Callable[[str], str]  # the text before, and the broken one


class NotFoundError(Exception):
    """What is to be broken is not there, or more than once."""


def instead(old: str, new: str, within: str = "") -> Break:
    """SQL says something else; ``within``: in the one statement that says this, too."""

    def broken(text: str) -> str:
        start, end = _statement(text, within) if within else (0, len(text))
        first, last = _only(places(text[start:end], old), old)
        return text[: start + first] + new + text[start + last :]

    return broken


def holds(condition: str, within: str = "") -> Break:
    """A condition of SQL that is true for everything."""
    return instead(condition, "true", within)


def never(condition: str) -> Break:
    """What an IF of PL/pgSQL does under a condition is not done."""
    return instead(f"if {condition} then", "if false then")


def without(statement: str) -> Break:
    """The one statement that says this is gone."""

    def broken(text: str) -> str:
        start, end = _statement(text, statement)
        return text[:start] + "null" + text[end:]

    return broken


def constant(name: str, value: int) -> Break:
    """A constant of a module of Python has another value."""

    def broken(text: str) -> str:
        tree = ast.parse(text)
        found = [node for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name]
        _only(found, name).value = ast.Constant(value)
        return ast.unparse(ast.fix_missing_locations(tree))

    return broken


def no_with(function: str, calling: str) -> Break:
    """What a function of Python does in a context that it gets by a call of a method, it does without it."""

    def broken(text: str) -> str:
        tree = ast.parse(text)
        block = _only(
            [
                node
                for node in ast.walk(_function(tree, function))
                if isinstance(node, ast.With) and _calls(node.items[0].context_expr, calling)
            ],
            f"with …{calling}(…)",
        )
        return _replaced(tree, block, [ast.If(ast.Constant(True), block.body, [])])

    return broken


def no_assignment(function: str, name: str, value: str) -> Break:
    """A function of Python does not set a variable to a value."""

    def broken(text: str) -> str:
        tree = ast.parse(text)
        said = f"{name} = {value}"
        nodes = [node for node in ast.walk(_function(tree, function)) if isinstance(node, ast.Assign)]
        return _replaced(tree, _only([node for node in nodes if ast.unparse(node) == said], said), [ast.Pass()])

    return broken


def returns(function: str, value: str) -> Break:
    """A function of Python returns this, whatever it is given."""

    def broken(text: str) -> str:
        tree = ast.parse(text)
        _function(tree, function).body = ast.parse(f"def f():\n    return {value}").body[0].body  # type: ignore[attr-defined]
        return ast.unparse(ast.fix_missing_locations(tree))

    return broken


def _statement(text: str, saying: str) -> tuple[int, int]:
    found = [statement for statement in statements(text) if statement and places(statement, saying)]
    words = _only(found, saying)
    return words[0].start, words[-1].end


def _function(tree: ast.Module, name: str) -> ast.FunctionDef:
    """``Class.method``, or a function of the module."""
    inside: Iterator[ast.AST] = iter([tree])
    *classes, last = name.split(".")
    for each in classes:
        inside = (n for outer in inside for n in ast.walk(outer) if isinstance(n, ast.ClassDef) and n.name == each)
    found = [n for outer in inside for n in ast.walk(outer) if isinstance(n, ast.FunctionDef) and n.name == last]
    return _only(found, name)


def _calls(node: ast.expr, method: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method


def _replaced(tree: ast.Module, old: ast.stmt, new: list[ast.stmt]) -> str:
    for node in ast.walk(tree):
        for _, body in ast.iter_fields(node):
            if isinstance(body, list) and any(each is old for each in body):
                at = next(place for place, each in enumerate(body) if each is old)
                body[at : at + 1] = new
    return ast.unparse(ast.fix_missing_locations(tree))


def _only(found: list[_T], sought: str) -> _T:
    if len(found) != 1:
        raise NotFoundError(f"there is not once, but {len(found)} times: {normal(sought)}")
    return found[0]
