"""The ``<tracklist>`` of a release: tracks, their credits, and sub-tracks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from loader.sample.catalogue import Catalogue
from loader.sample.credits import Credits
from loader.sample.deck import Rows, choose, deal_nested, places_with
from loader.sample.figures import TEXT, Text
from loader.sample.mixing import Dice
from loader.sample.pools import SINGLE

# Of a deck's tracks: every 37th has no position (a heading), every 459th no title.
_NO_POSITION, _NO_TITLE = range(30, 10**6, 37), range(100, 10**6, 459)
_BOX = 40  # more tracks than this come on several discs
_VINYL_OF_TEN = 7  # releases whose positions are A1, B2; the others count 1, 2, or 1-01 in boxes


class Tracks:
    """Writes track lists; ``rows`` are the tracks, the other counts are per track or sub-track."""

    def __init__(self, catalogue: Catalogue, rows: Rows) -> None:
        pools, form, seed = catalogue.pools, catalogue.form, catalogue.seed
        self.rows = rows
        several, albums = places_with(rows, 2, 60), places_with(rows, 8, 60)
        self._sub_rows = subs = deal_nested("release_sub_track", seed, rows, places_with(rows, 2, 9))
        with_subs = places_with(subs, 1, subs.total)
        self._artists = self._credits(catalogue, "release_track_artist", rows, albums)
        self._extras = self._credits(catalogue, "release_track_extra_artist", rows, several)
        self._sub_artists = self._credits(catalogue, "release_sub_track_artist", subs, with_subs)
        self._sub_extras = self._credits(catalogue, "release_sub_track_extra_artist", subs, with_subs)
        self._titles = pools.titles("release_track.title", TEXT["release_track.title"])
        self._sub_titles = pools.titles("release_sub_track.title", TEXT["release_sub_track.title"])
        self._durations = form.elements("duration", _durations(catalogue, "release_track.duration"))
        self._sub_durations = form.elements("duration", _durations(catalogue, "release_sub_track.duration"))
        self._no_duration = form.element("duration", "")
        self._no_title = form.element("title", "")
        self._timed = self._timed_tracks()
        self._plain = [
            not any(counts)
            for counts in zip(self._artists.rows.counts, self._extras.rows.counts, subs.counts, strict=True)
        ]
        self._positions = form.elements("position", _positions(rows))
        self._sub_positions = form.elements("position", _sub_positions(subs))
        self.tables = self._counts_by_release()

    @staticmethod
    def _credits(catalogue: Catalogue, table: str, parents: Rows, places: Sequence[int]) -> Credits:
        return Credits(catalogue, table, deal_nested(table, catalogue.seed, parents, places))

    def _counts_by_release(self) -> dict[str, Sequence[int]]:
        by_track = {
            "release_track_artist": self._artists.rows.counts,
            "release_track_extra_artist": self._extras.rows.counts,
            "release_sub_track": self._sub_rows.counts,
            "release_sub_track_artist": self._sub_artists.rows.per_parent(self._sub_rows),
            "release_sub_track_extra_artist": self._sub_extras.rows.per_parent(self._sub_rows),
        }
        tables: dict[str, Sequence[int]] = {"release_track": self.rows.counts}
        return tables | {table: Rows(counts).per_parent(self.rows) for table, counts in by_track.items()}

    def _timed_tracks(self) -> list[bool]:
        """Tell which tracks have durations: those of about half of the releases."""
        wanted = int(TEXT["release_track.duration"].filled * self.rows.total)
        timed = [False] * self.rows.total
        for place in choose(self.rows, range(len(self.rows.counts)), wanted):
            for row in self.rows.of(0, place):
                timed[row] = True
        return timed

    def of(self, deck: int, place: int) -> str:
        """Return the ``<track>`` elements of a release."""
        left, right = self._titles.left, self._titles.right
        positions, durations, timed, plain = self._positions, self._durations, self._timed, self._plain
        rows = self.rows.of(deck, place)
        first = deck * self.rows.total
        joint = self._titles.joint(rows.start)
        tracks = []
        for row in rows:
            track = row - first
            duration = durations[row % SINGLE] if timed[track] else self._no_duration
            title = f"<title>{left[row % len(left)]}{joint}{right[row % len(right)]}</title>"
            if track in _NO_TITLE:
                title = self._no_title
            below = "" if plain[track] else self._below(deck, track)
            tracks.append(f"<track>{positions[track]}{title}{duration}{below}</track>")
        return "".join(tracks)

    def _below(self, deck: int, track: int) -> str:
        parts = []
        if artists := self._artists.of(deck, track):
            parts.append(f"<artists>{artists}</artists>")
        if extras := self._extras.of(deck, track):
            parts.append(f"<extraartists>{extras}</extraartists>")
        if rows := self._sub_rows.of(deck, track):
            first = deck * self._sub_rows.total
            subs = "".join([self._sub_track(deck, row, row - first) for row in rows])
            parts.append(f"<sub_tracks>{subs}</sub_tracks>")
        return "".join(parts)

    def _sub_track(self, deck: int, row: int, sub: int) -> str:
        artists, extras = self._sub_artists.of(deck, sub), self._sub_extras.of(deck, sub)
        return (
            f"<track>{self._sub_positions[sub]}<title>{self._sub_titles.text(row)}</title>"
            f"{self._sub_durations[row % SINGLE]}"
            f"{f'<artists>{artists}</artists>' if artists else ''}"
            f"{f'<extraartists>{extras}</extraartists>' if extras else ''}</track>"
        )


def _durations(catalogue: Catalogue, column: str) -> list[str]:
    """Return times; those of tracks are filled by release, those of sub-tracks by row."""
    dice = Dice(catalogue.seed, column)
    short = [f"{1 + dice.below(6)}:{dice.below(60):02}" for _ in range(500)]
    long = [f"{10 + dice.below(20)}:{dice.below(60):02}" for _ in range(40)]
    text = TEXT[column]
    filled = 1.0 if column == "release_track.duration" else text.filled
    return catalogue.pools.blend(column, Text(text.mean, filled), short, long)


def _positions(rows: Rows) -> list[str]:
    """Return the position of each track of a deck, ``""`` for headings."""
    # Of releases of one size a fixed share is vinyl: the mean length must not hang on a few large ones.
    by_size = sorted(range(len(rows.counts)), key=lambda place: rows.counts[place])
    vinyl = {place for turn, place in enumerate(by_size) if turn % 10 < _VINYL_OF_TEN}
    positions: list[str] = []
    for place, count in enumerate(rows.counts):
        for number in range(count):
            if count > _BOX:
                position = f"{1 + number // 20}-{1 + number % 20}"
            elif place in vinyl:
                position = _vinyl(number, count)
            else:
                position = str(number + 1)
            positions.append("" if len(positions) in _NO_POSITION else position)
    return positions


def _vinyl(number: int, count: int) -> str:
    """Return A and B for a single, otherwise sides of up to seven tracks."""
    if count <= 2:
        return "AB"[number]
    sides = 2 * (1 + (count - 1) // 14)
    per_side = -(-count // sides)
    return f"{chr(ord('A') + number // per_side % 26)}{1 + number % per_side}"


def _sub_positions(rows: Rows) -> list[str]:
    """Return positions that count through a release, side B."""
    positions = []
    for before, after in pairwise([*rows.starts, rows.total]):
        positions += [f"B{number + 7}" if number % 2 else f"B{number + 1}" for number in range(after - before)]
    return positions
