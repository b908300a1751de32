"""A worker that claims, takes its time, and ends its chunk: `python -m tests.queue.claimant URL NAME SECONDS`.

It begins when it gets the advisory lock START, so that all begin together.
"""

from __future__ import annotations

import sys
import time

import psycopg

START = 4711
IDLE_S = 0.01


def main(url: str, name: str, seconds: float) -> None:
    """Works until the load has no work."""
    with psycopg.connect(url, autocommit=True, application_name=f"claimant {name}") as connection:
        connection.execute("select pg_advisory_lock_shared(%s)", (START,))
        floor = 0
        while True:
            row = connection.execute(
                "select chunk_id, lease_token from loader.claim_chunk(1, %s, p_cursor => %s)", (name, floor)
            ).fetchone()
            if row is not None:
                floor = row[0]
                time.sleep(seconds)
                connection.execute("call loader.merge_chunk(%s, %s, 0, 0)", row)
            elif floor:
                floor = 0
            elif connection.execute("select loader.has_work(1)").fetchone() == (True,):
                time.sleep(IDLE_S)
            else:
                return


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
