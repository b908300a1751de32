"""Credits of artists: in releases, tracks, sub-tracks and masters."""

from __future__ import annotations

from collections.abc import Sequence

from loader.sample.catalogue import Catalogue
from loader.sample.deck import Rows
from loader.sample.figures import TEXT
from loader.sample.pools import SINGLE, Pools

_JOINS_SHORT = [",", "/", "&", ",", "&", "-", ",", "/", "+"]
_JOINS_LONG = ["And", "Feat.", "With", "Featuring", "vs."]
_JOINS_ACCENTED = ["•", "·"]
_ROLES_SHORT = [
    "Producer", "Written-By", "Mastered By", "Drums", "Guitar", "Vocals", "Engineer", "Bass", "Mixed By",
    "Remix", "Piano", "Design", "Artwork", "Cello", "Written-By", "Producer", "Keyboards", "Lyrics By",
    "Music By", "Arranged By", "Violin", "Vocals",
]  # fmt: skip
_ROLES_LONG = [
    "Executive-Producer", "Photography By", "Written-By, Producer", "Producer, Mixed By, Recorded By",
    "Composed By [Music]", "Guitar, Backing Vocals", "Lacquer Cut By, Mastered By",
    "Arranged By, Conductor", "Artwork [Cover Painting]", "Drum Programming, Synthesizer",
    "Recorded By [Assistant]", "Saxophone [Alto], Flute, Clarinet",
]  # fmt: skip
_ROLES_ACCENTED = ["Vocals [Zpěv]", "Guitar [Viola Caipira], Cavaquinho [Solo é]"]
_TRACKS_SHORT = ["1", "A1", "2 to 3", "A2, A3", "1 to 10", "B", "10", "A", "6", "5 to 13"]
_TRACKS_LONG = ["1-1 to 1-5, 2-4", "A1 to A4, B2, B5", "2-1 to 2-6", "1, 3, 5 to 8, 11, 12, 14"]

# Of 1,009 credits (a prime, so that every column of a table meets them): what is not in any dump.
_SPECIAL = 1009
_VARIOUS = (194, "Various")
_UNKNOWN = (355, "Unknown Artist")
_NO_ARTIST = (118760, "No Artist")
_SPECIALS: dict[str, dict[int, tuple[int | None, str]]] = {
    "release_artist": {**{53 * n: _VARIOUS for n in range(19)}, 7: _UNKNOWN},
    "release_track_artist": {11: _UNKNOWN, 500: _NO_ARTIST},
    "release_extra_artist": {
        5: (0, ""),
        305: (0, ""),
        605: (0, ""),
        105: (None, ""),
        705: (None, ""),
        405: _UNKNOWN,
    },
    "release_track_extra_artist": {9: (0, ""), 609: (0, ""), 209: (None, "")},
}


class Credits:
    """The ``<artist>`` elements of one credit table, whose rows are ``rows``."""

    def __init__(self, catalogue: Catalogue, table: str, rows: Rows) -> None:
        pools, form = catalogue.pools, catalogue.form
        self.rows = rows
        # Between two artists of a list stands how they are joined: one less than there are artists.
        self._joints = Rows([max(0, count - 1) for count in rows.counts])
        self._anvs = form.elements("anv", pools.phrases(f"{table}.anv", TEXT[f"{table}.anv"]))
        extra = f"{table}.role" in TEXT
        if extra:
            roles = _pool(pools, f"{table}.role", _ROLES_SHORT, _ROLES_LONG, _ROLES_ACCENTED)
            tracks = _pool(pools, f"{table}.tracks", _TRACKS_SHORT, _TRACKS_LONG)
            joins = [""]
        else:
            roles = tracks = [""] * SINGLE
            joins = _pool(pools, f"{table}.join", _JOINS_SHORT, _JOINS_LONG, _JOINS_ACCENTED)
        self._joins = form.elements("join", joins)
        ends = zip(form.elements("role", roles), form.elements("tracks", tracks), strict=True)
        self._ends = ["".join(end) for end in ends]
        no_join = form.element("join", "")
        self._tails = [anv + no_join + end for anv, end in zip(self._anvs, self._ends, strict=True)]
        self._refer = catalogue.artists.references(table, TEXT[f"{table}.name"])
        # Who is credited once on a release is so again: two credits in a row are one person's.
        self._repeat = 1 if extra else 0
        self._specials = self._special_persons(catalogue, table)

    def of(self, deck: int, place: int) -> str:
        """Return the credits of the parent at ``place``."""
        refer, specials, repeat, tails = self._refer, self._specials, self._repeat, self._tails
        rows = self.rows.of(deck, place)
        joins = self._joins_of(deck, place) if len(rows) > 1 and len(self._joins) > 1 else ()
        credits = []
        for row in rows:
            tail = tails[row % SINGLE] if row - rows.start >= len(joins) else self._joined(row, joins[row - rows.start])
            person = specials.get(row % _SPECIAL)
            if person is None:
                number, name = refer(row >> repeat)
                credits.append(f"<artist><id>{number}</id><name>{name}</name>{tail}</artist>")
            else:
                credits.append(f"<artist>{person}{tail}</artist>")
        return "".join(credits)

    def _joins_of(self, deck: int, place: int) -> Sequence[str]:
        return [self._joins[joint % SINGLE] for joint in self._joints.of(deck, place)]

    def _joined(self, row: int, join: str) -> str:
        return f"{self._anvs[row % SINGLE]}{join}{self._ends[row % SINGLE]}"

    @staticmethod
    def _special_persons(catalogue: Catalogue, table: str) -> dict[int, str]:
        """Return remainder -> id and name of credits that refer to no artist of the dump."""
        specials = _SPECIALS.get(table, {})
        unlinked = catalogue.pools.words.phrases(f"{table} unlinked", max(1, len(specials)), 14)
        persons = {}
        for (remainder, (number, name)), other in zip(specials.items(), unlinked, strict=False):
            # In 2020 every credit had an id.
            head = "" if number is None and not catalogue.form.old else f"<id>{number or 0}</id>"
            persons[remainder] = f"{head}<name>{name or other}</name>"
        return persons


def _pool(
    pools: Pools, column: str, short: Sequence[str], long: Sequence[str], accented: Sequence[str] = ("",)
) -> list[str]:
    """Return the values of a column, all empty where the dumps have none."""
    return pools.blend(column, TEXT[column], short, long, accented) if column in TEXT else [""] * SINGLE
