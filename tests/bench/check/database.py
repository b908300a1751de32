"""Ratios of the server: what a kind of statement takes a row for what COPY takes a row, in the same load."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass

import psycopg

from tests.bench.corpus import Dump
from tests.bench.loaders import FreshMerge, Ours
from tests.bench.measuring import measure
from tests.bench.server import Server
from tests.bench.statements import by_kind, statements

LOADS = 3
CHUNK = "--chunk-bytes=1MB"  # many chunks: COPY and merge take turns, so that both meet the same troubles

# A trigger that is called at the end of loader.finish_load and turns idly for a share of the time it took so far.
_SLOWED = """
create function public.turn_idly() returns trigger language plpgsql as $$
declare
    v_until timestamptz := clock_timestamp() + (clock_timestamp() - statement_timestamp()) * {share};
begin
    while clock_timestamp() < v_until loop
    end loop;
    return null;
end
$$;
create trigger turn_idly after update on loader.load
for each row when (new.state = 'done') execute function public.turn_idly();
"""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio that a kind of load shows; ``stage``: what `--slow` calls it."""

    name: str
    loader: Ours
    kind: str
    stage: str


RATIOS = (
    Ratio("merge / COPY", FreshMerge(workers=1, arguments=("--merge", CHUNK)), "apply or publish", "merge"),
    Ratio("keys / COPY", Ours(workers=1, arguments=("--replace", CHUNK)), "keys", "keys"),
)


def ratios(dump: Dump, server: Server, slow: Mapping[str, float], only: str = "") -> dict[str, float]:
    """The median of several loads: CPU seconds of statements of a kind for a second of COPY.

    Parsing and binding count as well as running. As many rows go through both, so this is the ratio of the rows, too.
    """
    return {
        ratio.name: statistics.median(_ratio(ratio, dump, server, slow.get(ratio.stage, 0.0)) for _ in range(LOADS))
        for ratio in RATIOS
        if only in ("", ratio.name)
    }


def _ratio(ratio: Ratio, dump: Dump, server: Server, share: float) -> float:
    assert server.log is not None
    with server.database() as url:
        if share:
            measure([*ratio.loader.program(), "migrate", "discogs", f"--database={url}", "-q"], server, url)
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(_SLOWED.format(share=share))
        start = server.log.stat().st_size
        measure(ratio.loader.command(dump.folder, url), server, url)
        found = by_kind(statements(server.log, start))
    return found[ratio.kind][1] / found["COPY"][1]
