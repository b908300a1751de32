"""Units of bytes: powers of ten for sizes and speeds that are shown, powers of 1024 for sizes in settings."""

from __future__ import annotations

MB = 1_000_000  # as shown

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
IN_SETTINGS = {"GB": GIB, "MB": MIB, "KB": KIB, "G": GIB, "M": MIB, "K": KIB, "B": 1}  # in settings


def in_units(size: int) -> str:
    """A number of bytes with the largest unit of settings that needs no fraction: 64 B, 16 MB."""
    unit = next(unit for unit, factor in IN_SETTINGS.items() if unit.endswith("B") and size % factor == 0)
    return f"{size // IN_SETTINGS[unit]:,} {unit}"
