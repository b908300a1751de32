"""How a record differs a month later, always visibly."""

from __future__ import annotations

import re
from collections.abc import Callable

from loader.sample.form import Form
from loader.sample.mixing import mix

# A changed record, the table in which it has more rows, and how many more; None where it does not apply.
Edited = tuple[str, str, int]
Edit = Callable[[str, Form], Edited | None]

_QUALITIES = ("Needs Vote", "Correct", "Complete and Correct", "Needs Minor Changes")
_QUALITY = re.compile("<data_quality>([^<]*)</data_quality>")


def edit(root: str, number: int, record: str, form: Form) -> Edited:
    """Return a changed record, the table in which it has more or fewer rows, and how many more."""
    edits = _EDITS[root]
    changed = edits[mix(number) % len(edits)](record, form)
    return changed or _other_quality(record, form)


def _other_quality(record: str, _: Form) -> Edited:
    found = _QUALITY.search(record)
    assert found, "every record has a data quality"
    other = _QUALITIES[(_QUALITIES.index(found[1]) + 1) % len(_QUALITIES)] if found[1] in _QUALITIES else _QUALITIES[0]
    return record[: found.start(1)] + other + record[found.end(1) :], "", 0


def _other_title(record: str, _: Form) -> Edited | None:
    # The first title is the record's own: those of tracks and videos come later.
    return record.replace("</title>", " (Remastered)</title>", 1), "", 0


def _other_year(record: str, _: Form) -> Edited | None:
    return (
        re.sub(r"<year>(\d+)</year>", lambda found: f"<year>{int(found[1]) + 1}</year>", record, count=1),
        "",
        0,
    )


def _other_profile(record: str, _: Form) -> Edited | None:
    if "</profile>" not in record:
        return None
    return record.replace("</profile>", " Updated.</profile>", 1), "", 0


def _one_more_track(record: str, form: Form) -> Edited | None:
    track = f"<track><position>Z9</position><title>Bonus Track</title>{form.element('duration', '')}</track>"
    return record.replace("</tracklist>", f"{track}</tracklist>", 1), "release_track", 1


def _one_video_less(record: str, _: Form) -> Edited | None:
    start = record.find("<video ")
    end = record.find("<video ", start + 1)
    return None if end < 0 else (record[:start] + record[end:], "release_video", -1)


def _one_more(container: str, row: str, table: str) -> Edit:
    """Return an edit that appends a row where the record has such rows."""
    end = f"</{container}>"

    def append(record: str, _: Form) -> Edited | None:
        return (record.replace(end, row + end, 1), table, 1) if end in record else None

    return append


_EDITS: dict[str, tuple[Edit, ...]] = {
    "artist": (
        _other_profile, _one_more("namevariations", "<name>New Variation</name>", "artist_name_variation"),
        _one_more("urls", "<url>https://www.example.com/artist</url>", "artist_url"),
    ),
    "label": (_other_profile, _one_more("urls", "<url>https://www.example.com/label</url>", "label_url")),
    "master": (_other_title, _other_year, _one_more("styles", "<style>Leftfield</style>", "master_style")),
    "release": (_other_title, _other_quality, _one_more_track, _one_video_less),
}  # fmt: skip
