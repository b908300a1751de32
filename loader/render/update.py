"""Brings the control schema up to date, unless a load is open that could then not be finished."""

from __future__ import annotations

from loader.database.connect import Connection
from loader.database.manifest import has_manifest, kept_mapping, written_merges
from loader.database.migrate import is_current, migrate
from loader.database.refusal import explained
from loader.errors import DatabaseError, MappingError
from loader.mapping.read import parse_dataset
from loader.render.digest import rendered_hash


def update(connection: Connection, *, anew: bool = False) -> list[str]:
    """Applies what is missing, as `migrate` does; returns what was done, one line each.

    Raises DatabaseError before anything is changed if a merge is open whose procedures this program would replace:
    the older program could not go on with the newer control schema, and this one not with what the merge has staged.
    """
    if has_manifest(connection) and not is_current(connection):
        with explained("the control schema cannot be updated"):
            merges = written_merges(connection)
        for load_id, dataset, procedures in merges:
            if not _makes(connection, dataset, procedures):
                raise DatabaseError(
                    f"load {load_id} of {dataset} is a merge that another program has begun, "
                    "and that this one cannot continue",
                    hint=f"finish it with that program, or cancel it with `loader cancel {dataset}`; then give the "
                    "same command again, which updates the control schema first",
                )
    return migrate(connection, anew=anew)


def _makes(connection: Connection, dataset: str, procedures: str) -> bool:
    """Whether this program renders the same procedures, given by their digest, for the stored mapping of a dataset."""
    text = kept_mapping(connection, dataset)
    try:
        return text is not None and rendered_hash(parse_dataset(text)) == procedures
    except MappingError:
        return False
