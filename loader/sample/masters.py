"""Master records."""

from __future__ import annotations

from loader.sample.catalogue import Catalogue
from loader.sample.credits import Credits
from loader.sample.deck import DECK, deal
from loader.sample.figures import TEXT
from loader.sample.media import Images, Videos
from loader.sample.pools import SINGLE
from loader.sample.styles import Styles

_QUALITIES = {"Correct": 997, "Needs Vote": 3}


class Masters:
    """Writes ``<master>`` records by number."""

    root = "master"

    def __init__(self, catalogue: Catalogue) -> None:
        pools, form, seed = catalogue.pools, catalogue.form, catalogue.seed
        self._catalogue = catalogue
        self._images = Images(catalogue, "master_image")
        self._videos = Videos(catalogue, "master_video")
        self._artists = Credits(catalogue, "master_artist", deal("master_artist", seed))
        self._styles = Styles(catalogue, "master")
        self.tables = {
            "master_artist": self._artists.rows.counts,
            "master_video": self._videos.rows.counts,
            "master_image": self._images.rows.counts,
            **self._styles.tables,
        }
        self._notes = pools.prose("master.notes", TEXT["master.notes"])
        self._qualities = form.elements("data_quality", pools.weighted("master.data_quality", _QUALITIES))

    def key(self, number: int) -> int:
        """Return the id of a record."""
        return self._catalogue.master_id(number)

    def record(self, number: int) -> str:
        """Return a record without the line end."""
        deck, place = divmod(number, DECK)
        catalogue = self._catalogue
        main = catalogue.groups.main_release(number)
        return (
            f'<master id="{catalogue.master_id(number)}">'
            f"<main_release>{catalogue.release_id(main)}</main_release>{self._images.of(deck, place)}"
            f"<artists>{self._artists.of(deck, place)}</artists>{self._styles.of(deck, place)}"
            f"{self._notes.element('notes', number)}<year>{catalogue.released(main)[:4] or 0}</year>"
            f"<title>{catalogue.title(main, main=True)}</title>"
            f"{self._qualities[number % SINGLE]}{self._videos.of(deck, place)}</master>"
        )
