"""How fast a load was from its beginning to its end."""

from __future__ import annotations

from typing import Any

import psycopg

TENTHS = 10

# Bytes of XML a second of a worker's time, tenth by tenth of the chunks of the largest source.
_SPEEDS = """
with chunks as (
    select c.weight as bytes, extract(epoch from a.ended_at - a.started_at) as seconds,
        ntile(10) over (order by a.ended_at) as tenth
    from loader.chunk as c join loader.chunk_attempt as a using (chunk_id)
    where a.outcome = 'done'
        and c.source_id = (select s.source_id from loader.source as s order by s.decoded_bytes desc limit 1)
)
select count(*), (sum(bytes) / sum(seconds))::float8 from chunks group by tenth order by tenth
"""


def tenth_speeds(connection: psycopg.Connection[Any]) -> tuple[int, list[float]]:
    """Chunks of the largest source, and bytes a second of a worker in each tenth of them; fewer than ten where there
    are fewer chunks.
    """
    rows = connection.execute(_SPEEDS).fetchall()
    return sum(int(row[0]) for row in rows), [float(row[1]) for row in rows]
