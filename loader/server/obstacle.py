"""An empty file that keeps PostgreSQL from starting after a crash, and may be removed.

If a transaction that has created an unlogged table is rolled back, one empty file of the table stays until the next
checkpoint. If the server dies before the record of the rollback is on disk, a fraction of a second later, recovery
creates the table's initial state again, finds that file in its way and gives up, at each start (seen with 15 and 18). A
load or a rollback that ends together with the server can leave such a file.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path

log = logging.getLogger(__name__)

_IN_THE_WAY = re.compile(r'could not create file "(base/\d+/\d+)": File exists')


def removed(data: Path, said: str) -> bool:
    """Remove the file about which ``said``, the server's last log lines, complains; False if none may be removed."""
    found = _IN_THE_WAY.search(said)
    if found is None:
        return False
    path = data / found.group(1)
    try:
        if path.stat().st_size or not path.with_name(f"{path.name}_init").exists():
            return False
        path.unlink()
    except OSError:
        return False
    log.warning("removed the empty file %s, left by a crash, which kept the server from starting", path)
    return True
