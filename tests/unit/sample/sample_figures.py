"""Counts what a folder of Discogs dumps holds, with nothing but lxml: rows, lengths, shares, references."""

from __future__ import annotations

import gzip
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

_CREDIT = "name anv join role tracks"
_VIDEO = "@src title description"

# table: (steps from the parent row, text columns as "element", "@attribute" or "."), parents first
TABLES: dict[str, tuple[str, str]] = {
    "artist": ("", "name realname profile data_quality"),
    "artist_url": ("urls/url", "."),
    "artist_name_variation": ("namevariations/name", "."),
    "artist_alias": ("aliases/name", "."),
    "artist_member": ("members/name", "."),
    "artist_group": ("groups/name", "."),
    "artist_image": ("images/image", "@type"),
    "label": ("", "name contactinfo profile data_quality parentLabel"),
    "label_url": ("urls/url", "."),
    "label_sublabel": ("sublabels/label", "."),
    "label_image": ("images/image", "@type"),
    "master": ("", "title notes data_quality"),
    "master_artist": ("artists/artist", _CREDIT),
    "master_genre": ("genres/genre", "."),
    "master_style": ("styles/style", "."),
    "master_video": ("videos/video", _VIDEO),
    "master_image": ("images/image", "@type"),
    "release": ("", "@status title country released notes data_quality"),
    "release_artist": ("artists/artist", _CREDIT),
    "release_extra_artist": ("extraartists/artist", _CREDIT),
    "release_label": ("labels/label", "@name @catno"),
    "release_series": ("series/series", "@name @catno"),
    "release_format": ("formats/format", "@name @qty @text"),
    "release_format_description": ("descriptions/description", "."),
    "release_genre": ("genres/genre", "."),
    "release_style": ("styles/style", "."),
    "release_identifier": ("identifiers/identifier", "@type @description @value"),
    "release_video": ("videos/video", _VIDEO),
    "release_company": ("companies/company", "name catno entity_type entity_type_name resource_url"),
    "release_image": ("images/image", "@type"),
    "release_track": ("tracklist/track", "position title duration"),
    "release_track_artist": ("artists/artist", _CREDIT),
    "release_track_extra_artist": ("extraartists/artist", _CREDIT),
    "release_sub_track": ("sub_tracks/track", "position title duration"),
    "release_sub_track_artist": ("artists/artist", _CREDIT),
    "release_sub_track_extra_artist": ("extraartists/artist", _CREDIT),
}
COMPRESSED = 5_000_000  # bytes, the size of the largest real sample
ROOTS = ("artist", "label", "master", "release")
_PARENTS = ("release_sub_track", "release_track", "release_format")

# column that refers: (table it stands in, path of the id in the row, entity referred to)
REFERENCES = {
    "artist_alias.alias_id": ("artist_alias", "@id", "artist"),
    "artist_member.member_id": ("artist_member", "@id", "artist"),
    "artist_group.group_id": ("artist_group", "@id", "artist"),
    "label.parent_label_id": ("label", "parentLabel/@id", "label"),
    "label_sublabel.sublabel_id": ("label_sublabel", "@id", "label"),
    "master.main_release_id": ("master", "main_release", "release"),
    "master_artist.artist_id": ("master_artist", "id", "artist"),
    "release.master_id": ("release", "master_id", "master"),
    "release_artist.artist_id": ("release_artist", "id", "artist"),
    "release_extra_artist.artist_id": ("release_extra_artist", "id", "artist"),
    "release_track_artist.artist_id": ("release_track_artist", "id", "artist"),
    "release_track_extra_artist.artist_id": ("release_track_extra_artist", "id", "artist"),
    "release_sub_track_artist.artist_id": ("release_sub_track_artist", "id", "artist"),
    "release_sub_track_extra_artist.artist_id": ("release_sub_track_extra_artist", "id", "artist"),
    "release_label.label_id": ("release_label", "@id", "label"),
    "release_series.series_id": ("release_series", "@id", "label"),
    "release_company.company_id": ("release_company", "id", "label"),
}


@dataclass
class Column:
    """A text column: filled values, their characters, and how many are not ASCII."""

    filled: int = 0
    characters: int = 0
    accented: int = 0

    @property
    def mean(self) -> float:
        """Characters of a filled value."""
        return self.characters / max(1, self.filled)


@dataclass
class Figures:
    """What one set of the four dumps holds."""

    rows: Counter[str] = field(default_factory=Counter)
    columns: defaultdict[tuple[str, str], Column] = field(default_factory=lambda: defaultdict(Column))
    titles: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    ids: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    references: defaultdict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    ratio: dict[str, float] = field(default_factory=dict)

    def per_root(self, table: str) -> float:
        """Rows of a table for each record of its entity."""
        return self.rows[table] / max(1, self.rows[root_of(table)])

    def filled(self, table: str) -> int:
        """A table's filled text values."""
        return sum(column.filled for (name, _), column in self.columns.items() if name == table)

    def accented(self, table: str) -> float:
        """Share of a table's filled text values that is not ASCII."""
        accented = sum(column.accented for (name, _), column in self.columns.items() if name == table)
        return accented / max(1, self.filled(table))

    def distinct(self, table: str) -> float:
        """Share of a table's titles that is different."""
        return len(self.titles[table]) / max(1, sum(self.titles[table].values()))

    def resolved(self, column: str) -> float:
        """Share of a column's references whose record is there; 0 in ``master_id`` means none."""
        known = set(self.ids[REFERENCES[column][2]])
        texts = [text for _, text in self.references[column]]
        if column == "release.master_id":
            texts = [text for text in texts if text != "0"]
        return sum(text.isdigit() and int(text) in known for text in texts) / max(1, len(texts))


