"""A mapping that was read before is not judged again, and the cache never changes what is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.mapping import read
from loader.mapping.read import read_dataset

SHOP = """\
dataset: shop
comment: {comment}
namespaces: {{s: urn:shop}}
max_rejects: 3
deletes: mark
entities:
  item:
    record: /s:shop/s:item
    key: {{code: "@code"}}
    policy: {{merge: {{state: max(state), day: min(day)}}}}
    columns: {{day: {{path: /s:shop/@day, type: date}}, state: {{path: "@state", enum: [a, b], null_if: ["0"]}}}}
    ignore: [s:notes]
    indexes: [{{columns: [day], using: brin}}, {{expression: lower(code), extension: citext}}]
    children:
      item_offer: {{rows: s:offer, columns: {{item: "@item"}}, foreign_keys: [{{columns: [item], references: item}}]}}
  sale: {{record: /s:shop/s:sale, key: {{code: "@code"}}, columns: {{on: "@on"}}, policy: error}}
"""


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "dumploader" / "mappings"


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    """A mapping file with all that a mapping can have."""
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP.format(comment="ours"), encoding="utf-8")
    return path


def nothing_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever judges a mapping from now on fails."""
    monkeypatch.setattr(read, "parse_dataset", lambda *_, **__: pytest.fail("it was judged"))


@pytest.mark.parametrize(
    "change", [("", ""), ("policy: error", "policy: {latest_by: on}"), ("policy: error", "policy: fill")]
)
def test_what_is_kept_is_what_was_read(
    change: tuple[str, str], kept: Path, mapping: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = mapping.read_text(encoding="utf-8").replace(*change)
    if "latest_by" in text:
        text = text.replace("deletes: mark", "history: on")
    mapping.write_text(text, encoding="utf-8")
    first = read_dataset(mapping)
    moved = mapping.rename(mapping.with_name("moved.yaml"))
    nothing_is_judged(monkeypatch)

    again = read_dataset(moved)

    assert again.location == str(moved)
    assert repr(again).replace(str(moved), "") == repr(first).replace(str(mapping), "")


def test_the_built_in_mapping_is_kept_whole(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = read_dataset("discogs")
    nothing_is_judged(monkeypatch)
    assert repr(read_dataset("discogs")) == repr(first)


def test_a_changed_file_is_read_anew(kept: Path, mapping: Path) -> None:
    read_dataset(mapping)
    mapping.write_text(SHOP.format(comment="theirs"), encoding="utf-8")
    assert read_dataset(mapping).comment == "theirs"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"dataset": 1}', '{"name": "x"', '{"entities": 1, "tables": 2}'])
def test_a_damaged_cache_is_none(content: str, kept: Path, mapping: Path) -> None:
    first = read_dataset(mapping)
    (file,) = kept.iterdir()
    file.write_text(content, encoding="utf-8")
    assert read_dataset(mapping) == first


@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_a_folder_that_others_can_write_is_not_read(
    mode: int, kept: Path, mapping: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_dataset(mapping)
    kept.chmod(mode)
    nothing_is_judged(monkeypatch)
    with pytest.raises(pytest.fail.Exception):
        read_dataset(mapping)


@pytest.mark.parametrize("home", ["", "/dev/null", "relative"])
def test_without_a_cache_mappings_are_read_all_the_same(
    home: str, mapping: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", home)
    monkeypatch.setenv("HOME", "/dev/null")
    assert read_dataset(mapping).name == "shop"
    assert read_dataset(mapping).name == "shop"
