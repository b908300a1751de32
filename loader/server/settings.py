"""The settings that the embedded server starts with."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from loader.config.units import MIB
from loader.process import cores

PORT = 5432  # part of the socket's name only

# For loading on small machines; ALTER SYSTEM overrides. Durability stays on.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "cluster_name": "dumploader",
    "wal_level": "minimal",  # tables filled and keyed in the transaction that creates them write no WAL
    "max_wal_senders": "0",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "random_page_cost": "1.1",
    "jit": "off",  # the loader's statements are many and short: compiling them costs more than running them
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%d %a ",
    "log_checkpoints": "off",
    "lc_messages": "C",
}
SETTINGS_FILE = "loader.conf"

# Parallel queries share memory through this directory; in a container it has 64 MB, less than one join may need.
SHARED_MEMORY = Path("/dev/shm")
SHARED_MEMORY_NEEDED = 512 * MIB

# One worker per core may need more connections than the server's default (100): two each, and some for users.
SESSIONS_A_CORE = 2
SESSIONS_BESIDES = 20


def default_settings() -> dict[str, str]:
    """SETTINGS, with those that this machine needs in addition."""
    shared_memory = shutil.disk_usage(SHARED_MEMORY).total if SHARED_MEMORY.is_dir() else None
    return settings_for(cores.count(), shared_memory)


def settings_for(count: int, shared_memory: int | None) -> dict[str, str]:
    """SETTINGS, with those that a machine with so many cores and so many bytes of shared memory needs in addition."""
    settings = dict(SETTINGS)
    if (sessions := SESSIONS_A_CORE * count + SESSIONS_BESIDES) > 100:
        settings["max_connections"] = str(sessions)
    if shared_memory is not None and shared_memory < SHARED_MEMORY_NEEDED:
        settings["dynamic_shared_memory_type"] = "mmap"
    return settings
