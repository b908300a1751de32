"""The sources of the strategies share the keys that they should, in other versions, and no others."""

from __future__ import annotations

import gzip
import re
from itertools import combinations
from pathlib import Path

from loader.mapping.read import read_dataset
from tests.bench.overlapping import cut


def test_partners_share_a_part_of_their_keys_and_others_none(tmp_path: Path) -> None:
    found = cut(tmp_path, read_dataset("discogs"), releases=50, sources=5, overlap=0.2)

    sources = [_records(path) for path in found.paths]
    shared = {(one, other): sources[one].keys() & sources[other].keys() for one, other in combinations(range(5), 2)}
    assert {pair: len(keys) for pair, keys in shared.items() if keys} == {(0, 1): 2, (2, 3): 2}
    assert all(sources[one][key] != sources[other][key] for (one, other), keys in shared.items() for key in keys)
    assert len(set().union(*sources)) == 50
    assert found.records == sum(map(len, sources))


def _records(path: Path) -> dict[bytes, bytes]:
    text = gzip.decompress(path.read_bytes())
    return {found[1]: found[0] for found in re.finditer(rb'<release id="(\d+)".*?</release>', text, re.DOTALL)}
