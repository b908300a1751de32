"""How many bits of a record's number are the record's is said once in SQL, once in Python, and both agree."""

from __future__ import annotations

import re

from loader.config.resources import directory
from loader.mapping.tables import RECORD_BITS

_SHIFT = re.compile(r"(?:<<|(?<!-)>>)\s*(\d+)")


def test_sql_shifts_by_as_many_bits_as_python_in_one_place() -> None:
    sql = directory("sql")
    found = {
        path.name: _SHIFT.findall(text)
        for path in sql.rglob("*.sql")
        if _SHIFT.search(text := path.read_text(encoding="utf-8"))
    }

    assert found == {"record_id.sql": [str(RECORD_BITS)]}
