"""The order of the versions of one key: the winner first."""

from __future__ import annotations

from loader.mapping.dataset import Entity
from loader.mapping.tables import Table
from loader.render.names import ident


def winner_first(entity: Entity, place: str | None, record: str, latest: str | None = None) -> str:
    """The ORDER BY of the versions of one key, with the winner first: expressions of the deciding value (latest_by;
    None: it is the same), of the place of the source (None: all are of one), and of the record's number.
    """
    expressions = (
        f"{latest} desc nulls last" if latest and entity.policy.column else None,
        f"{place} desc" if place else None,
        f"{record} {'asc' if entity.policy.name == 'first' else 'desc'}",
    )
    return ", ".join(filter(None, expressions))


def latest(root: Table, entity: Entity, alias: str) -> str | None:
    """The value that decides between versions, with texts by code point; None if the policy has none."""
    name = entity.policy.column
    return name and f"{alias}.{ident(name)}" + (' collate "C"' if root.column(name).is_text else "")


FILTERS = {"winner_first": winner_first, "latest": latest}
