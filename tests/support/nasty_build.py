"""What a nasty input is, and the builders of such files."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from loader.cli.exit_codes import CLEAN

_BASE = """\
dataset: {dataset}
entities:
  row:
    record: /dump/row
    key: {{id: {{path: "@id", type: integer}}}}
    columns:
      name: {{path: name, type: varchar(255)}}
      v: {{path: v, type: bigint}}
"""
_NUMBERED_TEXT = _BASE.replace("bigint", "text")
MAPPINGS: Mapping[str, str] = {
    "base": _BASE,
    "text": _NUMBERED_TEXT,
    "many": _BASE.replace("entities:", "documents: many\nentities:"),
    "accepting": _BASE.replace("entities:", "damaged: accept\nentities:"),
    "subset": _BASE.replace("entities:", "internal_subset: allow\nentities:"),
    "attribute": _BASE + '      note: "@note"\n',
    "namespace": _BASE.replace("entities:", "namespaces: {{t: 'urn:tide'}}\nentities:")
    .replace("/dump/row", "/t:dump/t:row")
    .replace("path: name", "path: 't:name'")
    .replace("path: v", "path: 't:v'"),
    "children": _BASE
    + """\
    children:
      row_item:
        rows: items/i
        columns: {{text: "."}}
""",
    "parent": _BASE
    + """\
      parent_id: {{path: "@parent", type: integer}}
    foreign_keys: [{{columns: [parent_id], references: row}}]
""",
    "names": """\
dataset: {dataset}
entities:
  row:
    record: /dump/row
    key: {{id: {{path: "@id", type: integer}}}}
    columns: {{select: select, order: order, tide: "flöße", dotted: "x.y-z", upper: Word, lower: word}}
""",
}


@dataclass(frozen=True)
class Nasty:
    """A file and what must come of loading it with a mapping.

    ``rows`` is None where any number is right. ``names`` are the names of some rows by id. ``refused``: nothing
    of the file is read; ``damaged``: whole records before the damage are counted, nothing is published.
    """

    name: str
    what: str
    content: Callable[[], bytes] = field(repr=False)
    rows: int | None = None
    rejects: int = 0
    exit_code: int = CLEAN
    mapping: str = "base"
    names: Mapping[int, str] = field(default_factory=dict)
    duplicates: int = 0
    orphans: int = 0
    child_rows: int = 0
    refused: bool = False
    damaged: bool = False

    def write(self, folder: Path) -> Path:
        """Write the file into the folder."""
        path = folder / self.name
        path.write_bytes(self.content())
        return path

    def mapping_text(self, dataset: str = "nasty") -> str:
        """The YAML of the mapping that the expectation is about."""
        return MAPPINGS[self.mapping].format(dataset=dataset)


def row(number: int, name: str | None = None, v: object = None, attributes: str = "") -> str:
    """One well-formed record of the base mapping."""
    shown = f"port {number}" if name is None else name
    value = number * 7 if v is None else v
    return f'  <row id="{number}"{attributes}><name>{shown}</name><v>{value}</v></row>\n'


def document(*rows: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>\n', tail: str = "") -> bytes:
    """A dump of the rows given as text."""
    return (head + "<dump>\n" + "".join(rows) + "</dump>\n" + tail).encode()


def plain(count: int) -> bytes:
    """A dump of so many good records."""
    return document(*(row(number) for number in range(1, count + 1)))


def with_bad(number: int, bad: bytes, count: int) -> bytes:
    """A dump in which the whole line of one record is replaced."""
    return plain(count).replace(row(number).encode(), bad + b"\n")


def bit_flipped(data: bytes, share: float = 0.5) -> bytes:
    """The data with one bit turned over, at that share of its length."""
    at = int(len(data) * share)
    return data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A zip file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def noisy(count: int) -> bytes:
    """A dump that compresses badly: damage in the middle of its gzip is in the middle of its records."""
    chance = random.Random(5)
    return document(*(row(n, f"{chance.getrandbits(256):064x}") for n in range(1, count + 1)))


def huge_comment(megabytes: int) -> bytes:
    """A gzip of a document that is one comment: a ratio of 1000 to 1."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=6, mtime=0) as file:
        file.write(b"<dump><!--")
        for _ in range(megabytes):
            file.write(b" " * (1 << 20))
        file.write(b"--></dump>")
    return buffer.getvalue()


def pieces(data: bytes, compress: Callable[[bytes], bytes], count: int = 3) -> bytes:
    """The data as several compressed streams, one behind the other."""
    size = -(-len(data) // count)
    return b"".join(compress(data[at : at + size]) for at in range(0, len(data), size))


def packed(data: bytes) -> bytes:
    """A gzip without a time stamp."""
    return gzip.compress(data, mtime=0)


def unclosed(count: int) -> bytes:
    """A gzip of that many open tags and not one end tag."""
    return packed(b"<?xml version='1.0'?>\n<dump>" + b"<e>" * count)


def with_doctype(subset: str, *rows: str) -> Callable[[], bytes]:
    """What builds a dump with that DOCTYPE."""
    return lambda: document(*rows, head=f'<?xml version="1.0"?>\n<!DOCTYPE dump {subset}>\n')


def tarred(name: str, content: bytes) -> bytes:
    """A tar archive of one file."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    return archive.getvalue()


def encrypted(archive: bytes) -> bytes:
    """A zip that says of its first member that it is encrypted."""
    data = bytearray(archive)
    data[data.find(b"PK\x03\x04") + 6] |= 1
    data[data.find(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def twins(name: str, first: bytes, second: bytes) -> bytes:
    """A zip with two members of one name."""
    archive = zipped({name: first, name[::-1]: second})
    return archive.replace(name[::-1].encode(), name.encode())