def root_of(table: str) -> str:
    """Return the entity of a table."""
    return table.split("_", 1)[0]


def parent_of(table: str) -> str:
    """Return the table whose rows a table's rows stand in."""
    fitting = [parent for parent in _PARENTS if table.startswith(parent + "_")]
    if table == "release_sub_track":
        return "release_track"
    return fitting[0] if fitting else root_of(table)


def measure(directory: Path) -> Figures:
    """Measure the four dumps of a folder, plain or gzip."""
    figures = Figures()
    for root in ROOTS:
        data = b"".join(_bytes(path) for path in sorted(directory.glob(f"discogs_*_{root}s.xml*")))
        measure_bytes(figures, root, data)
    return figures


def measure_bytes(figures: Figures, root: str, data: bytes) -> None:
    """Measure one dump."""
    beginning = data[:COMPRESSED]
    figures.ratio[root] = len(beginning) / len(gzip.compress(beginning, 6))
    for record in etree.fromstring(data, etree.XMLParser(huge_tree=True)):
        _measure_record(figures, root, record)


def _bytes(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def _measure_record(figures: Figures, root: str, record: etree._Element) -> None:
    key = record.get("id") or record.findtext("id") or "0"
    figures.ids[root].append(int(key))
    rows: dict[str, list[etree._Element]] = {root: [record]}
    for table, (steps, columns) in TABLES.items():
        if root_of(table) != root:
            continue
        if steps:
            container, element = steps.split("/")
            rows[table] = [
                row
                for parent in rows[parent_of(table)]
                for child in parent.iterchildren(container)
                for row in child.iterchildren(element)
            ]
        figures.rows[table] += len(rows[table])
        for row in rows[table]:
            _measure_row(figures, table, columns, row)
    for column, (table, path, _) in REFERENCES.items():
        for row in rows.get(table, ()):
            if (text := value(row, path)) is not None:
                figures.references[column].append((int(key), text))


def _measure_row(figures: Figures, table: str, columns: str, row: etree._Element) -> None:
    texts = {f"@{name}": str(text) for name, text in row.attrib.items()}
    texts |= {str(child.tag): child.text or "" for child in reversed(row)}  # the first of a name counts
    texts["."] = row.text or ""
    for name in columns.split():
        if text := texts.get(name):
            column = figures.columns[table, name]
            column.filled += 1
            column.characters += len(text)
            column.accented += not text.isascii()
            if name == "title":
                figures.titles[table][text] += 1


def value(row: etree._Element, path: str) -> str | None:
    """Return the text at ``element``, ``@attribute``, ``element/@attribute`` or ``.``."""
    if path == ".":
        return row.text
    element, _, attribute = path.rpartition("@")
    if not attribute or "@" not in path:
        return row.findtext(path)
    found = row.find(element.rstrip("/")) if element else row
    return None if found is None else found.get(attribute)


_REMOVED = re.compile(
    rb"<images>.*?</images>|<resource_url>.*?</resource_url>| status=\"Accepted\""
    rb"|<(?:anv|join|role|tracks|position|title|duration|profile|description|catno)/>"
    rb"|<(?:extraartists|identifiers|companies)/>"
    rb"|(?<=<members>)<id>\d+</id>|(?<=</name>)<id>\d+</id>(?=<name )"
)
_KEY = re.compile(rb'(?:^<(?:master|release) id="|<id>)(\d+)')
_REFERENCE = re.compile(rb"&#(x[0-9A-F]+|\d+);")


def to_current(data: bytes) -> bytes:
    """Rewrite a dump of 2020 in the current form, to compare like with like."""
    return _REFERENCE.sub(_raw, _REMOVED.sub(b"", data))


def _raw(found: re.Match[bytes]) -> bytes:
    digits = found[1].decode()
    code = int(digits[1:], 16) if digits.startswith("x") else int(digits)
    return found[0] if code < 128 else chr(code).encode()


def records(data: bytes) -> dict[int, bytes]:
    """Return the records of a generated dump by id, byte for byte."""
    starts = [found.start() for found in re.finditer(rb"(?m)^<(?:artist|label|master|release)[ >]", data)]
    ends = [*starts[1:], data.rindex(b"</")]
    texts = [data[start:end] for start, end in zip(starts, ends, strict=True)]
    return {key_of(text): text for text in texts}


def key_of(record: bytes) -> int:
    """Return the id that stands in a record's text."""
    found = _KEY.search(record)
    assert found, record
    return int(found[1])
