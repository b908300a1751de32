"""Units of bytes: powers of ten where sizes and speeds are shown, powers of 1024 where a setting says a size."""

from __future__ import annotations

MB = 1_000_000  # as shown

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
IN_SETTINGS = {"B": 1, "KB": KIB, "MB": MIB, "GB": GIB}  # in settings
