"""On random documents, whole and damaged, the loader finds the records that lxml finds, or says that it does not."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.corpus import DAMAGED, GOOD
from tests.fuzz.damage import damage, damage_gzip, pack
from tests.fuzz.documents import Form, make, make_many
from tests.fuzz.judge import check, check_many, check_packed
from tests.fuzz.oracle import oracle

SEEDS = st.integers(0, 2**64)


def runs(examples: int) -> settings:
    """Few in CI, always the same; `make fuzz` runs on and on."""
    return settings(
        max_examples=examples, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )  # fmt: skip


@runs(60)
@given(seed=SEEDS)
def test_well_formed_documents(tmp_path: Path, seed: int) -> None:
    data, form = make(random.Random(seed))
    assert oracle(data, form) is not None, data
    verdict = check(data, form, tmp_path / "dump.xml")
    assert (verdict.refused, verdict.damage) == ("", "")


@runs(150)
@given(seed=SEEDS)
def test_damaged_documents(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    data, form = make(chance)
    check(damage(chance, data), form, tmp_path / "dump.xml")


@runs(20)
@given(seed=SEEDS)
def test_several_documents_in_a_file(tmp_path: Path, seed: int) -> None:
    parts, form = make_many(random.Random(seed))
    check_many(parts, form, tmp_path / "dump.xml")


@runs(30)
@given(seed=SEEDS)
def test_gzip_of_any_make(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    data, form = make(chance)
    packed = pack(chance, data)
    assert gzip.decompress(packed) == data
    check_packed(packed, form, tmp_path / "dump.xml.gz")
    check_packed(damage_gzip(chance, packed), form, tmp_path / "damaged.xml.gz")


@pytest.mark.parametrize("name", GOOD)
def test_well_formed_documents_that_were_once_misread(tmp_path: Path, name: str) -> None:
    data, records = GOOD[name]
    assert len(check(data, Form(), tmp_path / "dump.xml").records) == records


@pytest.mark.parametrize("name", DAMAGED)
def test_broken_documents_that_once_passed(tmp_path: Path, name: str) -> None:
    assert oracle(DAMAGED[name], Form()) is None
    assert not check(DAMAGED[name], Form(), tmp_path / "dump.xml").is_success


def test_an_unknown_encoding_is_refused_though_lxml_reads_the_document(tmp_path: Path) -> None:
    data = "\ufeff<?xml version='1.0' encoding='UT8-16'?><dump><row id='1'/></dump>".encode("utf-16-le")
    assert oracle(data, Form())
    assert "'UT8-16', which Python does not know" in check(data, Form(), tmp_path / "dump.xml").refused
