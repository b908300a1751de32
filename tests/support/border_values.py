"""Texts at the borders of what types accept."""

from __future__ import annotations

import random

TYPES = ("integer", "bigint", "numeric", "boolean", "date", "timestamp", "timestamptz", "varchar(6)")
NUMBERS = [
    "0", "-0", "+1", "007", "2147483647", "2147483648", "-2147483648", "-2147483649", "1999999999", "9999999999",
    "9223372036854775807", "9223372036854775808", "-9223372036854775809", "8999999999999999999", "1" * 17, "1.", ".5",
    "-.5", "+0.0", ".", "-", "--1", "1.2.3", "1234567.1234567", "12345678.9", "1234567.", "-123456789012345.6", "1e3",
    "1,5", " 7 ", "7\n", " ", "&#55;", "1&amp;2", "0x1F", "1_0", "\u0663", "NaN", "-5", "-6", "12", "13", "0.1",
    "0.099", "0.10000000000000000001", "99999999999999999", "123456789012345678901234567890.5",
    "12345678", "123456789", "9007199254740993",
]  # fmt: skip
DAYS = [
    "2000-02-29", "1900-02-29", "2024-02-29", "2023-02-29", "2024-02-30", "0000-01-01", "0001-01-01", "9999-12-31",
    "2024-04-31", "2024-00-10", "2024-13-01", "2024-01-00", "2024-01-32", "1999-12-31", "2000-02-28", "2025-01-01",
    "2024-1-01", "20240101", "2024/01/01", "2024-01-01x", " 2024-01-01 ", "today", "2024-0&#49;-01", "-024-01-01",
]  # fmt: skip
TIMES = [
    "T00:00:00", " 23:59:59", "T24:00:00", "T23:60:00", "T23:59:60", "T10:00", "T10", "T10:00:00.", "T10:00:00.1",
    "T10:00:00.123456", "T10:00:00.1234567", "t10:00:00", "T10-00:00", "T10:00:00,5", "T1:00:00", "T10:00:0x",
]  # fmt: skip
ZONES = ["", "Z", "z", "+00:00", "-05:30", "+15:59", "+16:00", "+10:60", "+0530", "+05", "+5", " Z", "+05-30", "CET"]
WORDS = ["", "true", "false", "1", "TRUE", "t", "truex", "abcdef", "abcdefg", "\u00e4\u00f6\u00fc\u00e4\u00f6\u00fc",
         "\U0001f3b5" * 7, "AB1", "AB", "x", "x9", "x99", "shut", "open ", "banana", "aB", "\\N", "a\tb"]  # fmt: skip


def border_values(chance: random.Random) -> list[str]:
    """Values at the borders of types, and the same ones with a character changed."""
    found = [*NUMBERS, *DAYS, *WORDS]
    found += [f"2024-02-29{time}{zone}" for time in TIMES for zone in ZONES]
    found += [f"{day}T00:30:00{zone}" for day in DAYS[:10] for zone in ZONES[1:6]]
    for text in chance.sample([text for text in found if text.isascii() and "&" not in text and text], 150):
        place = chance.randrange(len(text))
        found.append(text[:place] + chance.choice("0123456789+-.:TZ ") + text[place + 1 :])
    return found
