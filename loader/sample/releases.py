"""Release records."""

from __future__ import annotations

from loader.sample.catalogue import Catalogue
from loader.sample.credits import Credits
from loader.sample.deck import DECK, deal
from loader.sample.figures import TEXT
from loader.sample.media import Images, Videos
from loader.sample.pools import SINGLE
from loader.sample.release_parts import Companies, Formats, Identifiers, ReleaseLabels
from loader.sample.styles import Styles
from loader.sample.tracks import Tracks

_QUALITIES = {"Needs Vote": 889, "Correct": 96, "Complete and Correct": 8, "Needs Minor Changes": 7}
_COUNTRIES = {
    "US": 250, "Germany": 91, "UK": 79, "Japan": 57, "Italy": 44, "Canada": 41, "Netherlands": 39,
    "France": 33, "Spain": 31, "Russia": 31, "": 30, "Europe": 24, "Sweden": 22, "Australia": 21,
    "Poland": 17, "Norway": 12, "Greece": 12, "Switzerland": 10, "Czechoslovakia": 8, "Denmark": 7,
    "UK & Europe": 7, "Rhodesia": 7, "Yugoslavia": 6, "Belgium": 6, "Israel": 6, "Finland": 16,
    "Brazil": 20, "Mexico": 14, "Argentina": 12, "South Africa": 9, "New Zealand": 7, "Ireland": 6,
    "USSR": 12,
}  # fmt: skip


class Releases:
    """Writes ``<release>`` records by number."""

    root = "release"

    def __init__(self, catalogue: Catalogue) -> None:
        pools, form, seed = catalogue.pools, catalogue.form, catalogue.seed
        self._catalogue, self._form = catalogue, form
        self._images = Images(catalogue, "release_image")
        self._artists = Credits(catalogue, "release_artist", deal("release_artist", seed))
        self._extras = Credits(catalogue, "release_extra_artist", deal("release_extra_artist", seed))
        self._labels, self._formats = ReleaseLabels(catalogue), Formats(catalogue)
        self._styles = Styles(catalogue, "release")
        self._tracks = Tracks(catalogue, deal("release_track", seed))
        self._identifiers, self._companies = Identifiers(catalogue), Companies(catalogue)
        self._videos = Videos(catalogue, "release_video")
        self._countries = pools.weighted("release.country", _COUNTRIES)
        self._countries = [text and form.element("country", form.text(text)) for text in self._countries]
        self._qualities = form.elements("data_quality", pools.weighted("release.data_quality", _QUALITIES))
        self._notes = pools.prose("release.notes", TEXT["release.notes"])
        # Current dumps have no status.
        self._status = ' status="Accepted"' if form.old else ""
        self.tables = {
            "release_artist": self._artists.rows.counts,
            "release_extra_artist": self._extras.rows.counts,
            "release_video": self._videos.rows.counts,
            "release_image": self._images.rows.counts,
            **self._labels.tables,
            **self._formats.tables,
            **self._styles.tables,
            **self._tracks.tables,
            **self._identifiers.tables,
            **self._companies.tables,
        }

    def key(self, number: int) -> int:
        """Return the id of a record."""
        return self._catalogue.release_id(number)

    def record(self, number: int) -> str:
        """Return a record without the line end."""
        deck, place = divmod(number, DECK)
        catalogue, element = self._catalogue, self._form.element
        master = catalogue.groups.master(number)
        main = master is not None and catalogue.groups.main_release(master) == number
        return (
            f'<release id="{catalogue.release_id(number)}"{self._status}>'
            f"{self._images.of(deck, place)}"
            f"<artists>{self._artists.of(deck, place)}</artists>"
            f"<title>{catalogue.title(number, main=main)}</title>{self._labels.of(deck, place)}"
            f"{element('extraartists', self._extras.of(deck, place))}"
            f"{self._formats.of(deck, place)}{self._styles.of(deck, place)}"
            f"{self._countries[number % SINGLE]}{self._dates_and_notes(number)}"
            f"{self._qualities[number % SINGLE]}{self._master_id(master, main=main)}"
            f"<tracklist>{self._tracks.of(deck, place)}</tracklist>"
            f"{element('identifiers', self._identifiers.of(deck, place))}"
            f"{self._videos.of(deck, place)}"
            f"{element('companies', self._companies.of(deck, place))}</release>"
        )

    def _dates_and_notes(self, number: int) -> str:
        released = self._catalogue.released(number)
        return (f"<released>{released}</released>" if released else "") + self._notes.element("notes", number)

    def _master_id(self, master: int | None, *, main: bool) -> str:
        if master is not None:
            identifier = self._catalogue.master_id(master)
            return f'<master_id is_main_release="{"true" if main else "false"}">{identifier}</master_id>'
        return "" if self._form.old else '<master_id is_main_release="false">0</master_id>'
