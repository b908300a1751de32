"""Generated and made-up records, damaged at random: both engines make the same of them."""

from __future__ import annotations

import os
import random
import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loader.mapping.read import read_dataset
from loader.sample import write_sample
from tests.unit.extract.differential import Engines
from tests.unit.extract.discogs_records import CURRENT
from tests.unit.extract.mutations import SNIPPETS, mutate, tokens

DISCOGS = read_dataset("discogs")
ENTITIES = ["artist", "label", "master", "release"]
# For a longer run: MUTATIONS=20000 pytest tests/unit/extract/test_columnar_mutations.py
EXAMPLES = os.environ.get("MUTATIONS")
LONGEST = 1500  # bytes: damage in a short record is more often what a rule is about

SETTINGS = settings(
    max_examples=int(EXAMPLES or 60), derandomize=EXAMPLES is None, database=None, deadline=None, print_blob=True
)


@cache
def engines(entity: str) -> Engines:
    """Both engines of an entity; they are slow to make."""
    return Engines(DISCOGS, [entity])


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[bytes]]:
    """Records of small samples in both forms, by entity."""
    found: dict[str, list[bytes]] = {entity: [] for entity in ENTITIES}
    for form in ("current", "2020"):
        folder: Path = tmp_path_factory.mktemp(form)
        write_sample(folder, releases=100, form=form)
        for entity in ENTITIES:
            (file,) = folder.glob(f"*_{entity}s.xml")
            tag = entity.encode()
            found[entity] += re.findall(rb"(?ms)^<%s[ >].*?</%s>$" % (tag, tag), file.read_bytes())
    return found


def around(entity: str) -> tuple[bytes, bytes]:
    """The tags around the records of an entity."""
    return f"<{entity}s>".encode(), f"</{entity}s>".encode()


@pytest.mark.parametrize("entity", ENTITIES)
def test_generated_records_are_all_plain(entity: str, generated: dict[str, list[bytes]]) -> None:
    # Otherwise the tests here would compare the general engine with itself.
    assert len(generated[entity]) >= 20
    for block_bytes, count in ((1, 20), (10_000, None), (1 << 20, None)):
        outcome = engines(entity).agreed_on(generated[entity][:count], around(entity), block_bytes)
        assert (outcome.left, outcome.extracted.doubts) == ([], {})


@pytest.mark.parametrize("entity", ENTITIES)
def test_indented_records_are_plain(entity: str, generated: dict[str, list[bytes]]) -> None:
    # A break between two tags is not text, unless they begin and end one and the same element.
    indented = [re.sub(rb"(</[^<>]*>|/>)(?=<)", rb"\1\n\t  ", record) for record in generated[entity]]
    assert engines(entity).agreed_on(indented, around(entity)).left == []


@pytest.mark.parametrize("entity", ENTITIES)
@SETTINGS
@given(seed=st.integers(0, 2**64), share=st.sampled_from([0.1, 0.5, 1.0]), size=st.integers(1, 30))
def test_damaged_records(entity: str, generated: dict[str, list[bytes]], seed: int, share: float, size: int) -> None:
    chance = random.Random(seed)
    short = [record for record in generated[entity] if len(record) < LONGEST] + [CURRENT[entity].encode()]
    damaged = mutate(chance, [chance.choice(short) for _ in range(size)], share)
    engines(entity).agreed_on(damaged, around(entity), chance.choice((200, 5000, 1 << 20)))


@pytest.mark.parametrize("entity", ENTITIES)
@SETTINGS
@given(data=st.data())
def test_a_damaged_record_cut_down_to_what_matters(entity: str, data: st.DataObject) -> None:
    parts = tokens(MINIMAL[entity])
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(parts) - 1))
        end = data.draw(st.integers(place, min(place + 2, len(parts))))
        parts[place:end] = data.draw(st.lists(st.sampled_from((*SNIPPETS, *parts)), max_size=2))
        parts = parts or [b""]
    first, last = MINIMAL[entity], MINIMAL[entity].replace(b"1", b"7")
    engines(entity).agreed_on([first, b"".join(parts), last], around(entity))


MINIMAL = {
    "artist": b"<artist><id>1</id><name>a</name><urls><url>u</url></urls>"
    b'<members><name id="2">b</name></members></artist>',
    "label": b'<label><id>1</id><parentLabel id="2">p</parentLabel>'
    b'<sublabels><label id="3">s</label></sublabels></label>',
    "master": b'<master id="1"><year>0</year><videos><video src="s" duration="1" embed="true"/></videos></master>',
    "release": b'<release id="1" status="S"><title>t</title><tracklist><track><sub_tracks><track><title/></track>'
    b'</sub_tracks></track></tracklist><master_id is_main_release="true">1</master_id></release>',
}
