"""What makes the policies of a mapping impossible."""

from __future__ import annotations

import re
from collections.abc import Iterator

from loader.mapping.dataset import Dataset, Entity
from loader.mapping.tables import Table
from loader.nearest import did_you_mean

_BREAKS_OUT = re.compile(r"\$\$|--|/\*|;")  # text that would end, or hide, the rest of the procedure
_QUOTED = re.compile(r"""\b[eE]'(?:[^'\\]|\\.|'')*'|'[^']*'|"[^"]*"|\$(\w+)\$.*?\$\1\$""", re.DOTALL)

# Their winner may be older than a version that was discarded for good.
_KEEPS_ONE_OF_ANY_AGE = ("first", "latest_by")

Problem = tuple[tuple[str | int, ...], str]


def policy_problems(dataset: Dataset) -> Iterator[Problem]:
    """Every problem with its place in the file."""
    for entity in dataset.entities:
        yield from _columns(entity, dataset.table(entity.tables[0]))
        if entity.generated_key and entity.policy.name != "newest":
            yield (
                ("entities", entity.name, "policy"),
                f"{entity.policy.name} decides between several records of one key, and a generated key has only one; "
                "of two editions of a file the newer one counts",
            )
        if dataset.settings.deletes != "ignore" and entity.policy.name in _KEEPS_ONE_OF_ANY_AGE:
            yield (
                ("entities", entity.name, "policy"),
                f"{entity.policy.name} needs deletes: ignore. When a row is gone, nothing is known of the versions "
                "that it went before; keep_all, fill, merge and error know them",
            )
    if problem := visibility_problem(dataset, dataset.settings.visibility):
        yield ("visibility",), problem


def visibility_problem(dataset: Dataset, visibility: str) -> str | None:
    """Why loads of a dataset cannot have this visibility; None if they can."""
    for entity in dataset.entities:
        if visibility != "load" and (entity.policy.keeps_versions or entity.policy.column):
            return f"must be load: the policy {entity.policy.name} of {entity.name} is applied at the end of a load"
    if visibility != "load" and (names := [entity.name for entity in dataset.entities if entity.is_removable]):
        return f"must be load: the delete records of {', '.join(names)} are applied at the end of a load"
    if visibility != "load" and dataset.settings.history == "on":
        return "must be load where history is on: changes that are visible chunk by chunk are not recorded"
    return None


def expression_problem(text: str) -> str | None:
    """Why an SQL expression cannot be part of a procedure; None if it can."""
    if _BREAKS_OUT.search(text):
        return f"an SQL expression cannot hold $$, ;, -- or /*: {text}"
    bare = _QUOTED.sub("", text)
    if "'" in bare or '"' in bare:
        return f"a quote is not closed in the SQL expression: {text}"
    # The loader puts parentheses around the expression: `a) or (b` would close them and change its meaning.
    depth = 0
    for sign in bare:
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            break
    return f"the parentheses of the SQL expression do not match: {text}" if depth else None


def _columns(entity: Entity, root: Table) -> Iterator[Problem]:
    policy, columns = entity.policy, {column.name: column for column in root.columns}
    place = ("entities", entity.name, "policy", policy.name)
    if policy.name == "merge" and not policy.expressions:
        yield place, "expected an SQL expression for one column at least"
    for name in (*((policy.column,) if policy.column else ()), *(name for name, _ in policy.expressions)):
        if any(name == column.name for column in root.computed):
            yield (*place, name), f"{name} is computed of the columns that are read, and a policy decides about these"
        elif name not in columns:
            yield (*place, name), f"table {root.name} has no column {name} beside its key{did_you_mean(name, columns)}"
        elif not columns[name].stored:
            yield (*place, name), f"{name} is not stored, and a policy decides about what is"
        elif columns[name].repeat == "array":
            yield (*place, name), f"{name} is an array, which a policy cannot decide by"
    for name, expression in policy.expressions:
        if problem := expression_problem(expression):
            yield (*place, name), problem
