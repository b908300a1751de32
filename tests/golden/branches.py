"""Finds which branches of templates, and which lines of their filters, a rendering goes through."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, TypeAlias

from jinja2 import nodes
from jinja2.compiler import CodeGenerator

from loader.render import casts, conflict_order, value_rules, versions
from loader.render.script import environment

Branch: TypeAlias = str  # a sentence: where it stands, and what happens there
FILTERS = {inspect.getsourcefile(module) or "": module for module in (casts, conflict_order, value_rules, versions)}


class Tracing:
    """Templates that note where they go; filters, too, inside ``noting``."""

    def __init__(self) -> None:
        self.seen: set[Branch] = set()
        self.engine = environment.__wrapped__()
        self.engine.bytecode_cache = None
        self.engine.code_generator_class = _Marking
        self.engine.filters["_goes"] = self._goes
        self.engine.filters["_enters"] = self._enters
        self.engine.filters["_renders"] = self._renders

    def all_branches(self) -> set[Branch]:
        """What there is to go through."""
        found = {line for module in FILTERS.values() for line in _lines_of(module)}
        for name in self.engine.list_templates(extensions=["sql"]):
            found.add(_rendered(name))
            source = self.engine.loader.get_source(self.engine, name)[0]  # type: ignore[union-attr]
            for place, node in _deciding(self.engine.parse(source, name), name):
                found |= {_entered(place)} if isinstance(node, nodes.For) else {_is(place, True), _is(place, False)}
        return found

    @contextmanager
    def noting(self) -> Iterator[set[Branch]]:
        """What is gone through meanwhile."""
        before, self.seen = sys.gettrace(), set()
        sys.settrace(self._trace)
        try:
            yield self.seen
        finally:
            sys.settrace(before)

    def _trace(self, frame: FrameType, event: str, argument: Any) -> Any:
        return self._trace_lines if frame.f_code.co_filename in FILTERS else None

    def _trace_lines(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            self.seen.add(_line(frame.f_code, frame.f_lineno))
        return self._trace_lines

    def _goes(self, value: Any, place: str) -> Any:
        self.seen.add(_is(place, bool(value)))
        return value

    def _enters(self, value: Any, place: str) -> list[Any]:
        items = list(value)
        if items:
            self.seen.add(_entered(place))
        return items

    def _renders(self, text: str, name: str) -> str:
        self.seen.add(_rendered(name))
        return text


class _Marking(CodeGenerator):
    """Puts a filter around everything that decides."""

    def visit_Template(self, node: nodes.Template, frame: Any = None) -> None:
        for place, deciding in _deciding(node, self.name or ""):
            if isinstance(deciding, nodes.For):
                deciding.iter = _filtered(deciding.iter, "_enters", place)
            else:
                deciding.test = _filtered(deciding.test, "_goes", place)
        node.body.insert(0, nodes.Output([_filtered(nodes.Const("", lineno=1), "_renders", self.name or "")], lineno=1))
        node.set_environment(self.environment)
        super().visit_Template(node, frame)


def _deciding(tree: nodes.Template, name: str) -> list[tuple[str, nodes.For | nodes.If | nodes.CondExpr]]:
    """Everything that decides, by where it stands; ``#`` counts those of a line."""
    found: list[tuple[str, nodes.For | nodes.If | nodes.CondExpr]] = []
    for node in tree.find_all((nodes.For, nodes.If, nodes.CondExpr)):
        before = sum(other.lineno == node.lineno for _, other in found)
        found.append((f"{name}:{node.lineno}{f' #{before + 1}' if before else ''}", node))
    return found


def _filtered(node: nodes.Expr, name: str, place: str) -> nodes.Filter:
    made = nodes.Filter(node, name, [nodes.Const(place)], [], None, None)
    made.set_lineno(node.lineno)
    return made


def _rendered(name: str) -> Branch:
    return f"sql/dataset/{name}: the template is rendered"


def _is(place: str, value: bool) -> Branch:
    return f"sql/dataset/{place}: the condition is {'true' if value else 'false'}"


def _entered(place: str) -> Branch:
    return f"sql/dataset/{place}: the loop has items"


def _line(code: CodeType, number: int) -> Branch:
    return f"loader/render/{Path(code.co_filename).name}:{number}: the line is run"


def _lines_of(module: Any) -> Iterator[Branch]:
    """The lines inside functions."""
    source = inspect.getsource(module)
    waiting = [compile(source, inspect.getsourcefile(module) or "", "exec")]
    while waiting:
        code = waiting.pop()
        waiting += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
        if code.co_flags & inspect.CO_OPTIMIZED:
            numbers = {number for _, _, number in code.co_lines() if number}
            yield from (_line(code, number) for number in numbers - {code.co_firstlineno})
