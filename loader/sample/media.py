"""Videos and images: children that several entities have in the same form."""

from __future__ import annotations

from loader.sample.catalogue import Catalogue
from loader.sample.deck import DECK, Rows, deal
from loader.sample.figures import TEXT, Text
from loader.sample.mixing import Dice
from loader.sample.pools import SINGLE

_KEY_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
# The videos of one record share most of their description: it is copied, or made by a machine.
_SHARED_DESCRIPTION = 0.62


class Videos:
    """The ``<videos>`` element of releases or masters."""

    def __init__(self, catalogue: Catalogue, table: str) -> None:
        pools, form = catalogue.pools, catalogue.form
        self.rows = deal(table, catalogue.seed)
        self._first_keys = pools.words.keys(f"{table} key", 1024, 6, _KEY_ALPHABET)
        self._last_keys = pools.words.keys(f"{table} key's end", 1021, 5, _KEY_ALPHABET)
        durations = Dice(catalogue.seed, f"{table}.duration")
        self._durations = [str(100 + durations.below(60) + durations.below(500)) for _ in range(SINGLE)]
        self._titles = pools.titles(f"{table}.title", TEXT[f"{table}.title"])
        description = TEXT[f"{table}.description"]
        shared = description.mean * _SHARED_DESCRIPTION
        self._shared = pools.prose(f"{table} shared", Text(shared))
        own = Text(description.mean - shared - 1, accented=description.accented)
        texts = pools.words.prose(f"{table} own", 700, own.mean, accented=own.accented)
        self._own = [form.text(text) for text in pools.filled(table, texts, description.filled)]
        self._empty = form.element("description", "")

    def of(self, deck: int, place: int) -> str:
        """Return the element of a record, or nothing when it has no videos."""
        rows = self.rows.of(deck, place)
        if not rows:
            return ""
        first, last, durations, titles, own = (
            self._first_keys,
            self._last_keys,
            self._durations,
            self._titles,
            self._own,
        )
        shared = self._shared.text(deck * DECK + place)
        videos = []
        for row in rows:
            ending = own[row % SINGLE]
            description = f"<description>{shared}\n{ending}</description>" if ending else self._empty
            videos.append(
                f'<video src="https://www.youtube.com/watch?v={first[row % 1024]}{last[row % 1021]}"'
                f' duration="{durations[row % SINGLE]}" embed="true"><title>{titles.text(row)}</title>'
                f"{description}</video>"
            )
        return f"<videos>{''.join(videos)}</videos>"


class Images:
    """The ``<images>`` element of any entity; current dumps have none."""

    def __init__(self, catalogue: Catalogue, table: str) -> None:
        self.rows = deal(table, catalogue.seed) if catalogue.form.old else Rows([0] * DECK)
        dice = Dice(catalogue.seed, table)
        sizes = [(_side(dice), _side(dice)) for _ in range(SINGLE)]
        self._images = [f'uri="" uri150="" width="{width}" height="{height}"/>' for width, height in sizes]

    def of(self, deck: int, place: int) -> str:
        """Return the element, or nothing when the record has no images."""
        rows = self.rows.of(deck, place)
        if not rows:
            return ""
        images = self._images
        kind = "primary"
        parts = []
        for row in rows:
            parts.append(f'<image type="{kind}" {images[row % SINGLE]}')
            kind = "secondary"
        return f"<images>{''.join(parts)}</images>"


def _side(dice: Dice) -> int:
    """Return a width or height: most pictures were scaled to 600 pixels."""
    return 600 if dice.below(3) else 120 + dice.below(480)
