"""What a memory budget holds: workers, chunks, records."""

from __future__ import annotations

import pytest

from loader.config.units import MIB
from loader.errors import UsageError
from loader.load.memory_budget import (
    BLOCK_COST,
    CHUNK_COST,
    COMMAND_BYTES,
    LEAST_RECORD,
    RECORD_COST,
    WORKER_BYTES,
    Fit,
    fit,
)
from loader.source.protocol import RECORD_LIMIT


def test_without_a_budget_nothing_is_bounded_but_records() -> None:
    assert fit(None, 7) == Fit(7, RECORD_LIMIT)
    assert fit(None, 7, 5 * MIB) == Fit(7, 5 * MIB)


@pytest.mark.parametrize("megabytes", [110, 128, 256, 512, 1024, 65536])
@pytest.mark.parametrize("asked", [1, 2, 4, 64])
def test_what_fits_costs_no_more_than_the_budget(megabytes: int, asked: int) -> None:
    found = fit(megabytes * MIB, asked)
    assert 1 <= found.workers <= asked
    assert LEAST_RECORD <= found.max_record <= RECORD_LIMIT
    assert found.chunk_bytes is not None
    assert found.block_bytes is not None
    each = max(found.max_record * RECORD_COST, found.chunk_bytes * CHUNK_COST, found.block_bytes * BLOCK_COST)
    assert COMMAND_BYTES + found.workers * (WORKER_BYTES + each) <= megabytes * MIB


def test_a_larger_budget_holds_more_workers_and_never_fewer() -> None:
    workers = [fit(megabytes * MIB, 8).workers for megabytes in range(110, 1100, 10)]
    assert workers == sorted(workers)
    assert (workers[0], workers[-1]) == (1, 8)


def test_fewer_workers_than_asked_for_are_told(caplog: pytest.LogCaptureFixture) -> None:
    fit(256 * MIB, 4)
    assert caplog.messages == ["256 MB of memory suffice for 3 of 4 workers"]


def test_what_does_not_hold_one_worker_is_refused_with_what_would() -> None:
    with pytest.raises(UsageError, match=r"20 MB of memory are too little .*\n +it needs (\d+) MB for records"):
        fit(20 * MIB, 4)
    fit(98 * MIB, 4)


def test_who_joins_a_load_has_to_hold_its_records_and_chunks() -> None:
    with pytest.raises(UsageError, match=r"for records of 16\.0 MB and chunks of 16\.0 MB, as in the open load"):
        fit(256 * MIB, 1, 16 * MIB, 16 * MIB)
    assert fit(400 * MIB, 2, 16 * MIB, 16 * MIB).workers == 1
    assert fit(800 * MIB, 2, 16 * MIB, 16 * MIB).max_record == 16 * MIB
