"""Genres and styles, which masters and releases share."""

from __future__ import annotations

from loader.sample.catalogue import Catalogue
from loader.sample.deck import deal
from loader.sample.figures import TEXT
from loader.sample.pools import SINGLE

_GENRES = {
    "Electronic": 390, "Rock": 302, "Pop": 177, "Folk, World, & Country": 91, "Funk / Soul": 82, "Jazz": 68,
    "Hip Hop": 51, "Latin": 34, "Classical": 34, "Stage & Screen": 27, "Blues": 21, "Reggae": 16,
    "Non-Music": 13, "Children's": 7, "Brass & Military": 2,
}  # fmt: skip
_SHORT = [
    "Techno", "House", "Punk", "Vocal", "Soul", "Disco", "Dub", "Trance", "Electro", "Ballad", "Swing",
    "Ambient", "Minimal", "Chanson", "Country",
]  # fmt: skip
_LONG = [
    "Hardcore", "Pop Rock", "Euro House", "Experimental", "Synth-pop", "Indie Rock", "Alternative Rock",
    "Breakbeat", "Rock & Roll", "Rhythm & Blues", "Progressive House", "Tech House", "Deep House",
    "Drum n Bass", "Folk Rock", "Big Band",
]  # fmt: skip
_ACCENTED = ["Forró", "Música Criolla", "Séga"]


class Styles:
    """The ``<genres>`` and ``<styles>`` elements of one entity."""

    def __init__(self, catalogue: Catalogue, root: str) -> None:
        pools, form, seed = catalogue.pools, catalogue.form, catalogue.seed
        self._genres, self._styles = deal(f"{root}_genre", seed), deal(f"{root}_style", seed)
        self.tables = {f"{root}_genre": self._genres.counts, f"{root}_style": self._styles.counts}
        self._genre = form.elements("genre", pools.weighted(f"{root}_genre", _GENRES))
        styles = pools.blend(f"{root}_style", TEXT[f"{root}_style.style"], _SHORT, _LONG, _ACCENTED)
        self._style = form.elements("style", styles)

    def of(self, deck: int, place: int) -> str:
        """Return both elements; a record without styles has no ``<styles>``."""
        genre, style = self._genre, self._style
        genres = "".join([genre[row % SINGLE] for row in self._genres.of(deck, place)])
        styles = "".join([style[row % SINGLE] for row in self._styles.of(deck, place)])
        return f"<genres>{genres}</genres>" + (f"<styles>{styles}</styles>" if styles else "")
