"""Artist records."""

from __future__ import annotations

from loader.sample.catalogue import Catalogue
from loader.sample.deck import DECK, deal
from loader.sample.figures import TEXT
from loader.sample.media import Images
from loader.sample.pools import SINGLE

# One artist in 2,600 of a current dump has no name; nothing refers to it.
_NAMELESS_EVERY, _NAMELESS_AT = 2600, 2599
_QUALITIES = {"Needs Major Changes": 613, "Needs Vote": 259, "Correct": 128}


class Artists:
    """Writes ``<artist>`` records by number."""

    root = "artist"

    def __init__(self, catalogue: Catalogue) -> None:
        pools, form, seed = catalogue.pools, catalogue.form, catalogue.seed
        self._names, self._form = catalogue.artists, form
        self._images = Images(catalogue, "artist_image")
        self._urls, self._variations = deal("artist_url", seed), deal("artist_name_variation", seed)
        self._aliases, self._members = deal("artist_alias", seed), deal("artist_member", seed)
        self._groups = deal("artist_group", seed)
        self.tables = {
            "artist_url": self._urls.counts,
            "artist_name_variation": self._variations.counts,
            "artist_alias": self._aliases.counts,
            "artist_member": self._members.counts,
            "artist_group": self._groups.counts,
            "artist_image": self._images.rows.counts,
        }
        realnames = form.elements("realname", pools.phrases("artist.realname", TEXT["artist.realname"]))
        self._realnames = [text if text != "<realname/>" else "" for text in realnames]
        self._profile = pools.prose("artist.profile", TEXT["artist.profile"])
        self._qualities = form.elements("data_quality", pools.weighted("artist.data_quality", _QUALITIES))
        self._url = pools.addresses("artist_url.url", TEXT["artist_url.url"])
        self._variation = pools.pair("artist_name_variation.name", TEXT["artist_name_variation.name"])
        self._alias = self._names.references("artist_alias", TEXT["artist_alias.name"])
        self._member = self._names.references("artist_member", TEXT["artist_member.name"])
        self._group = self._names.references("artist_group", TEXT["artist_group.name"])

    def key(self, number: int) -> int:
        """Return the id of a record."""
        return self._names.id(number)

    def record(self, number: int) -> str:
        """Return a record without the line end."""
        deck, place = divmod(number, DECK)
        nameless = number % _NAMELESS_EVERY == _NAMELESS_AT and not self._form.old
        name = "" if nameless else f"<name>{self._names.name(number)}</name>"
        return (
            f"<artist>{self._images.of(deck, place)}<id>{self.key(number)}</id>{name}"
            f"{self._realnames[number % SINGLE]}{self._form.element('profile', self._profile.text(number))}"
            f"{self._qualities[number % SINGLE]}{self._lists(deck, place)}</artist>"
        )

    def _lists(self, deck: int, place: int) -> str:
        parts = []
        if rows := self._urls.of(deck, place):
            parts.append(f"<urls>{''.join([f'<url>{self._url.text(row)}</url>' for row in rows])}</urls>")
        if rows := self._variations.of(deck, place):
            names = "".join([f"<name>{self._variation.text(row)}</name>" for row in rows])
            parts.append(f"<namevariations>{names}</namevariations>")
        if rows := self._aliases.of(deck, place):
            parts.append(f"<aliases>{''.join([_link(*self._alias(row)) for row in rows])}</aliases>")
        if rows := self._members.of(deck, place):
            link = _old_member if self._form.old else _link
            parts.append(f"<members>{''.join([link(*self._member(row)) for row in rows])}</members>")
        if rows := self._groups.of(deck, place):
            parts.append(f"<groups>{''.join([_link(*self._group(row)) for row in rows])}</groups>")
        return "".join(parts)


def _link(number: int, name: str) -> str:
    return f'<name id="{number}">{name}</name>'


def _old_member(number: int, name: str) -> str:
    return f'<id>{number}</id><name id="{number}">{name}</name>'
