"""Installs the rendered procedures of a dataset in a database, and creates again what somebody has dropped of them."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict

from psycopg.errors import InvalidFunctionDefinition

from loader.database.connect import Connection
from loader.database.manifest import has_manifest, installed_hash
from loader.database.migrate import MIGRATION_LOCK, _warnings_to, run_script
from loader.database.refusal import explained
from loader.mapping.dataset import Dataset
from loader.render.digest import rendered_hash

log = logging.getLogger(__name__)


def install(connection: Connection, dataset: Dataset, *, anew: bool = False) -> bool:
    """Renders a dataset's procedures into the database, unless they are installed and unaltered; returns whether it
    did. ``anew``: it does in any case.

    Inside a transaction of the caller, other sessions that render wait until that ends. Raises DatabaseError while a
    load of the dataset is open that they would disturb (LD003), or that has lost its staging (LD035), or if users have
    built something on functions that get other columns (LD020).
    """
    with explained(f"the procedures of {dataset.name} cannot be installed"):
        if not anew and _is_installed(connection, dataset) and _is_intact(connection, dataset):
            return False
        with connection.transaction():
            connection.execute("select pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
            if _is_installed(connection, dataset):
                if not _is_intact(connection, dataset):
                    connection.execute("select loader.assert_staging(%s)", (dataset.name,))
                    log.warning("staging tables of %s were dropped or altered; they are created again", dataset.name)
                elif not anew:
                    return False
            from loader.render.script import render  # late: it imports the template engine, and is rarely needed

            try:
                with _warnings_to(connection, log.warning), connection.transaction():
                    # try_mapping has run the SQL of the mapping; checking hundreds of bodies takes as long as the rest.
                    connection.execute("set local check_function_bodies = off")
                    run_script(connection, render(dataset))
            except InvalidFunctionDefinition:  # for a function with other columns, which could not be dropped before
                connection.execute("select loader.assert_states_free(%s)", (dataset.name,))
                raise
    return True


def keep_mapping(connection: Connection, dataset: Dataset) -> None:
    """Stores the mapping file of a dataset in the database, so that commands can refer to the dataset by name."""
    if dataset.text:
        connection.execute("select loader.keep_mapping(%s, %s)", (dataset.name, dataset.text))


def keep_settings(connection: Connection, dataset: Dataset) -> bool:
    """Registers the settings in a dataset's mapping; returns whether they differ from those registered before.

    While a load is open they stay: its own command reports which of them have changed. Settings that a command
    overrides (--set) are never registered.
    """
    settings = json.dumps(asdict(dataset.own_settings))
    with explained(f"the settings of {dataset.name} cannot be kept"):
        row = connection.execute("select loader.keep_settings(%s, %s)", (dataset.name, settings)).fetchone()
    return row is not None and bool(row[0])


def is_installed(connection: Connection, dataset: Dataset) -> bool:
    """Whether a dataset's procedures are those that would be rendered now. False without a control schema, too."""
    with explained("the control schema cannot be read"):
        return has_manifest(connection) and _is_installed(connection, dataset)


def _is_installed(connection: Connection, dataset: Dataset) -> bool:
    """Whether a dataset's procedures are those that would be rendered now."""
    return installed_hash(connection, dataset.name) == rendered_hash(dataset)


def _is_intact(connection: Connection, dataset: Dataset) -> bool:
    """Whether a dataset's staging tables and procedures are as they were created."""
    row = connection.execute("select loader.is_staging_intact(%s)", (dataset.name,)).fetchone()
    return row is not None and bool(row[0])


def repair(connection: Connection, dataset: Dataset) -> list[str]:
    """Creates again what somebody has dropped or altered of a dataset; returns what was repaired, one line each.

    Raises DatabaseError (LD034) for changes that somebody has to undo, and while a load is open.
    """
    with explained(f"{dataset.name} cannot be repaired"), connection.transaction():
        connection.execute("select loader.assert_repairable(%s)", (dataset.name,))
        connection.execute("select loader.restore_marks(%s)", (dataset.name,))
        install(connection, dataset, anew=True)
        mended = connection.execute("select loader.repair_tables(%s)", (dataset.name,)).fetchall()
    # Indexes take time, during which the locks of the transaction above would keep readers waiting.
    with explained(f"{dataset.name} cannot be repaired"), connection.transaction():
        connection.execute("select loader.assert_repairable(%s)", (dataset.name,))
        mended += connection.execute("select loader.repair_keys(%s)", (dataset.name,)).fetchall()
    return [f"installed the procedures of {dataset.name}", *(f"repaired {line}" for (line,) in mended)]
