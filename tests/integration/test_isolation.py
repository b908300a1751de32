"""What workers do at once, step by step: the specs of tests/isolation, on every server version that is here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.isolation.database import prepare, run, specs
from tests.isolation.reading import read
from tests.isolation.running import SpecError
from tests.support.server import fresh_database

CLAIMS = """
setup { select spec.load(2) }
session a
step a_claim { begin; select spec.claim() }
step a_commit { commit }
session b
step b_lock { begin; lock table loader.chunk }
"""
LOCKS = """
setup { select spec.load(1) }
session a
step a_chunk { begin; lock table loader.chunk }
step a_source { lock table loader.source; commit }
session b
step b_source { begin; lock table loader.source }
step b_chunk { lock table loader.chunk; commit }
"""
BROKEN = {
    CLAIMS + "order a_claim a_commit\n    a_claim 2\n": "a_claim 1",
    CLAIMS + "order b_lock a_claim\n    a_claim waits\n": "wait at the end",
    CLAIMS + "always \"two\" { select count(*) = 2 from loader.chunk where state = 'leased' }\norder a_claim a_commit\n"
    "    a_claim 1\n": "not two",
    LOCKS + "order a_chunk b_source a_source b_chunk\n    a_source waits\n": "40P01",
    LOCKS + "order all\n": "40P01",
}


@pytest.fixture(scope="module")
def prepared(any_server: str) -> Iterator[str]:
    """A database that specs can run in, on each server."""
    with fresh_database(any_server) as url:
        prepare(url)
        yield url


@pytest.mark.parametrize("path", specs(), ids=lambda path: path.stem)
def test_the_spec_holds(path: Path, prepared: str) -> None:
    assert run(prepared, path) > 0


@pytest.mark.parametrize("number", range(len(BROKEN)))
def test_a_spec_that_does_not_hold_is_told(number: int, prepared: str, tmp_path: Path) -> None:
    text, told = list(BROKEN.items())[number]
    path = tmp_path / "broken.spec"
    path.write_text(text)

    with pytest.raises(SpecError, match=told):
        run(prepared, path)


@pytest.mark.parametrize("text", ["step a {}\n", "order all b\n", "setup { select 1 \n", "hello\n", "session a\n"])
def test_what_is_no_spec_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "no.spec"
    path.write_text(text)

    with pytest.raises((ValueError, KeyError)):
        read(path)
