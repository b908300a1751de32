"""What the records of one dump share: its size, its names, and which releases belong together."""

from __future__ import annotations

from loader.sample.figures import TEXT, Text
from loader.sample.form import Form
from loader.sample.groups import Groups
from loader.sample.mixing import Dice
from loader.sample.names import ARTISTS, LABELS, Names
from loader.sample.pools import Pools
from loader.sample.words import Words

# Artists and labels per 1,000 releases, in the proportions of the dumps of 2026.
_ARTISTS = 520
_LABELS = 125
# 88 % of releases have a date; 1 of 3 of those has a year and month, or a day.
_RELEASED = Text(6.12, 0.882)
# One title in 20,000 is longer than an index row can be (2,704 bytes, compressed), as in real dumps.
_LONG_TITLE_EVERY, _LONG_TITLE_AT, _LONG_TITLE = 20_000, 1_999, 8_000


class Catalogue:
    """A dump of ``releases`` releases, and the artists, labels and masters that go with them."""

    def __init__(self, releases: int, seed: int, form: Form) -> None:
        self.releases, self.seed, self.form = releases, seed, form
        words = Words(seed)
        self.pools = pools = Pools(seed, words, form)
        self.artists = Names(ARTISTS, releases * _ARTISTS // 1000, seed, words, form.text)
        self.labels = Names(LABELS, releases * _LABELS // 1000, seed, words, form.text)
        self.groups = Groups(seed)
        self.masters = self.groups.masters(releases)
        whole, main = TEXT["release.title"], TEXT["master.title"]
        share = self.groups.per_deck / 1000
        others = Text(
            (whole.mean - share * main.mean) / (1 - share),
            accented=(whole.accented - share * main.accented) / (1 - share),
        )
        self._main_titles = pools.titles("main release title", main)
        self._titles = pools.titles("release title", others)
        self._long_title = form.text(words.phrases("long title", 1, _LONG_TITLE)[0])
        self._released = _dates(pools)

    def release_id(self, release: int) -> int:
        """Return the id of a release, rising with its number, with gaps."""
        return release * 3 + 1 + (release * 40503 >> 4) % 3

    def master_id(self, master: int) -> int:
        """Return the id of a master."""
        return master * 5 + 1 + (master * 40503 >> 4) % 5

    def title(self, release: int, *, main: bool) -> str:
        """Return the title of a release, which is that of its master if it is the main one."""
        if release % _LONG_TITLE_EVERY == _LONG_TITLE_AT and not self.form.old:
            return self._long_title
        return (self._main_titles if main else self._titles).text(release)

    def released(self, release: int) -> str:
        """Return when a release came out, ``YYYY``, ``YYYY-MM-00`` or ``YYYY-MM-DD``, or ``""``."""
        return self._released[release % len(self._released)]


def _dates(pools: Pools) -> list[str]:
    dice = Dice(pools.seed, "released")
    years = [str(2024 - dice.below(64) * dice.below(64) // 64) for _ in range(900)]
    months = [f"{year}-{1 + dice.below(12):02}" for year in years]
    days = [f"{month}-{max(0, dice.below(36) - 7):02}" for month in months]
    return pools.blend("released", _RELEASED, years, days)
