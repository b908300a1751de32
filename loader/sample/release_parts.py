"""Labels, series, formats, identifiers and companies of a release."""

from __future__ import annotations

from loader.sample.catalogue import Catalogue
from loader.sample.deck import DECK, Rows, deal, deal_nested
from loader.sample.figures import TEXT
from loader.sample.pools import SINGLE

_FORMATS = {
    "Vinyl": 515, "CD": 288, "File": 86, "Cassette": 74, "CDr": 30, "Box Set": 12, "DVD": 11, "Shellac": 9,
    "All Media": 5, "Reel-To-Reel": 2, "VHS": 2, "8-Track Cartridge": 1, "Acetate": 1, "Flexi-disc": 1,
}  # fmt: skip
_QUANTITIES = {
    "1": 929,
    "2": 49,
    "3": 24,
    "4": 9,
    "5": 7,
    "12": 4,
    "8": 4,
    "10": 3,
    "9": 2,
    "6": 2,
    "13": 1,
    "16": 1,
}
# One quantity in 20,000 releases fits no integer, as in real dumps.
_HUGE_QUANTITY_EVERY, _HUGE_QUANTITY_AT, _HUGE_QUANTITY = 20_000, 1_500, 10**63 + 1
_DESCRIPTIONS = {
    "Album": 394, "LP": 235, '12"': 147, "45 RPM": 127, '7"': 127, "Single": 115, "Compilation": 101,
    "33 ⅓ RPM": 86, "Reissue": 86, "Promo": 86, "Stereo": 71, "EP": 68, "Limited Edition": 66, "MP3": 58,
    "Mono": 38, "Unofficial Release": 37, "Remastered": 30, "White Label": 18, "Maxi-Single": 16,
    "Repress": 15, "Numbered": 15, '10"': 14, "Mixed": 12, "Sampler": 11, "Mini-Album": 11, "FLAC": 11,
    "WAV": 10, "DVD-Video": 9, "78 RPM": 9,
}  # fmt: skip
_IDENTIFIERS_SHORT = ["Barcode", "Other", "Label Code", "Barcode", "Barcode", "Barcode", "Price Code"]
_IDENTIFIERS_LONG = ["Matrix / Runout"] * 9 + ["Rights Society"] * 3 + ["Mastering SID Code", "Mould SID Code"]
_COMPANY_ROLES = {
    (21, "Published By"): 306, (13, "Phonographic Copyright (p)"): 236, (14, "Copyright (c)"): 207,
    (23, "Recorded At"): 182, (9, "Distributed By"): 122, (10, "Manufactured By"): 103,
    (17, "Pressed By"): 97, (29, "Mastered At"): 87, (16, "Made By"): 41, (27, "Mixed At"): 39,
    (19, "Printed By"): 38, (4, "Record Company"): 36, (37, "Produced For"): 26, (8, "Marketed By"): 24,
    (6, "Licensed From"): 24, (30, "Lacquer Cut At"): 22, (5, "Licensed To"): 13, (24, "Engineered At"): 12,
    (31, "Glass Mastered At"): 12,
}  # fmt: skip
_NO_CATNO = 0.108  # of release labels


class ReleaseLabels:
    """``<labels>``, and ``<series>``, which only current dumps have."""

    def __init__(self, catalogue: Catalogue) -> None:
        pools, form, seed = catalogue.pools, catalogue.form, catalogue.seed
        self._labels = deal("release_label", seed)
        self._series = Rows([0] * DECK) if form.old else deal("release_series", seed)
        self.tables = {"release_label": self._labels.counts, "release_series": self._series.counts}
        self._label = catalogue.labels.references("release_label", TEXT["release_label.name"])
        self._one_series = catalogue.labels.references("release_series", TEXT["release_series.name"])
        self._catnos = pools.catnos("release_label.catno", TEXT["release_label.catno"], none=_NO_CATNO)
        self._volumes = pools.phrases("release_series.catno", TEXT["release_series.catno"])

    def of(self, deck: int, place: int) -> str:
        """Return the elements of a release."""
        labels = []
        for row in self._labels.of(deck, place):
            number, name = self._label(row)
            labels.append(f'<label name="{name}" catno="{self._catnos[row % len(self._catnos)]}" id="{number}"/>')
        text = f"<labels>{''.join(labels)}</labels>"
        if rows := self._series.of(deck, place):
            text += f"<series>{''.join([self._series_element(row) for row in rows])}</series>"
        return text

    def _series_element(self, row: int) -> str:
        number, name = self._one_series(row)
        return f'<series name="{name}" catno="{self._volumes[row % SINGLE]}" id="{number}"/>'


