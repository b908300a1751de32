"""A generated dump is like the real samples: rows, lengths, non-ASCII, titles, compression, references."""

from __future__ import annotations

import gzip
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from loader.sample import write_sample
from tests.unit.sample.sample_figures import (
    REFERENCES,
    ROOTS,
    TABLES,
    Figures,
    measure,
    measure_bytes,
    to_current,
)

REAL = Path(__file__).parents[3] / os.environ.get("LOADER_TEST_DATA", "../shared/data") / "discogs"
RELEASES = 10_000
TENTH = 0.10
COMPRESSION = 0.20
DISTINCT = 0.90
RESOLVED = 0.97
# A mean over fewer real values says nothing: 9 credits of sub-tracks, 2 of their extra artists.
VALUES_THAT_SAY_SOMETHING = 20

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="LOADER_TEST_DATA has no Discogs samples")


@dataclass(frozen=True)
class Likeness:
    """The real samples, in the form that was generated, and the generated dump."""

    form: str
    real: Figures
    generated: Figures

    @property
    def tables(self) -> list[str]:
        """Tables that the real samples have rows of."""
        return [table for table in TABLES if self.real.rows[table]]


@pytest.fixture(scope="module", params=["2020", "current"])
def likeness(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Likeness:
    directory = tmp_path_factory.mktemp("likeness")
    write_sample(directory, releases=RELEASES, form=request.param)
    real = Figures()
    for root in ROOTS:
        (path,) = REAL.glob(f"discogs_*_{root}s.xml.gz")
        data = gzip.decompress(path.read_bytes())
        measure_bytes(real, root, to_current(data) if request.param == "current" else data)
    return Likeness(request.param, real, measure(directory))


def _beyond(limit: float, pairs: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Return the (generated, real) pairs that differ by more than a share of the real value."""
    return {
        name: (generated, real) for name, (generated, real) in pairs.items() if abs(generated - real) > limit * real
    }


def test_child_counts_are_within_a_tenth(likeness: Likeness) -> None:
    real, generated = likeness.real, likeness.generated
    assert len(likeness.tables) == (35 if likeness.form == "2020" else 31)
    assert not _beyond(TENTH, {t: (generated.per_root(t), real.per_root(t)) for t in likeness.tables})


def test_text_lengths_and_filled_shares_are_within_a_tenth(likeness: Likeness) -> None:
    lengths, filled = {}, {}
    for table in likeness.tables:
        for name in TABLES[table][1].split():
            real, generated = likeness.real.columns[table, name], likeness.generated.columns[table, name]
            if real.filled >= VALUES_THAT_SAY_SOMETHING:
                lengths[f"{table}.{name}"] = (generated.mean, real.mean)
                filled[f"{table}.{name}"] = (
                    generated.filled / likeness.generated.rows[table],
                    real.filled / likeness.real.rows[table],
                )
    assert len(lengths) > 50
    assert not _beyond(TENTH, lengths)
    assert not _beyond(TENTH, filled)


def test_non_ascii_shares_are_within_a_tenth(likeness: Likeness) -> None:
    real, generated = likeness.real, likeness.generated
    # In the samples of 2020 sublabels have lost their text: nothing to compare with.
    tables = [
        table
        for table in likeness.tables
        if table != "label_sublabel" and real.accented(table) * generated.filled(table) >= VALUES_THAT_SAY_SOMETHING
    ]
    assert len(tables) > 20
    assert not _beyond(TENTH, {t: (generated.accented(t), real.accented(t)) for t in tables})


def test_compression_is_within_a_fifth(likeness: Likeness) -> None:
    real, generated = likeness.real, likeness.generated
    assert not _beyond(COMPRESSION, {root: (generated.ratio[root], real.ratio[root]) for root in ROOTS})


def test_nine_of_ten_titles_are_different(likeness: Likeness) -> None:
    shares = {table: likeness.generated.distinct(table) for table in likeness.generated.titles}
    assert set(shares) >= {"release", "master", "release_track", "release_sub_track", "release_video"}
    assert not {table: share for table, share in shares.items() if share < DISTINCT}


def test_references_resolve_in_every_relation(likeness: Likeness) -> None:
    generated = likeness.generated
    shares = {c: generated.resolved(c) for c in REFERENCES if generated.references[c]}
    # The 2020 form has neither series nor references in sublabels.
    assert len(shares) == (15 if likeness.form == "2020" else 17)
    assert not {column: share for column, share in shares.items() if share < RESOLVED}


def test_masters_and_main_releases_agree_both_ways(likeness: Likeness) -> None:
    generated = likeness.generated
    main_of = {master: int(text) for master, text in generated.references["master.main_release_id"]}
    master_of = {release: int(text) for release, text in generated.references["release.master_id"]}
    assert len(main_of) == generated.rows["master"]
    assert {main: master_of[main] for main in main_of.values()} == {main: m for m, main in main_of.items()}
    assert {master for master in master_of.values() if master} == set(main_of)
