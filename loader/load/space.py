"""Whether the server's disk has room for a load, as far as this host can tell."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path

from loader.config.units import MB
from loader.database.connect import Connection
from loader.database.sqlstates import Server
from loader.errors import DatabaseError
from loader.mapping.dataset import Dataset

log = logging.getLogger(__name__)

# Bytes of tables and indexes per byte of XML (measured with Discogs dumps, both forms: 0.9-1.1), and what the rewrite
# of the largest table needs in addition for a short time.
SIZE_RATIO = 1.1
REWRITE_RATIO = 0.4


def check_space(connection: Connection, dataset: Dataset, xml_bytes: int) -> None:
    """Estimates what a load of so many bytes of XML needs, logs it, and refuses what cannot fit.

    Nothing is refused if the server runs elsewhere, or hides its data directory.
    """
    needed = int(xml_bytes * (SIZE_RATIO + REWRITE_RATIO))
    free = _free(connection)
    log.info(
        "%s: about %.0f MB of XML need about %.0f MB of disk, %s are free",
        dataset.name, xml_bytes / MB, needed / MB, "an unknown number" if free is None else f"{free / MB:.0f} MB",
    )  # fmt: skip
    if free is not None and free < needed:
        raise DatabaseError(
            f"the load needs about {needed / MB:,.0f} MB of disk; the server has {free / MB:,.0f} MB left",
            hint="free some space; --no-space-check skips this check",
        )


def check_apply(connection: Connection, load_id: int, *, refuse: bool = True) -> str:
    """Estimates what it takes to apply a merge, as text; logs it as an event.

    With ``refuse``, raises DatabaseError if that cannot fit. Empty if nothing is left to apply at the end.
    """
    row = connection.execute("select disk, wal from loader.estimate_apply(%s)", (load_id,)).fetchone()
    if row is None or row[0] is None:
        return ""
    disk, wal = int(row[0]), int(row[1])
    needed = f"about {disk / MB:,.1f} MB of disk and {wal / MB:,.1f} MB of WAL"
    detail = json.dumps({"disk": disk, "wal": wal})
    connection.execute(
        "select loader.log_event('apply_estimated', %s, %s, p_detail => %s)",
        (f"applying the difference takes {needed}", load_id, detail),
    )
    free = _free(connection)
    if refuse and free is not None and free < disk:
        raise DatabaseError(
            f"applying the difference needs {needed}; the server has {free / MB:,.1f} MB left",
            hint="free some space; the same command then continues; --no-space-check skips this check",
            sqlstate=Server.DISK_FULL,
        )
    return needed


def _free(connection: Connection) -> int | None:
    """Free bytes where the server keeps its data, if it runs on this machine and reveals the directory."""
    if connection.info.host and not connection.info.host.startswith("/"):
        return None
    row = connection.execute(
        "select case when pg_has_role('pg_read_all_settings', 'usage') then current_setting('data_directory') end"
    ).fetchone()
    if row is None or row[0] is None:
        return None
    directory = Path(row[0])
    while not directory.exists() and directory != directory.parent:
        directory = directory.parent
    try:
        return shutil.disk_usage(directory).free
    except OSError:
        return None
