"""Dropping a dataset, or everything: objects are listed and confirmed, and nothing is dropped with cascade."""

from __future__ import annotations

import sys

from psycopg import sql
from psycopg.errors import LockNotAvailable

from loader.database.connect import Connection
from loader.database.manifest import dataset_names
from loader.database.refusal import explained
from loader.errors import LoaderError, UsageError

# Waits for a moment; says from time to time which sessions are in the way.
_AWAIT = """
select loader.await_locks(
    loader.readable_relations(), 'access exclusive', %(until)s, %(notice)s,
    array(
        select o.object_oid from loader.owned_objects() as o
        union select p.oid from pg_proc as p where p.pronamespace = 'loader'::regnamespace
        union select 'loader'::regnamespace
    )
)
"""


def drop_dataset(connection: Connection, dataset: str, *, sure: bool) -> bool:
    """Drops the tables, staging and control rows of a dataset. Other users' objects that depend on them make it fail.

    Returns False if the user did not confirm.
    """
    if dataset not in dataset_names(connection):
        raise LoaderError(f"there is no dataset {dataset} in this database")
    _list(connection, [dataset])
    if not confirmed(f"drop dataset {dataset}", sure):
        return False
    with explained(f"{dataset} cannot be dropped"), connection.transaction():
        connection.execute("select loader.drop_dataset(%s)", (dataset,))
    print(f"dataset {dataset} is gone")
    _tell(_left(connection, dataset))
    return True


def uninstall(connection: Connection, *, sure: bool) -> bool:
    """Drops all datasets and the control schema. Returns False if the user did not confirm."""
    datasets = dataset_names(connection)
    _list(connection, datasets)
    print("schema loader: the manifest and all routines")
    if not confirmed("drop all of this", sure):
        return False
    with explained("the loader cannot be uninstalled"):
        left = _drop_everything(connection, datasets)
    print("the loader is uninstalled")
    _tell(left)
    return True


def _drop_everything(connection: Connection, datasets: list[str]) -> list[str]:
    """Drops all that the loader has created; returns what is left in the schemas of the datasets.

    All tables are locked at once, so that no reader of one waits while others are in use; and whenever another lock is
    not there at once, everything is undone and tried again.
    """
    times = "select clock_timestamp() + interval '1 minute', clock_timestamp()"
    [(until, notice)] = connection.execute(times).fetchall()
    while True:
        try:
            with connection.transaction():
                for dataset in datasets:
                    connection.execute("select loader.assert_none_open(%s)", (dataset,))
                _check_alone(connection)
                for dataset in datasets:
                    connection.execute("select loader.forget_loads(%s)", (dataset,))
                    connection.execute("select loader.restore_marks(%s)", (dataset,))
                connection.execute("select loader.lock_for_swap(loader.readable_relations(), %s)", (until,))
                connection.execute("set local lock_timeout = '40ms'")
                for dataset in datasets:
                    connection.execute("select loader.drop_all_objects(%s)", (dataset,))
                left = [name for dataset in datasets for name in _left(connection, dataset)]
                _check_alone(connection)  # again, because some time has passed
                connection.execute(sql.SQL("drop schema loader cascade"))
                return left
        except LockNotAvailable:
            [(notice,)] = connection.execute(_AWAIT, {"until": until, "notice": notice}).fetchall()


def _check_alone(connection: Connection) -> None:
    """Refuses to drop the schema loader while other users have objects in it or depending on it, and names these."""
    foreign = connection.execute("select loader.foreign_objects() order by 1").fetchall()
    if foreign:
        names = "\n  ".join(name for (name,) in foreign)
        text = f"others have made something in the schema loader, or upon it:\n  {names}"
        raise LoaderError(text, hint="move or drop what is listed")


def _list(connection: Connection, datasets: list[str]) -> None:
    for dataset in datasets:
        for name, rows, size in connection.execute(
            "select name, row_estimate, pg_size_pretty(bytes) from loader.owned_relations(%s)", (dataset,)
        ):
            print(f"{name}: about {max(rows, 0):,} rows, {size}")


def _left(connection: Connection, dataset: str) -> list[str]:
    return [name for (name,) in connection.execute("select loader.list_remaining(%s)", (dataset,))]


def _tell(left: list[str]) -> None:
    for name in left:
        print(f"left unchanged, because the loader did not make it or its mark was removed: {name}")


def confirmed(what: str, sure: bool, otherwise: str = "nothing was dropped") -> bool:
    """Whether the user is sure, or confirms when asked; ``otherwise``: the message if not."""
    if sure:
        return True
    if not sys.stdin.isatty():
        raise UsageError(
            f"{otherwise}: this is not a terminal, so nobody can be asked", hint="--yes does it without asking"
        )
    answer = input(f"{what}? [yes/no] ")
    if answer.strip().lower() != "yes":
        print(otherwise)
        return False
    return True
