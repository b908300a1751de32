"""Both forms of a dump have what real dumps of their time have."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from loader.sample import write_sample

pytestmark = pytest.mark.usefixtures("words_once")


def _document(dumps: Path, root: str) -> etree._Element:
    parser = etree.XMLParser(huge_tree=True)
    return etree.parse(dumps / f"discogs_20260301_{root}s.xml", parser).getroot()


def test_old_form_is_ascii_with_empty_elements(tmp_path: Path) -> None:
    write_sample(tmp_path, releases=1_000, form="2020", snapshot=date(2026, 3, 1))
    text = (tmp_path / "discogs_20260301_releases.xml").read_text(encoding="ascii")
    for part in ("<anv/>", "<extraartists/>", "<images>", "<resource_url>", 'status="Accepted"', "&#"):
        assert part in text
    assert "<series>" not in text
    for member in _document(tmp_path, "artist").iterfind("artist/members"):
        assert [i.text for i in member.iterfind("id")] == [n.get("id") for n in member.iterfind("name")]
    assert all(not label.attrib and not label.text for label in _document(tmp_path, "label").iter("sublabels"))


def test_current_form_is_that_of_the_dumps_of_2026(tmp_path: Path) -> None:
    write_sample(tmp_path, releases=3_000, snapshot=date(2026, 3, 1))
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(tmp_path.glob("*.xml")))
    for part in ("<images>", "resource_url", "status=", "<members><id>", "&#x"):
        assert part not in text
    releases = _document(tmp_path, "release")
    empty = [element.tag for element in releases.iter() if not (len(element) or element.text or element.attrib)]
    assert not empty
    assert all(artist.find("join") is None for artist in releases.iterfind("release/extraartists/artist"))
    assert all(artist.find("role") is None for artist in releases.iterfind("release/artists/artist"))
    masters = releases.findall("release/master_id")
    assert len(masters) == 3_000
    none = [m.get("is_main_release") for m in masters if m.text == "0"]
    assert set(none) == {"false"}
    assert 0.38 <= len(none) / 3_000 <= 0.42
    assert 0.06 <= len(releases.findall("release/series")) / 3_000 <= 0.072
    assert any(artist.find("id") is None for artist in releases.iter("artist"))
    assert any(artist.findtext("id") == "0" for artist in releases.iter("artist"))
    assert {"194", "355", "118760"} <= {artist.findtext("id") for artist in releases.iter("artist")}
    assert max(len(release.findtext("title") or "") for release in releases) == 8_000
    assert str(10**63 + 1) in [str(row.get("qty")) for row in releases.iter("format")]
    assert any((text or "").endswith("-00") for text in (r.findtext("released") for r in releases))


def test_nameless_artists_and_labels_are_in_current_dumps(tmp_path: Path) -> None:
    manifest = write_sample(tmp_path, releases=13_000, snapshot=date(2026, 3, 1))
    assert manifest["entities"]["label"]["records"] == 1_625
    for root in ("artist", "label"):
        assert any(record.find("name") is None for record in _document(tmp_path, root))
