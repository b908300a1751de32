"""Where a document ends and the next one begins, and whose documents are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.source.xml.scan import RecordPath, Summary, scan
from tests.support.sources import expand

PATHS = [RecordPath("item", ("list", "item")), RecordPath("row", ("list", "part", "row")), RecordPath("x", ("x", "y"))]
DECLARATION = '<?xml version="1.0"?>'
LIST = f"{DECLARATION}<list><item/></list>\n"


def summary(folder: Path, text: str) -> Summary:
    """What a scan of a file of several documents learns."""
    (folder / "a.xml").write_text(text, "utf-8")
    found = scan(expand([folder / "a.xml"])[0], PATHS, chunk_bytes=1000, documents="many")
    for _ in found:
        pass
    return found.summary


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        (LIST, ["item", "row"]),
        ("<other/><x/>", ["x"]),
        (f"<x/>{LIST}<other/>", ["item", "row", "x"]),
        ("<other/>", []),
        ('<list xmlns="urn:x"/>', []),
    ],
)
def test_the_root_element_of_each_document_tells_its_entities(tmp_path: Path, text: str, entities: list[str]) -> None:
    found = summary(tmp_path, text)
    assert (found.damage, found.entities) == (None, entities)


@pytest.mark.parametrize("more", ["", "<!-- end -->", "<?end?>", "\n", f"{DECLARATION}\n<list/>", "<!DOCTYPE x><x/>"])
def test_what_may_follow_a_document(tmp_path: Path, more: str) -> None:
    assert summary(tmp_path, LIST + more).damage is None


@pytest.mark.parametrize(
    ("more", "offset"),
    [
        (DECLARATION, len(LIST) + len(DECLARATION)),
        (DECLARATION + LIST, len(LIST) + len(DECLARATION)),
        ("<!DOCTYPE list>", len(LIST) + len("<!DOCTYPE list>")),
        (f"{DECLARATION}<!-- nothing -->\n", len(LIST) + len(DECLARATION) + 17),
        (f"{DECLARATION}\n<!DOCTYPE list>\n", len(LIST) + len(DECLARATION) + 17),
    ],
)
def test_a_document_without_a_root_element_is_damage(tmp_path: Path, more: str, offset: int) -> None:
    damage = summary(tmp_path, LIST + more).damage
    assert damage is not None
    assert damage.message == f"the document that begins at byte {len(LIST)} has no root element"
    assert damage.offset == offset