class Formats:
    """``<formats>`` with their descriptions."""

    def __init__(self, catalogue: Catalogue) -> None:
        pools, form, seed = catalogue.pools, catalogue.form, catalogue.seed
        self._formats = deal("release_format", seed)
        self._rows = deal_nested("release_format_description", seed, self._formats, range(DECK))
        self.tables = {
            "release_format": self._formats.counts,
            "release_format_description": self._rows.per_parent(self._formats),
        }
        names, quantities = (
            pools.weighted("format.name", _FORMATS),
            pools.weighted("format.qty", _QUANTITIES),
        )
        texts = [form.attribute(text) for text in pools.phrases("format.text", TEXT["release_format.text"])]
        self._heads = [
            f'<format name="{name}" qty="{quantity}" text="{text}"'
            for name, quantity, text in zip(names, quantities, texts, strict=True)
        ]
        self._descriptions = form.elements("description", pools.weighted("format.description", _DESCRIPTIONS))
        self._huge_head = f'<format name="Vinyl" qty="{_HUGE_QUANTITY}" text=""'
        self._huge_every = 0 if form.old else _HUGE_QUANTITY_EVERY

    def of(self, deck: int, place: int) -> str:
        """Return the element of a release."""
        first = deck * self._formats.total
        formats = []
        for row in self._formats.of(deck, place):
            descriptions = "".join([self._descriptions[one % SINGLE] for one in self._rows.of(deck, row - first)])
            end = f"><descriptions>{descriptions}</descriptions></format>" if descriptions else "/>"
            head = self._heads[row % SINGLE]
            if self._huge_every and (deck * DECK + place) % self._huge_every == _HUGE_QUANTITY_AT:
                head = self._huge_head
            formats.append(head + end)
        return f"<formats>{''.join(formats)}</formats>"


class Identifiers:
    """``<identifier>`` elements: bar codes, runout marks, rights societies."""

    def __init__(self, catalogue: Catalogue) -> None:
        pools, form = catalogue.pools, catalogue.form
        self._rows = deal("release_identifier", catalogue.seed)
        self.tables = {"release_identifier": self._rows.counts}
        table = "release_identifier"
        types = pools.blend(
            f"{table}.type", TEXT[f"{table}.type"], _IDENTIFIERS_SHORT, _IDENTIFIERS_LONG, ["Depósito Legal"]
        )
        notes = pools.phrases(f"{table}.description", TEXT[f"{table}.description"])
        self._heads = [
            f'<identifier type="{form.attribute(kind)}"' + (f' description="{form.attribute(note)}"' if note else "")
            for kind, note in zip(types, notes, strict=True)
        ]
        self._values = pools.runouts(f"{table}.value", TEXT[f"{table}.value"])

    def of(self, deck: int, place: int) -> str:
        """Return the elements of a release."""
        heads, values = self._heads, self._values
        return "".join([f'{heads[row % SINGLE]} value="{values.text(row)}"/>' for row in self._rows.of(deck, place)])


class Companies:
    """``<company>`` elements: labels in other parts than that of the label."""

    def __init__(self, catalogue: Catalogue) -> None:
        pools, form = catalogue.pools, catalogue.form
        self._rows = deal("release_company", catalogue.seed)
        self.tables = {"release_company": self._rows.counts}
        self._company = catalogue.labels.references("release_company", TEXT["release_company.name"])
        roles = {
            f"<entity_type>{kind}</entity_type><entity_type_name>{name}</entity_type_name>": weight
            for (kind, name), weight in _COMPANY_ROLES.items()
        }
        catno = TEXT["release_company.catno"]
        catnos = pools.filled("company", pools.catnos("release_company.catno", catno, none=0), catno.filled)
        self._tails = [
            form.element("catno", number) + role
            for number, role in zip(catnos, pools.weighted("company role", roles), strict=True)
        ]
        self._old = form.old

    def of(self, deck: int, place: int) -> str:
        """Return the elements of a release; one company in a row has two parts."""
        companies = []
        for row in self._rows.of(deck, place):
            number, name = self._company(row >> 1)
            url = f"<resource_url>https://api.discogs.com/labels/{number}</resource_url>" if self._old else ""
            companies.append(f"<company><id>{number}</id><name>{name}</name>{self._tails[row % SINGLE]}{url}</company>")
        return "".join(companies)
