"""SQL order lists (`role = 'PR' desc, con_id`): split into expressions, each with its direction."""

from __future__ import annotations

import re
from collections.abc import Iterator

from loader.mapping.policies import expression_problem

_PART = re.compile(r"""'(?:[^']|'')*'|"[^"]*"|[(\[)\],]|[^'"(\[)\],]+""")
_DIRECTION = re.compile(r"\s(asc|desc)\s*\Z", re.IGNORECASE)
_NULLS = re.compile(r"\bnulls\s+(first|last)\s*\Z", re.IGNORECASE)


def order_of(text: str) -> Iterator[str]:
    """The items of an order list, each as `(expression) asc nulls last` or with desc."""
    for item in _items(text):
        found = _DIRECTION.search(item)
        yield f"({item[: found.start()] if found else item}) {found[1].lower() if found else 'asc'} nulls last"


def order_problem(text: str) -> str | None:
    """Why a text is no order list; None if it is one."""
    if problem := expression_problem(text):
        return problem
    for item in _items(text):
        if not item:
            return "an expression is missing beside a comma"
        if _NULLS.search(item):
            return "NULLs are always last: write it without 'nulls first' and 'nulls last'"
    return None


def _items(text: str) -> list[str]:
    """The parts between commas that are neither in quotes nor in parentheses."""
    items, depth = [""], 0
    for part in _PART.findall(text):
        depth += (part in "([") - (part in ")]")
        if part == "," and depth == 0:
            items.append("")
        else:
            items[-1] += part
    return [item.strip() for item in items] if text else []
