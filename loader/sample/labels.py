"""Label records."""

from __future__ import annotations

from loader.sample.catalogue import Catalogue
from loader.sample.deck import DECK, Rows, deal
from loader.sample.figures import TEXT
from loader.sample.media import Images
from loader.sample.pools import SINGLE

# One label in 1,600 of a current dump has no name; nothing refers to it.
_NAMELESS_EVERY, _NAMELESS_AT = 1600, 1598
_QUALITIES = {"Needs Major Changes": 706, "Needs Vote": 183, "Correct": 109, "Complete and Correct": 2}


class Labels:
    """Writes ``<label>`` records by number."""

    root = "label"

    def __init__(self, catalogue: Catalogue) -> None:
        pools, form, seed = catalogue.pools, catalogue.form, catalogue.seed
        self._names, self._form = catalogue.labels, form
        self._images = Images(catalogue, "label_image")
        self._urls, self._sublabels = deal("label_url", seed), deal("label_sublabel", seed)
        self.tables = {
            "label_url": self._urls.counts,
            "label_sublabel": self._sublabels.counts,
            "label_image": self._images.rows.counts,
        }
        self._contact = pools.prose("label.contactinfo", TEXT["label.contactinfo"])
        self._profile = pools.prose("label.profile", TEXT["label.profile"])
        self._qualities = form.elements("data_quality", pools.weighted("label.data_quality", _QUALITIES))
        parent = TEXT["label.parent_label"]
        self._parent = self._names.references("label.parent_label", parent)
        with_parent = pools.filled("label.parent_label", ["yes"], parent.filled, DECK)
        self._parents = Rows([1 if yes else 0 for yes in with_parent])
        self._url = pools.addresses("label_url.url", TEXT["label_url.url"])
        self._url_filled = pools.filled("label_url.url", ["yes"], TEXT["label_url.url"].filled)
        self._sublabel = self._names.references("label_sublabel", TEXT["label_sublabel.name"])

    def key(self, number: int) -> int:
        """Return the id of a record."""
        return self._names.id(number)

    def record(self, number: int) -> str:
        """Return a record without the line end."""
        deck, place = divmod(number, DECK)
        nameless = number % _NAMELESS_EVERY == _NAMELESS_AT and not self._form.old
        name = "" if nameless else f"<name>{self._names.name(number)}</name>"
        return (
            f"<label>{self._images.of(deck, place)}<id>{self.key(number)}</id>{name}"
            f"{self._contact.element('contactinfo', number)}{self._profile.element('profile', number)}"
            f"{self._qualities[number % SINGLE]}{self._parent_label(deck, place)}"
            f"{self._lists(deck, place)}</label>"
        )

    def _parent_label(self, deck: int, place: int) -> str:
        parents = [self._parent(row) for row in self._parents.of(deck, place)]
        return "".join([f'<parentLabel id="{number}">{name}</parentLabel>' for number, name in parents])

    def _lists(self, deck: int, place: int) -> str:
        parts = []
        if rows := self._urls.of(deck, place):
            urls = [self._url.text(row) if self._url_filled[row % SINGLE] else "" for row in rows]
            parts.append(f"<urls>{''.join([f'<url>{url}</url>' if url else '<url/>' for url in urls])}</urls>")
        if rows := self._sublabels.of(deck, place):
            # The samples of 2020 lost what stands in here; dumps have the label's id and name.
            links = "<label/>" * len(rows) if self._form.old else "".join([self._link(row) for row in rows])
            parts.append(f"<sublabels>{links}</sublabels>")
        return "".join(parts)

    def _link(self, row: int) -> str:
        number, name = self._sublabel(row)
        return f'<label id="{number}">{name}</label>'
